"""Demo mode signs anybody in: no page of another name, nor a hub outside demo mode, may use that."""

from collections.abc import Awaitable, Callable
from functools import partial

import aiohttp
import pytest

from backend.app import application
from backend.identity.service import StartedSession, demo_sign_in, script_session
from backend.kit.context import Actor, Context, Services, UnitOfWork
from backend.settings import Settings
from core.problems import ProblemCode, Refusal
from core.roles import Role

Way = Callable[[UnitOfWork, Role, str | None], Awaitable[StartedSession]]
SIGN_IN = """mutation { demoSignIn(input: {role: OFFICER}) { __typename ... on Session { token } } }"""


async def _sign_in(way: Way, role: Role, unit: UnitOfWork) -> StartedSession:
    return await way(unit, role, None)


@pytest.mark.parametrize("host", ["attacker.example", "attacker.example:8000", "localhost.attacker.example"])
async def test_a_foreign_page_that_had_its_name_resolved_to_us_signs_nobody_in(
    url: str, http: aiohttp.ClientSession, host: str
) -> None:
    headers = {"Host": host, "Origin": f"http://{host}"}
    async with http.post(f"{url}/graphql", json={"query": SIGN_IN}, headers=headers) as reply:
        assert reply.status == 400
        assert "token" not in await reply.text()
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await http.ws_connect(f"{url}/graphql", headers=headers, protocols=["graphql-transport-ws"])


async def test_our_own_names_are_served(url: str, http: aiohttp.ClientSession) -> None:
    for name in ("localhost", "127.0.0.1"):
        address = url.replace("localhost", name)
        async with http.post(f"{address}/graphql", json={"query": "{ serverTime }"}) as reply:
            assert reply.status == 200


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
async def test_outside_demo_mode_nobody_is_signed_in_without_a_proof(api: Services, role: Role) -> None:
    actor = Actor(role=Role.SYSTEM, id="tests")
    live = Services(api.settings.model_copy(update={"demo": False}), api.database, api.clock, api.live)
    ways: tuple[Way, ...] = (demo_sign_in, script_session)
    for way in ways:
        with pytest.raises(Refusal) as refused:
            await Context(live, actor).transaction(partial(_sign_in, way, role))
        assert refused.value.code is ProblemCode.DEMO_ONLY
    assert await api.database.collection("sign_ins").count_documents({}) == 0


@pytest.mark.parametrize("demo", [True, False])
def test_only_in_demo_mode_the_hub_looks_at_its_name(settings: Settings, demo: bool) -> None:
    """The name of a live hub is its proxy's business: only demo mode has a door without a lock."""
    app = application(settings.model_copy(update={"demo": demo}))
    assert ("TrustedHostMiddleware" in str(app.user_middleware)) is demo
