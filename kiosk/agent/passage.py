"""The hub's answers as values: a passage as it stands, a lane and its policy."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.passages import (
    ClearanceFact,
    LanePolicy,
    OfficerDecision,
    Outcome,
    PassageState,
    Reason,
    ReasonCode,
    SubjectFact,
    SubjectKind,
    TemperatureBand,
    Verdict,
)
from core.states import Agency, ClearanceState, HoldKind, InspectionNeed
from core.vouchers.claims import Direction, LaneClass
from core.vouchers.live import LiveState
from core.words import Language

UNDECIDED = frozenset({PassageState.IDENTIFYING, PassageState.MATCHING, PassageState.ASSISTING})
"""The vehicle stands in its lane and nothing has been decided that moves it."""

LANGUAGES = {"EN": Language.EN, "ZH_HANS": Language.ZH_HANS, "ZH_HANT": Language.ZH_HANT}


@dataclass(frozen=True)
class DeclaredPlate:
    """A declared plate: canonical text for the machine, display for people."""

    text: str
    display: str


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A passage as the hub last told it; a higher version is newer."""

    id: str
    state: PassageState
    voucher_id: str
    version: int
    opened_at: datetime
    language: Language
    bay_id: str | None
    """Where it was sent, when its place is a bay."""
    live: LiveState
    plates: tuple[DeclaredPlate, ...]
    containers: tuple[str, ...]
    subjects: tuple[SubjectFact, ...]
    temperature: TemperatureBand
    clearances: tuple[ClearanceFact, ...]
    inspection: InspectionNeed
    officer: OfficerDecision | None
    reasons: tuple[Reason, ...]
    """Why it was decided as it was."""

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> "Snapshot":
        """Read the fields of the schema's `Passage`."""
        place, decision = fields["place"], fields["decision"]
        return cls(
            id=fields["id"],
            state=PassageState(fields["state"]),
            voucher_id=fields["voucherId"],
            version=fields["version"],
            opened_at=datetime.fromisoformat(fields["openedAt"]),
            language=LANGUAGES[fields["language"]],
            bay_id=place["id"] if place["kind"] == "BAY" else None,
            live=LiveState.AHEAD if fields["clockAhead"] else LiveState.FRESH,
            plates=tuple(DeclaredPlate(plate["text"], plate["display"]) for plate in fields["plates"]),
            containers=tuple(fields["containers"]),
            subjects=tuple(_subject(subject) for subject in fields["subjects"]),
            temperature=TemperatureBand(fields["temperature"]),
            clearances=tuple(_clearance(clearance) for clearance in fields["clearances"]),
            inspection=_inspection(fields["clearances"]),
            officer=_officer(decision),
            reasons=_reasons(decision),
        )


@dataclass(frozen=True, kw_only=True)
class LaneSite:
    """What the hub says of a lane: its name, whether it is open, its policy, its checkpoint."""

    lane_id: str
    name: str
    open: bool
    policy: LanePolicy
    checkpoint_number: int
    bays: Mapping[str, int]
    """Number of each bay by its id."""

    @classmethod
    def find(cls, checkpoints: list[Mapping[str, Any]], lane_id: str) -> "LaneSite | None":
        """Return the lane among the checkpoints the hub knows, or None."""
        for checkpoint in checkpoints:
            for lane in checkpoint["lanes"]:
                if lane["id"] == lane_id:
                    return cls._of(checkpoint, lane)
        return None

    @classmethod
    def _of(cls, checkpoint: Mapping[str, Any], lane: Mapping[str, Any]) -> "LaneSite":
        return cls(
            lane_id=lane["id"],
            name=lane["name"],
            open=lane["open"],
            policy=_policy(lane["policy"]),
            checkpoint_number=checkpoint["number"],
            bays={bay["id"]: bay["number"] for bay in checkpoint["bays"]},
        )


def reasons_of(codes: str) -> tuple[Reason, ...]:
    """Read reason codes separated by blanks; a code of a newer hub is passed over."""
    known = set(ReasonCode)
    return tuple(Reason(ReasonCode(code)) for code in codes.split() if code in known)


def _policy(fields: Mapping[str, Any]) -> LanePolicy:
    return LanePolicy(
        wait_seconds=fields["waitSeconds"],
        diverts_after_seconds=fields["divertAfterSeconds"],
        temperature_required=fields["temperatureRequired"],
        containers_required=fields["containersRequired"],
        accepts_print=fields["acceptsPrint"],
        lane_class=LaneClass(fields["laneClass"]),
        directions=frozenset(Direction(direction) for direction in fields["directions"]),
    )


def _subject(fields: Mapping[str, Any]) -> SubjectFact:
    kind, verdict = SubjectKind(fields["kind"]), Verdict(fields["verdict"])
    return SubjectFact(kind, fields["declared"], verdict, fields["read"], fields["captureId"])


def _clearance(fields: Mapping[str, Any]) -> ClearanceFact:
    hold = HoldKind(fields["holdKind"]) if fields["holdKind"] else None
    return ClearanceFact(Agency(fields["agency"]), ClearanceState(fields["state"]), hold)


def _inspection(clearances: list[Mapping[str, Any]]) -> InspectionNeed:
    needs = {InspectionNeed(clearance["inspection"]) for clearance in clearances}
    if InspectionNeed.REQUIRED in needs:
        return InspectionNeed.REQUIRED
    # As at the hub: where nobody has said anything, nothing is decided.
    return InspectionNeed.NOT_REQUIRED if needs == {InspectionNeed.NOT_REQUIRED} else InspectionNeed.UNDECIDED


def _officer(decision: Mapping[str, Any] | None) -> OfficerDecision | None:
    if decision is None or not decision["byOfficer"]:
        return None
    return OfficerDecision(Outcome(decision["outcome"]), decision["note"] or "")


def _reasons(decision: Mapping[str, Any] | None) -> tuple[Reason, ...]:
    known = set(ReasonCode)
    return tuple(
        Reason(ReasonCode(reason["code"]), {pair["name"]: pair["value"] for pair in reason["args"]})
        for reason in (decision["reasons"] if decision else ())
        if reason["code"] in known
    )
