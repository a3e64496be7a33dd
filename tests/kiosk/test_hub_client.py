"""The client of the schema, against a small real server that misbehaves on request, and against the hub itself."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.kit.clock import FixedClock
from core.hub import (
    DemoCredentials,
    DeviceCredentials,
    Hub,
    HubBroken,
    HubProblem,
    HubUnreachable,
    Patience,
    TokenCredentials,
)
from core.identity import verify_device_assertion
from tests.backend.client import Client
from tests.kiosk.rig import served

QUICK = Patience(total_seconds=2.0, first_pause=0.01, longest_pause=0.02, answer_seconds=0.5)
TOUCH = "mutation ($input: Input!) { touch(input: $input) { __typename } }"
KEY = Ed25519PrivateKey.generate()


@dataclass
class OddHub:
    """A server of `/graphql` whose next answers a test chooses."""

    answers: list[Any] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)
    sign_ins: int = 0
    lasts: timedelta = timedelta(minutes=10)

    async def graphql(self, request: web.Request) -> web.StreamResponse:
        """Sign in, or give the next answer."""
        body = await request.json()
        if "deviceSignIn" in body["query"]:
            return self._signed_in(body)
        self.asked.append(body)
        self.tokens.append(request.headers.get("Authorization"))
        answer = self.answers.pop(0)
        if answer == "hang":
            await asyncio.sleep(60)
        if answer == "break":
            assert request.transport is not None
            request.transport.close()
        if isinstance(answer, int):
            return web.Response(status=answer, text="sorry")
        return web.json_response(answer)

    def _signed_in(self, body: dict[str, Any]) -> web.Response:
        assertion = body["variables"]["assertion"]
        assert verify_device_assertion(assertion, KEY.public_key(), datetime.now(UTC)) == "worker-1"
        self.sign_ins += 1
        expires = (datetime.now(UTC) + self.lasts).isoformat()
        session = {
            "__typename": "Session",
            "token": f"token-{self.sign_ins}",
            "viewer": {"expiresAt": expires},
        }
        return web.json_response({"data": {"deviceSignIn": session}})


@pytest.fixture
async def odd() -> OddHub:
    """A hub without answers yet."""
    return OddHub()


@pytest.fixture
async def hub(odd: OddHub) -> AsyncIterator[Hub]:
    """A worker's client of that hub."""
    app = web.Application()
    app.router.add_post("/graphql", odd.graphql)
    async with served(app) as url, Hub(url, DeviceCredentials("worker-1", KEY), patience=QUICK) as hub:
        yield hub


DONE = {"data": {"touch": {"__typename": "Touched"}}}
NO = {
    "data": {
        "touch": {
            "__typename": "Problem",
            "code": "CODE_SPENT",
            "message": "This code was used.",
            "path": ["input", "code"],
            "args": [{"name": "at", "value": "09:00"}],
        }
    }
}


async def test_a_device_signs_in_once_for_many_questions(odd: OddHub, hub: Hub) -> None:
    odd.answers = [DONE, DONE]
    for _ in range(2):
        assert await hub.execute(TOUCH, {"input": {}}) == DONE["data"]
    assert odd.tokens == ["Bearer token-1", "Bearer token-1"]


@pytest.mark.parametrize("failure", ["hang", "break", 503])
async def test_an_unknown_outcome_is_asked_again_with_the_same_key(
    odd: OddHub, hub: Hub, failure: object
) -> None:
    odd.answers = [failure, failure, DONE]
    asked = {"input": {"idempotencyKey": "the-one-key"}}
    assert await hub.execute(TOUCH, asked) == DONE["data"]
    assert [body["variables"] for body in odd.asked] == [asked] * 3


async def test_a_hub_without_its_database_is_asked_again_with_the_same_key(odd: OddHub, hub: Hub) -> None:
    away = {"errors": [{"message": "ask again", "extensions": {"code": "UNAVAILABLE"}}], "data": None}
    odd.answers = [away, away, {"data": {"touch": {"__typename": "Touched"}}}]
    await hub.execute(TOUCH, {"input": {"idempotencyKey": "key-00000001"}})
    assert [body["variables"]["input"]["idempotencyKey"] for body in odd.asked] == ["key-00000001"] * 3


async def test_a_hub_that_stays_away_is_unreachable(odd: OddHub, hub: Hub) -> None:
    odd.answers = [503] * 1000
    with pytest.raises(HubUnreachable):
        await hub.execute(TOUCH, {"input": {}})
    assert len(odd.asked) > 2
    odd.asked.clear()
    with pytest.raises(HubUnreachable):
        await hub.execute(TOUCH, {"input": {}}, again=False)
    assert len(odd.asked) == 1


