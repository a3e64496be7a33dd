"""Clients that ask one API process directly, without a wire: its transactions can be held, broken and counted."""

from functools import cache
from typing import Any

import strawberry
from aiohttp import ClientSession
from starlette.requests import HTTPConnection

from backend.identity import service as identity
from backend.kit.context import NOBODY, Actor, Context, Services
from backend.schema import make_schema
from tests.backend.client import Client

SCHEMA = cache(make_schema)


class Clerk(Client):
    """An actor who needs no sign-in; a test moves the clock further than any sign-in lasts."""

    def __init__(
        self, services: Services, http: ClientSession, actor: Actor, token: str | None = None
    ) -> None:
        super().__init__(services.settings.public_url, http, token)
        self.services = services
        self.actor = actor

    async def who(self) -> Actor:
        """Return who asks."""
        return self.actor

    async def raw(self, query: str, **variables: object) -> dict[str, Any]:
        """Return the whole answer, errors and all."""
        schema: strawberry.Schema = SCHEMA()
        context = Context(self.services, await self.who())
        result = await schema.execute(query, variable_values=variables, context_value=context)
        return {"data": result.data, "errors": [error.formatted for error in result.errors or ()]}


class Desk(Clerk):
    """A signed-in client of another process, asking this one."""

    def __init__(self, client: Client, services: Services) -> None:
        super().__init__(services, client.http, NOBODY, client.token)

    async def who(self) -> Actor:
        """Return whom the token names."""
        bearer = [(name.lower().encode(), value.encode()) for name, value in self.headers.items()]
        connection = HTTPConnection({"type": "http", "method": "POST", "headers": bearer})
        return await identity.authenticate(self.services, connection, None)
