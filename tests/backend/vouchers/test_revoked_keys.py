"""A revoked key: what it signed stops at once, phones have other codes, the log and officers know."""

import asyncio

import aiohttp
import pytest

from backend.kit.clock import FixedClock
from backend.kit.context import Context, Services
from backend.settings import Settings
from backend.trips import service as trips
from backend.vouchers import rotation, service
from core.roles import Role
from tests.backend.client import Client
from tests.backend.lanes.steps import Port
from tests.backend.steps import (
    REISSUE,
    Answer,
    Journey,
    Phone,
    act,
    answer,
    kinds,
    put_on_paper,
    start,
    submit,
    voucher_of,
)
from tests.backend.vouchers.key_steps import Keys, revoke, signer
from tests.conftest import SignIn

pytestmark = pytest.mark.usefixtures("key_folder")

PAPER_LANE = "liantang-3"
KEY_EVENTS = """query { events(checkpointId: "liantang", first: 20) { edges { node {
  stream kind facts { name value } } } } }"""
STATE = "query($id: ID!) { voucher(id: $id) { state endedByKey } }"


async def test_what_a_revoked_key_signed_is_refused_and_the_phone_has_another_code_at_once(
    port: Port, keys: Keys, settings: Settings
) -> None:
    journey = await port.approved()
    old, stolen, live = signer(settings), await port.code(journey), await voucher_of(journey)

    assert "1 codes were replaced" in await revoke(keys, old)

    assert (await port.scan(stolen))["code"] == "CODE_KEY_REVOKED"
    assert await port.officer.ask(STATE, id=live["id"]) == {"state": "SUPERSEDED", "endedByKey": False}
    fresh = await voucher_of(journey)
    assert (fresh["state"], fresh["anchor"]) == ("ISSUED", journey.phone.anchors[1])
    assert (fresh["notBefore"], fresh["expiresAt"]) == (live["notBefore"], live["expiresAt"])
    passage_id = await port.opened(journey)
    await port.seen(passage_id)
    assert (await port.release(passage_id))["passage"]["state"] == "RELEASED"


async def test_the_key_set_drops_a_revoked_key_and_names_it(
    url: str, http: aiohttp.ClientSession, keys: Keys, settings: Settings
) -> None:
    old = signer(settings)

    async def served(**headers: str) -> tuple[int, str, Answer | None]:
        async with http.get(f"{url}/.well-known/jwks.json", headers=headers) as response:
            body = await response.json() if response.status == 200 else None
            assert response.headers["Cache-Control"] == "public, max-age=60, must-revalidate"
            return response.status, response.headers["ETag"], body

    _, tag, body = await served()
    assert body is not None
    assert [key["kid"] for key in body["keys"]] == [old]
    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        assert await served(**{"If-None-Match": known}) == (304, tag, None)
    await revoke(keys, old)
    status, other, body = await served(**{"If-None-Match": tag})
    assert body is not None
    assert (status, other != tag, body["revoked"]) == (200, True, [old])
    assert [key["kid"] for key in body["keys"]] == [signer(settings)]


async def test_a_revocation_is_told_once_at_each_checkpoint_however_many_processes_see_it(
    journey: Journey, keys: Keys, settings: Settings, system: Context, api: Services, officer: Client
) -> None:
    old = signer(settings)
    rotation.revoke(settings.keys_directory, old, "", system.clock.now())
    told = await asyncio.gather(*(service.tell_revoked_keys(system) for _ in range(4)))
    assert (max(told), await service.tell_revoked_keys(system)) == (1, 0)
    assert await kinds(api, "site:liantang") == ["voucher.key_revoked"]
    nodes = [edge["node"] for edge in (await officer.ask(KEY_EVENTS))["edges"]]
    (event,) = [node for node in nodes if node["kind"] == "voucher.key_revoked"]
    assert event["facts"] == [{"name": "key_id", "value": old}]


