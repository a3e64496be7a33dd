"""A vehicle is released once, on facts, and everybody whom it concerns hears of it."""

from dataclasses import replace

import pytest
from ulid import ULID

from backend.kit.context import Actor, Context, Services, UnitOfWork
from backend.kit.database import StreamLocks
from backend.lanes import service
from backend.lanes.model import Passage
from core.problems import ProblemCode, Refusal
from core.roles import Role
from tests.backend.client import new_key
from tests.backend.lanes.steps import (
    CONTAINER,
    EVENTS,
    HOME_PLATE,
    LANES,
    PLATE,
    REVOKE,
    Port,
    count,
    together,
)
from tests.backend.steps import Answer, answer, voucher_of


async def test_a_matching_vehicle_is_released_and_the_officer_sees_every_step(
    port: Port, api: Services
) -> None:
    journey = await port.approved()
    async with port.officer.listen(EVENTS, "checkpointEvents", id="liantang") as listener:
        assert (await listener.next())["__typename"] == "Ready"
        passage_id = await port.opened(journey)
        await port.seen(passage_id)

        released = await port.release(passage_id)

        assert released["__typename"] == "PassageReleased", released
        assert released["passage"]["state"] == "RELEASED"
        assert released["passage"]["decision"]["reasons"] == [{"code": "ALL_FACTS_GOOD"}]
        subjects = {fact["declared"]: fact["verdict"] for fact in released["passage"]["subjects"]}
        assert subjects == {PLATE: "MATCH", HOME_PLATE: "MATCH", CONTAINER: "MATCH"}
        await port.act("reportBarrier", passage_id, state="OPENED", at=port.clock.now().isoformat())
        exited = await port.depart(passage_id, "BARRIER")
        assert exited["state"] == "EXITED"
        seen: list[Answer] = []
        while not seen or seen[-1]["event"]["kind"] != "passage.exited":
            seen.append(await listener.next())
    of_lane = [message for message in seen if message["event"]["stream"] == "lane:liantang-1"]
    assert [message["event"]["kind"] for message in of_lane] == [
        "passage.opened",
        "passage.fact",
        "passage.fact",
        "passage.released",
        "barrier.opened",
        "passage.exited",
    ]
    assert [message["event"]["seq"] for message in of_lane] == [1, 2, 3, 4, 5, 6]
    nobody: Answer = {"passageId": None, "state": None, "plates": []}
    assert of_lane[-1]["card"] == {"laneId": "liantang-1", "bayId": None, **nobody}
    trip = await api.database.collection("trips").find_one({"_id": journey.trip_id})
    assert trip is not None
    assert trip["state"] == "CLEARED"


async def test_of_twenty_scans_at_once_at_three_lanes_one_passage_opens_and_is_released_once(
    port: Port, api: Services
) -> None:
    code = await port.code(await port.approved())

    answers = await together(*(port.scan(code, LANES[number % 3]) for number in range(20)))

    opened = [answer for answer in answers if answer["__typename"] == "PassageOpened"]
    refused = [answer["code"] for answer in answers if answer["__typename"] == "Problem"]
    lane = next(answer["passage"]["lane"]["id"] for answer in opened if not answer["returned"])
    passage_id = opened[0]["passage"]["id"]
    assert [answer["returned"] for answer in opened].count(False) == 1
    assert {answer["passage"]["id"] for answer in opened} == {passage_id}
    assert {answer["passage"]["lane"]["id"] for answer in opened} == {lane}
    assert len(opened) == (7 if lane in LANES[:2] else 6)
    assert set(refused) == {"CODE_IN_USE"}
    assert await count(api, "passages") == 1
    assert await count(api, "events", kind="passage.opened") == 1
    assert await count(api, "events", kind="scan.refused") == len(refused)

    await port.seen(passage_id, lane)
    released = await together(*(port.release(passage_id, lane) for _ in range(10)))

    assert {answer["passage"]["releasedAt"] for answer in released} == {released[0]["passage"]["releasedAt"]}
    assert await count(api, "redemptions") == 1
    assert await count(api, "events", kind="passage.released", stream=f"lane:{lane}") == 1


