"""What silence means, when a trip can be decided, and what the rules make of the answers."""

import hashlib
from datetime import UTC, datetime

import pytest

from backend.clearances import rules
from backend.clearances.model import Clearance, Hold
from core.states import Agency, ClearanceState, HoldKind, InspectionNeed
from core.words import Language, WordList, sentences

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
CUSTOMS, BORDER = Agency.CUSTOMS, Agency.BORDER_INSPECTION
CLEAR, HOLD, PENDING, SILENT = (
    ClearanceState.CLEAR,
    ClearanceState.HOLD,
    ClearanceState.PENDING,
    ClearanceState.SILENT,
)


def clearance(agency: Agency, state: ClearanceState, kind: HoldKind | None = None) -> Clearance:
    hold = Hold(kind=kind, reason="papers") if kind else None
    return Clearance(agency=agency, state=state, hold=hold, deadline=NOW)


AT_BAY = clearance(CUSTOMS, HOLD, HoldKind.AT_BAY)
BEFORE = clearance(CUSTOMS, HOLD, HoldKind.BEFORE_ARRIVAL)


@pytest.mark.parametrize(
    ("items", "decidable"),
    [
        ((clearance(CUSTOMS, CLEAR), clearance(BORDER, CLEAR)), True),
        ((clearance(CUSTOMS, CLEAR), clearance(BORDER, PENDING)), False),
        ((clearance(CUSTOMS, SILENT), clearance(BORDER, SILENT)), True),
        ((AT_BAY, clearance(BORDER, CLEAR)), True),
        ((BEFORE, clearance(BORDER, CLEAR)), False),
    ],
)
def test_a_trip_is_decided_when_nobody_is_pending_and_nobody_stops_it(
    items: tuple[Clearance, ...], decidable: bool
) -> None:
    assert rules.decidable(items) is decidable


@pytest.mark.parametrize(
    ("items", "fever_free", "drawn", "grounds", "review"),
    [
        ((clearance(CUSTOMS, CLEAR), clearance(BORDER, CLEAR)), True, False, ["AGENCIES_CLEAR"], []),
        ((clearance(CUSTOMS, CLEAR), clearance(BORDER, SILENT)), True, False, ["SILENCE_CLEARS"], []),
        ((clearance(CUSTOMS, SILENT), clearance(BORDER, CLEAR)), True, False, [], ["AGENCY_SILENT"]),
        ((AT_BAY, clearance(BORDER, CLEAR)), True, False, ["HELD_AT_BAY"], []),
        (
            (clearance(CUSTOMS, CLEAR), clearance(BORDER, CLEAR)),
            False,
            False,
            ["AGENCIES_CLEAR"],
            ["FEVER_DECLARED"],
        ),
        (
            (clearance(CUSTOMS, CLEAR), clearance(BORDER, CLEAR)),
            True,
            True,
            ["AGENCIES_CLEAR"],
            ["RANDOM_CHECK"],
        ),
    ],
)
def test_the_rules_approve_or_say_why_an_officer_must_look(
    items: tuple[Clearance, ...], fever_free: bool, drawn: bool, grounds: list[str], review: list[str]
) -> None:
    verdict = rules.judge(items, fever_free=fever_free, drawn=drawn)
    assert [reason.rule for reason in verdict.grounds] == grounds
    assert [reason.rule for reason in verdict.review] == review


def test_silence_of_border_inspection_needs_no_inspection_and_that_of_customs_leaves_it_open() -> None:
    border = rules.silenced(clearance(BORDER, PENDING))
    customs = rules.silenced(clearance(CUSTOMS, PENDING))
    assert (border.state, border.inspection) == (SILENT, InspectionNeed.NOT_REQUIRED)
    assert (customs.state, customs.inspection) == (SILENT, InspectionNeed.UNDECIDED)


@pytest.mark.parametrize(
    ("needs", "strictest"),
    [
        (("NOT_REQUIRED", "NOT_REQUIRED"), "NOT_REQUIRED"),
        (("NOT_REQUIRED", "UNDECIDED"), "UNDECIDED"),
        (("REQUIRED", "UNDECIDED"), "REQUIRED"),
    ],
)
def test_the_strictest_need_of_inspection_counts(needs: tuple[str, str], strictest: str) -> None:
    items = [
        clearance(CUSTOMS, CLEAR).model_copy(update={"inspection": InspectionNeed(need)}) for need in needs
    ]
    assert rules.inspection_need(items) is InspectionNeed(strictest)


def test_of_a_thousand_vehicles_about_the_share_is_drawn_and_always_the_same() -> None:
    draws = [hashlib.sha256(str(number).encode()).digest() for number in range(10_000)]
    drawn = [rules.is_drawn(draw, 20) for draw in draws]
    assert 150 < sum(drawn) < 250
    assert drawn == [rules.is_drawn(draw, 20) for draw in draws]
    assert not any(rules.is_drawn(draw, 0) for draw in draws)
    assert all(rules.is_drawn(draw, 1000) for draw in draws)


def test_every_rule_and_agency_has_its_words_in_three_languages() -> None:
    words = sentences(WordList.APPROVAL)
    assert set(words) == {str(rule) for rule in rules.ApprovalRule} | {str(agency) for agency in Agency}
    assert all(set(texts) == {str(language) for language in Language} for texts in words.values())