async def test_codes_are_replaced_once_though_two_processes_do_it(
    port: Port, settings: Settings, system: Context, api: Services
) -> None:
    journeys = [await port.approved(f"HK {number}") for number in range(71, 75)]
    rotation.revoke(settings.keys_directory, signer(settings), "", system.clock.now())
    done = await asyncio.gather(*(trips.replace_compromised(system) for _ in range(3)))
    assert sum(done) == len(journeys)
    assert await trips.replace_compromised(system) == 0
    assert await api.database.collection("vouchers").count_documents({}) == 2 * len(journeys)
    for journey in journeys:
        assert (await voucher_of(journey))["anchor"] == journey.phone.anchors[1]


async def test_a_phone_without_a_seed_left_is_told_and_gets_a_code_when_it_asks(
    port: Port, keys: Keys, settings: Settings
) -> None:
    journey = await port.approved()
    for _ in journey.phone.anchors[1:]:
        await revoke(keys, signer(settings))
    last = await voucher_of(journey)
    assert last["anchor"] == journey.phone.anchors[-1]
    await revoke(keys, signer(settings))
    assert await journey.driver.ask(STATE, id=last["id"]) == {"state": "REVOKED", "endedByKey": True}
    phone = Phone()
    issued = await act(journey.driver, REISSUE, journey.trip_id, anchors=phone.anchors)
    assert (issued["state"], issued["anchor"]) == ("ISSUED", phone.anchors[0])


async def test_a_paper_of_a_revoked_key_is_refused_and_the_phone_shows_the_code_again(
    port: Port, keys: Keys, settings: Settings
) -> None:
    journey = await port.approved()
    printed = await put_on_paper(journey, (await voucher_of(journey))["id"])
    await revoke(keys, signer(settings))
    assert (await port.scan(printed["printText"], PAPER_LANE))["code"] == "CODE_KEY_REVOKED"
    live = await voucher_of(journey)
    assert (live["presentation"], live["anchor"]) == ("LIVE", journey.phone.anchors[1])


async def test_a_vehicle_in_a_lane_with_such_a_code_is_not_released(
    port: Port, keys: Keys, settings: Settings
) -> None:
    passage_id = await port.opened(await port.approved())
    await port.seen(passage_id)
    await revoke(keys, signer(settings))
    refused = await port.release(passage_id)
    assert refused["code"] == "NOT_RELEASABLE"
    assert {"name": "reasons", "value": "VOUCHER_REVOKED"} in refused["args"]


async def test_a_code_from_before_keys_were_noted_is_found_by_its_own_text(
    journey: Journey, keys: Keys, settings: Settings, api: Services
) -> None:
    noted = {"$unset": {"key_id": "", "twin": "", "ended_by_key": ""}}
    await api.database.collection("vouchers").update_many({}, noted)
    assert "1 codes were replaced" in await revoke(keys, signer(settings))
    assert (await voucher_of(journey))["anchor"] == journey.phone.anchors[1]


async def test_a_trip_without_a_code_is_left_alone(
    carrier: Client, nobody: Client, customs: Client, keys: Keys, settings: Settings, clock: FixedClock
) -> None:
    journey = await start(carrier, nobody, clock)
    await submit(journey)
    await answer(customs, journey.trip_id)
    assert "0 codes were replaced" in await revoke(keys, signer(settings))


async def test_lanes_hear_of_a_revoked_key_live(sign_in: SignIn, keys: Keys, settings: Settings) -> None:
    agent = await sign_in(Role.LANE_AGENT, "agent-liantang", lanes=("liantang-1",))
    feed = """subscription { laneFeed(laneId: "liantang-1") { __typename
      ... on LaneFeedMessage { event { kind stream } } } }"""
    async with agent.listen(feed, "laneFeed") as lane:
        assert (await lane.next())["__typename"] == "Ready"
        await revoke(keys, signer(settings))
        heard = await lane.next()
    assert heard["event"] == {"kind": "voucher.key_revoked", "stream": "site:liantang"}
