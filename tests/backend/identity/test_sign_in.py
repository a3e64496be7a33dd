"""Who is asking: demo sign-in, devices by key, cookies by app."""

from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import ValidationError

from backend.kit.clock import FixedClock
from backend.kit.context import Services
from backend.settings import Settings
from core.identity import device_assertion
from core.roles import Role
from tests.backend.client import Client
from tests.conftest import SignIn

SIGN_IN = """mutation($role: Role!) { demoSignIn(input: {role: $role}) {
  __typename ... on Session { token viewer { id role name agency } } ... on Problem { code } } }"""
DEVICE = """mutation($assertion: String!) { deviceSignIn(assertion: $assertion) {
  __typename ... on Session { token viewer { id role expiresAt } } ... on Problem { code } } }"""
VIEWER = "{ viewer { id role } }"


@pytest.mark.parametrize("role", ["CARRIER", "OFFICER", "AGENCY"])
async def test_demo_signs_in_each_role_of_a_person(nobody: Client, role: str) -> None:
    session = await nobody.ask(SIGN_IN, role=role)
    assert session["__typename"] == "Session"
    assert session["viewer"]["role"] == role


@pytest.mark.parametrize("role", ["LANE_AGENT", "WORKER", "SYSTEM", "ANONYMOUS"])
async def test_demo_signs_nobody_in_as_a_device(nobody: Client, api: Services, role: str) -> None:
    assert await nobody.ask(SIGN_IN, role=role) == {"__typename": "Problem", "code": "FORBIDDEN"}
    assert await api.database.collection("sign_ins").count_documents({}) == 0


def test_demo_mode_refuses_any_address_but_loopback() -> None:
    with pytest.raises(ValidationError, match="loopback only"):
        Settings(mongodb_uri="mongodb://localhost", demo=True, host="0.0.0.0")


async def test_a_token_is_stored_nowhere(nobody: Client, api: Services) -> None:
    token = (await nobody.ask(SIGN_IN, role="OFFICER"))["token"]
    rows = await api.database.collection("sign_ins").find({}).to_list()
    assert len(rows) == 1
    assert token not in str(rows)


async def test_a_device_signs_in_by_its_key_for_ten_minutes(
    nobody: Client, home: Path, clock: FixedClock, sign_in: SignIn
) -> None:
    key = leave_key(home, "agent-test")
    answer = await nobody.ask(DEVICE, assertion=device_assertion("agent-test", key, clock.now()))
    assert answer["viewer"]["role"] == "LANE_AGENT"
    device = Client(nobody.url, nobody.http, answer["token"])
    assert (await device.ask(VIEWER))["id"] == "agent-test"
    clock.advance(timedelta(minutes=10, seconds=1))
    assert await device.ask(VIEWER) is None


async def test_a_device_with_another_key_is_refused(nobody: Client, home: Path, clock: FixedClock) -> None:
    leave_key(home, "agent-test")
    stranger = device_assertion("agent-test", Ed25519PrivateKey.generate(), clock.now())
    assert await nobody.ask(DEVICE, assertion=stranger) == {
        "__typename": "Problem",
        "code": "UNAUTHENTICATED",
    }


@pytest.mark.parametrize("assertion", ["", "a.b.c", "x" * 5000])
async def test_what_is_no_assertion_is_refused(nobody: Client, assertion: str) -> None:
    assert await nobody.ask(DEVICE, assertion=assertion) == {
        "__typename": "Problem",
        "code": "UNAUTHENTICATED",
    }


async def test_an_officer_signing_in_does_not_replace_the_driver(
    url: str, settings: Settings, sign_in: SignIn
) -> None:
    driver = await sign_in(Role.DRIVER, "driver-1")
    officer = await sign_in(Role.OFFICER)
    cookies = f"__Host-clearlane-driver={driver.token}; __Host-clearlane-officer={officer.token}"
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browser:
        for app, role in [("driver", "DRIVER"), ("officer", "OFFICER")]:
            headers = {"Cookie": cookies, "X-Clearlane-App": app, "Origin": settings.public_url}
            async with browser.post(f"{url}/graphql", json={"query": VIEWER}, headers=headers) as response:
                assert (await response.json())["data"]["viewer"]["role"] == role


@pytest.mark.parametrize("origin", ["http://evil.example", "null", None])
async def test_a_cookie_from_another_origin_counts_for_nothing(
    url: str, sign_in: SignIn, origin: str | None
) -> None:
    officer = await sign_in(Role.OFFICER)
    headers = {"Cookie": f"__Host-clearlane-officer={officer.token}", "X-Clearlane-App": "officer"}
    if origin is not None:
        headers["Origin"] = origin
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browser,
        browser.post(f"{url}/graphql", json={"query": VIEWER}, headers=headers) as response,
    ):
        assert (await response.json())["data"]["viewer"] is None


async def test_signing_out_ends_the_token(officer: Client) -> None:
    assert (await officer.ask(VIEWER))["role"] == "OFFICER"
    await officer.ask("mutation { signOut { ok } }")
    assert await officer.ask(VIEWER) is None


def leave_key(home: Path, device_id: str) -> Ed25519PrivateKey:
    """Leave a fresh public key where demo devices leave theirs."""
    key = Ed25519PrivateKey.generate()
    folder = home / "devices"
    folder.mkdir(exist_ok=True)
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / f"{device_id}.pub.pem").write_bytes(pem)
    return key
