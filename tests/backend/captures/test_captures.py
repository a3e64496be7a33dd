"""Images in at the door, out to whom they concern, and through the workers' queue."""

import asyncio
from datetime import timedelta

import pytest

from backend.captures.sweeps import end_leases
from backend.kit.clock import FixedClock
from backend.kit.context import Context, Services
from core.images import MOST_BYTES
from core.roles import Role
from tests.backend.client import Client
from tests.backend.lanes.steps import CLAIM, RENEW, Port, count, picture, upload
from tests.backend.steps import start
from tests.conftest import SignIn

CAPTURE = "query($id: ID!) { capture(id: $id) { id state laneId passageId view width height sha256 url } }"
WAITING = "subscription { captureWaiting { waiting } }"


async def fetch(client: Client, capture_id: str) -> tuple[int, bytes, str]:
    """Fetch an image: status, bytes and media type."""
    async with client.http.get(f"{client.url}/captures/{capture_id}", headers=client.headers) as response:
        return response.status, await response.read(), response.content_type


async def test_an_image_of_a_passage_is_kept_and_given_back_as_it_came(port: Port) -> None:
    passage_id = await port.opened(await port.approved())
    body = picture(120, 80, "PNG")

    posted = await upload(port.agent, body, lane="liantang-1", passage=passage_id, view="REAR")
    shown = await port.officer.ask(CAPTURE, id=posted.body["id"])

    assert posted.status == 201
    assert shown == {
        "id": posted.body["id"],
        "state": "WAITING",
        "laneId": "liantang-1",
        "passageId": passage_id,
        "view": "REAR",
        "width": 120,
        "height": 80,
        "sha256": posted.body["sha256"],
        "url": f"/captures/{posted.body['id']}",
    }
    assert await fetch(port.officer, posted.body["id"]) == (200, body, "image/png")
    assert (await port.passage(passage_id))["captureIds"] == [posted.body["id"]]


async def test_the_same_image_of_a_passage_again_is_one_capture(port: Port, api: Services) -> None:
    passage_id = await port.opened(await port.approved())
    body = picture()

    first = await upload(port.agent, body, lane="liantang-1", passage=passage_id)
    second = await upload(port.agent, body, lane="liantang-1", passage=passage_id)
    rear = await upload(port.agent, body, lane="liantang-1", passage=passage_id, view="REAR")

    assert (second.status, second.body) == (201, first.body)
    assert rear.body["id"] != first.body["id"]
    assert await count(api, "captures") == 2
    assert await count(api, "capture_images") == 2


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"GIF89a", 415, "IMAGE_TYPE"),
        (picture()[:-200], 422, "IMAGE_BROKEN"),
        (b"\xff\xd8\xff" + b"\0" * MOST_BYTES, 413, "IMAGE_TOO_LARGE"),
    ],
)
async def test_a_bad_image_is_refused_and_nothing_is_kept(
    port: Port, api: Services, body: bytes, status: int, code: str
) -> None:
    passage_id = await port.opened(await port.approved())

    refused = await upload(port.agent, body, lane="liantang-1", passage=passage_id)

    assert (refused.status, refused.body["code"]) == (status, code)
    assert refused.body["message"]
    assert await count(api, "captures") == 0
    assert await count(api, "capture_images") == 0


async def test_an_image_needs_an_open_passage_of_the_agents_own_lane(
    port: Port, api: Services, sign_in: SignIn
) -> None:
    passage_id = await port.opened(await port.approved())
    stranger = await sign_in(Role.LANE_AGENT, "agent-elsewhere", lanes=("liantang-2",))

    no_view = await upload(port.agent, lane="liantang-1", passage=passage_id, view="SIDEWAYS")
    no_passage = await upload(port.agent, lane="liantang-1")
    foreign_lane = await upload(stranger, lane="liantang-1", passage=passage_id)
    wrong_lane = await upload(port.agent, lane="liantang-2", passage=passage_id)
    await port.depart(passage_id, "TURN_BACK")
    over = await upload(port.agent, lane="liantang-1", passage=passage_id)

    assert (no_view.status, no_view.body["code"]) == (422, "INVALID_INPUT")
    assert (no_passage.status, no_passage.body["code"]) == (422, "INVALID_INPUT")
    assert (foreign_lane.status, foreign_lane.body["code"]) == (404, "NOT_FOUND")
    assert (wrong_lane.status, wrong_lane.body["code"]) == (404, "NOT_FOUND")
    assert (over.status, over.body["code"]) == (409, "PASSAGE_NOT_OPEN")
    assert await count(api, "captures") == 0


@pytest.mark.parametrize("who", ["officer", "worker", "customs", "carrier", "nobody"])
async def test_only_lanes_and_drivers_bring_images(port: Port, api: Services, who: str) -> None:
    passage_id = await port.opened(await port.approved())

    refused = await upload(getattr(port, who), lane="liantang-1", passage=passage_id)

    expected = (401, "UNAUTHENTICATED") if who == "nobody" else (403, "FORBIDDEN")
    assert (refused.status, refused.body["code"]) == expected
    assert await count(api, "captures") == 0


async def test_an_image_one_may_not_see_looks_like_one_that_is_not_there(port: Port, sign_in: SignIn) -> None:
    journey = await port.approved()
    passage_id = await port.opened(journey)
    posted = await upload(port.agent, lane="liantang-1", passage=passage_id)
    capture_id = posted.body["id"]
    stranger = await sign_in(Role.LANE_AGENT, "agent-elsewhere", lanes=("liantang-2",))

    assert [(await fetch(client, capture_id))[0] for client in (port.officer, port.agent, port.worker)] == [
        200
    ] * 3
    assert [(await fetch(client, capture_id))[0] for client in (stranger, journey.driver, port.carrier)] == [
        404
    ] * 3
    assert (await fetch(port.officer, "01ARZ3NDEKTSV4RRFFQ69G5FAV"))[0] == 404
    assert (await fetch(port.nobody, capture_id))[0] == 401
    assert await stranger.ask(CAPTURE, id=capture_id) is None
    assert await journey.driver.ask(CAPTURE, id=capture_id) is None