async def test_a_problem_is_an_exception_with_its_code_path_and_arguments(odd: OddHub, hub: Hub) -> None:
    odd.answers = [NO]
    with pytest.raises(HubProblem) as refused:
        await hub.execute(TOUCH, {"input": {}})
    problem = refused.value
    assert (problem.code, problem.path, problem.arguments) == (
        "CODE_SPENT",
        ("input", "code"),
        {"at": "09:00"},
    )


async def test_a_token_the_hub_no_longer_knows_is_renewed_once(odd: OddHub, hub: Hub) -> None:
    unknown = {"errors": [{"message": "sign in", "extensions": {"code": "UNAUTHENTICATED"}}], "data": None}
    odd.answers = [unknown, DONE]
    assert await hub.execute(TOUCH, {"input": {}}) == DONE["data"]
    assert odd.tokens == ["Bearer token-1", "Bearer token-2"]
    odd.answers = [unknown, unknown, DONE]
    with pytest.raises(HubProblem, match="sign in"):
        await hub.execute(TOUCH, {"input": {}})


async def test_many_questions_at_once_sign_in_once(odd: OddHub, hub: Hub) -> None:
    odd.answers = [DONE] * 20
    await asyncio.gather(*(hub.execute(TOUCH, {"input": {}}) for _ in range(20)))
    assert odd.sign_ins == 1


async def test_an_answer_that_is_none_of_the_schema_is_a_defect(odd: OddHub, hub: Hub) -> None:
    odd.answers = [{"errors": [{"message": "Cannot query field"}]}, 418]
    for _ in range(2):
        with pytest.raises(HubBroken):
            await hub.execute(TOUCH, {"input": {}})


async def test_an_image_of_another_origin_is_not_fetched_with_our_token(hub: Hub) -> None:
    for address in ("https://attacker.example/captures/1", f"{hub.url}.attacker.example/captures/1"):
        with pytest.raises(ValueError, match="not an address of the hub"):
            await hub.fetch_image(address)


async def test_a_subscription_connects_again_and_names_where_it_was(clock: FixedClock) -> None:
    connections: list[int] = []

    async def graphql(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(protocols=["graphql-transport-ws"])
        await socket.prepare(request)
        await socket.receive_json()
        await socket.send_json({"type": "connection_ack"})
        subscribe = await socket.receive_json()
        after = subscribe["payload"]["variables"]["after"]
        connections.append(after)
        for number in (after + 1, after + 2):
            payload = {"data": {"numbers": {"number": number}}}
            await socket.send_json({"id": subscribe["id"], "type": "next", "payload": payload})
        assert request.transport is not None
        request.transport.abort()
        return socket

    app = web.Application()
    app.router.add_get("/graphql", graphql)
    heard: list[int] = []
    links: list[bool] = []
    async with served(app) as url, Hub(url, TokenCredentials("a-token"), patience=QUICK) as hub:
        document = "subscription ($after: Int) { numbers(after: $after) { number } }"
        messages = hub.subscribe(document, lambda: {"after": len(heard)}, on_link=links.append)
        async with asyncio.timeout(10), aclosing(messages):
            while len(heard) < 6:
                heard.append((await anext(messages))["number"])
    assert heard == [1, 2, 3, 4, 5, 6]
    assert connections == [0, 2, 4]
    assert links == [True, True, False, True, True, False, True, True]


async def test_a_demo_account_signs_in_at_the_hub_and_reads_who_it_is(url: str, clock: FixedClock) -> None:
    async with Hub(url, DemoCredentials("OFFICER", "officer-2"), now=clock.now) as hub:
        assert (await hub.execute("{ viewer { id role } }"))["viewer"] == {
            "id": "officer-2",
            "role": "OFFICER",
        }


@pytest.mark.parametrize("padding", [0, 2 * 1024 * 1024])
async def test_a_picture_that_is_none_is_refused_by_its_name(
    url: str, clock: FixedClock, agent: Client, padding: int
) -> None:
    async with Hub(url, TokenCredentials(agent.token), now=clock.now) as hub:
        with pytest.raises(HubProblem) as refused:
            await hub.upload_capture(
                b"<svg/>" + b" " * padding, "image/jpeg", view="FRONT", lane="liantang-1", passage="0" * 26
            )
    assert refused.value.code == "IMAGE_TYPE"
    assert json.dumps(refused.value.arguments)
