"""A vehicle on which two decide at the same moment."""

from datetime import timedelta

from backend.kit.clock import FixedClock
from backend.kit.context import Services
from backend.lanes.sweeps import SWEEPS
from tests.backend.lanes.steps import PLATE, Port, count, kinds
from tests.backend.races.rivals import Rivals, refusal
from tests.backend.steps import Answer, answer

SILENT = next(sweep for sweep in SWEEPS if sweep.name == "silent passages")
LANE = "lane:liantang-1"
SITE = "site:liantang"
AT_BAY = {"kind": "AT_BAY", "reason": "weigh it"}


async def seen(port: Port, **verdicts: str) -> tuple[str, str]:
    """A vehicle stands in the first lane and its images are read; return its trip and its passage."""
    journey = await port.approved()
    passage_id = await port.opened(journey)
    await port.seen(passage_id, **verdicts)
    return journey.trip_id, passage_id


async def at_bay(port: Port) -> str:
    """A vehicle stands in a bay; return its passage."""
    _, passage_id = await seen(port, **{PLATE: "MISMATCH"})
    assert (await refer(port, passage_id))["state"] == "DIVERTED"
    assert (await port.depart(passage_id, "TO_BAY"))["state"] == "DIVERTED"
    return passage_id


async def refer(port: Port, passage_id: str, lane: str = "liantang-1") -> Answer:
    """The lane sends the vehicle to a bay."""
    return await port.act("referPassage", passage_id, lane, reasons=["PLATE_MISMATCH"])


async def test_a_hold_that_comes_with_the_release_stops_it_or_is_too_late(
    rivals: Rivals, port: Port, api: Services
) -> None:
    """The write skew of snapshots: the release reads the verdicts, the agency reads where the trip stands."""
    trip_id, passage_id = await seen(port)

    raced = await rivals.race(
        lambda place: place.port.release(passage_id),
        lambda place: answer(place.port.customs, trip_id, "HOLD", hold=AT_BAY),
    )

    passage, clearances = await rivals.row("passages"), await rivals.row("clearances")
    if rivals.held_first:
        assert raced.held["passage"]["state"] == "RELEASED"
        assert refusal(raced.other) == ("TRIP_STATE", {"state": "CLEARED"})
    else:
        held = {"outcome": "REFER", "reasons": "HOLD_AT_BAY INSPECTION_UNDECIDED"}
        assert refusal(raced.held) == ("NOT_RELEASABLE", held)
    assert clearances["items"][0]["state"] == ("CLEAR" if rivals.held_first else "HOLD")
    assert passage["state"] == ("RELEASED" if rivals.held_first else "MATCHING")
    released = int(rivals.held_first)
    assert await count(api, "redemptions") == await count(api, "vouchers", state="SPENT") == released
    assert (await kinds(api, LANE)).count("passage.released") == released


async def test_two_agents_that_ask_for_one_release_get_the_same_one(
    rivals: Rivals, port: Port, api: Services
) -> None:
    _, passage_id = await seen(port)

    raced = await rivals.race(
        lambda place: place.port.release(passage_id), lambda place: place.port.release(passage_id)
    )

    assert raced.held == raced.other
    assert raced.held["passage"]["state"] == "RELEASED"
    assert await count(api, "redemptions", passage_id=passage_id) == 1
    assert (await kinds(api, LANE)).count("passage.released") == 1


