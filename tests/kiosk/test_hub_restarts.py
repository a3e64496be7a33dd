"""What the client of the schema does when a hub sends it away for its restart, and when it does not let it in."""

from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from core.hub import DeviceCredentials, Hub, Patience
from tests.kiosk.rig import served

QUICK = Patience(total_seconds=2.0, first_pause=0.01, longest_pause=0.02, answer_seconds=5.0)
NUMBERS = "subscription ($after: Int) { numbers(after: $after) { number } }"
RESTART, FORBIDDEN = 1012, 4403


@dataclass
class Restarting:
    """A hub whose sockets end as a test says: with a close code before or after a message."""

    ends: list[tuple[int, bool]]
    """Code, and whether it lets the client in first; one for each connection."""
    sign_ins: int = 0
    came: list[tuple[str, int | None]] = field(default_factory=list)
    """Token and position of each connection; no position where it was not let in."""

    async def sign_in(self, _: web.Request) -> web.Response:
        """Give the next token."""
        self.sign_ins += 1
        expires = (datetime.now(UTC) + timedelta(minutes=10)).isoformat()
        session: dict[str, Any] = {
            "__typename": "Session",
            "token": f"token-{self.sign_ins}",
            "viewer": {"expiresAt": expires},
        }
        return web.json_response({"data": {"deviceSignIn": session}})

    async def listen(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one connection."""
        code, lets_in = self.ends.pop(0)
        socket = web.WebSocketResponse(protocols=["graphql-transport-ws"])
        await socket.prepare(request)
        token = (await socket.receive_json())["payload"]["token"]
        if not lets_in:
            self.came.append((token, None))
            await socket.close(code=code)
            return socket
        await socket.send_json({"type": "connection_ack"})
        subscribe = await socket.receive_json()
        after = subscribe["payload"]["variables"]["after"]
        self.came.append((token, after))
        payload = {"data": {"numbers": {"number": after + 1}}}
        await socket.send_json({"id": subscribe["id"], "type": "next", "payload": payload})
        await socket.close(code=code)
        return socket


async def heard_of(restarting: Restarting, messages: int) -> list[int]:
    """Return what a device hears until it has heard so many messages."""
    app = web.Application()
    app.router.add_post("/graphql", restarting.sign_in)
    app.router.add_get("/graphql", restarting.listen)
    credentials = DeviceCredentials("worker-1", Ed25519PrivateKey.generate())
    heard: list[int] = []
    async with served(app) as url, Hub(url, credentials, patience=QUICK) as hub:
        feed = hub.subscribe(NUMBERS, lambda: {"after": len(heard)})
        async with aclosing(feed):
            while len(heard) < messages:
                heard.append((await anext(feed))["number"])
    return heard


async def test_sent_away_for_a_restart_it_resumes_behind_what_it_heard_with_the_same_sign_in() -> None:
    restarting = Restarting([(RESTART, True)] * 3)
    assert await heard_of(restarting, 3) == [1, 2, 3]
    assert restarting.came == [("token-1", 0), ("token-1", 1), ("token-1", 2)]
    assert restarting.sign_ins == 1


async def test_not_let_in_with_its_sign_in_it_signs_in_anew() -> None:
    restarting = Restarting([(FORBIDDEN, True), (FORBIDDEN, False), (RESTART, True)])
    assert await heard_of(restarting, 2) == [1, 2]
    assert restarting.came == [("token-1", 0), ("token-1", None), ("token-2", 1)]
