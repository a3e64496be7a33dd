"""One vehicle's visit to a checkpoint: states, facts, lane policy and the one decision."""

from core.passages.decision import (
    ClearanceFact,
    Decision,
    DecisionInput,
    OfficerDecision,
    Outcome,
    Reason,
    ReasonCode,
    decide,
)
from core.passages.lane import (
    ALLOWED,
    OPEN_STATES,
    FactKind,
    LanePolicy,
    OfflinePolicy,
    PassageState,
    SubjectFact,
    SubjectKind,
    TemperatureBand,
    Verdict,
    admit,
)
from core.passages.sightings import kept, together

__all__ = [
    "ALLOWED",
    "OPEN_STATES",
    "ClearanceFact",
    "Decision",
    "DecisionInput",
    "FactKind",
    "LanePolicy",
    "OfficerDecision",
    "OfflinePolicy",
    "Outcome",
    "PassageState",
    "Reason",
    "ReasonCode",
    "SubjectFact",
    "SubjectKind",
    "TemperatureBand",
    "Verdict",
    "admit",
    "decide",
    "kept",
    "together",
]
