"""What decides on a trip without a person: silence, approval by rule, the random floor. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from backend.clearances.model import ApprovalReason, Clearance
from core.states import Agency, ClearanceState, HoldKind, InspectionNeed


class ApprovalRule(StrEnum):
    """Why a trip was approved, or why an officer has to look; sentences in `core/words/approval.json`."""

    AGENCIES_CLEAR = "AGENCIES_CLEAR"
    SILENCE_CLEARS = "SILENCE_CLEARS"
    HELD_AT_BAY = "HELD_AT_BAY"
    AGENCY_SILENT = "AGENCY_SILENT"
    FEVER_DECLARED = "FEVER_DECLARED"
    RANDOM_CHECK = "RANDOM_CHECK"
    OFFICER_APPROVED = "OFFICER_APPROVED"
    OFFICER_NOTE = "OFFICER_NOTE"


class SilencePolicy(StrEnum):
    """What an agency's silence means once its deadline has passed."""

    CLEAR = "CLEAR"
    OFFICER = "OFFICER"


SILENCE: dict[Agency, SilencePolicy] = {
    Agency.CUSTOMS: SilencePolicy.OFFICER,
    Agency.BORDER_INSPECTION: SilencePolicy.CLEAR,
}
CONCERNED = (Agency.CUSTOMS, Agency.BORDER_INSPECTION)
"""Agencies that answer for every trip."""
RANDOM_PARTS = 1000


@dataclass(frozen=True)
class Verdict:
    """Approve by rule when `review` is empty; `grounds` are kept either way."""

    grounds: tuple[ApprovalReason, ...]
    review: tuple[ApprovalReason, ...]


def silenced(clearance: Clearance) -> Clearance:
    """Return the verdict of an agency that let its deadline pass; where silence clears, no inspection is due."""
    clears = SILENCE[clearance.agency] is SilencePolicy.CLEAR
    inspection = InspectionNeed.NOT_REQUIRED if clears else clearance.inspection
    return clearance.model_copy(update={"state": ClearanceState.SILENT, "inspection": inspection})


def stopping(items: Sequence[Clearance]) -> Clearance | None:
    """Return the hold that keeps the vehicle from coming at all, if there is one."""
    return next((item for item in items if item.hold and item.hold.kind is HoldKind.BEFORE_ARRIVAL), None)


def decidable(items: Sequence[Clearance]) -> bool:
    """Tell whether every agency has spoken, or has let its deadline pass, and none stops the vehicle."""
    pending = any(item.state is ClearanceState.PENDING for item in items)
    return not pending and stopping(items) is None


def judge(items: Sequence[Clearance], *, fever_free: bool, drawn: bool) -> Verdict:
    """Return what the rules make of the answers; call it when they are `decidable`."""
    grounds: list[ApprovalReason] = []
    review: list[ApprovalReason] = []
    for item in items:
        named = {"agency": item.agency.value}
        if item.state is ClearanceState.HOLD:
            grounds.append(_reason(ApprovalRule.HELD_AT_BAY, **named))
        elif item.state is ClearanceState.SILENT and SILENCE[item.agency] is SilencePolicy.CLEAR:
            grounds.append(_reason(ApprovalRule.SILENCE_CLEARS, **named))
        elif item.state is ClearanceState.SILENT:
            review.append(_reason(ApprovalRule.AGENCY_SILENT, **named))
    if not grounds and not review:
        grounds.append(_reason(ApprovalRule.AGENCIES_CLEAR))
    if not fever_free:
        review.append(_reason(ApprovalRule.FEVER_DECLARED))
    if drawn:
        review.append(_reason(ApprovalRule.RANDOM_CHECK))
    return Verdict(tuple(grounds), tuple(review))


def is_drawn(draw: bytes, share: int) -> bool:
    """Tell whether a keyed hash falls into the random share, `share` in a thousand.

    The hash is of vehicle and day: amending a trip does not draw again, and nobody outside can foresee it.
    """
    return int.from_bytes(draw[:8], "big") % RANDOM_PARTS < share


def inspection_need(items: Sequence[Clearance]) -> InspectionNeed:
    """Return the strictest need: REQUIRED, else UNDECIDED, else NOT_REQUIRED; undecided is not the same as not."""
    needs = {item.inspection for item in items}
    if InspectionNeed.REQUIRED in needs:
        return InspectionNeed.REQUIRED
    return InspectionNeed.NOT_REQUIRED if needs == {InspectionNeed.NOT_REQUIRED} else InspectionNeed.UNDECIDED


def _reason(rule: ApprovalRule, **args: str) -> ApprovalReason:
    return ApprovalReason(rule=rule.value, args=args)
