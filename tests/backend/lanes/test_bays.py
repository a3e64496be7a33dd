"""An exception leaves the lane, to a bay or back; an officer has the last word on what was seen there."""

from datetime import timedelta

import pytest

from backend.kit.clock import FixedClock
from backend.kit.context import Context, Services
from backend.lanes.service import abandon_silent
from tests.backend.client import Client
from tests.backend.lanes.steps import HOME_PLATE, PLATE, Port, count, kinds, trip_state
from tests.backend.steps import answer, voucher_of


async def refer(port: Port, passage_id: str, lane: str = "liantang-1") -> dict[str, object]:
    """The lane sends the vehicle to a bay."""
    referred: dict[str, object] = await port.act("referPassage", passage_id, lane, reasons=["PLATE_MISMATCH"])
    return referred


async def test_a_wrong_plate_ends_in_a_bay_and_is_released_there_by_an_officer(
    port: Port, api: Services
) -> None:
    journey = await port.approved()
    passage_id = await port.opened(journey)
    await port.seen(passage_id, **{PLATE: "MISMATCH"})
    refused = await port.release(passage_id)
    assert {"name": "reasons", "value": "PLATE_MISMATCH"} in refused["args"]

    referred = await refer(port, passage_id)
    assert (referred["state"], referred["lane"]) == ("DIVERTED", {"kind": "BAY", "id": "liantang-bay-1"})
    assert await trip_state(api, journey) == "HELD"
    left = await port.depart(passage_id, "TO_BAY")
    assert left["leftLaneAt"] is not None
    decided = await port.decide(passage_id, "RELEASE", "the plate is dirty, the papers match")
    assert decided["state"] == "RELEASED"
    assert (decided["decision"]["outcome"], decided["decision"]["byOfficer"]) == ("RELEASE", True)
    assert await trip_state(api, journey) == "CLEARED"
    assert (await voucher_of(journey))["state"] == "SPENT"
    gone = await port.officer_reports(passage_id, "BARRIER")

    assert gone["state"] == "EXITED"
    assert [place["id"] for place in gone["places"]] == ["liantang-1", "liantang-bay-1"]
    assert await kinds(api, "site:liantang") == ["passage.decided", "passage.released", "passage.exited"]
    assert await kinds(api, "lane:liantang-1") == [
        "passage.opened",
        "passage.fact",
        "passage.fact",
        "passage.referred",
        "passage.left_lane",
    ]
    assert await count(api, "redemptions") == 1


async def test_the_words_of_an_officer_are_in_no_event(port: Port, api: Services) -> None:
    passage_id = await port.opened(await port.approved())
    await port.decide(passage_id, "REFER", "driver Chan smells of wine")

    rows = await api.database.collection("events").find({}).to_list(None)

    assert "passage.decided" in {row["kind"] for row in rows}
    assert not [row for row in rows if "wine" in str(row)]


async def test_referring_twice_gives_the_same_bay(port: Port, api: Services) -> None:
    passage_id = await port.opened(await port.approved())

    first, second = await refer(port, passage_id), await refer(port, passage_id)

    assert first["lane"] == second["lane"]
    assert await count(api, "events", kind="passage.referred", stream="lane:liantang-1") == 1


async def test_a_vehicle_on_its_way_to_a_bay_keeps_lane_and_bay_until_each_is_left(port: Port) -> None:
    first, second, third = await port.approved(), await port.approved("HK 77"), await port.approved("AB 1234")
    passage_id = await port.opened(first)
    await refer(port, passage_id)

    assert (await port.scan(await port.code(second)))["code"] == "LANE_OCCUPIED"
    await port.depart(passage_id, "TO_BAY")
    assert (await port.depart(passage_id, "TO_BAY"))["state"] == "DIVERTED"  # said twice
    other = await port.opened(second)
    assert (await refer(port, other))["lane"] == {"kind": "BAY", "id": "liantang-bay-2"}
    await port.decide(passage_id, "RELEASE")
    await port.officer_reports(passage_id, "BARRIER")
    assert (await refer(port, await port.opened(third, "liantang-2"), "liantang-2"))["lane"] == {
        "kind": "BAY",
        "id": "liantang-bay-1",
    }


