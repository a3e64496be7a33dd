"""Every kind of bad code has a refusal of its own, which the lane's log keeps; no vehicle is let in for it."""

from datetime import timedelta
from typing import Any

import pytest

from backend.kit.clock import FixedClock
from backend.kit.context import Context, Services
from backend.vouchers.keys import keys_of
from backend.vouchers.service import expire_due
from core.canonical import millis
from core.vouchers import codec
from core.vouchers.claims import Direction, LaneClass, Presentation
from tests.backend.client import new_key
from tests.backend.lanes.codes import (
    BadCode,
    cut_short,
    half_an_hour_ahead,
    live_part_cut_off,
    live_part_of_another_phone,
    never_issued,
    not_ours,
    revoked,
    shown,
    signature_changed,
    signed_by_a_stranger,
    superseded,
    two_minutes_old,
)
from tests.backend.lanes.steps import REFUSAL, Port
from tests.backend.steps import voucher_of
from tests.conftest import SignIn


async def refused_scans(api: Services) -> list[tuple[str, str, str]]:
    """Return what the log says of refused scans: lane, code, who found it."""
    rows = await api.database.collection("events").find({"kind": "scan.refused"}).sort("seq", 1).to_list(None)
    return [(row["ids"]["lane_id"], row["facts"]["code"], row["facts"]["found_by"]) for row in rows]


async def passages(api: Services) -> int:
    """Return how many passages there are."""
    return await api.database.collection("passages").count_documents({})


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (not_ours, "CODE_NOT_OURS"),
        (cut_short, "CODE_MALFORMED"),
        (signature_changed, "CODE_FORGED"),
        (signed_by_a_stranger, "CODE_KEY_UNKNOWN"),
        (live_part_cut_off, "LIVE_MISSING"),
        (live_part_of_another_phone, "LIVE_FORGED"),
        (two_minutes_old, "LIVE_STALE"),
        (half_an_hour_ahead, "LIVE_AHEAD"),
        (revoked, "CODE_REVOKED"),
        (superseded, "CODE_SUPERSEDED"),
    ],
)
async def test_a_bad_code_is_refused_by_its_own_name_and_logged(
    port: Port, api: Services, clock: FixedClock, make: BadCode, expected: str
) -> None:
    code = await make(port, clock)

    refused = await port.scan(code)

    assert (refused["__typename"], refused["code"]) == ("Problem", expected)
    assert refused["message"]
    assert await refused_scans(api) == [("liantang-1", expected, "HUB")]
    assert await passages(api) == 0


@pytest.mark.parametrize(
    ("changes", "lane", "expected"),
    [
        ({"checkpoint": 2}, "liantang-1", "CODE_WRONG_CHECKPOINT"),
        ({"direction": Direction.NORTHBOUND}, "liantang-3", "CODE_WRONG_LANE"),
        ({"lane_class": LaneClass.PASSENGER}, "liantang-1", "CODE_WRONG_LANE"),
        ({"presentation": Presentation.PRINT, "anchor": None}, "liantang-1", "CODE_PRINT_NOT_ACCEPTED"),
        ({}, "liantang-1", "CODE_NOT_OURS"),
    ],
)
async def test_a_genuine_code_that_is_not_for_this_lane_is_refused_and_logged(
    port: Port, api: Services, clock: FixedClock, changes: dict[str, Any], lane: str, expected: str
) -> None:
    code = shown(never_issued(clock, **changes), keys_of(api.settings).signing, clock)

    refused = await port.scan(code, lane)

    assert refused["code"] == expected
    assert await refused_scans(api) == [(lane, expected, "HUB")]
    assert await passages(api) == 0


async def test_a_code_in_use_is_refused_at_another_lane_and_returned_at_its_own(
    port: Port, api: Services
) -> None:
    journey = await port.approved()
    passage_id = await port.opened(journey, "liantang-1")
    code = await port.code(journey)

    elsewhere = await port.scan(code, "liantang-2")
    again = await port.scan(code, "liantang-1")

    assert elsewhere["code"] == "CODE_IN_USE"
    assert (again["returned"], again["passage"]["id"]) == (True, passage_id)
    assert await refused_scans(api) == [("liantang-2", "CODE_IN_USE", "HUB")]
    assert await passages(api) == 1


async def test_a_code_is_spent_once_its_vehicle_has_left_and_in_use_until_then(
    port: Port, api: Services, clock: FixedClock
) -> None:
    journey = await port.approved()
    passage_id = await port.opened(journey)
    await port.seen(passage_id)
    assert (await port.release(passage_id))["__typename"] == "PassageReleased"

    assert (await port.scan(await port.code(journey), "liantang-2"))["code"] == "CODE_IN_USE"
    assert (await port.scan(await port.code(journey), "liantang-1"))["returned"] is True
    await port.depart(passage_id, "BARRIER")
    assert (await port.scan(await port.code(journey), "liantang-1"))["code"] == "CODE_SPENT"
    assert (await port.scan(await port.code(journey), "liantang-2"))["code"] == "CODE_SPENT"
    old = await port.code(journey)
    clock.advance(timedelta(minutes=2))
    assert (await port.scan(old, "liantang-1"))["code"] == "CODE_SPENT"  # more use to the driver than "stale"
    assert await passages(api) == 1


async def test_a_code_whose_time_is_over_is_refused(
    port: Port, api: Services, clock: FixedClock, sign_in: SignIn
) -> None:
    journey = await port.approved()
    voucher = await voucher_of(journey)
    clock.advance(timedelta(hours=24, minutes=2))
    port = await port.next_shift(sign_in)

    refused = await port.scan(journey.phone.code(voucher, clock.now()))

    assert refused["code"] == "CODE_EXPIRED"
    assert await refused_scans(api) == [("liantang-1", "CODE_EXPIRED", "HUB")]
    assert await passages(api) == 0


