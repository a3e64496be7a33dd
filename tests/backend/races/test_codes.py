"""A code that is shown while somebody takes it back, replaces it or spends it."""

from dataclasses import replace
from datetime import timedelta

from backend.kit.clock import FixedClock
from backend.kit.context import Services
from backend.vouchers.sweeps import SWEEPS
from tests.backend.client import new_key
from tests.backend.lanes.steps import REVOKE, Port, count, kinds, trip_state
from tests.backend.races.rivals import Place, Rivals, refusal
from tests.backend.steps import AMEND, REISSUE, WITHDRAW, Answer, Journey, Phone, act, voucher_of

EXPIRE = next(sweep for sweep in SWEEPS if sweep.name == "vouchers.expire")


async def revoke(place: Place, voucher_id: str) -> Answer:
    """An officer takes the code back."""
    asked = {"idempotencyKey": new_key(), "voucherId": voucher_id, "reason": "reported stolen"}
    revoked: Answer = await place.port.officer.ask(REVOKE, input=asked)
    return revoked


async def take_over(journey: Journey) -> Answer:
    """The driver's other phone asks for a code of its own."""
    asked = {
        "idempotencyKey": new_key(),
        "tripId": journey.trip_id,
        "anchors": journey.phone.anchors,
    }
    taken: Answer = await journey.driver.ask(REISSUE, input=asked)
    return taken


async def test_a_code_revoked_while_it_is_scanned_opens_nothing_or_lets_nobody_through(
    rivals: Rivals, port: Port, api: Services
) -> None:
    journey = await port.approved()
    code, voucher = await port.code(journey), await voucher_of(journey)

    raced = await rivals.race(lambda place: place.port.scan(code), lambda place: revoke(place, voucher["id"]))

    assert raced.other["state"] == "REVOKED"
    kept = await rivals.row("vouchers")
    assert kept["state"] == "REVOKED"
    if rivals.held_first:
        passage_id = raced.held["passage"]["id"]
        assert (await trip_state(api, journey), kept["frozen_by"]) == ("ARRIVED", passage_id)
        await port.seen(passage_id)
        told = refusal(await port.release(passage_id))
        assert told == ("NOT_RELEASABLE", {"outcome": "REFUSE", "reasons": "VOUCHER_REVOKED"})
        assert (await port.act("refusePassage", passage_id, reasons=["VOUCHER_REVOKED"]))[
            "state"
        ] == "REFUSED"
    else:
        assert refusal(raced.held) == ("CODE_REVOKED", {"state": "REVOKED"})
        assert (await trip_state(api, journey), kept["frozen_by"]) == ("APPROVED", None)
        assert await count(api, "passages") == 0
        assert await kinds(api, "lane:liantang-1") == ["scan.refused"]
    assert await count(api, "redemptions") == 0
    assert (await kinds(api, f"trip:{journey.trip_id}")).count("voucher.revoked") == 1


async def test_a_code_revoked_while_its_vehicle_is_released_is_spent_or_keeps_the_barrier_closed(
    rivals: Rivals, port: Port, api: Services
) -> None:
    journey = await port.approved()
    voucher = await voucher_of(journey)
    passage_id = await port.opened(journey)
    await port.seen(passage_id)

    raced = await rivals.race(
        lambda place: place.port.release(passage_id), lambda place: revoke(place, voucher["id"])
    )

    passage, kept = await rivals.row("passages"), await rivals.row("vouchers")
    if rivals.held_first:
        assert raced.held["passage"]["state"] == passage["state"] == "RELEASED"
        assert refusal(raced.other) == ("VOUCHER_STATE", {"state": "SPENT"})
    else:
        refused = ("NOT_RELEASABLE", {"outcome": "REFUSE", "reasons": "VOUCHER_REVOKED"})
        assert (refusal(raced.held), raced.other["state"]) == (refused, "REVOKED")
    released = int(rivals.held_first)
    assert kept["state"] == ("SPENT" if released else "REVOKED")
    assert passage["state"] == ("RELEASED" if released else "MATCHING")
    assert await count(api, "redemptions", passage_id=passage_id) == released
    assert (await kinds(api, "lane:liantang-1")).count("passage.released") == released
    assert (await kinds(api, f"trip:{journey.trip_id}")).count("voucher.revoked") == 1 - released
    assert await trip_state(api, journey) == ("CLEARED" if released else "ARRIVED")


