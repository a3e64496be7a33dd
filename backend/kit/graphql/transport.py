"""graphql-transport-ws: whatever a frame holds, it is answered or the socket closes with the protocol's own code."""

from collections.abc import AsyncGenerator, Mapping
from typing import Any, cast

from graphql import GraphQLError
from starlette.websockets import WebSocketState
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.http.exceptions import (
    NonJsonMessageReceived,
    NonTextMessageReceived,
    WebSocketDisconnected,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
    Operation,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    Message,
    PingMessage,
    SubscribeMessage,
)

from backend.kit.context import Context
from backend.kit.graphql.http import Asked, BadRequest
from backend.kit.graphql.permissions import as_error
from core.problems import ProblemCode, Refusal

UNSUPPORTED_DATA = 1003
REASON_BYTES = 123
"""What a close frame has room for (RFC 6455, 5.5); a longer reason would end in an error instead of a close."""

KINDS = frozenset({"connection_init", "ping", "pong", "subscribe", "complete"})
OF_AN_OPERATION = frozenset({"subscribe", "complete"})


class MalformedFrame(Exception):
    """A message that the protocol does not know, and why."""


def check(message: dict[str, Any]) -> None:
    """Look at a message's form. Raises MalformedFrame."""
    kind = message.get("type")
    if not isinstance(kind, str) or kind not in KINDS:
        raise MalformedFrame("unknown message type")
    if kind in OF_AN_OPERATION and not (isinstance(message.get("id"), str) and message["id"]):
        raise MalformedFrame(f"the id of {kind} must be a string that is not empty")
    if kind == "subscribe":
        _check_asked(message.get("payload"))
    elif kind != "complete" and not isinstance(message.get("payload"), dict | None):
        raise MalformedFrame(f"the payload of {kind} must be an object")


def _check_asked(payload: object) -> None:
    try:
        Asked.of(payload)
    except BadRequest as wrong:
        raise MalformedFrame(f"payload of subscribe: {wrong.message}") from None


class Frames(ASGIWebSocketAdapter):
    """The frames of one socket."""

    async def iter_json(self, *, ignore_parsing_errors: bool = False) -> AsyncGenerator[object, None]:
        """Yield each message that is a JSON object. Raises NonJsonMessageReceived for any other."""
        try:
            async for message in super().iter_json(ignore_parsing_errors=ignore_parsing_errors):
                if not isinstance(message, dict):
                    raise NonJsonMessageReceived
                yield message
        except NonTextMessageReceived:
            await self.close(UNSUPPORTED_DATA, "messages are text")

    async def send_json(self, message: Mapping[str, object]) -> None:
        """Send a message. Raises WebSocketDisconnected when either side has closed the socket."""
        if self._is_closed:
            raise WebSocketDisconnected
        await super().send_json(message)

    async def close(self, code: int, reason: str) -> None:
        """Close the socket once, with as much of the reason as a close frame holds."""
        if self._is_closed:
            return
        fitting = reason.encode(errors="replace")[:REASON_BYTES].decode(errors="ignore")
        await super().close(code, fitting)

    @property
    def _is_closed(self) -> bool:
        return WebSocketState.DISCONNECTED in (self.ws.application_state, self.ws.client_state)


class Talk(BaseGraphQLTransportWSHandler[Context, None]):
    """The talk over one socket."""

    async def handle(self) -> None:
        """Talk until either side closes."""
        try:
            await super().handle()
        except WebSocketDisconnected:
            return  # while the answer to a frame was on its way

    async def handle_message(self, message: Message) -> None:
        """Answer one message; a malformed one closes the socket."""
        try:
            check(cast("dict[str, Any]", message))
        except MalformedFrame as malformed:
            await self.handle_invalid_message(str(malformed))
            return
        if message.get("payload", {}) is None:
            message = cast("Message", {name: value for name, value in message.items() if name != "payload"})
        await super().handle_message(message)

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        """Begin an operation; one too many is refused by its code."""
        most = self.max_subscriptions_per_connection
        is_new = self.connection_acknowledged and message["id"] not in self.operations
        if is_new and most is not None and len(self.operations) >= most:
            refusal = as_error(Refusal(ProblemCode.TOO_MANY, args={"limit": str(most)}))
            await self.send_message({"id": message["id"], "type": "error", "payload": [refusal.formatted]})
            return
        await super().handle_subscribe(message)

    async def handle_ping(self, message: PingMessage) -> None:
        """Answer with what came."""
        payload = message.get("payload")
        await self.send_message({"type": "pong", "payload": payload} if payload else {"type": "pong"})

    async def run_operation(self, operation: Operation[Context, None]) -> None:
        """Run one operation; a client that has gone meanwhile needs nothing more."""
        try:
            await super().run_operation(operation)
        except WebSocketDisconnected:
            self.operations.pop(operation.id, None)

    async def handle_task_exception(self, error: Exception) -> None:
        """Log a fault of ours; a client that has gone is none."""
        if not isinstance(error, WebSocketDisconnected):
            await super().handle_task_exception(error)

    @staticmethod
    def _get_pre_execution_close_reason(_error: GraphQLError) -> str | None:
        """Never close for a wrong document: the other operations of the socket have done nothing wrong."""
        return None
