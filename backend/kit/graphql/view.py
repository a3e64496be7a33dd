"""GraphQL over HTTP and over graphql-transport-ws: limits, who asks, and one plain line for what is our fault."""

import json
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import orjson
import strawberry
from graphql import GraphQLError
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import ASGIWebSocketAdapter, GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.extensions import (
    AddValidationRules,
    MaxAliasesLimiter,
    MaxTokensLimiter,
    ParserCache,
    QueryDepthLimiter,
    SchemaExtension,
    ValidationCache,
)
from strawberry.http.exceptions import NonJsonMessageReceived
from strawberry.schema.config import StrawberryConfig
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionContext
from strawberry.types.unset import UNSET, UnsetType

from backend.kit.context import NOBODY, Actor, Context, Services
from backend.kit.graphql.permissions import PermissionTable, as_error, check_complete, enforce, merge
from backend.kit.graphql.sockets import Sockets
from core.problems import Refusal

logger = logging.getLogger("clearlane.graphql")

MOST_DEPTH = 12
MOST_ALIASES = 30
MOST_TOKENS = 2000
CACHED_QUERIES = 500
INIT_WAIT = timedelta(seconds=10)

Authenticate = Callable[[Services, HTTPConnection, Mapping[str, Any] | None], Awaitable[Actor]]


class PlainErrors(SchemaExtension):
    """Show a Refusal with its code; log anything unexpected with a trace id and show one plain line."""

    def on_operation(self) -> Iterator[None]:
        """Rewrite the errors of a whole result."""
        yield
        self._rewrite(self.execution_context.result)

    def on_stream_result(self, result: Any) -> Iterator[None]:
        """Rewrite the errors of one result of a subscription, before it leaves."""
        self._rewrite(result)
        yield None

    def _rewrite(self, result: Any) -> None:
        if getattr(result, "errors", None):
            trace_id = self.execution_context.context.trace_id
            result.errors = [plain_error(error, trace_id) for error in result.errors]


def plain_error(error: GraphQLError, trace_id: str) -> GraphQLError:
    """Return what the client may see of this error."""
    original = error.original_error
    while isinstance(original, GraphQLError):
        original = original.original_error
    if isinstance(original, Refusal):
        shown = as_error(original)
        return GraphQLError(shown.message, error.nodes, path=error.path, extensions=shown.extensions)
    if original is None:
        return error  # the query itself is wrong: the client must see why
    logger.error("trace %s at %s", trace_id, error.path, exc_info=original)
    return GraphQLError(
        f"Something failed on our side. Ask again, and quote {trace_id} if it stays.",
        error.nodes,
        path=error.path,
        extensions={"code": "INTERNAL", "traceId": trace_id},
    )


class Schema(strawberry.Schema):
    """Logs no error by itself: PlainErrors does, those that are our fault, once and with their trace id."""

    def process_errors(
        self,
        errors: list[GraphQLError],
        execution_context: ExecutionContext | None = None,
    ) -> None:
        """Leave the errors to PlainErrors."""


def build_schema(
    *,
    query: type,
    mutation: type,
    subscription: type,
    types: list[Any],
    tables: list[PermissionTable],
) -> strawberry.Schema:
    """Build the schema and put the permission table in front of it.

    Raises ValueError when a field is in no table or a table names a field that does not exist.
    """
    # made once: the limiters make their rules anew each time, and to ValidationCache other rules are another key
    limits = [
        *QueryDepthLimiter(max_depth=MOST_DEPTH).validation_rules,
        *MaxAliasesLimiter(max_alias_count=MOST_ALIASES).validation_rules,
    ]
    schema = Schema(
        query=query,
        mutation=mutation,
        subscription=subscription,
        types=types,
        config=StrawberryConfig(auto_camel_case=True),
        extensions=[
            PlainErrors,
            lambda: ParserCache(maxsize=CACHED_QUERIES),
            lambda: ValidationCache(maxsize=CACHED_QUERIES),
            lambda: AddValidationRules(limits),
            lambda: MaxTokensLimiter(max_token_count=MOST_TOKENS),
        ],
    )
    flat = merge(*tables)
    core_schema = schema._schema  # noqa: SLF001 - strawberry has no public way to its graphql-core schema
    if failures := check_complete(core_schema, flat):
        raise ValueError("; ".join(failures))
    enforce(core_schema, flat)
    return schema


class ObjectsOnly(ASGIWebSocketAdapter):
    """Refuses JSON that is not an object, on which the stock handler fails."""

    async def iter_json(self, *, ignore_parsing_errors: bool = False) -> AsyncGenerator[object, None]:
        """Yield each message that is a JSON object. Raises NonJsonMessageReceived for any other."""
        async for message in super().iter_json(ignore_parsing_errors=ignore_parsing_errors):
            if not isinstance(message, dict):
                raise NonJsonMessageReceived
            yield message


class GraphQLDoor(GraphQL[Context, None]):
    """The ASGI application at /graphql."""

    websocket_adapter_class = ObjectsOnly

    def __init__(
        self, schema: strawberry.Schema, services: Services, authenticate: Authenticate, sockets: Sockets
    ) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            allow_queries_via_get=False,
            subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL],
            connection_init_wait_timeout=INIT_WAIT,
            max_subscriptions_per_connection=20,
        )
        self._services = services
        self._authenticate = authenticate
        self._sockets = sockets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request or a socket; a client that hung up in the middle of its request reads no answer."""
        if scope["type"] == "websocket":
            await self._sockets.serve(super().__call__, scope, receive, send)
            return
        try:
            await super().__call__(scope, receive, send)
        except ClientDisconnect:
            await Response(status_code=400)(scope, receive, send)

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        """Return the context of this request; a socket's actor is known only after connection_init."""
        context = Context(self._services, NOBODY, app=request.headers.get("x-clearlane-app"))
        if isinstance(request, WebSocket):
            context.connection = request
        else:
            context.actor = await self._authenticate(self._services, request, None)
            context.response = response if isinstance(response, Response) else None
        return context

    async def on_ws_connect(self, context: Context) -> UnsetType | dict[str, object] | None:
        """Find out who connects; a wrong or ended sign-in closes the socket with 4403."""
        if context.connection is None:
            raise ConnectionRejectionError
        params = context.connection_params or {}
        try:
            context.actor = await self._authenticate(self._services, context.connection, params)
        except Refusal as refusal:
            raise ConnectionRejectionError({"code": refusal.code.value}) from refusal
        if context.actor.session is not None:
            self._sockets.belongs(context.connection.scope, context.actor.session)
        acknowledged: UnsetType = UNSET
        return acknowledged

    def encode_json(self, data: object) -> str:
        """Encode an answer."""
        return orjson.dumps(data).decode()

    def decode_json(self, data: str | bytes) -> object:
        """Decode a request. Raises json.JSONDecodeError."""
        try:
            return orjson.loads(data)
        except orjson.JSONDecodeError as error:
            raise json.JSONDecodeError(error.msg, error.doc, error.pos) from error