async def test_a_drivers_photo_belongs_to_his_draft_and_waits_behind_the_lanes(port: Port) -> None:
    arrived = await port.opened(await port.approved())
    drafting = await start(port.carrier, port.nobody, port.clock, driverPhone="+852 6999 0001")
    other = await start(port.carrier, port.nobody, port.clock, driverPhone="+852 6999 0002")

    photo = await upload(drafting.driver, trip=drafting.trip_id, view="DRIVER_PHOTO")
    of_lane = await upload(port.agent, lane="liantang-1", passage=arrived)
    foreign = await upload(other.driver, trip=drafting.trip_id, view="DRIVER_PHOTO")
    claims = [await port.claim(), await port.claim(), await port.claim()]

    assert photo.status == 201
    assert (foreign.status, foreign.body["code"]) == (404, "NOT_FOUND")
    assert [claim.get("id") for claim in claims] == [of_lane.body["id"], photo.body["id"], None]
    assert (await fetch(drafting.driver, photo.body["id"]))[0] == 200
    assert (await fetch(other.driver, photo.body["id"]))[0] == 404
    assert (await fetch(port.agent, photo.body["id"]))[0] == 404


async def test_two_workers_never_get_the_same_image(port: Port, sign_in: SignIn) -> None:
    passage_id = await port.opened(await port.approved())
    for _ in range(4):
        await upload(port.agent, lane="liantang-1", passage=passage_id)
    workers = [await sign_in(Role.WORKER, f"worker-{number}") for number in range(3)]

    claimed = await asyncio.gather(*(worker.ask(CLAIM) for worker in workers * 2))

    ids = [claim["id"] for claim in claimed if claim["__typename"] == "ClaimedCapture"]
    assert (len(ids), len(set(ids))) == (4, 4)
    assert [claim["__typename"] for claim in claimed].count("NothingWaiting") == 2


async def test_a_worker_that_renews_keeps_its_image(port: Port, clock: FixedClock, system: Context) -> None:
    passage_id = await port.opened(await port.approved())
    await upload(port.agent, lane="liantang-1", passage=passage_id)
    claimed = await port.claim()
    lease = {"captureId": claimed["id"], "lease": claimed["lease"]}

    clock.advance(timedelta(seconds=15))
    renewed = await port.worker.ask(RENEW, input=lease)
    clock.advance(timedelta(seconds=15))
    assert await end_leases(system) == 0
    clock.advance(timedelta(seconds=15))
    assert await end_leases(system) == 1
    lost = await port.worker.ask(RENEW, input=lease)

    assert renewed["leaseExpiresAt"] > claimed["leaseExpiresAt"]
    assert lost["code"] == "CAPTURE_LEASE_LOST"


async def test_a_worker_is_woken_by_an_image_and_by_one_that_comes_back(
    port: Port, clock: FixedClock, system: Context
) -> None:
    passage_id = await port.opened(await port.approved())
    async with port.worker.listen(WAITING, "captureWaiting") as listener:
        assert await listener.next() == {"waiting": 0}
        await upload(port.agent, lane="liantang-1", passage=passage_id)
        assert await listener.next() == {"waiting": 1}
        await port.claim()
        clock.advance(timedelta(seconds=21))
        await end_leases(system)
        assert await listener.next() == {"waiting": 1}


@pytest.mark.parametrize("who", ["officer", "agent", "customs", "carrier", "nobody"])
async def test_only_workers_take_from_the_queue(port: Port, who: str) -> None:
    passage_id = await port.opened(await port.approved())
    await upload(port.agent, lane="liantang-1", passage=passage_id)

    refused = await getattr(port, who).ask(CLAIM)

    assert refused["code"] == ("UNAUTHENTICATED" if who == "nobody" else "FORBIDDEN")
    assert (await port.claim())["attempt"] == 1


async def test_a_passage_takes_no_endless_stream_of_images(port: Port, api: Services) -> None:
    passage_id = await port.opened(await port.approved())
    rows = [
        {"_id": f"filler-{number}", "passage_id": passage_id, "view": "TOP", "sha256": str(number)}
        for number in range(60)
    ]
    await api.database.collection("captures").insert_many(rows)

    refused = await upload(port.agent, lane="liantang-1", passage=passage_id)

    assert (refused.status, refused.body["code"]) == (429, "RATE_LIMITED")
    assert await count(api, "captures") == 60


async def test_a_camera_that_hangs_up_in_the_middle_of_an_image_leaves_nothing_behind(
    port: Port, api: Services, caplog: pytest.LogCaptureFixture
) -> None:
    passage_id = await port.opened(await port.approved())
    _, writer = await asyncio.open_connection("127.0.0.1", api.settings.port)
    writer.write(
        f"POST /captures?lane=liantang-1&view=FRONT&passage={passage_id} HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {port.agent.token}\r\nContent-Length: 5000\r\n\r\n".encode()
        + picture()[:500]
    )
    await writer.drain()
    writer.close()
    await writer.wait_closed()

    posted = await upload(port.agent, lane="liantang-1", passage=passage_id)

    assert posted.status == 201
    assert await count(api, "captures") == 1
    assert "Exception in ASGI application" not in caplog.text