async def test_when_all_bays_are_taken_the_lane_is_told_and_nothing_changes(
    port: Port, api: Services
) -> None:
    for number in range(4):
        passage_id = await port.opened(await port.approved(f"HK {number + 1}"))
        await refer(port, passage_id)
        await port.depart(passage_id, "TO_BAY")
    last = await port.opened(await port.approved("HK 9"))

    refused = await refer(port, last)

    assert (refused["code"], refused["args"]) == ("BAY_TAKEN", [{"name": "bays", "value": "4"}])
    assert (await port.passage(last))["state"] == "MATCHING"
    assert await count(api, "passages", state="DIVERTED") == 4


async def test_reasons_of_a_referral_are_known_codes(port: Port) -> None:
    passage_id = await port.opened(await port.approved())

    for reasons in ([], ["BECAUSE"], ["PLATE_MISMATCH"] * 11):
        refused = await port.act("referPassage", passage_id, reasons=reasons)
        assert (refused["code"], refused["path"]) == ("INVALID_INPUT", ["reasons"])
    assert (await port.passage(passage_id))["state"] == "MATCHING"


async def test_an_officers_release_in_the_lane_is_kept_for_the_agent_which_then_releases(
    port: Port, api: Services
) -> None:
    journey = await port.approved()
    passage_id = await port.opened(journey)
    await port.seen(passage_id, **{HOME_PLATE: "MISMATCH"})

    decided = await port.decide(passage_id, "RELEASE")
    assert (decided["state"], await count(api, "redemptions")) == ("ASSISTING", 0)
    released = await port.release(passage_id)

    assert released["passage"]["state"] == "RELEASED"
    assert released["passage"]["decision"]["reasons"] == [{"code": "OFFICER_RELEASED"}]
    assert released["passage"]["decision"]["byOfficer"] is True


@pytest.mark.parametrize("at_bay", [False, True])
async def test_an_officer_does_not_overrule_an_agencys_hold(port: Port, api: Services, at_bay: bool) -> None:
    journey = await port.approved()
    passage_id = await port.opened(journey)
    await port.seen(passage_id)
    await answer(port.customs, journey.trip_id, "HOLD", hold={"kind": "AT_BAY", "reason": "weigh it"})
    if at_bay:
        await port.act("referPassage", passage_id, reasons=["HOLD_AT_BAY"])
        await port.depart(passage_id, "TO_BAY")

    decided = await port.decide(passage_id, "RELEASE")
    refused = decided if at_bay else await port.release(passage_id)

    assert refused["code"] == "NOT_RELEASABLE"
    assert await count(api, "redemptions") == 0
    await answer(port.customs, journey.trip_id, "CLEAR")
    released = (
        await port.decide(passage_id, "RELEASE") if at_bay else (await port.release(passage_id))["passage"]
    )
    assert released["state"] == "RELEASED"


async def test_a_refused_vehicle_turns_back_and_its_code_admits_it_nowhere(port: Port, api: Services) -> None:
    journey = await port.approved()
    passage_id = await port.opened(journey)

    refused = await port.decide(passage_id, "REFUSE", "no valid papers")
    assert refused["state"] == "REFUSED"
    elsewhere = await port.scan(await port.code(journey), "liantang-2")
    assert elsewhere["code"] == "CODE_IN_USE"  # it still stands in its lane
    await port.depart(passage_id, "TURN_BACK")

    assert await trip_state(api, journey) == "TURNED_BACK"
    # and not by its trip's state alone: a lane without its hub knows only which codes were taken back
    assert (await port.scan(await port.code(journey), "liantang-2"))["code"] == "CODE_REVOKED"
    assert (await kinds(api, f"trip:{journey.trip_id}"))[-2:] == ["voucher.revoked", "trip.turned_back"]
    assert await count(api, "redemptions") == 0


async def test_whoever_shows_the_bays_hears_that_a_refused_vehicle_has_turned_back_from_one(
    port: Port, api: Services
) -> None:
    passage_id = await port.opened(await port.approved())
    await refer(port, passage_id)
    await port.depart(passage_id, "TO_BAY")
    await port.decide(passage_id, "REFUSE", "no valid papers")
    await port.depart(passage_id, "TURN_BACK")

    assert (await kinds(api, "site:liantang"))[-1] == "passage.left_lane"
    assert (await kinds(api, "lane:liantang-1"))[-1] == "passage.left_lane"