async def test_an_open_passage_keeps_its_code_good_though_its_time_runs_out(
    port: Port, clock: FixedClock, sign_in: SignIn, system: Context
) -> None:
    journey = await port.approved()
    voucher = await voucher_of(journey)
    clock.advance(timedelta(hours=23, minutes=57))
    port = await port.next_shift(sign_in)
    opened = await port.scan(journey.phone.code(voucher, clock.now()))
    clock.advance(timedelta(minutes=6))
    assert await expire_due(system) == 0

    again = await port.scan(codec.envelope(voucher["partOne"], None))
    passage_id = again["passage"]["id"]
    await port.seen(passage_id)
    released = await port.release(passage_id)

    assert (again["returned"], passage_id) == (True, opened["passage"]["id"])
    assert released["passage"]["state"] == "RELEASED"


async def test_the_next_vehicle_waits_until_the_lane_is_free(port: Port, api: Services) -> None:
    first, second = await port.approved(), await port.approved("HK 77")
    passage_id = await port.opened(first)

    refused = await port.scan(await port.code(second))
    await port.depart(passage_id, "TURN_BACK")
    accepted = await port.scan(await port.code(second))

    assert refused["code"] == "LANE_OCCUPIED"
    assert accepted["__typename"] == "PassageOpened"
    assert await refused_scans(api) == [("liantang-1", "LANE_OCCUPIED", "HUB")]


async def test_a_phone_a_little_ahead_opens_a_passage_that_is_referred(port: Port, clock: FixedClock) -> None:
    journey = await port.approved()
    code = journey.phone.code(await voucher_of(journey), clock.now() + timedelta(minutes=5))

    opened = await port.scan(code)
    passage_id = opened["passage"]["id"]
    await port.seen(passage_id)
    refused = await port.release(passage_id)

    assert opened["passage"]["clockAhead"] is True
    assert refused["code"] == "NOT_RELEASABLE"
    assert {"name": "reasons", "value": "CLOCK_AHEAD"} in refused["args"]


async def test_what_the_lane_refuses_by_itself_is_in_the_log_too(port: Port, api: Services) -> None:
    asked = {
        "idempotencyKey": new_key(),
        "laneId": "liantang-2",
        "code": "LIVE_STALE",
        "voucherId": "0123456789abcdef01234567",
        "at": port.clock.now().isoformat(),
    }

    assert await port.agent.ask(REFUSAL, input=asked) == {
        "__typename": "RefusalRecorded",
        "code": "LIVE_STALE",
    }
    assert (await port.agent.ask(REFUSAL, input=asked))["code"] == "LIVE_STALE"
    bad = await port.agent.ask(REFUSAL, input={**asked, "idempotencyKey": new_key(), "voucherId": "x"})

    assert (bad["code"], bad["path"]) == ("INVALID_INPUT", ["voucherId"])
    assert await refused_scans(api) == [("liantang-2", "LIVE_STALE", "LANE")]


async def test_many_codes_refused_for_one_reason_are_one_entry_with_their_number(
    port: Port, api: Services
) -> None:
    asked = {"laneId": "liantang-2", "code": "CODE_NOT_OURS", "at": port.clock.now().isoformat()}
    last = port.clock.now() + timedelta(minutes=1)
    many = {**asked, "idempotencyKey": new_key(), "count": 10_000, "until": last.isoformat()}

    assert (await port.agent.ask(REFUSAL, input=many))["code"] == "CODE_NOT_OURS"
    assert (await port.agent.ask(REFUSAL, input=many))["code"] == "CODE_NOT_OURS"

    (row,) = await api.database.collection("events").find({"kind": "scan.refused"}).to_list(None)
    assert (row["facts"]["count"], row["facts"]["shown_until"]) == (10_000, millis(last))


@pytest.mark.parametrize("count", [0, -1, 1_000_001])
async def test_a_number_of_codes_that_no_lane_can_count_is_refused(
    port: Port, api: Services, count: int
) -> None:
    asked = {"laneId": "liantang-2", "code": "CODE_NOT_OURS", "at": port.clock.now().isoformat()}
    refused = await port.agent.ask(REFUSAL, input={**asked, "idempotencyKey": new_key(), "count": count})
    assert (refused["code"], refused["path"]) == ("INVALID_INPUT", ["count"])
    assert await refused_scans(api) == []


async def test_a_passage_id_that_is_not_a_ulid_is_refused(port: Port, api: Services) -> None:
    code = await port.code(await port.approved())

    refused = await port.scan(code, passageId="../../etc")

    assert (refused["code"], refused["path"]) == ("INVALID_INPUT", ["passageId"])
    assert await passages(api) == 0


GARBAGE = (
    "",
    " ",
    "CL1:",
    "CL1:0" * 300,
    "🚚" * 500,
    "\x00\x01\x02",
    "CL1:" + "A" * 9996,
    "' OR 1=1 --",
    "CL1:%%%",
    "{}",
)


async def test_garbage_is_refused_in_words_and_leaves_no_trace_but_the_log(port: Port, api: Services) -> None:
    for text in GARBAGE:
        refused = await port.scan(text)
        assert refused["code"] in {"CODE_NOT_OURS", "CODE_MALFORMED"}, text
        assert refused["message"]
    assert len(await refused_scans(api)) == len(GARBAGE)
    assert await passages(api) == 0