async def test_a_trip_amended_while_its_code_is_scanned_is_a_draft_or_in_the_lane_never_both(
    rivals: Rivals, port: Port, api: Services
) -> None:
    journey = await port.approved()
    code = await port.code(journey)

    raced = await rivals.race(
        lambda place: act(place.journey(journey).driver, AMEND, journey.trip_id),
        lambda place: place.port.scan(code),
    )
    amended, scanned = raced.held, raced.other

    trip, voucher = await rivals.row("trips"), await rivals.row("vouchers")
    clearances = await rivals.row("clearances")
    if not rivals.held_first:
        assert scanned["passage"]["state"] == "MATCHING"
        assert refusal(amended) == ("TRIP_STATE", {"state": "ARRIVED"})
        assert (trip["state"], trip["voucher_id"]) == ("ARRIVED", voucher["_id"])
        assert (voucher["state"], clearances["open"]) == ("ISSUED", True)
        assert (await port.measure(scanned["passage"]["id"]))["__typename"] == "Passage"
    else:
        assert amended["state"] == "DRAFT"
        assert refusal(scanned) == ("CODE_SUPERSEDED", {"state": "SUPERSEDED"})
        assert (trip["state"], trip["voucher_id"], await count(api, "passages")) == ("DRAFT", None, 0)
        assert (voucher["state"], clearances["open"], clearances["items"]) == ("SUPERSEDED", False, [])
    told = await kinds(api, f"trip:{journey.trip_id}")
    assert [told.count("trip.arrived"), told.count("trip.amended")] in ([1, 0], [0, 1])


async def test_a_code_that_another_phone_takes_over_while_the_old_one_is_scanned(
    rivals: Rivals, port: Port, api: Services
) -> None:
    journey = await port.approved()
    code = await port.code(journey)
    other_phone = replace(journey, phone=Phone())

    raced = await rivals.race(
        lambda place: place.port.scan(code), lambda place: take_over(place.journey(other_phone))
    )

    states = sorted([row["state"] async for row in api.database.collection("vouchers").find({})])
    trip = await rivals.row("trips")
    if rivals.held_first:
        assert raced.held["passage"]["state"] == "MATCHING"
        assert refusal(raced.other) == ("TRIP_NOT_APPROVED", {"state": "ARRIVED"})
        assert (states, trip["state"]) == (["ISSUED"], "ARRIVED")
    else:
        assert refusal(raced.held) == ("CODE_SUPERSEDED", {"state": "SUPERSEDED"})
        assert raced.other["__typename"] != "Problem", raced.other
        assert (states, trip["state"]) == (["ISSUED", "SUPERSEDED"], "APPROVED")
        shown = await port.scan(await port.code(other_phone), "liantang-2")
        assert (shown["__typename"], shown["returned"]) == ("PassageOpened", False)
    assert await count(api, "passages") == 1


async def test_a_trip_withdrawn_while_its_code_is_scanned_is_over_or_in_the_lane_never_both(
    rivals: Rivals, port: Port, api: Services
) -> None:
    journey = await port.approved()
    code = await port.code(journey)

    raced = await rivals.race(
        lambda place: place.port.scan(code),
        lambda place: act(place.journey(journey).driver, WITHDRAW, journey.trip_id),
    )

    voucher = await rivals.row("vouchers")
    if rivals.held_first:
        assert refusal(raced.other) == ("TRIP_STATE", {"state": "ARRIVED"})
        assert (voucher["state"], await trip_state(api, journey)) == ("ISSUED", "ARRIVED")
    else:
        assert refusal(raced.held) == ("CODE_REVOKED", {"state": "REVOKED"})
        assert (voucher["state"], await trip_state(api, journey)) == ("REVOKED", "WITHDRAWN")
    assert await count(api, "passages") == int(rivals.held_first)


