"""A released vehicle that does not drive through: its lane is free for the next one, its code stays spent."""

import pytest

from backend.kit.context import Services
from tests.backend.lanes.steps import Port, count, kinds


@pytest.mark.parametrize("way", ["TURN_BACK", "TO_BAY"])
async def test_a_released_vehicle_that_backs_out_frees_its_lane(port: Port, api: Services, way: str) -> None:
    """The release's answer was lost, and the driver gave up: his agent knows of no release."""
    journey = await port.approved()
    passage_id = await port.opened(journey)
    await port.seen(passage_id)
    await port.release(passage_id)

    gone = await port.depart(passage_id, way)
    again = await port.depart(passage_id, way)

    assert (gone["__typename"], gone["state"]) == ("Passage", "FAULT")
    assert again["state"] == "FAULT"
    next_one = await port.scan(await port.code(await port.approved("HK 77")))
    assert (next_one["__typename"], next_one["returned"]) == ("PassageOpened", False)
    shown_again = await port.scan(await port.code(journey), "liantang-2")
    assert shown_again["code"] == "CODE_SPENT"
    assert (await port.release(passage_id))["code"] == "PASSAGE_NOT_OPEN"
    assert await count(api, "redemptions") == 1
    assert (await kinds(api, "lane:liantang-1")).count("passage.exited") == 0
