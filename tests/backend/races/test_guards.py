"""Races in which the log does not help: writers of one event stream conflict there too, which hides a missing guard."""

import pytest

from backend.kit import eventlog
from backend.kit.context import Services
from tests.backend.interleaving import Point
from tests.backend.lanes.steps import Port, count
from tests.backend.races.rivals import Rivals, refusal
from tests.backend.steps import answer

AT_BAY = {"kind": "AT_BAY", "reason": "weigh it"}


@pytest.fixture(params=[Point.BEFORE_WRITING, Point.BEFORE_COMMIT])
def rivals(port: Port, api: Services, request: pytest.FixtureRequest) -> Rivals:
    """Two requests of which both have read before either commits."""
    return Rivals(port, api, request.param)


@pytest.fixture
def no_log(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Silence the log, from the moment at which a test asks for it."""

    async def nothing(*_: object) -> None:
        """Write no event."""

    monkeypatch.setattr(eventlog, "append", nothing)
    return monkeypatch


async def test_a_hold_and_a_release_meet_in_the_clearances(
    rivals: Rivals, port: Port, api: Services, no_log: pytest.MonkeyPatch
) -> None:
    journey = await port.approved()
    passage_id = await port.opened(journey)
    await port.seen(passage_id)

    raced = await rivals.race(
        lambda place: place.port.release(passage_id),
        lambda place: answer(place.port.customs, journey.trip_id, "HOLD", hold=AT_BAY),
    )

    if rivals.held_first:
        assert refusal(raced.other) == ("TRIP_STATE", {"state": "CLEARED"})
    else:
        assert refusal(raced.held)[0] == "NOT_RELEASABLE"
    assert await count(api, "redemptions") == int(rivals.held_first)


async def test_two_vehicles_meet_in_their_lane(
    rivals: Rivals, port: Port, api: Services, no_log: pytest.MonkeyPatch
) -> None:
    codes = [await port.code(await port.approved(plate)) for plate in ("HK 1", "HK 2")]

    raced = await rivals.race(
        lambda place: place.port.scan(codes[0]), lambda place: place.port.scan(codes[1])
    )

    lost = raced.other if rivals.held_first else raced.held
    assert refusal(lost) == ("LANE_OCCUPIED", {})
    assert await count(api, "passages") == 1


async def test_two_lanes_meet_in_the_code(
    rivals: Rivals, port: Port, api: Services, no_log: pytest.MonkeyPatch
) -> None:
    code = await port.code(await port.approved())

    raced = await rivals.race(
        lambda place: place.port.scan(code, "liantang-1"), lambda place: place.port.scan(code, "liantang-2")
    )

    lost = raced.other if rivals.held_first else raced.held
    assert refusal(lost) == ("CODE_IN_USE", {})
    assert await count(api, "passages") == 1


async def test_two_agents_meet_in_the_passage(
    rivals: Rivals, port: Port, api: Services, no_log: pytest.MonkeyPatch
) -> None:
    passage_id = await port.opened(await port.approved())
    await port.seen(passage_id)

    raced = await rivals.race(
        lambda place: place.port.release(passage_id), lambda place: place.port.decide(passage_id, "REFER")
    )

    lost = raced.other if rivals.held_first else raced.held
    assert refusal(lost)[0] == "PASSAGE_STATE"
    assert await count(api, "redemptions") == int(rivals.held_first)
