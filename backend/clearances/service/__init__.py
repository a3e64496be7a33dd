"""The use cases of clearances and of the review desk; the only writer of `clearances`."""

from backend.clearances.service.desk import Answer, answer, approve, reject, silence_due
from backend.clearances.service.store import (
    CLEARANCES,
    ClearancesSnapshot,
    find,
    find_many,
    freeze_for_release,
    snapshot,
    snapshot_of,
)
from backend.clearances.service.submission import (
    amend,
    cancel_order,
    decline_order,
    expire_due,
    submit,
    withdraw,
)

__all__ = [
    "CLEARANCES",
    "Answer",
    "ClearancesSnapshot",
    "amend",
    "answer",
    "approve",
    "cancel_order",
    "decline_order",
    "expire_due",
    "find",
    "find_many",
    "freeze_for_release",
    "reject",
    "silence_due",
    "snapshot",
    "snapshot_of",
    "submit",
    "withdraw",
]
