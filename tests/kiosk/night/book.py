"""What a hub at night knows: passages, vouchers spent once, replies by key. Small enough to be right by looking."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from core.hub import HubProblem
from core.passages import (
    ClearanceFact,
    DecisionInput,
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
    decide,
)
from core.problems import ProblemCode
from core.states import Agency, ClearanceState, InspectionNeed, VoucherState
from core.vouchers.live import LiveState
from core.words import Language
from kiosk.agent.journal import DepartureWay, Visit
from kiosk.agent.lane_hub import RESYNC, Fed, Grant
from kiosk.agent.passage import UNDECIDED, DeclaredPlate, Snapshot

T = TypeVar("T")

LANE, PLATE = "liantang-1", "UP2643"
GRANT_LASTS = timedelta(seconds=60)
CLEAR = (ClearanceFact(Agency.CUSTOMS, ClearanceState.CLEAR),)
OPEN_STATES = UNDECIDED | {PassageState.DIVERTED, PassageState.RELEASED}


@dataclass
class Kept:
    """What the hub keeps of one passage."""

    snapshot: Snapshot
    released_at: datetime | None = None
    release_told: bool = False
    """Whether a release of it has reached the lane."""
    in_lane: bool = True


@dataclass
class Book:
    """The hub's book of one lane."""

    now: Callable[[], datetime]
    vouchers: dict[str, str]
    """Voucher by the text of its code."""
    policy: LanePolicy = field(
        default_factory=lambda: LanePolicy(accepts_print=True, containers_required=False)
    )
    passages: dict[str, Kept] = field(default_factory=dict)
    states: dict[str, VoucherState] = field(default_factory=dict)
    replies: dict[str, tuple[object, object]] = field(default_factory=dict)
    """What was asked under each key, and the first answer."""
    spent: list[str] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)
    fed: list[Fed] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    # ---- what happens there

    def change(self, passage_id: str, **changes: object) -> Snapshot:
        """Change a passage and tell the lane."""
        kept = self.passages[passage_id]
        kept.snapshot = replace(kept.snapshot, version=kept.snapshot.version + 1, **changes)  # type: ignore[arg-type]
        self.tell(Fed("passage.fact", kept.snapshot))
        return kept.snapshot

    def tell(self, fed: Fed) -> None:
        """Put a message into the feed."""
        self.fed.append(fed)
        self.wake()

    def wake(self) -> None:
        """Have the feed look again."""
        self.news.set()
        self.news = asyncio.Event()

    def again(self, back: int) -> None:
        """Tell an old message once more, or that the feed begins anew."""
        old = [fed for fed in self.fed if fed.kind != RESYNC]
        self.tell(old[-1 - back % len(old)] if old and back else Fed(RESYNC))

    def seen(self, verdict: Verdict) -> None:
        """A picture of the vehicle in the lane was read."""
        for kept in self.in_lane():
            if kept.snapshot.state in UNDECIDED:
                fact = SubjectFact(SubjectKind.PLATE, PLATE, verdict, PLATE, f"c{len(self.fed)}")
                self.change(kept.snapshot.id, subjects=(*kept.snapshot.subjects, fact))

    def decided(self, outcome: Outcome) -> None:
        """An officer decides about the vehicle in the lane."""
        for kept in self.in_lane():
            if kept.snapshot.state not in UNDECIDED:
                continue
            self.change(kept.snapshot.id, officer=OfficerDecision(outcome, "seen"))
            if outcome is Outcome.REFUSE:
                self.change(kept.snapshot.id, state=PassageState.REFUSED)
            if outcome is Outcome.REFER:
                self.change(kept.snapshot.id, state=PassageState.DIVERTED, bay_id="bay-1")

    def revoke(self, voucher_id: str) -> None:
        """The office takes a voucher back, unless it is spent."""
        if voucher_id not in self.spent:
            self.states[voucher_id] = VoucherState.REVOKED

    def once(self, key: str, asked: object, effect: Callable[[], T]) -> T:
        """Give the first answer again, be it a refusal; another question under the same key is refused."""
        if key not in self.replies:
            try:
                self.replies[key] = asked, effect()
            except HubProblem as problem:
                self.replies[key] = asked, problem
        first, answer = self.replies[key]
        if first != asked:
            raise _no(ProblemCode.KEY_REUSED)
        if isinstance(answer, HubProblem):
            raise answer
        return answer  # type: ignore[return-value]

    def in_lane(self) -> list[Kept]:
        return [kept for kept in self.passages.values() if kept.in_lane]

    def need(self, passage_id: str, states: frozenset[PassageState]) -> Kept:
        kept = self.passages[passage_id]
        if kept.snapshot.state not in states:
            raise _no(ProblemCode.PASSAGE_STATE)
        return kept

    def open(self, visit: Visit) -> Snapshot:
        voucher = self.vouchers[visit.code]
        for kept in self.in_lane():
            if kept.snapshot.voucher_id == voucher:
                return kept.snapshot
            raise _no(ProblemCode.LANE_OCCUPIED)
        state = self.states.get(voucher, VoucherState.ISSUED)
        if state is not VoucherState.ISSUED:
            raise _no(ProblemCode.CODE_SPENT if state is VoucherState.SPENT else ProblemCode.CODE_REVOKED)
        self.passages[visit.id] = Kept(_new(visit.id, voucher, self.now()))
        return self.change(visit.id)

    def release(self, passage_id: str) -> Grant:
        kept = self.passages[passage_id]
        if not (kept.snapshot.state is PassageState.RELEASED and kept.in_lane):
            self.need(passage_id, UNDECIDED)
            self._decide(kept.snapshot)
            self.spent.append(kept.snapshot.voucher_id)
            self.states[kept.snapshot.voucher_id] = VoucherState.SPENT
            kept.released_at = self.now()
            self.change(passage_id, state=PassageState.RELEASED)
        assert kept.released_at is not None
        return Grant(kept.snapshot, kept.released_at + GRANT_LASTS)

    def _decide(self, passage: Snapshot) -> None:
        decision = decide(
            DecisionInput(
                plates=(PLATE,),
                containers=(),
                live=passage.live,
                clearances=passage.clearances,
                inspection=passage.inspection,
                facts=passage.subjects,
                policy=self.policy,
                waited_seconds=(self.now() - passage.opened_at).total_seconds(),
                temperature=passage.temperature,
                officer=passage.officer,
                voucher=self.states.get(passage.voucher_id, VoucherState.ISSUED),
            )
        )
        if decision.outcome is not Outcome.RELEASE:
            reasons = " ".join(reason.code for reason in decision.reasons)
            told = {"outcome": decision.outcome.value, "reasons": reasons}
            raise HubProblem(ProblemCode.NOT_RELEASABLE.value, "", (), told)

    def away(self, passage_id: str, state: PassageState, reasons: tuple[Reason, ...]) -> Snapshot:
        self.need(passage_id, UNDECIDED)
        bay = "bay-1" if state is PassageState.DIVERTED else None
        shown = reasons or (Reason(ReasonCode.OFFICER_REFERRED),)
        return self.change(passage_id, state=state, bay_id=bay, reasons=shown)

    def departed(self, visit: Visit) -> None:
        kept = self.passages[visit.passage_id]
        if not kept.in_lane:
            return
        if visit.way is DepartureWay.BARRIER:
            self.need(visit.passage_id, frozenset({PassageState.RELEASED}))
            self._gone(visit.passage_id, PassageState.EXITED)
        elif kept.snapshot.state is PassageState.RELEASED:
            self._gone(visit.passage_id, PassageState.FAULT)
        elif kept.snapshot.state in (PassageState.DIVERTED, PassageState.REFUSED):
            self._gone(visit.passage_id, kept.snapshot.state)
        elif visit.way is DepartureWay.TO_BAY:
            raise _no(ProblemCode.PASSAGE_STATE)
        else:
            self._gone(visit.passage_id, PassageState.ABANDONED)

    def _gone(self, passage_id: str, state: PassageState) -> None:
        self.passages[passage_id].in_lane = False
        self.change(passage_id, state=state)


def _no(code: ProblemCode) -> HubProblem:
    return HubProblem(code.value, "", (), {})


def _new(passage_id: str, voucher_id: str, at: datetime) -> Snapshot:
    return Snapshot(
        id=passage_id,
        state=PassageState.MATCHING,
        voucher_id=voucher_id,
        version=0,
        opened_at=at,
        language=Language.EN,
        bay_id=None,
        live=LiveState.NOT_NEEDED,
        plates=(DeclaredPlate(PLATE, PLATE),),
        containers=(),
        subjects=(),
        temperature=TemperatureBand.UNKNOWN,
        clearances=CLEAR,
        inspection=InspectionNeed.NOT_REQUIRED,
        officer=None,
        reasons=(),
    )
