"""Figures in the schema; for officers."""

from datetime import date
from typing import Self

import strawberry

from backend.figures import rules, service
from backend.kit.graphql import Info, PermissionTable
from core.roles import Role
from core.states import Agency, ClearanceState
from core.words import WordList, render

ANY_AGENCY = "ANY_AGENCY"
OPEN = "\u2026"
"""What stands in a rule's sentence where each decision had a value of its own."""


@strawberry.type(description="How many decisions there are, and how long they took from the submission on.")
class DecisionTimes:
    """A spread."""

    decisions: int
    seconds_p50: int | None = strawberry.field(description="Half took at most so many seconds; null of none")
    seconds_p95: int | None = strawberry.field(
        description="95 of 100 took at most so many seconds; null of none"
    )

    @classmethod
    def of(cls, spread: rules.Spread) -> Self:
        """Show a spread."""
        return cls(decisions=spread.number, seconds_p50=spread.p50, seconds_p95=spread.p95)


@strawberry.type(description="Decisions of a time: all, those of the rules alone, those of officers.")
class DecisionTally:
    """A tally."""

    all: DecisionTimes
    by_rule: DecisionTimes
    by_officer: DecisionTimes
    share_without_human: float | None = strawberry.field(
        description="The part that the rules decided alone, 0 to 1; null where there is none"
    )

    @classmethod
    def of(cls, tally: rules.Tally) -> Self:
        """Show a tally."""
        return cls(
            all=DecisionTimes.of(tally.all),
            by_rule=DecisionTimes.of(tally.by_rule),
            by_officer=DecisionTimes.of(tally.by_officer),
            share_without_human=tally.share_without_human,
        )


@strawberry.type(description="One day, from midnight to midnight in the checkpoint's time zone.")
class DecisionDay:
    """A day."""

    day: date
    tally: DecisionTally


@strawberry.type(description="Decisions in which a rule spoke: for the approval, or for an officer's look.")
class RuleFigures:
    """A rule."""

    rule: str
    message: str = strawberry.field(
        description="Its sentence in the asker's language; what it names is left open"
    )
    times: DecisionTimes
    without_human: int = strawberry.field(description="Of these, how many the rules decided alone")


@strawberry.type(description="How an agency stood when the decisions fell.")
class AgencyFigures:
    """An agency."""

    agency: Agency
    asked: int
    clear: int
    hold: int
    silent: int
    pending: int = strawberry.field(
        description="Decided before it had answered: an officer rejected the trip"
    )
    answers: DecisionTimes = strawberry.field(description="From the submission to its last answer")

    @classmethod
    def of(cls, tally: rules.AgencyTally) -> Self:
        """Show an agency's tally."""
        return cls(
            agency=tally.agency,
            asked=tally.asked,
            clear=tally.states.get(ClearanceState.CLEAR, 0),
            hold=tally.states.get(ClearanceState.HOLD, 0),
            silent=tally.states.get(ClearanceState.SILENT, 0),
            pending=tally.states.get(ClearanceState.PENDING, 0),
            answers=DecisionTimes.of(tally.answers),
        )


@strawberry.type(description="The decisions about trips of a checkpoint in a window of days.")
class DecisionFigures:
    """Figures."""

    total: DecisionTally
    days: list[DecisionDay] = strawberry.field(
        description="Every day of the window, also those without a decision"
    )
    by_reason: list[RuleFigures] = strawberry.field(
        description="The rule that spoke most often first; of several in one decision each counts"
    )
    by_agency: list[AgencyFigures]


@strawberry.type
class Query:
    """Root fields about figures."""

    @strawberry.field(
        description="How trips were decided at a checkpoint on these days, both included, at most 31; days are the "
        "checkpoint's. A trip that was taken back and submitted again counts for each decision."
    )
    async def decision_figures(
        self, info: Info, checkpoint_id: strawberry.ID, first_day: date, last_day: date
    ) -> DecisionFigures:
        """Return them."""
        context = info.context
        found = await service.decisions(
            context.db, context.actor, str(checkpoint_id), first=first_day, last=last_day
        )
        language = context.actor.language
        return DecisionFigures(
            total=DecisionTally.of(found.total),
            days=[DecisionDay(day=one.day, tally=DecisionTally.of(one.tally)) for one in found.days],
            by_reason=[_rule(tally, language) for tally in found.by_rule],
            by_agency=[AgencyFigures.of(tally) for tally in found.by_agency],
        )


def _rule(tally: rules.RuleTally, language: str) -> RuleFigures:
    anybody = render(WordList.APPROVAL, ANY_AGENCY, {}, language)
    open_args = {"agency": anybody, "note": OPEN, "inspection": OPEN, "chapters": OPEN}
    return RuleFigures(
        rule=tally.rule,
        message=render(WordList.APPROVAL, tally.rule, open_args, language),
        times=DecisionTimes.of(tally.spread),
        without_human=tally.without_human,
    )


OFFICER = frozenset({Role.OFFICER})
PERMISSIONS: PermissionTable = {
    "Query.decisionFigures": OFFICER,
    "DecisionTimes": {"decisions secondsP50 secondsP95": OFFICER},
    "DecisionTally": {"all byRule byOfficer shareWithoutHuman": OFFICER},
    "DecisionDay": {"day tally": OFFICER},
    "RuleFigures": {"rule message times withoutHuman": OFFICER},
    "AgencyFigures": {"agency asked clear hold silent pending answers": OFFICER},
    "DecisionFigures": {"total days byReason byAgency": OFFICER},
}
