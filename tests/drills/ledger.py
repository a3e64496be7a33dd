"""What the hub has acknowledged, noted by those who asked; they ask again with the same key until they know."""

import asyncio
import itertools
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from core.hub import Hub, HubBroken, HubProblem, HubUnreachable
from kiosk.agent.not_now import NOT_NOW

AGAIN_SECONDS = 0.1


@dataclass(frozen=True)
class Acknowledged:
    """One question and the reply that came first."""

    hub: Hub
    document: str
    variables: dict[str, Any]
    reply: str
    at: float
    """On the monotonic clock."""

    @property
    def asked(self) -> dict[str, Any]:
        """The mutation's input."""
        found: dict[str, Any] = self.variables["input"]
        return found


@dataclass
class Ledger:
    """All that was acknowledged, and what was answered instead while it was not."""

    acknowledged: list[Acknowledged] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    """Answers that left the outcome open."""
    _more: asyncio.Event = field(default_factory=asyncio.Event)
    slowest_answer: float = 0.0
    """Of any kind, in seconds; nobody waits longer than the patience of the hub client."""

    def of(self, document: str) -> list[Acknowledged]:
        """Return what was acknowledged of one kind."""
        return [known for known in self.acknowledged if known.document == document]

    def longest_gap(self, since: float, until: float) -> float:
        """Return the longest time without an acknowledged write between two moments."""
        times = [known.at for known in self.acknowledged if since <= known.at <= until]
        marks = [since, *sorted(times), until]
        return max(later - earlier for earlier, later in itertools.pairwise(marks))

    async def more(self, number: int) -> None:
        """Wait until so many more writes are acknowledged."""
        enough = len(self.acknowledged) + number
        while len(self.acknowledged) < enough:
            self._more.clear()
            await self._more.wait()

    async def ask(self, hub: Hub, document: str, **asked: object) -> dict[str, Any]:
        """Ask until the outcome is known and return the reply. Raises HubProblem for a no."""
        variables = {"input": asked}
        while True:
            began = time.monotonic()
            try:
                reply = await hub.execute(document, variables, again=False)
            except HubProblem as problem:
                if problem.code not in NOT_NOW:
                    raise
                self._noted(problem.code, began)
            except (HubUnreachable, HubBroken) as error:
                self._noted(type(error).__name__, began)
            else:
                self._noted(None, began)
                known = Acknowledged(hub, document, variables, json.dumps(reply), time.monotonic())
                self.acknowledged.append(known)
                self._more.set()
                return reply
            await asyncio.sleep(AGAIN_SECONDS)

    async def ask_again(self) -> list[str]:
        """Ask everything once more under its key, and return in words what is answered otherwise than first."""
        differing = []
        for known in self.acknowledged:
            reply = json.dumps(await known.hub.execute(known.document, known.variables))
            if reply != known.reply:
                differing.append(f"first {known.reply}, then {reply}")
        return differing

    def _noted(self, instead: str | None, began: float) -> None:
        self.slowest_answer = max(self.slowest_answer, time.monotonic() - began)
        if instead is not None:
            self.unknown[instead] += 1


def told(ledgers: Sequence[Ledger]) -> dict[str, int]:
    """Return how often which answer left an outcome open."""
    return dict(sum((ledger.unknown for ledger in ledgers), Counter()))