async def test_hubs_that_know_nothing_of_each_other_open_one_passage(port: Port, api: Services) -> None:
    """Two API processes share no locks: here each request stands for a process of its own."""
    code = await port.code(await port.approved())
    actor = Actor(role=Role.LANE_AGENT, id="agent-liantang", lanes=LANES)
    scan = service.read_code(api.settings, code, api.clock.now())

    async def open_at(number: int) -> service.Opened | ProblemCode:
        ask = service.OpenPassage(
            passage_id=str(ULID()), lane_id=LANES[number % 3], scan=scan, scanned_at=api.clock.now()
        )
        process = replace(api, database=replace(api.database, locks=StreamLocks(api.database.patience)))
        try:
            return await Context(process, actor).transaction(lambda unit: service.open_passage(unit, ask))
        except Refusal as refusal:
            return refusal.code

    answers = await together(*(open_at(number) for number in range(12)))

    opened = [answer for answer in answers if isinstance(answer, service.Opened)]
    assert {answer.passage.id for answer in opened} == {opened[0].passage.id}
    assert [answer.returned for answer in opened].count(False) == 1
    assert {answer for answer in answers if isinstance(answer, ProblemCode)} == {ProblemCode.CODE_IN_USE}
    assert await count(api, "passages") == 1


async def test_asking_again_with_the_same_key_gets_the_same_release(port: Port, api: Services) -> None:
    passage_id = await port.opened(await port.approved())
    await port.seen(passage_id)
    key = new_key()

    first = await port.release(passage_id, key=key)
    await port.depart(passage_id, "BARRIER")
    second = await port.release(passage_id, key=key)
    other = await port.release(passage_id, lane="liantang-2", key=key)

    assert second["openUntil"] == first["openUntil"]
    assert second["passage"]["state"] == "RELEASED"
    assert other["code"] == "KEY_REUSED"
    assert await count(api, "redemptions") == 1


async def test_a_vehicle_without_its_facts_is_not_released_and_the_reasons_are_named(
    port: Port, api: Services
) -> None:
    passage_id = await port.opened(await port.approved())

    refused = await port.release(passage_id)

    assert refused["code"] == "NOT_RELEASABLE"
    args = {entry["name"]: entry["value"] for entry in refused["args"]}
    assert args["outcome"] == "WAIT"
    assert args["reasons"].split() == ["PLATE_AWAITED", "CONTAINER_AWAITED", "TEMPERATURE_AWAITED"]
    assert await count(api, "redemptions") == 0
    assert (await port.passage(passage_id))["state"] == "MATCHING"


async def test_a_hold_that_comes_between_reading_and_writing_stops_the_release(
    port: Port, api: Services
) -> None:
    journey = await port.approved()
    passage_id = await port.opened(journey)
    await port.seen(passage_id)
    context = Context(api, Actor(role=Role.LANE_AGENT, id="agent-liantang", lanes=LANES))
    attempts: list[int] = []

    async def release(unit: UnitOfWork) -> Passage:
        await unit.db["clearances"].find_one(
            {"_id": journey.trip_id}, session=unit.session
        )  # the snapshot is taken
        attempts.append(len(attempts))
        if len(attempts) == 1:  # and now customs says no, and its answer is committed first
            held = await answer(
                port.customs, journey.trip_id, "HOLD", hold={"kind": "AT_BAY", "reason": "weigh it"}
            )
            assert held["__typename"] == "TripReview"
        return await service.release_passage(unit, passage_id, "liantang-1")

    with pytest.raises(Refusal) as refused:
        await context.transaction(release)

    assert refused.value.code is ProblemCode.NOT_RELEASABLE
    assert refused.value.args["reasons"].split() == ["HOLD_AT_BAY", "INSPECTION_UNDECIDED"]
    assert attempts == [0, 1]
    assert await count(api, "redemptions") == 0
    assert await count(api, "events", kind="passage.released") == 0
    assert (await port.passage(passage_id))["state"] == "MATCHING"


async def test_a_hold_that_comes_after_the_release_is_told_that_the_trip_has_gone(port: Port) -> None:
    journey = await port.approved()
    passage_id = await port.opened(journey)
    await port.seen(passage_id)
    await port.release(passage_id)

    late = await answer(port.customs, journey.trip_id, "HOLD", hold={"kind": "AT_BAY", "reason": "weigh it"})

    assert late["code"] == "TRIP_STATE"
    assert (await port.passage(passage_id))["state"] == "RELEASED"


async def test_a_voucher_revoked_while_its_vehicle_stands_in_the_lane_is_not_released(
    port: Port, api: Services
) -> None:
    journey = await port.approved()
    voucher = await voucher_of(journey)
    passage_id = await port.opened(journey)
    await port.seen(passage_id)
    asked = {"idempotencyKey": new_key(), "voucherId": voucher["id"], "reason": "reported stolen"}
    assert (await port.officer.ask(REVOKE, input=asked))["state"] == "REVOKED"

    refused = await port.release(passage_id)

    assert refused["code"] == "NOT_RELEASABLE"
    assert {"name": "outcome", "value": "REFUSE"} in refused["args"]
    assert await count(api, "redemptions") == 0