async def test_of_two_officers_on_one_vehicle_the_first_one_s_word_stands(
    rivals: Rivals, port: Port, api: Services
) -> None:
    passage_id = await at_bay(port)

    raced = await rivals.race(
        lambda place: place.port.decide(passage_id, "RELEASE"),
        lambda place: place.port.decide(passage_id, "REFUSE"),
    )

    passage, voucher = await rivals.row("passages"), await rivals.row("vouchers")
    told = await kinds(api, SITE)
    if rivals.held_first:
        assert (raced.held["state"], passage["state"]) == ("RELEASED", "RELEASED")
        assert refusal(raced.other) == ("PASSAGE_STATE", {"state": "RELEASED"})
        assert (told, voucher["state"]) == (["passage.decided", "passage.released"], "SPENT")
    else:
        assert (raced.other["state"], passage["state"]) == ("REFUSED", "REFUSED")
        assert refusal(raced.held) == ("PASSAGE_NOT_OPEN", {"state": "REFUSED"})
        assert (told, voucher["frozen_by"]) == (["passage.decided", "passage.refused"], None)
    assert passage["decision"]["outcome"] == ("RELEASE" if rivals.held_first else "REFUSE")
    assert await count(api, "redemptions") == int(rivals.held_first)


async def test_an_officer_who_refers_while_the_lane_releases_is_too_late_or_is_obeyed(
    rivals: Rivals, port: Port, api: Services
) -> None:
    _, passage_id = await seen(port)

    raced = await rivals.race(
        lambda place: place.port.release(passage_id), lambda place: place.port.decide(passage_id, "REFER")
    )

    passage = await rivals.row("passages")
    if rivals.held_first:
        assert raced.held["passage"]["state"] == passage["state"] == "RELEASED"
        assert refusal(raced.other) == ("PASSAGE_STATE", {"state": "RELEASED"})
        assert passage["occupied_bay"] is None
    else:
        assert refusal(raced.held) == ("PASSAGE_STATE", {"state": "DIVERTED"})
        assert (raced.other["state"], passage["occupied_bay"]) == ("DIVERTED", "liantang-bay-1")
    assert await count(api, "redemptions") == int(rivals.held_first)


async def test_two_vehicles_never_get_the_last_bay(rivals: Rivals, port: Port, api: Services) -> None:
    for number in range(3):
        passage_id = await port.opened(await port.approved(f"HK {number + 1}"))
        await refer(port, passage_id)
        await port.depart(passage_id, "TO_BAY")
    one = await port.opened(await port.approved("HK 8"), "liantang-1")
    two = await port.opened(await port.approved("HK 9"), "liantang-2")

    raced = await rivals.race(
        lambda place: refer(place.port, one, "liantang-1"), lambda place: refer(place.port, two, "liantang-2")
    )

    won, lost = (raced.held, raced.other) if rivals.held_first else (raced.other, raced.held)
    assert (won["state"], won["lane"]["id"]) == ("DIVERTED", "liantang-bay-4")
    assert refusal(lost) == ("BAY_TAKEN", {"bays": "4"})
    loser = two if rivals.held_first else one
    assert (await rivals.row("passages", _id=loser))["state"] == "MATCHING"
    assert await count(api, "events", kind="passage.referred", stream={"$regex": "^lane"}) == 4


async def test_two_vehicles_get_two_bays_while_there_are_two(
    rivals: Rivals, port: Port, api: Services
) -> None:
    one = await port.opened(await port.approved("HK 8"), "liantang-1")
    two = await port.opened(await port.approved("HK 9"), "liantang-2")

    raced = await rivals.race(
        lambda place: refer(place.port, one, "liantang-1"), lambda place: refer(place.port, two, "liantang-2")
    )

    bays = {raced.held["lane"]["id"], raced.other["lane"]["id"]}
    assert bays == {"liantang-bay-1", "liantang-bay-2"}


async def test_a_departure_that_two_report_is_told_once(rivals: Rivals, port: Port, api: Services) -> None:
    """The agent sees it at its loop, an officer through the window."""
    _, passage_id = await seen(port)
    await port.release(passage_id)

    raced = await rivals.race(
        lambda place: place.port.depart(passage_id, "BARRIER"),
        lambda place: place.port.officer_reports(passage_id, "BARRIER"),
    )

    assert (raced.held["state"], raced.other["state"]) == ("EXITED", "EXITED")
    passage = await rivals.row("passages")
    assert (passage["occupied_lane"], passage["version"]) == (None, raced.held["version"])
    assert (await kinds(api, LANE)).count("passage.exited") == 1


