"""What decides on a trip without a person: silence, approval by rule, the random floor. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from backend.clearances.agencies import TERMS, SilencePolicy
from backend.clearances.model import ApprovalReason, Clearance, Hold
from core.states import Agency, ClearanceState, HoldKind, InspectionNeed


class ApprovalRule(StrEnum):
    """Why a trip was approved, or why an officer has to look; sentences in `core/words/approval.json`."""

    AGENCIES_CLEAR = "AGENCIES_CLEAR"
    SILENCE_CLEARS = "SILENCE_CLEARS"
    HELD_AT_BAY = "HELD_AT_BAY"
    AGENCY_SILENT = "AGENCY_SILENT"
    FEVER_DECLARED = "FEVER_DECLARED"
    RANDOM_CHECK = "RANDOM_CHECK"
    OFFICER_LOOKS = "OFFICER_LOOKS"
    OFFICER_APPROVED = "OFFICER_APPROVED"
    OFFICER_NOTE = "OFFICER_NOTE"
    OFFICER_SET_INSPECTION = "OFFICER_SET_INSPECTION"


RANDOM_PARTS = 1000
RULES_NAME = "rules"
"""Who decided, where no person did."""


@dataclass(frozen=True)
class Verdict:
    """Approve by rule when `review` is empty; `grounds` are kept either way."""

    grounds: tuple[ApprovalReason, ...]
    review: tuple[ApprovalReason, ...]


def silenced(clearance: Clearance) -> Clearance:
    """Return the verdict of an agency that let its deadline pass; the table says what that means for inspection."""
    values = {"state": ClearanceState.SILENT, "inspection": TERMS[clearance.agency].silent_need}
    return clearance.model_copy(update=values)


def stopping(items: Sequence[Clearance]) -> Clearance | None:
    """Return the hold that keeps the vehicle from coming at all, if there is one."""
    return next((item for item in items if item.hold and item.hold.kind is HoldKind.BEFORE_ARRIVAL), None)


def decidable(items: Sequence[Clearance]) -> bool:
    """Tell whether every agency has spoken, or has let its deadline pass, and none stops the vehicle."""
    pending = any(item.state is ClearanceState.PENDING for item in items)
    return not pending and stopping(items) is None


@dataclass(frozen=True)
class Declared:
    """What the rules look at beside the answers: the health statement, and the vehicle's draw of the day."""

    fever_free: bool
    draw: int
    share: int

    @property
    def drawn(self) -> bool:
        """Whether the draw falls into the random share, `share` in a thousand."""
        return self.draw < self.share


def judge(items: Sequence[Clearance], declared: Declared) -> Verdict:
    """Return what the rules make of the answers; call it when they are `decidable`."""
    grounds: list[ApprovalReason] = []
    review: list[ApprovalReason] = []
    for item in items:
        named = {"agency": item.agency.value}
        silence = TERMS[item.agency].silence
        looked_at = {"state": item.state.value, "inspection": item.inspection.value}
        if item.state is ClearanceState.HOLD:
            grounds.append(_reason(ApprovalRule.HELD_AT_BAY, named, looked_at))
        elif item.state is ClearanceState.SILENT:
            clears = silence is SilencePolicy.CLEAR
            rule = ApprovalRule.SILENCE_CLEARS if clears else ApprovalRule.AGENCY_SILENT
            seen = {"deadline": item.deadline.isoformat(timespec="seconds"), "policy": silence.value}
            (grounds if clears else review).append(_reason(rule, named, looked_at | seen))
    if not grounds and not review:
        said = {item.agency.value: item.state.value for item in items}
        grounds.append(_reason(ApprovalRule.AGENCIES_CLEAR, {}, said))
    if not declared.fever_free:
        review.append(_reason(ApprovalRule.FEVER_DECLARED, {}, {"fever_free": "false"}))
    if declared.drawn:
        drawn = {"draw": str(declared.draw), "share": str(declared.share), "of": str(RANDOM_PARTS)}
        review.append(_reason(ApprovalRule.RANDOM_CHECK, {}, drawn))
    return Verdict(tuple(grounds), tuple(review))


def draw_of(keyed_hash: bytes) -> int:
    """Return the draw of a keyed hash, 0 to 999.

    The hash is of vehicle and day: amending a trip does not draw again, and nobody outside can foresee it.
    """
    return int.from_bytes(keyed_hash[:8], "big") % RANDOM_PARTS


def inspection_need(items: Sequence[Clearance]) -> InspectionNeed:
    """Return the strictest need: REQUIRED, else UNDECIDED, else NOT_REQUIRED; undecided is not the same as not."""
    needs = {item.inspection for item in items}
    if InspectionNeed.REQUIRED in needs:
        return InspectionNeed.REQUIRED
    return InspectionNeed.NOT_REQUIRED if needs == {InspectionNeed.NOT_REQUIRED} else InspectionNeed.UNDECIDED


def undecided_by_silence(items: Sequence[Clearance]) -> tuple[Clearance, ...]:
    """Return the silent agencies that leave open whether an inspection is due: the officer who approves must say."""
    return tuple(
        item
        for item in items
        if item.state is ClearanceState.SILENT and item.inspection is InspectionNeed.UNDECIDED
    )


class VisitGround(StrEnum):
    """Why a visit stands where it stands in the order."""

    AS_ASKED = "AS_ASKED"
    SAME_NUMBER = "SAME_NUMBER"
    NO_NUMBER = "NO_NUMBER"


@dataclass(frozen=True)
class Visit:
    """One place where the vehicle is to be seen; `number` counts from 1, without gap."""

    number: int
    agency: Agency
    hold: Hold
    ground: VisitGround


def visits(items: Sequence[Clearance]) -> tuple[Visit, ...]:
    """Return the holds of several agencies as one order of visits.

    By the number each asked for; where two ask for the same one, and where none is asked for (last), by the table's
    order of agencies. The ground of each visit says so, so that nobody takes a tie for an agency's own wish.
    """
    table = list(TERMS)
    held = [(item.agency, item.hold) for item in items if item.hold is not None]
    asked = [hold.visit_order for _, hold in held if hold.visit_order is not None]
    last = max(asked, default=0) + 1
    held.sort(key=lambda pair: (pair[1].visit_order or last, table.index(pair[0])))

    def ground(hold: Hold) -> VisitGround:
        if hold.visit_order is None:
            return VisitGround.NO_NUMBER
        return VisitGround.SAME_NUMBER if asked.count(hold.visit_order) > 1 else VisitGround.AS_ASKED

    return tuple(
        Visit(number, agency, hold, ground(hold)) for number, (agency, hold) in enumerate(held, start=1)
    )


def for_driver(reasons: Sequence[ApprovalReason]) -> tuple[ApprovalReason, ...]:
    """Return why an officer looks, as the driver may read it: never that he was drawn, nor whose silence asked for it.

    OFFICER_LOOKS is always there, so that its presence tells nothing; a fever is his own statement.
    """
    own = [reason for reason in reasons if reason.rule == ApprovalRule.FEVER_DECLARED.value]
    return (_reason(ApprovalRule.OFFICER_LOOKS, {}, {}), *own)


def officer_approved() -> ApprovalReason:
    """Return the reason of an officer's approval without his note."""
    return _reason(ApprovalRule.OFFICER_APPROVED, {}, {})


def _reason(rule: ApprovalRule, args: dict[str, str], inputs: dict[str, str]) -> ApprovalReason:
    return ApprovalReason(rule=rule.value, args=args, inputs=inputs)