async def test_a_decision_needs_a_reason_an_outcome_and_an_open_passage(port: Port) -> None:
    passage_id = await port.opened(await port.approved())

    assert (await port.decide(passage_id, "RELEASE", "  "))["code"] == "REASON_MISSING"
    assert (await port.decide(passage_id, "RELEASE", "x" * 501))["code"] == "FIELD_TOO_LONG"
    assert (await port.decide(passage_id, "WAIT"))["path"] == ["outcome"]
    assert (await port.decide("01ARZ3NDEKTSV4RRFFQ69G5FAV", "RELEASE"))["code"] == "NOT_FOUND"
    assert (await port.passage(passage_id))["state"] == "MATCHING"
    await port.depart(passage_id, "TURN_BACK")
    assert (await port.decide(passage_id, "RELEASE"))["code"] == "PASSAGE_NOT_OPEN"


async def test_a_vehicle_at_a_bay_is_not_referred_again(port: Port) -> None:
    passage_id = await port.opened(await port.approved())
    await refer(port, passage_id)

    assert (await port.decide(passage_id, "REFER"))["code"] == "PASSAGE_STATE"
    assert (await port.release(passage_id))["code"] == "PASSAGE_STATE"


@pytest.mark.parametrize("who", ["agent", "worker", "customs", "carrier", "nobody"])
async def test_nobody_but_an_officer_decides(port: Port, who: str, api: Services) -> None:
    passage_id = await port.opened(await port.approved())
    stranger: Client = getattr(port, who)

    refused = await port.with_officer(stranger).decide(passage_id, "RELEASE")

    assert refused["code"] == ("UNAUTHENTICATED" if who == "nobody" else "FORBIDDEN")
    assert (await port.passage(passage_id))["decision"] is None
    assert await count(api, "events", kind="passage.decided") == 0


@pytest.mark.parametrize(
    ("outcome", "state", "trip"), [("RELEASE", "EXITED", "CLEARED"), ("REFUSE", "REFUSED", "TURNED_BACK")]
)
async def test_a_vehicle_nobody_saw_leave_its_bay_does_not_keep_it_for_ever(
    port: Port, api: Services, clock: FixedClock, system: Context, outcome: str, state: str, trip: str
) -> None:
    journey = await port.approved()
    passage_id = await port.opened(journey)
    await refer(port, passage_id)
    await port.depart(passage_id, "TO_BAY")
    await port.decide(passage_id, outcome)

    clock.advance(timedelta(minutes=59))
    assert await abandon_silent(system) == 0
    clock.advance(timedelta(minutes=2))
    assert await abandon_silent(system) == 1
    assert await abandon_silent(system) == 0

    passage = await api.database.collection("passages").find_one({"_id": passage_id})
    assert passage is not None
    assert (passage["state"], passage["occupied_bay"]) == (state, None)
    assert await trip_state(api, journey) == trip


@pytest.mark.parametrize("outcome", ["RELEASE", "REFUSE", None])
async def test_a_vehicle_nobody_saw_drive_to_its_bay_frees_its_lane_and_keeps_its_bay(
    port: Port, api: Services, clock: FixedClock, system: Context, outcome: str | None
) -> None:
    passage_id = await port.opened(await port.approved())
    await refer(port, passage_id)
    if outcome is not None:
        await port.decide(passage_id, outcome)

    clock.advance(timedelta(minutes=11))
    assert await abandon_silent(system) == 1

    passage = await api.database.collection("passages").find_one({"_id": passage_id})
    assert passage is not None
    assert (passage["occupied_lane"], passage["occupied_bay"]) == (None, "liantang-bay-1")


async def test_a_vehicle_that_waits_at_a_bay_for_an_officer_keeps_it(
    port: Port, clock: FixedClock, system: Context
) -> None:
    passage_id = await port.opened(await port.approved())
    await refer(port, passage_id)
    await port.depart(passage_id, "TO_BAY")

    clock.advance(timedelta(hours=11))

    assert await abandon_silent(system) == 0
    assert (await port.passage(passage_id))["state"] == "DIVERTED"
