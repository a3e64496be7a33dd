"""GraphQL over HTTP and over graphql-transport-ws: limits, who asks, and one plain line for what is our fault."""

import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any

import orjson
import strawberry
from graphql import GraphQLError
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError, MissingQueryError
from strawberry.extensions import SchemaExtension
from strawberry.extensions.runner import SchemaExtensionsRunner
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionContext
from strawberry.types.execution import PreExecutionError
from strawberry.types.unset import UNSET, UnsetType

from backend.kit.away import SENTENCE, UNAVAILABLE
from backend.kit.context import NOBODY, Actor, Context, Services
from backend.kit.database import is_away
from backend.kit.graphql.disclosing import PersonalTable, Record, disclosing, unrecorded, watch
from backend.kit.graphql.gate import Gate, WrongDocument
from backend.kit.graphql.http import OverHttp, decode
from backend.kit.graphql.permissions import PermissionTable, as_error, check_complete, enforce, merge
from backend.kit.graphql.sharing import SharingExecutor, check_shared
from backend.kit.graphql.sockets import Sockets
from backend.kit.graphql.transport import Frames, Talk
from core.problems import Refusal

logger = logging.getLogger("clearlane.graphql")

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
    if is_away(original):
        logger.warning("trace %s at %s: %s", trace_id, error.path, type(original).__name__)
        return GraphQLError(SENTENCE, error.nodes, path=error.path, extensions={"code": UNAVAILABLE})
    logger.error("trace %s at %s", trace_id, error.path, exc_info=original)
    return GraphQLError(
        f"Something failed on our side. Ask again, and quote {trace_id} if it stays.",
        error.nodes,
        path=error.path,
        extensions={"code": "INTERNAL", "traceId": trace_id},
    )


class Schema(strawberry.Schema):
    """Has each document pass the gate, and logs no error by itself.

    PlainErrors does, those that are our fault, once and with their trace id.
    """

    @cached_property
    def _gate(self) -> Gate:
        return Gate(self._schema)

    async def _prepare_operation_async(
        self,
        context: ExecutionContext,
        extensions_runner: SchemaExtensionsRunner,  # noqa: ARG002 - its name
    ) -> PreExecutionError | None:
        """Parse, validate and weigh. Strawberry's own way would validate what is too large already.

        An error raised by an extension's hook there, a syntax error too, ends a socket's operation with a traceback.
        """
        if not context.query:
            raise MissingQueryError
        try:
            passed = self._gate.look(context.query)
            context.graphql_document = passed.document
            name = passed.chosen(context._provided_operation_name)  # noqa: SLF001 - its public form takes the first one
            if context.operation_type not in context.allowed_operations:
                raise InvalidOperationTypeError(context.operation_type)
            self._gate.look_at_request(passed, name, context.variables)
        except WrongDocument as wrong:
            context.pre_execution_errors = wrong.errors
            return PreExecutionError(data=None, errors=wrong.errors)
        return None

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
    personal: Sequence[PersonalTable] = (),
    record: Record = unrecorded,
) -> strawberry.Schema:
    """Build the schema and put the permission table in front of it; `record` hears of personal data shown.

    Raises ValueError when a field is in no table or a table names a field that does not exist.
    """
    schema = Schema(
        query=query,
        mutation=mutation,
        subscription=subscription,
        types=types,
        config=StrawberryConfig(auto_camel_case=True),
        execution_context_class=SharingExecutor,
        extensions=[PlainErrors, disclosing(record)],
    )
    flat = merge(*tables)
    core_schema = schema._schema  # noqa: SLF001 - strawberry has no public way to its graphql-core schema
    if failures := check_complete(core_schema, flat) + check_shared(core_schema):
        raise ValueError("; ".join(failures))
    watch(core_schema, personal)
    enforce(core_schema, flat)
    return schema


class GraphQLDoor(GraphQL[Context, None]):
    """The ASGI application at /graphql."""

    websocket_adapter_class = Frames
    graphql_transport_ws_handler_class = Talk

    def __init__(
        self, schema: strawberry.Schema, services: Services, authenticate: Authenticate, sockets: Sockets
    ) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL],
            connection_init_wait_timeout=INIT_WAIT,
            max_subscriptions_per_connection=20,
        )
        self._services = services
        self._authenticate = authenticate
        self._sockets = sockets
        self._over_http = OverHttp(schema, self.get_context, services.database.patience)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request or a socket; a client that hung up in the middle of its request reads no answer."""
        if scope["type"] == "websocket":
            await self._sockets.serve(super().__call__, scope, receive, send)
            return
        try:
            response = await self._over_http.answer(Request(scope, receive))
        except ClientDisconnect:
            response = Response(status_code=400)
        await response(scope, receive, send)

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
        """Decode a frame. Raises json.JSONDecodeError."""
        return decode(data)
