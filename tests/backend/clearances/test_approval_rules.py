"""What silence means, when a trip can be decided, and what the rules make of the answers."""

from datetime import UTC, date, datetime, timedelta

import pytest

from backend.clearances import agencies, rules
from backend.clearances.model import Clearance, Hold
from backend.settings import Settings
from backend.vouchers import service as vouchers
from core.states import Agency, ClearanceState, HoldKind, InspectionNeed
from core.words import Language, WordList, sentences
from tests.backend.trips.trips_generated import clean_trips

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
    declared = rules.Declared(fever_free=fever_free, draw=19 if drawn else 20, share=20)
    verdict = rules.judge(items, declared)
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


def test_of_ten_thousand_draws_the_set_share_within_a_point_goes_to_an_officer(settings: Settings) -> None:
    """Of real plates and days under the real key: what the hub draws, not what a hash would."""
    day = date(2026, 11, 25)
    keys = [f"UP{number:04}" for number in range(2_000)]
    days = [(day + timedelta(days=number)).isoformat() for number in range(5)]
    draws = [
        rules.draw_of(vouchers.pseudonym(settings, "random review", f"{plate} {one}"))
        for plate in keys
        for one in days
    ]
    assert len(draws) == 10_000
    for share in (
        0,
        20,
        50,
        1000,
    ):  # a point is more than four standard deviations of each: the key is new each time
        drawn = sum(rules.Declared(fever_free=True, draw=draw, share=share).drawn for draw in draws)
        assert abs(drawn / len(draws) - share / rules.RANDOM_PARTS) <= 0.01, share


def test_of_a_thousand_clean_trips_nine_in_ten_need_no_person_at_the_share_that_is_set(
    settings: Settings,
) -> None:
    """Each agency that a generated declaration concerns has cleared it; quarantine is asked about some of them."""
    share = Settings.model_fields["random_review_share"].default
    alone, with_quarantine = 0, 0
    for trip in clean_trips(1_000):
        stated = trip.declaration
        facts = agencies.TripFacts(chapters=agencies.chapters([item.hs_code for item in stated.goods_items]))
        items = [clearance(one.agency, CLEAR) for one in agencies.concerned(facts, tuple(Agency))]
        vehicle = min(plate.text for plate in stated.plates)
        draw = rules.draw_of(vouchers.pseudonym(settings, "random review", f"{vehicle} 2026-11-25"))
        declared = rules.Declared(fever_free=bool(stated.fever_free), draw=draw, share=share)
        alone += not rules.judge(items, declared).review
        with_quarantine += len(items) == len(Agency)
    assert 900 <= alone < 1_000
    assert 0 < with_quarantine < 1_000


def test_a_vehicle_is_drawn_alike_all_day_and_anew_tomorrow(settings: Settings) -> None:
    today, tomorrow = (
        [
            rules.draw_of(vouchers.pseudonym(settings, "random review", f"UP{number} {day}"))
            for number in range(50)
        ]
        for day in ("2026-11-25", "2026-11-26")
    )
    again = [
        rules.draw_of(vouchers.pseudonym(settings, "random review", f"UP{number} 2026-11-25"))
        for number in range(50)
    ]
    assert today == again
    assert today != tomorrow


def test_every_rule_and_agency_has_its_words_in_three_languages() -> None:
    words = sentences(WordList.APPROVAL)
    named = {
        str(word) for words_of in (rules.ApprovalRule, agencies.ConcernRule, Agency) for word in words_of
    }
    assert set(words) == named | {"REQUIRED", "NOT_REQUIRED", "ANY_AGENCY"}
    assert all(set(texts) == {str(language) for language in Language} for texts in words.values())
