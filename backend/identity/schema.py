"""Sign-in and sign-out in the schema."""

from datetime import datetime
from typing import Annotated

import strawberry

from backend.identity import service
from backend.identity.demo import DEMO_PEOPLE
from backend.identity.model import APP_OF_ROLE
from backend.identity.service import COOKIE
from backend.identity.sessions import Person, StartedSession
from backend.kit.graphql import Info, PermissionTable, Problem, expected_errors
from backend.kit.graphql.permissions import EVERYBODY
from core.roles import Role
from core.states import Agency
from core.words import Language


@strawberry.type(description="Whoever is signed in.")
class Viewer:
    """The actor, as the apps see him."""

    id: strawberry.ID
    role: Role
    name: str
    language: Language
    organisation: str | None = strawberry.field(description="The carrier's or the port's name")
    agency: Agency | None = strawberry.field(description="For an agency's desk: which agency")
    expires_at: datetime = strawberry.field(description="When this sign-in ends by itself")

    @classmethod
    def of(cls, person: Person, expires_at: datetime) -> "Viewer":
        """Show a person."""
        return cls(
            id=strawberry.ID(person.id),
            role=person.role,
            name=person.name,
            language=person.language,
            organisation=person.organisation,
            agency=person.agency,
            expires_at=expires_at,
        )


@strawberry.type(description="A sign-in that has just begun.")
class Session:
    """A token and its owner."""

    token: str = strawberry.field(
        description="Bearer token, told once. Browsers need it not: this answer sets the app's cookie"
    )
    viewer: Viewer

    @classmethod
    def of(cls, started: StartedSession, info: Info) -> "Session":
        """Show a started sign-in and set the cookie of its app on the answer."""
        app = APP_OF_ROLE.get(started.person.role)
        if app is not None and info.context.response is not None:
            info.context.response.set_cookie(
                COOKIE.format(app=app.value),
                started.token,
                expires=started.expires_at,
                secure=True,
                httponly=True,
                samesite="strict",
            )
        return cls(token=started.token, viewer=Viewer.of(started.person, started.expires_at))


@strawberry.type(description="One of the demo port's people; only in demo mode.")
class DemoAccount:
    """Somebody to sign in as."""

    id: strawberry.ID
    role: Role
    name: str
    organisation: str | None
    agency: Agency | None


@strawberry.type(description="The sign-in has ended.")
class SignedOut:
    """Nobody is signed in now."""

    ok: bool


@strawberry.input(description="Demo sign-in: a role, and the account if there are several.")
class DemoSignInInput:
    """Who to be."""

    role: Role
    account_id: strawberry.ID | None = None


SignInResult = Annotated[
    Session | Problem, strawberry.union("SignInResult", description="A sign-in, or why not.")
]


@strawberry.type
class Query:
    """Root fields about people."""

    @strawberry.field(description="The hub's clock; phones keep their offset to it")
    def server_time(self, info: Info) -> datetime:
        """Return now."""
        return info.context.clock.now()

    @strawberry.field(description="Whoever is signed in, null for nobody")
    async def viewer(self, info: Info) -> Viewer | None:
        """Return the actor."""
        started = await service.session_of(info.context.actor)
        return Viewer.of(started.person, started.expires_at) if started else None

    @strawberry.field(description="The demo's people; empty outside demo mode")
    def demo_accounts(self, info: Info) -> list[DemoAccount]:
        """Return them."""
        people = DEMO_PEOPLE if info.context.settings.demo else ()
        return [
            DemoAccount(
                id=strawberry.ID(person.id),
                role=person.role,
                name=person.name,
                organisation=person.organisation,
                agency=person.agency,
            )
            for person in people
        ]


@strawberry.type
class Mutation:
    """Root mutations about people."""

    @strawberry.mutation(
        description="Sign in as one of the demo's people. Refused with DEMO_ONLY outside demo mode."
    )
    @expected_errors
    async def demo_sign_in(self, info: Info, input: DemoSignInInput) -> SignInResult:  # noqa: A002 - the schema's word
        """Sign in."""
        account_id = str(input.account_id) if input.account_id is not None else None
        started = await info.context.transaction(
            lambda unit: service.demo_sign_in(unit, input.role, account_id)
        )
        return Session.of(started, info)

    @strawberry.mutation(
        description="A device shows an assertion (JWT, EdDSA, 60 s, audience clearlane-device), gets a token of 10 min."
    )
    @expected_errors
    async def device_sign_in(self, info: Info, assertion: str) -> SignInResult:
        """Sign a device in."""
        started = await info.context.transaction(lambda unit: service.device_sign_in(unit, assertion))
        return Session.of(started, info)

    @strawberry.mutation(description="End this sign-in and forget its cookie.")
    async def sign_out(self, info: Info) -> SignedOut:
        """Sign out."""
        await service.sign_out(info.context)
        app = APP_OF_ROLE.get(info.context.actor.role)
        if app is not None and info.context.response is not None:
            info.context.response.delete_cookie(COOKIE.format(app=app.value), secure=True, httponly=True)
        return SignedOut(ok=True)


PERMISSIONS: PermissionTable = {
    "Query.serverTime": EVERYBODY,
    "Query.viewer": EVERYBODY,
    "Query.demoAccounts": EVERYBODY,
    "Mutation.demoSignIn": EVERYBODY,
    "Mutation.deviceSignIn": EVERYBODY,
    "Mutation.signOut": EVERYBODY,
    "Viewer": {"id role name language organisation agency expiresAt": EVERYBODY},
    "Session": {"token viewer": EVERYBODY},
    "DemoAccount": {"id role name organisation agency": EVERYBODY},
    "SignedOut": {"ok": EVERYBODY},
}
