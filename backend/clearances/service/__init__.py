"""The use cases of clearances and of the review desk; the only writer of `clearances`."""

from backend.clearances.service.answers import Answer, answer, silence_due
from backend.clearances.service.decisions import DECISIONS, OfficersApproval, approve, reject
from backend.clearances.service.questions import answer_question, ask, withdraw_question
from backend.clearances.service.queues import is_late, queue
from backend.clearances.service.queues import tallies as queue_tallies
from backend.clearances.service.store import (
    CLEARANCES,
    ClearancesSnapshot,
    close,
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
    "DECISIONS",
    "Answer",
    "ClearancesSnapshot",
    "OfficersApproval",
    "amend",
    "answer",
    "answer_question",
    "approve",
    "ask",
    "cancel_order",
    "close",
    "decline_order",
    "expire_due",
    "find",
    "find_many",
    "freeze_for_release",
    "is_late",
    "queue",
    "queue_tallies",
    "reject",
    "silence_due",
    "snapshot",
    "snapshot_of",
    "submit",
    "withdraw",
    "withdraw_question",
]
