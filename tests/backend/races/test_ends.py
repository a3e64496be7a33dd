"""An order or a trip that ends at the moment in which something begins."""

from datetime import timedelta

from backend.clearances.sweeps import SWEEPS
from backend.kit.clock import FixedClock
from backend.kit.context import Services
from tests.backend.client import new_key
from tests.backend.lanes.steps import Port, count, kinds, trip_state
from tests.backend.races.rivals import Place, Rivals, refusal
from tests.backend.steps import PROBLEM, Answer, Journey, open_link, send_order, start, submit

TRIPS_EXPIRE = next(sweep for sweep in SWEEPS if sweep.name == "trips.expire")
CANCEL = f"""mutation($input: OrderKeyInput!) {{ cancelWorkOrder(input: $input) {{ __typename
  ... on WorkOrder {{ id state }} {PROBLEM} }} }}"""


async def cancel(place: Place, journey: Journey) -> Answer:
    """The carrier takes its order back."""
    asked = {"idempotencyKey": new_key(), "orderId": journey.order_id}
    cancelled: Answer = await place.port.carrier.ask(CANCEL, input=asked)
    return cancelled


async def test_an_order_cancelled_while_its_trip_is_submitted_asks_no_agency_any_more(
    rivals: Rivals, port: Port, clock: FixedClock, api: Services
) -> None:
    draft = await start(port.carrier, port.nobody, clock)

    raced = await rivals.race(lambda place: submit(place.journey(draft)), lambda place: cancel(place, draft))

    assert raced.other["state"] == "CANCELLED"
    trip, order = await rivals.row("trips"), await rivals.row("work_orders")
    assert (trip["state"], order["state"]) == ("WITHDRAWN", "CANCELLED")
    told = await kinds(api, f"trip:{draft.trip_id}")
    assert await count(api, "clearances", open=True) == 0
    if rivals.held_first:
        assert raced.held["__typename"] == "Trip"
        assert told == ["trip.submitted", "trip.withdrawn"]
    else:
        assert refusal(raced.held) == ("TRIP_NOT_DRAFT", {"state": "WITHDRAWN"})
        assert told == ["trip.withdrawn"]
        assert await count(api, "clearances") == 0


async def test_an_order_cancelled_while_its_code_is_scanned_is_over_or_its_vehicle_in_the_lane(
    rivals: Rivals, port: Port, api: Services
) -> None:
    journey = await port.approved()
    code = await port.code(journey)

    raced = await rivals.race(lambda place: place.port.scan(code), lambda place: cancel(place, journey))

    order, voucher = await rivals.row("work_orders"), await rivals.row("vouchers")
    if rivals.held_first:
        assert raced.held["passage"]["state"] == "MATCHING"
        assert refusal(raced.other) == ("TRIP_STATE", {"state": "ARRIVED"})
        assert (order["state"], voucher["state"]) == ("ACCEPTED", "ISSUED")
        assert "order.cancelled" not in await kinds(api, f"order:{journey.order_id}")
    else:
        assert raced.other["state"] == "CANCELLED"
        assert refusal(raced.held) == ("CODE_REVOKED", {"state": "REVOKED"})
        assert (order["state"], voucher["state"]) == ("CANCELLED", "REVOKED")
        assert await trip_state(api, journey) == "WITHDRAWN"
        assert await count(api, "passages") == 0


async def test_a_trip_whose_time_ends_while_its_code_is_scanned_is_over_or_in_the_lane(
    rivals: Rivals, port: Port, api: Services, clock: FixedClock
) -> None:
    journey = await port.approved()
    code = await port.code(journey)

    async def expire(place: Place) -> int:
        clock.advance(timedelta(hours=25))
        return await place.sweep(TRIPS_EXPIRE)

    raced = await rivals.race(lambda place: place.port.scan(code), expire)

    assert raced.other == int(not rivals.held_first)
    order = await rivals.row("work_orders")
    if rivals.held_first:
        assert raced.held["passage"]["state"] == "MATCHING"
        assert (await trip_state(api, journey), order["state"]) == ("ARRIVED", "ACCEPTED")
    else:
        assert refusal(raced.held) == ("TRIP_STATE", {"state": "EXPIRED"})
        assert (await trip_state(api, journey), order["state"]) == ("EXPIRED", "EXPIRED")
        assert (await rivals.row("vouchers"))["frozen_by"] is None
        assert await count(api, "passages") == 0


async def test_a_trip_declared_for_a_later_window_does_not_end_with_its_old_one(
    rivals: Rivals, port: Port, api: Services, clock: FixedClock
) -> None:
    """The sweep has found it due; before it comes to it, the driver submits it with a new window."""
    ends = clock.now() + timedelta(minutes=10)
    late = await start(port.carrier, port.nobody, clock, windowEnd=ends.isoformat())
    clock.advance(timedelta(minutes=12))
    window = {
        "windowStart": clock.now().isoformat(),
        "windowEnd": (clock.now() + timedelta(hours=6)).isoformat(),
    }

    raced = await rivals.race(
        lambda place: place.sweep(TRIPS_EXPIRE), lambda place: submit(place.journey(late), **window)
    )

    told = await kinds(api, f"trip:{late.trip_id}")
    if rivals.held_first:
        assert raced.held == 1
        assert refusal(raced.other) == ("TRIP_NOT_DRAFT", {"state": "EXPIRED"})
        assert (await trip_state(api, late), told) == ("EXPIRED", ["trip.expired"])
    else:
        assert (raced.held, raced.other["state"]) == (0, "SUBMITTED")
        assert (await trip_state(api, late), told) == ("SUBMITTED", ["trip.submitted"])
        assert (await rivals.row("clearances"))["open"] is True
        assert (await rivals.row("work_orders"))["state"] == "ACCEPTED"


async def test_of_two_phones_that_open_one_link_one_is_let_in(
    rivals: Rivals, port: Port, api: Services, clock: FixedClock
) -> None:
    link = (await send_order(port.carrier, clock))["link"]

    raced = await rivals.race(
        lambda place: open_link(place.port.nobody, link), lambda place: open_link(place.port.nobody, link)
    )

    won, lost = (raced.held, raced.other) if rivals.held_first else (raced.other, raced.held)
    assert won["trip"]["state"] == "DRAFT"
    assert refusal(lost) == ("LINK_USED", {})
    trip, order = await rivals.row("trips"), await rivals.row("work_orders")
    assert (order["state"], order["trip_id"]) == ("ACCEPTED", trip["_id"])
    assert await kinds(api, f"order:{order['_id']}") == ["order.created", "order.accepted"]
