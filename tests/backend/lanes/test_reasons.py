"""Why a vehicle does not go on: a lane sends codes, and whoever reads them learns which plate or container it is."""

from datetime import timedelta

from backend.kit.clock import FixedClock
from backend.kit.context import Services
from tests.backend.lanes.steps import CONTAINER, HOME_PLATE, PLATE, Port
from tests.backend.steps import Answer, answer

REASONS = "reasons { code args { name value } }"
SHOWN = f"query($id: ID!) {{ passage(id: $id) {{ decision {{ {REASONS} }} }} }}"
BOARD = f"""{{ laneBoard(checkpointId: "liantang") {{ lanes {{ laneId {REASONS} }} bays {{ bayId {REASONS} }} }} }}"""


def said(code: str, **args: str) -> Answer:
    """Return a reason as the schema shows it."""
    return {"code": code, "args": [{"name": name, "value": value} for name, value in args.items()]}


async def reasons(port: Port, passage_id: str) -> list[Answer]:
    """Return the reasons of the passage's decision."""
    found = await port.officer.ask(SHOWN, id=passage_id)
    shown: list[Answer] = found["decision"]["reasons"]
    return shown


async def test_each_plate_that_does_not_match_is_named(port: Port) -> None:
    journey = await port.approved()
    passage_id = await port.opened(journey)
    await port.seen(passage_id, **{PLATE: "MISMATCH", HOME_PLATE: "MISMATCH", CONTAINER: "MISMATCH"})

    await port.act(
        "referPassage", passage_id, reasons=["PLATE_MISMATCH", "PLATE_MISMATCH", "CONTAINER_MISMATCH"]
    )

    expected = [
        said("PLATE_MISMATCH", declared=PLATE),
        said("PLATE_MISMATCH", declared=HOME_PLATE),
        said("CONTAINER_MISMATCH", declared=CONTAINER),
    ]
    board = await port.officer.ask(BOARD)
    home = await journey.driver.ask(f"{{ driverHome {{ passage {{ decision {{ {REASONS} }} }} }} }}")
    assert await reasons(port, passage_id) == expected
    assert board["lanes"][0] == {"laneId": "liantang-1", "reasons": expected}
    assert board["bays"][0] == {"bayId": "liantang-bay-1", "reasons": expected}
    assert home["passage"]["decision"]["reasons"] == expected


async def test_a_container_that_was_not_read_is_named_though_the_hubs_own_waiting_is_not_over(
    port: Port,
) -> None:
    passage_id = await port.opened(await port.approved())

    await port.act("referPassage", passage_id, reasons=["PLATE_UNREAD", "CONTAINER_UNREAD"])

    assert await reasons(port, passage_id) == [
        said("PLATE_UNREAD"),
        said("CONTAINER_UNREAD", declared=CONTAINER),
    ]


async def test_what_a_camera_saw_is_named_though_an_agencys_hold_came_in_between(port: Port) -> None:
    journey = await port.approved()
    passage_id = await port.opened(journey)
    await port.seen(passage_id, **{PLATE: "MISMATCH"})
    await answer(port.customs, journey.trip_id, "HOLD", hold={"kind": "AT_BAY", "reason": "weigh it"})

    await port.act("referPassage", passage_id, reasons=["PLATE_MISMATCH", "HOLD_AT_BAY"])

    assert await reasons(port, passage_id) == [
        said("PLATE_MISMATCH", declared=PLATE),
        said("HOLD_AT_BAY", agency="CUSTOMS"),
    ]


async def test_a_code_that_the_hubs_facts_do_not_bear_out_stays_as_it_came_and_stands_once(
    port: Port, api: Services, clock: FixedClock
) -> None:
    passage_id = await port.opened(await port.approved())
    await port.seen(passage_id, **{PLATE: "MISMATCH"})
    clock.advance(timedelta(seconds=30))

    await port.act(
        "refusePassage", passage_id, reasons=["OFFLINE_NEEDS_OFFICER", "TEMPERATURE_HIGH", "TEMPERATURE_HIGH"]
    )

    assert await reasons(port, passage_id) == [said("OFFLINE_NEEDS_OFFICER"), said("TEMPERATURE_HIGH")]
    rows = await api.database.collection("events").find({"kind": "passage.refused"}).to_list(None)
    assert {tuple(row["facts"]["reasons"]) for row in rows} == {("OFFLINE_NEEDS_OFFICER", "TEMPERATURE_HIGH")}


async def test_no_number_of_a_vehicle_goes_into_the_log(port: Port, api: Services) -> None:
    passage_id = await port.opened(await port.approved())
    await port.seen(passage_id, **{PLATE: "MISMATCH", HOME_PLATE: "MISMATCH"})

    refused = await port.release(passage_id)
    await port.act("referPassage", passage_id, reasons=["PLATE_MISMATCH", "PLATE_MISMATCH"])

    assert {"name": "reasons", "value": "PLATE_MISMATCH"} in refused["args"]
    rows = await api.database.collection("events").find({"kind": "passage.referred"}).to_list(None)
    assert {tuple(row["facts"]["reasons"]) for row in rows} == {("PLATE_MISMATCH",)}
    assert not [row for row in rows if PLATE in str(row) or HOME_PLATE in str(row)]
