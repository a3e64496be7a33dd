"""Holds: reason, law, place and order of visits; who reads them, and what lifting does."""

from datetime import UTC, datetime

import pytest

from backend.clearances import rules
from backend.clearances.model import Clearance, Hold
from backend.kit.context import Services
from core.states import Agency, ClearanceState, HoldKind
from tests.backend.clearances.asking import AT_HOME
from tests.backend.client import Client
from tests.backend.steps import Journey, answer, contents

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
HELD = {
    "kind": "AT_BAY",
    "reason": "Seal to be checked",
    "legalReference": "Cap. 109 s.11",
    "place": "Beside the scanner",
    "bayId": "liantang-bay-2",
    "visitOrder": 1,
}


def held(agency: Agency, order: int | None) -> Clearance:
    hold = Hold(kind=HoldKind.AT_BAY, reason="look", visit_order=order)
    return Clearance(agency=agency, state=ClearanceState.HOLD, hold=hold, deadline=NOW)


async def test_the_driver_reads_reason_law_place_and_order_of_his_own_holds(
    journey: Journey, customs: Client, border: Client
) -> None:
    await answer(border, journey.trip_id, "HOLD", hold={"kind": "AT_BAY", "reason": "Faces", "visitOrder": 1})
    await answer(customs, journey.trip_id, "HOLD", hold=HELD)
    visits = (await journey.driver.ask(AT_HOME))["visits"]
    hold = {name: value for name, value in HELD.items() if name != "kind"}
    assert visits[0] == {"number": 1, "agency": "CUSTOMS", "ground": "SAME_NUMBER", "hold": hold}
    assert (visits[1]["number"], visits[1]["agency"], visits[1]["ground"]) == (
        2,
        "BORDER_INSPECTION",
        "SAME_NUMBER",
    )


async def test_lifting_a_hold_takes_its_visit_away_and_tells_so(
    journey: Journey, customs: Client, border: Client, officer: Client
) -> None:
    await answer(customs, journey.trip_id, "HOLD", hold=HELD)
    await answer(border, journey.trip_id)
    lifted = await answer(customs, journey.trip_id)
    assert lifted["clearances"][0]["hold"] is None
    assert (await journey.driver.ask(AT_HOME))["visits"] == []
    steps = await officer.ask(
        "query($id: ID!) { decisionExplanation(tripId: $id) { steps { kind agency } } }", id=journey.trip_id
    )
    assert steps["steps"][-1] == {"kind": "HOLD_LIFTED", "agency": "CUSTOMS"}


@pytest.mark.parametrize(
    ("changed", "code", "path"),
    [
        ({"legalReference": "x" * 101}, "FIELD_TOO_LONG", ["hold", "legalReference"]),
        ({"place": "x" * 101}, "FIELD_TOO_LONG", ["hold", "place"]),
        ({"bayId": "liantang-bay-9"}, "BAY_UNKNOWN", ["hold", "bayId"]),
        ({"visitOrder": 21}, "INVALID_INPUT", ["hold", "visitOrder"]),
    ],
)
async def test_a_wrong_field_of_a_hold_is_pointed_at_and_nothing_changes(
    journey: Journey, customs: Client, api: Services, changed: dict[str, object], code: str, path: list[str]
) -> None:
    before = await contents(api)
    refused = await answer(customs, journey.trip_id, "HOLD", hold=HELD | changed)
    assert (refused["code"], refused["path"]) == (code, path)
    assert await contents(api) == before


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([], []),
        (
            [held(Agency.CUSTOMS, 2), held(Agency.HEALTH, 1)],
            [(1, "HEALTH", "AS_ASKED"), (2, "CUSTOMS", "AS_ASKED")],
        ),
        (
            [held(Agency.QUARANTINE, 5), held(Agency.CUSTOMS, 5)],
            [(1, "CUSTOMS", "SAME_NUMBER"), (2, "QUARANTINE", "SAME_NUMBER")],
        ),
        (
            [held(Agency.CUSTOMS, None), held(Agency.TRANSPORT, 20), held(Agency.HEALTH, None)],
            [(1, "TRANSPORT", "AS_ASKED"), (2, "CUSTOMS", "NO_NUMBER"), (3, "HEALTH", "NO_NUMBER")],
        ),
    ],
)
def test_several_holds_become_one_order_and_each_place_says_why(
    items: list[Clearance], expected: list[tuple[int, str, str]]
) -> None:
    found = [(visit.number, visit.agency.value, visit.ground.value) for visit in rules.visits(items)]
    assert found == expected
