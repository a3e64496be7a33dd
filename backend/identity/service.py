"""Signing in and out, and finding out who asks."""

import hashlib
import secrets
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from pymongo.asynchronous.database import AsyncDatabase
from starlette.requests import HTTPConnection

from backend.identity import demo
from backend.identity.model import APP_OF_ROLE, Account, App, Device, SignIn
from backend.identity.sessions import DEVICE_TOKEN_LASTS
from backend.identity.sessions import Person as Person
from backend.identity.sessions import StartedSession as StartedSession
from backend.kit.context import NOBODY, Actor, Context, Services, UnitOfWork
from backend.kit.database import Row
from backend.kit.errors import ProblemCode, Refusal
from core.identity import claimed_device, verify_device_assertion
from core.roles import Role

COOKIE = "__Host-clearlane-{app}"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
DEVICE_ROLES = {"agent": Role.LANE_AGENT, "worker": Role.WORKER}


def token_hash(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


async def start_session(
    unit: UnitOfWork, person: Person, *, lasts: timedelta | None = None
) -> StartedSession:
    """Start a sign-in and return its token, which is told once and stored nowhere."""
    token = secrets.token_urlsafe(32)
    expires_at = unit.now + (lasts or timedelta(hours=unit.settings.session_hours))
    sign_in = SignIn(
        id=token_hash(token),
        account_id=person.id,
        role=person.role,
        name=person.name,
        organisation=person.organisation,
        agency=person.agency,
        lanes=list(person.lanes),
        language=person.language,
        app=APP_OF_ROLE.get(person.role),
        started_at=unit.now,
        expires_at=expires_at,
    )
    await sign_in.insert(session=unit.session)
    return StartedSession(token=token, person=person, expires_at=expires_at)


async def end_session(unit: UnitOfWork, session_id: str) -> None:
    """End one sign-in."""
    await SignIn.get_pymongo_collection().delete_one({"_id": session_id}, session=unit.session)


async def end_sessions_of(unit: UnitOfWork, account_id: str) -> None:
    """End every sign-in of an account (a lost phone, a revoked device)."""
    await SignIn.get_pymongo_collection().delete_many({"account_id": account_id}, session=unit.session)


async def demo_sign_in(unit: UnitOfWork, role: Role, account_id: str | None) -> StartedSession:
    """Sign in as one of the demo's accounts, without a proof; the first of the role when none is named.

    Raises Refusal DEMO_ONLY outside demo mode, FORBIDDEN for a role that no person has, NOT_FOUND.
    """
    if not unit.settings.demo:
        raise Refusal(ProblemCode.DEMO_ONLY)
    if role not in APP_OF_ROLE:
        raise Refusal(ProblemCode.FORBIDDEN, path=["input", "role"], args={"needs": "a person's role"})
    where = {"role": role.value} | ({"_id": account_id} if account_id else {})
    row = await Account.get_pymongo_collection().find_one(where, sort=[("_id", 1)], session=unit.session)
    if row is None:
        raise Refusal(ProblemCode.NOT_FOUND, path=["input", "accountId"])
    return await start_session(unit, Person.of(Account.model_validate(row)))


async def names_of(db: AsyncDatabase[Row], account_ids: Collection[str]) -> dict[str, str]:
    """Return the names of those of these accounts that exist, by id."""
    rows = db[Account.Settings.name].find({"_id": {"$in": sorted(account_ids)}}, {"name": 1})
    return {row["_id"]: row["name"] async for row in rows}


async def device_sign_in(unit: UnitOfWork, assertion: str) -> StartedSession:
    """Exchange a device's signed assertion for a token of ten minutes.

    Raises Refusal UNAUTHENTICATED for all alike: unknown or revoked device, wrong signature, old assertion.
    """
    device_id = claimed_device(assertion)
    device = await _device(unit, device_id)
    if device is None or device.revoked_at is not None:
        raise Refusal(ProblemCode.UNAUTHENTICATED)
    key = load_pem_public_key(device.public_key.encode())
    if (
        not isinstance(key, Ed25519PublicKey)
        or verify_device_assertion(assertion, key, unit.now) != device_id
    ):
        raise Refusal(ProblemCode.UNAUTHENTICATED)
    person = Person(id=device.id, role=device.role, name=device.id, lanes=tuple(device.lanes))
    return await start_session(unit, person, lasts=DEVICE_TOKEN_LASTS)


async def _device(unit: UnitOfWork, device_id: str) -> Device | None:
    row = await Device.get_pymongo_collection().find_one({"_id": device_id}, session=unit.session)
    if row is not None:
        device: Device = Device.model_validate(row)
        return device
    return await _enrol_demo_device(unit, device_id) if unit.settings.demo else None


async def _enrol_demo_device(unit: UnitOfWork, device_id: str) -> Device | None:
    """In demo mode, a device whose public key lies in the demo folder is enrolled when it first comes."""
    role = DEVICE_ROLES.get(device_id.partition("-")[0])
    if role is None:
        return None
    path = unit.settings.demo_devices_directory / f"{device_id}.pub.pem"
    if not path.is_file():
        return None
    lanes = list(demo.DEMO_LANES.get(device_id, ()))
    device = Device(id=device_id, role=role, public_key=path.read_text(), lanes=lanes)
    return await device.insert(session=unit.session)


async def authenticate(
    services: Services, connection: HTTPConnection, params: Mapping[str, Any] | None
) -> Actor:
    """Return who is behind a request or, with `params` of connection_init, a socket.

    A bearer token counts first; a cookie only for the app that speaks and only from our own origin.
    Raises Refusal UNAUTHENTICATED for a socket of nobody; a request of nobody gets the anonymous actor.
    """
    token = _token(services, connection, params)
    actor = await actor_of(services, token) if token else NOBODY
    if params is not None and actor is NOBODY:
        raise Refusal(ProblemCode.UNAUTHENTICATED)
    return actor


async def actor_of(services: Services, token: str) -> Actor:
    """Return the actor of a token, NOBODY for one that is unknown or over."""
    row = await SignIn.get_pymongo_collection().find_one({"_id": token_hash(token)})
    if row is None or row["expires_at"] <= services.clock.now():
        return NOBODY
    sign_in = SignIn.model_validate(row)
    return Actor(
        role=sign_in.role,
        id=sign_in.account_id,
        name=sign_in.name,
        organisation=sign_in.organisation,
        agency=sign_in.agency,
        lanes=tuple(sign_in.lanes),
        session=sign_in.id,
        language=sign_in.language.value,
    )


async def still_signed_in(services: Services, sign_ins: Collection[str]) -> set[str]:
    """Return those of these sign-ins that have neither been ended nor run out, and whose account or device still
    stands behind them. One that it does not stand behind any more is ended, for requests too.
    """
    where = {"_id": {"$in": list(sign_ins)}, "expires_at": {"$gt": services.clock.now()}}
    rows = await SignIn.get_pymongo_collection().find(where).to_list()
    named = {"_id": {"$in": list({row["account_id"] for row in rows})}}
    accounts = {row["_id"]: row async for row in Account.get_pymongo_collection().find(named)}
    devices = {row["_id"]: row async for row in Device.get_pymongo_collection().find(named)}

    def is_founded(row: Row) -> bool:
        if row["role"] in DEVICE_ROLES.values():
            device = devices.get(row["account_id"])
            return (
                _is_alike(device, row, ("role", "lanes")) if device else services.settings.demo
            )  # a script's
        account = accounts.get(row["account_id"])
        if account is None:
            return bool(row["role"] == Role.DRIVER.value)  # let in by a link
        return _is_alike(account, row, ("role", "organisation", "agency"))

    unfounded = [row["_id"] for row in rows if not is_founded(row)]
    if unfounded:
        await SignIn.get_pymongo_collection().delete_many({"_id": {"$in": unfounded}})
    return {row["_id"] for row in rows} - set(unfounded)


def _is_alike(owner: Row, sign_in: Row, fields: tuple[str, ...]) -> bool:
    """Whether account or device are what they were at the sign-in."""
    return owner.get("revoked_at") is None and all(owner.get(field) == sign_in.get(field) for field in fields)


def _token(services: Services, connection: HTTPConnection, params: Mapping[str, Any] | None) -> str | None:
    bearer = connection.headers.get("authorization", "")
    if bearer.lower().startswith("bearer "):
        return bearer[7:].strip()
    if params is not None and isinstance(params.get("token"), str):
        return str(params["token"])
    app = params.get("app") if params is not None else connection.headers.get("x-clearlane-app")
    safe = params is None and connection.scope.get("method") in SAFE_METHODS
    if app is None and safe:  # an <img> cannot send a header
        app = connection.query_params.get("app")
    if app not in tuple(App) or not (safe or from_our_origin(services, connection)):
        return None
    return connection.cookies.get(COOKIE.format(app=app))


def from_our_origin(services: Services, connection: HTTPConnection) -> bool:
    """Return whether the browser says that the request comes from a page of ours."""
    origin = connection.headers.get("origin")
    ours = urlsplit(services.settings.public_url)
    return origin == f"{ours.scheme}://{ours.netloc}"


async def sign_out(context: Context) -> None:
    """End the sign-in that this request came with."""
    session_id = context.actor.session
    if session_id is not None:
        await context.transaction(lambda unit: end_session(unit, session_id))


async def set_up_demo() -> None:
    """Store the demo's accounts, where they are not there yet."""
    for account in demo.accounts():
        await account.save()


async def session_of(actor: Actor) -> StartedSession | None:
    """Return the actor's sign-in without its token, which nobody knows any more; None for nobody."""
    row = await SignIn.get_pymongo_collection().find_one({"_id": actor.session})
    if row is None:
        return None
    sign_in = SignIn.model_validate(row)
    person = Person(
        id=sign_in.account_id,
        role=sign_in.role,
        name=sign_in.name,
        organisation=sign_in.organisation,
        agency=sign_in.agency,
        lanes=tuple(sign_in.lanes),
        language=sign_in.language,
    )
    return StartedSession(token="", person=person, expires_at=sign_in.expires_at)


async def script_session(
    unit: UnitOfWork, role: Role, account_id: str | None, lanes: tuple[str, ...] = ()
) -> StartedSession:
    """Start a sign-in of any role for a script on the demo's own machine.

    Raises Refusal DEMO_ONLY outside demo mode, NOT_FOUND for a person that the demo does not have.
    """
    if role in (Role.CARRIER, Role.OFFICER, Role.AGENCY, Role.AUDITOR):
        return await demo_sign_in(unit, role, account_id)
    if not unit.settings.demo:
        raise Refusal(ProblemCode.DEMO_ONLY)
    name = account_id or f"script-{role.value.lower()}"
    return await start_session(unit, Person(id=name, role=role, name=name, lanes=lanes))
