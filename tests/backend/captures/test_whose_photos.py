"""A driver's photos: of his own draft only, and no more than papers have pages."""

import asyncio

from backend.captures.service import MOST_OF_ONE_TRIP
from backend.kit.clock import FixedClock
from backend.kit.context import Services
from tests.backend.lanes.steps import Port, count, picture, upload
from tests.backend.steps import start


async def test_a_driver_can_post_no_photo_for_anothers_trip(
    port: Port, api: Services, clock: FixedClock
) -> None:
    mine = await start(port.carrier, port.nobody, clock, driverPhone="+852 6999 0002")
    his = await start(port.carrier, port.nobody, clock, driverPhone="+852 6999 0003")

    posted = await upload(mine.driver, view="DRIVER_PHOTO", trip=his.trip_id)

    assert (posted.status, posted.body["code"]) == (404, "NOT_FOUND")
    assert await count(api, "captures") == 0


async def test_a_driver_can_not_fill_the_hub_with_photos(
    port: Port, api: Services, clock: FixedClock
) -> None:
    mine = await start(port.carrier, port.nobody, clock)
    for _ in range(MOST_OF_ONE_TRIP):
        assert (await upload(mine.driver, view="DRIVER_PHOTO", trip=mine.trip_id)).status == 201

    one_more = await upload(mine.driver, view="DRIVER_PHOTO", trip=mine.trip_id)

    assert one_more.body["code"] == "RATE_LIMITED"
    assert await count(api, "capture_images") == MOST_OF_ONE_TRIP


async def test_the_same_photo_sent_again_is_kept_once(port: Port, api: Services, clock: FixedClock) -> None:
    mine = await start(port.carrier, port.nobody, clock)
    papers = await asyncio.to_thread(picture)

    first = await upload(mine.driver, papers, view="DRIVER_PHOTO", trip=mine.trip_id)
    again = await upload(mine.driver, papers, view="DRIVER_PHOTO", trip=mine.trip_id)

    assert again.body["id"] == first.body["id"]
    assert await count(api, "captures") == 1