async def test_a_vehicle_that_turns_back_from_its_bay_while_it_is_released_there(
    rivals: Rivals, port: Port, api: Services
) -> None:
    passage_id = await at_bay(port)

    raced = await rivals.race(
        lambda place: place.port.decide(passage_id, "RELEASE"),
        lambda place: place.port.officer_reports(passage_id, "TURN_BACK"),
    )

    passage, voucher = await rivals.row("passages"), await rivals.row("vouchers")
    if rivals.held_first:
        assert raced.held["state"] == "RELEASED"
        assert (raced.other["state"], passage["state"]) == ("FAULT", "FAULT")
        assert (voucher["state"], await count(api, "redemptions")) == ("SPENT", 1)
    else:
        assert refusal(raced.held) == ("PASSAGE_NOT_OPEN", {"state": "ABANDONED"})
        assert (raced.other["state"], passage["state"]) == ("ABANDONED", "ABANDONED")
        assert (voucher["state"], voucher["frozen_by"]) == ("ISSUED", None)
        assert await count(api, "redemptions") == 0
    assert (passage["occupied_lane"], passage["occupied_bay"]) == (None, None)


async def test_a_vehicle_that_leaves_its_lane_for_a_bay_while_it_is_released_there(
    rivals: Rivals, port: Port, api: Services
) -> None:
    _, passage_id = await seen(port, **{PLATE: "MISMATCH"})
    await refer(port, passage_id)

    raced = await rivals.race(
        lambda place: place.port.depart(passage_id, "TO_BAY"),
        lambda place: place.port.decide(passage_id, "RELEASE"),
    )

    assert raced.other["state"] == "RELEASED"
    assert raced.held["__typename"] == "Passage"
    passage = await rivals.row("passages")
    assert (passage["state"], passage["occupied_lane"]) == ("RELEASED", None)
    assert passage["occupied_bay"] == "liantang-bay-1"
    assert (await kinds(api, LANE)).count("passage.left_lane") == 1


async def test_a_silent_vehicle_is_given_up_or_released_never_both(
    rivals: Rivals, port: Port, api: Services, clock: FixedClock
) -> None:
    """Its agent was away for ten minutes and asks for the release in the moment in which it is given up."""
    _, passage_id = await seen(port)
    clock.advance(timedelta(minutes=10))

    raced = await rivals.race(lambda place: place.sweep(SILENT), lambda place: place.port.release(passage_id))

    passage, voucher = await rivals.row("passages"), await rivals.row("vouchers")
    trip = await rivals.row("trips")
    if rivals.held_first:
        assert (raced.held, passage["state"], trip["state"]) == (1, "ABANDONED", "APPROVED")
        assert refusal(raced.other) == ("PASSAGE_NOT_OPEN", {"state": "ABANDONED"})
        assert (voucher["state"], voucher["frozen_by"], passage["occupied_lane"]) == ("ISSUED", None, None)
    else:
        assert (raced.held, passage["state"], trip["state"]) == (0, "RELEASED", "CLEARED")
        assert raced.other["passage"]["state"] == "RELEASED"
        assert (voucher["state"], passage["occupied_lane"]) == ("SPENT", "liantang-1")
    assert await count(api, "redemptions") == 1 - rivals.held_first
    assert (await kinds(api, LANE)).count("passage.abandoned") == int(rivals.held_first)


async def test_two_processes_that_find_the_same_silent_vehicle_end_it_once(
    rivals: Rivals, port: Port, api: Services, clock: FixedClock
) -> None:
    await seen(port)
    clock.advance(timedelta(minutes=10))

    raced = await rivals.race(lambda place: place.sweep(SILENT), lambda place: place.sweep(SILENT))

    assert [raced.held, raced.other] == ([1, 0] if rivals.held_first else [0, 1])
    assert (await kinds(api, LANE)).count("passage.abandoned") == 1
