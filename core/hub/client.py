"""The asynchronous client: queries and mutations, subscriptions that come back, captures."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from typing import Any, Self

import aiohttp
from gql import Client, GraphQLRequest
from gql.client import AsyncClientSession
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportError, TransportQueryError, TransportServerError
from graphql import DocumentNode, parse

from core.hub import listening
from core.hub.answers import Answer, root
from core.hub.cancelling import cancellation_kept
from core.hub.captures import UploadedCapture, capture_failure
from core.hub.credentials import Credentials, TokenCredentials, Variables
from core.hub.errors import (
    UNAUTHENTICATED,
    HubBroken,
    HubProblem,
    HubUnreachable,
    query_failure,
    server_failure,
)
from core.hub.patience import Patience
from core.images import MOST_BYTES

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Token:
    text: str | None
    good_until: float
    """On the monotonic clock: the wall clock of a lane may jump."""


@lru_cache(maxsize=128)
def _parsed(document: str) -> DocumentNode:
    return parse(document)


class Hub:
    """One signed-in connection to the hub; use it as `async with Hub(url, credentials) as hub`."""

    def __init__(
        self,
        url: str,
        credentials: Credentials | None = None,
        *,
        patience: Patience | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.url = url.rstrip("/")
        self._credentials: Credentials = credentials or TokenCredentials()
        self._patience = patience or Patience()
        self._now = now
        self._signing_in = asyncio.Lock()
        self._token: _Token | None = None
        transport = AIOHTTPTransport(url=f"{self.url}/graphql", ssl_close_timeout=None)
        self._client = Client(transport=transport, execute_timeout=self._patience.answer_seconds)
        self._opened = AsyncExitStack()
        self._session: AsyncClientSession | None = None
        self._files: aiohttp.ClientSession | None = None
        self._sockets: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as opened:
            self._session = await opened.enter_async_context(self._client)
            timeout = aiohttp.ClientTimeout(total=self._patience.answer_seconds)
            self._files = await opened.enter_async_context(aiohttp.ClientSession(timeout=timeout))
            # Ours, because gql leaves its own one open when a connection cannot be made.
            self._sockets = await opened.enter_async_context(aiohttp.ClientSession())
            self._opened = opened.pop_all()
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self._opened.aclose()

    async def token(self) -> str | None:
        """Return a bearer token that is still good, signing in when needed.

        Raises HubUnreachable, HubProblem (the hub does not know this device) or HubBroken.
        """
        async with self._signing_in:
            if self._token is None or time.monotonic() >= self._token.good_until:
                self._token = await self._sign_in()
            return self._token.text

    async def _sign_in(self) -> _Token:
        asked = self._credentials.sign_in(self._now())
        if asked is None:
            return _Token(self._credentials.given_token(), float("inf"))
        session = root(await self._once(*asked, token=None))
        lifetime = (datetime.fromisoformat(session["viewer"]["expiresAt"]) - self._now()).total_seconds()
        return _Token(session["token"], time.monotonic() + max(lifetime - 60, 60))

    def forget_token(self) -> None:
        """Sign in again before the next request."""
        self._token = None

    async def execute(
        self, document: str, variables: Variables | None = None, *, again: bool = True
    ) -> Answer:
        """Run a query or mutation and return `data`.

        An unknown outcome (no connection, no answer, a failing server) is asked again with the very same
        variables, so with the same idempotency key, until the patience ends; `again=False` asks once.
        Raises HubProblem when a root field is a `Problem`, HubUnreachable, HubBroken.
        """
        pauses = self._patience.pauses()
        end = time.monotonic() + self._patience.total_seconds
        while True:
            try:
                return await self._signed(document, variables or {})
            except HubUnreachable:
                pause = pauses.next()
                if not again or time.monotonic() + pause >= end:
                    raise
                await asyncio.sleep(pause)

    async def _signed(self, document: str, variables: Variables) -> Answer:
        try:
            return await self._once(document, variables, token=await self.token())
        except HubProblem as problem:
            if problem.code != UNAUTHENTICATED or self._credentials.given_token() is not None:
                raise
        self.forget_token()
        return await self._once(document, variables, token=await self.token())

    async def _once(self, document: str, variables: Variables, *, token: str | None) -> Answer:
        if self._session is None:
            raise RuntimeError("use the hub inside `async with`")
        request = GraphQLRequest(_parsed(document), variable_values=dict(variables))
        headers = {"headers": {"Authorization": f"Bearer {token}"}} if token else {}
        try:
            with cancellation_kept():
                data: Answer = await self._session.execute(request, extra_args=headers)
        except TransportQueryError as error:
            raise query_failure(str(error), error.errors or ()) from error
        except TransportServerError as error:
            raise server_failure(error.code, str(error)) from error
        except (TransportError, TimeoutError, OSError) as error:
            raise HubUnreachable(f"{self.url} does not answer: {error!r}") from error
        for value in data.values():
            if isinstance(value, dict) and value.get("__typename") == "Problem":
                raise HubProblem.of(value)
        return data

    async def subscribe(
        self,
        document: str,
        variables_factory: Callable[[], Variables],
        *,
        on_link: Callable[[bool], None] | None = None,
    ) -> AsyncGenerator[Answer, None]:
        """Yield the root field of each message, for ever; connect again after a loss.

        The factory is asked before each connection, so that it can name the position to resume from;
        `on_link` hears True with each message and False when the connection is lost.
        """
        tell = on_link or (lambda _: None)
        pauses = self._patience.pauses()
        while True:
            async with aclosing(self._until_lost(document, variables_factory())) as messages:
                async for message in messages:
                    pauses = self._patience.pauses()
                    tell(True)
                    yield message
            tell(False)
            await asyncio.sleep(pauses.next())

    async def _until_lost(self, document: str, variables: Variables) -> AsyncGenerator[Answer, None]:
        try:
            async with aclosing(self._messages(document, variables)) as messages:
                async for message in messages:
                    yield message
            log.info("the hub ended the subscription; asking again")
        except (HubUnreachable, HubProblem, HubBroken) as error:
            log.warning("subscription lost: %s", error)

    async def _messages(self, document: str, variables: Variables) -> AsyncGenerator[Answer, None]:
        request = GraphQLRequest(_parsed(document), variable_values=dict(variables))
        heard = listening.messages(
            self.url, request, token=await self.token(), session=self._sockets, patience=self._patience
        )
        try:
            async with aclosing(heard):
                async for message in heard:
                    yield message
        except listening.NotLetIn:
            self.forget_token()
            raise

    async def upload_capture(
        self,
        image: bytes,
        content_type: str,
        *,
        view: str,
        lane: str | None = None,
        passage: str | None = None,
        trip: str | None = None,
    ) -> UploadedCapture:
        """Post one JPEG, PNG or WebP (at most 8 MB): a lane's for its passage, or a driver's photo for his trip.

        Asked once, because a lane takes another picture anyway.
        Raises HubProblem (IMAGE_*, PASSAGE_*), HubUnreachable, HubBroken.
        """
        places = {"view": view, "lane": lane, "passage": passage, "trip": trip}
        query = {name: value for name, value in places.items() if value is not None}
        headers = {**await self._bearer(), "Content-Type": content_type}
        stream = BytesIO(image)  # megabytes in one piece would hold up the loop
        try:
            async with self._http().post(
                f"{self.url}/captures", params=query, data=stream, headers=headers
            ) as reply:
                body = await reply.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise HubUnreachable(f"{self.url} does not take the picture: {error!r}") from error
        except ValueError as error:
            raise server_failure(reply.status, "no JSON in the answer to a capture") from error
        if reply.status == 201:
            return UploadedCapture(body["id"], body["sha256"], body["width"], body["height"])
        if reply.status == 401:
            self.forget_token()
        raise capture_failure(reply.status, body)

    async def fetch_image(self, url: str) -> bytes:
        """Return the bytes of a capture of this hub (`url` as the schema gives it, whole or from the root).

        Raises ValueError for another origin (the token would leave), HubUnreachable, HubProblem, HubBroken.
        """
        address = f"{self.url}{url}" if url.startswith("/") else url
        if not address.startswith(f"{self.url}/"):
            raise ValueError(f"not an address of the hub: {url}")
        try:
            async with self._http().get(address, headers=await self._bearer()) as reply:
                if reply.status != 200:
                    raise server_failure(reply.status, f"no image at {url}")
                image = await reply.content.read(MOST_BYTES + 1)
                while len(image) <= MOST_BYTES and (more := await reply.content.read(MOST_BYTES)):
                    image += more
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise HubUnreachable(f"{self.url} does not give the image: {error!r}") from error
        if len(image) > MOST_BYTES:
            raise HubBroken(f"the image at {url} is larger than {MOST_BYTES} bytes")
        return image

    async def get_json(self, path: str) -> Any:
        """Return the JSON of a public page of the hub, such as `/.well-known/jwks.json`.

        Raises HubUnreachable, HubBroken.
        """
        try:
            async with self._http().get(f"{self.url}{path}") as reply:
                if reply.status != 200:
                    raise server_failure(reply.status, f"no page at {path}")
                return await reply.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise HubUnreachable(f"{self.url} does not give {path}: {error!r}") from error
        except ValueError as error:
            raise HubBroken(f"no JSON at {path}") from error

    async def _bearer(self) -> dict[str, str]:
        token = await self.token()
        return {"Authorization": f"Bearer {token}"} if token else {}

    def _http(self) -> aiohttp.ClientSession:
        if self._files is None:
            raise RuntimeError("use the hub inside `async with`")
        return self._files
