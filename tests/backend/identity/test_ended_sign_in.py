"""An open socket hears nothing more once the sign-in it came with has ended."""

from datetime import timedelta

import pytest

from backend.identity import service as identity
from backend.kit.clock import FixedClock
from backend.kit.context import Context
from core.roles import Role
from tests.backend.client import Client, Listener
from tests.backend.conftest import SignIn

EVENTS = """subscription { checkpointEvents(checkpointId: "liantang") { __typename } }"""


async def test_a_socket_is_closed_when_its_person_signs_out_and_nobody_elses(
    officer: Client, sign_in: SignIn
) -> None:
    colleague = await sign_in(Role.OFFICER, "officer-2")
    async with (
        officer.listen(EVENTS, "checkpointEvents") as listener,
        colleague.listen(EVENTS, "checkpointEvents") as other,
    ):
        await listener.next()
        await other.next()
        await officer.ask("mutation { signOut { ok } }")
        code = await listener.closed()
        still = await colleague.ask("{ viewer { id } }")
        stays = await other.is_open()

    assert (code, stays) == (4403, True)
    assert still["id"] == "officer-2"


async def test_every_socket_of_an_account_is_closed_when_all_its_sign_ins_end(
    sign_in: SignIn, system: Context
) -> None:
    first, second = await sign_in(Role.OFFICER, "officer-1"), await sign_in(Role.OFFICER, "officer-1")
    async with (
        first.listen(EVENTS, "checkpointEvents") as one,
        second.listen(EVENTS, "checkpointEvents") as two,
    ):
        await one.next()
        await two.next()
        await system.transaction(lambda unit: identity.end_sessions_of(unit, "officer-1"))
        codes = [await one.closed(), await two.closed()]

    assert codes == [4403, 4403]


@pytest.mark.parametrize("role", [Role.OFFICER, Role.LANE_AGENT])
async def test_a_socket_is_closed_when_its_sign_in_has_run_out(
    sign_in: SignIn, clock: FixedClock, role: Role
) -> None:
    client = await sign_in(role, lanes=("liantang-1",))
    feed = (
        EVENTS
        if role is Role.OFFICER
        else """subscription { laneFeed(laneId: "liantang-1") { __typename } }"""
    )
    async with client.listen(feed, "checkpointEvents" if role is Role.OFFICER else "laneFeed") as listener:
        await listener.next()
        clock.advance(timedelta(hours=13))
        code = await listener.closed()

    assert code == 4403


async def test_a_socket_without_a_subscription_is_closed_too(officer: Client) -> None:
    async with officer.connected() as socket:
        listener = Listener(socket, "", "")
        await officer.ask("mutation { signOut { ok } }")
        code = await listener.closed()

    assert code == 4403
