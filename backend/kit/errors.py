"""Refusals: expected failures with a code and a sentence.

Refusal                 what the actor asked for is not possible now; nothing is stored
    RecordedRefusal     the same, and the log must know: its event is written in a second transaction
"""

from collections.abc import Mapping, Sequence

from backend.kit.eventlog import Event
from core.problems import ProblemCode, Refusal

__all__ = ["ProblemCode", "RecordedRefusal", "Refusal"]


class RecordedRefusal(Refusal):
    """A refusal whose event is appended after the rollback, in a transaction of its own.

    An error swallowed inside the callback would make `with_transaction` spin until its timeout.
    """

    def __init__(
        self,
        code: ProblemCode,
        *,
        event: Event,
        streams: Sequence[str],
        path: Sequence[str] = (),
        args: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code, path=path, args=args)
        self.event = event
        self.streams = tuple(streams)
