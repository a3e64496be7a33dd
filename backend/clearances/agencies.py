"""The agencies in one table: whom each trip concerns and why, how long each has, and what its silence means. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from backend.clearances.model import ApprovalReason
from core.states import Agency, InspectionNeed


class ConcernRule(StrEnum):
    """Why an agency is asked about a trip; sentences in `core/words/approval.json`."""

    EVERY_TRIP = "CONCERNS_EVERY_TRIP"
    LIVING_GOODS = "CONCERNS_LIVING_GOODS"


class SilencePolicy(StrEnum):
    """What an agency's silence means once its deadline has passed."""

    CLEAR = "CLEAR"
    OFFICER = "OFFICER"


@dataclass(frozen=True)
class TripFacts:
    """What the table looks at: the HS chapters (two digits) of the goods."""

    chapters: tuple[str, ...]


Concern = Callable[[Agency, TripFacts], ApprovalReason | None]

LIVING_CHAPTERS = frozenset({f"{chapter:02}" for chapter in range(1, 25)} | {"31", "41", "43", "44", "51"})
"""Plants, animals and food of every kind (01 to 24); manure, raw hides, furskins, wood, and wool as they come."""


def every_trip(agency: Agency, _: TripFacts) -> ApprovalReason | None:
    """Concern every trip."""
    return ApprovalReason(rule=ConcernRule.EVERY_TRIP.value, args={"agency": agency.value})


def living_goods(agency: Agency, facts: TripFacts) -> ApprovalReason | None:
    """Concern a trip whose load has plants, animals or food in it."""
    found = sorted(LIVING_CHAPTERS.intersection(facts.chapters))
    if not found:
        return None
    args = {"agency": agency.value, "chapters": ", ".join(found)}
    inputs = {"chapters": " ".join(sorted(set(facts.chapters)))}
    return ApprovalReason(rule=ConcernRule.LIVING_GOODS.value, args=args, inputs=inputs)


@dataclass(frozen=True, kw_only=True)
class AgencyTerms:
    """An agency's row: `silent_need` is what its silence says of the inspection, UNDECIDED that an officer must."""

    concern: Concern
    deadline_seconds: int
    silence: SilencePolicy
    silent_need: InspectionNeed


def _clears(concern: Concern, deadline_seconds: int) -> AgencyTerms:
    return AgencyTerms(
        concern=concern,
        deadline_seconds=deadline_seconds,
        silence=SilencePolicy.CLEAR,
        silent_need=InspectionNeed.NOT_REQUIRED,
    )


def _leaves_to_officer(concern: Concern, deadline_seconds: int) -> AgencyTerms:
    return AgencyTerms(
        concern=concern,
        deadline_seconds=deadline_seconds,
        silence=SilencePolicy.OFFICER,
        silent_need=InspectionNeed.UNDECIDED,
    )


TERMS: Mapping[Agency, AgencyTerms] = {
    Agency.CUSTOMS: _leaves_to_officer(every_trip, 30),
    Agency.BORDER_INSPECTION: _clears(every_trip, 30),
    Agency.HEALTH: _clears(every_trip, 20),
    Agency.TRANSPORT: _clears(every_trip, 20),
    Agency.QUARANTINE: _leaves_to_officer(living_goods, 45),
}
"""In the order in which they are shown, and see a vehicle where no order was asked for."""


@dataclass(frozen=True)
class Concerned:
    """An agency that is asked, and why."""

    agency: Agency
    reason: ApprovalReason


def concerned(facts: TripFacts, present: Iterable[Agency]) -> tuple[Concerned, ...]:
    """Return the agencies that this trip concerns, of those that are present here, in the table's order."""
    here = frozenset(present)
    asked = ((agency, terms.concern(agency, facts)) for agency, terms in TERMS.items() if agency in here)
    return tuple(Concerned(agency, reason) for agency, reason in asked if reason is not None)


def deadline_seconds(agency: Agency, for_all: int | None, for_one: Mapping[Agency, int]) -> int:
    """Return how long the agency has: its own setting, else the one for all, else its row of the table."""
    return for_one.get(agency) or for_all or TERMS[agency].deadline_seconds


def chapters(hs_codes: Sequence[str | None]) -> tuple[str, ...]:
    """Return the chapters of these HS codes, each once; what does not begin with two digits has none."""
    heads = (code.strip()[:2] for code in hs_codes if code)
    return tuple(dict.fromkeys(head for head in heads if len(head) == len("01") and head.isdecimal()))