async def test_one_code_at_two_lanes_opens_one_passage(rivals: Rivals, port: Port, api: Services) -> None:
    journey = await port.approved()
    code = await port.code(journey)

    raced = await rivals.race(
        lambda place: place.port.scan(code, "liantang-1"), lambda place: place.port.scan(code, "liantang-2")
    )

    won, lost = (raced.held, raced.other) if rivals.held_first else (raced.other, raced.held)
    lanes = ("liantang-1", "liantang-2") if rivals.held_first else ("liantang-2", "liantang-1")
    assert (won["returned"], won["passage"]["lane"]["id"]) == (False, lanes[0])
    assert refusal(lost) == ("CODE_IN_USE", {})
    passage, voucher = await rivals.row("passages"), await rivals.row("vouchers")
    assert (passage["occupied_lane"], voucher["frozen_by"]) == (lanes[0], passage["_id"])
    assert await kinds(api, f"lane:{lanes[0]}") == ["passage.opened"]
    assert await kinds(api, f"lane:{lanes[1]}") == ["scan.refused"]
    assert (await kinds(api, f"trip:{journey.trip_id}")).count("trip.arrived") == 1


async def test_two_agents_that_show_one_code_at_one_lane_get_one_passage(
    rivals: Rivals, port: Port, api: Services
) -> None:
    """An agent started twice, say: each mints its own passage id."""
    code = await port.code(await port.approved())

    raced = await rivals.race(lambda place: place.port.scan(code), lambda place: place.port.scan(code))

    passage = await rivals.row("passages")
    assert {raced.held["passage"]["id"], raced.other["passage"]["id"]} == {passage["_id"]}
    assert (raced.held["returned"], raced.other["returned"]) == (not rivals.held_first, rivals.held_first)
    assert await kinds(api, "lane:liantang-1") == ["passage.opened"]


async def test_two_vehicles_at_one_lane_open_one_passage(rivals: Rivals, port: Port, api: Services) -> None:
    journeys = await port.approved(), await port.approved("HK 77")
    codes = [await port.code(journey) for journey in journeys]

    raced = await rivals.race(
        lambda place: place.port.scan(codes[0]), lambda place: place.port.scan(codes[1])
    )

    won, lost = (raced.held, raced.other) if rivals.held_first else (raced.other, raced.held)
    assert refusal(lost) == ("LANE_OCCUPIED", {})
    assert (await rivals.row("passages"))["_id"] == won["passage"]["id"]
    states = [await trip_state(api, journey) for journey in journeys]
    assert states == (["ARRIVED", "APPROVED"] if rivals.held_first else ["APPROVED", "ARRIVED"])
    assert sorted(await kinds(api, "lane:liantang-1")) == ["passage.opened", "scan.refused"]


async def test_a_code_that_expires_while_it_is_scanned_is_frozen_or_expired(
    rivals: Rivals, port: Port, api: Services, clock: FixedClock
) -> None:
    """It was read in its last moment; the hub is slow to open the passage."""
    code = await port.code(await port.approved())

    async def expire(place: Place) -> int:
        clock.advance(timedelta(hours=25))
        return await place.sweep(EXPIRE)

    raced = await rivals.race(lambda place: place.port.scan(code), expire)

    kept = await rivals.row("vouchers")
    assert raced.other == int(not rivals.held_first)
    assert kept["state"] == ("ISSUED" if rivals.held_first else "EXPIRED")
    if rivals.held_first:
        assert kept["frozen_by"] == raced.held["passage"]["id"]
    else:
        assert refusal(raced.held) == ("CODE_EXPIRED", {"state": "EXPIRED"})
    assert await count(api, "passages") == int(rivals.held_first)
    assert await count(api, "events", kind="voucher.expired") == raced.other
