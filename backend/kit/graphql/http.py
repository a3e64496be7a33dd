"""GraphQL over HTTP, as its specification has it: what is asked, and with what status it is answered."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson
import pymongo
from starlette.requests import Request
from starlette.responses import Response
from strawberry.schema.base import BaseSchema
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from backend.kit.away import UNAVAILABLE
from backend.kit.context import Context
from backend.kit.graphql.negotiation import PLAIN_JSON, RESPONSE_JSON, answered_as, is_json

ALLOWED = {
    "GET": frozenset({OperationType.QUERY}),
    "POST": frozenset({OperationType.QUERY, OperationType.MUTATION}),
}
NOT_STORED = "no-store"
"""What is asked by GET belongs to who asked, and is old a moment later."""
OUR_FAULT = {"INTERNAL": HTTPStatus.INTERNAL_SERVER_ERROR, UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE}

GetContext = Callable[[Request, Response], Awaitable[Context]]


class BadRequest(Exception):
    """A request that is no GraphQL request: its status, and in words what would be one."""

    def __init__(self, status: HTTPStatus, message: str, allow: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.allow = allow


@dataclass(frozen=True)
class Asked:
    """The parameters of one GraphQL request."""

    query: str
    variables: dict[str, Any] | None
    operation_name: str | None
    extensions: dict[str, Any] | None

    @classmethod
    def of(cls, parameters: object) -> "Asked":
        """Read a decoded body, or a subscription's payload. Raises BadRequest."""
        if isinstance(parameters, list):
            raise BadRequest(HTTPStatus.BAD_REQUEST, "One request at a time: the body is a list.")
        if not isinstance(parameters, dict):
            raise BadRequest(HTTPStatus.BAD_REQUEST, "The body must be a JSON object.")
        query, name = parameters.get("query"), parameters.get("operationName")
        if not isinstance(query, str) or not query:
            raise BadRequest(HTTPStatus.BAD_REQUEST, "`query` must be a string that holds the document.")
        if name is not None and not isinstance(name, str):
            raise BadRequest(HTTPStatus.BAD_REQUEST, "`operationName` must be a string, or left out.")
        for word in ("variables", "extensions"):
            if not isinstance(parameters.get(word), dict | None):
                raise BadRequest(HTTPStatus.BAD_REQUEST, f"`{word}` must be an object, or left out.")
        return cls(query, parameters.get("variables"), name or None, parameters.get("extensions"))


class OverHttp:
    """Answers GraphQL requests over HTTP."""

    def __init__(self, schema: BaseSchema, get_context: GetContext, patience: float) -> None:
        self._schema = schema
        self._get_context = get_context
        self._patience = patience

    async def answer(self, request: Request) -> Response:
        """Return the answer to a request, well-formed or not."""
        media_type = answered_as(", ".join(request.headers.getlist("accept")))
        try:
            _check(request, media_type)
            asked = await _asked(request)
            carrier = Response()  # sign-ins set their cookies on it
            # One deadline for all that is asked of the database: a lane does not wait longer than 4 s for its answer.
            with pymongo.timeout(self._patience):
                context = await self._get_context(request, carrier)
                result = await self._execute(asked, context, request.method)
        except BadRequest as wrong:
            return _refused(wrong, media_type or PLAIN_JSON)
        body, status = shown(result, media_type or PLAIN_JSON)
        response = _response(body, status, media_type or PLAIN_JSON)
        response.headers.raw.extend(header for header in carrier.headers.raw if header[0] == b"set-cookie")
        return response

    async def _execute(self, asked: Asked, context: Context, method: str) -> ExecutionResult:
        try:
            return await self._schema.execute(
                asked.query,
                variable_values=asked.variables,
                context_value=context,
                operation_name=asked.operation_name,
                operation_extensions=asked.extensions,
                allowed_operation_types=ALLOWED[method],
            )
        except InvalidOperationTypeError as error:
            if error.operation_type is OperationType.MUTATION:
                message = "A mutation is sent by POST."
                raise BadRequest(HTTPStatus.METHOD_NOT_ALLOWED, message, "POST") from None
            message = "A subscription is asked over a socket that speaks graphql-transport-ws."
            raise BadRequest(HTTPStatus.BAD_REQUEST, message) from None


def _check(request: Request, media_type: str | None) -> None:
    if request.method not in ALLOWED:
        message = "GraphQL is asked by GET or POST."
        raise BadRequest(HTTPStatus.METHOD_NOT_ALLOWED, message, ", ".join(ALLOWED))
    if media_type is None:
        message = f"The answer can be {RESPONSE_JSON} or {PLAIN_JSON}, in UTF-8."
        raise BadRequest(HTTPStatus.NOT_ACCEPTABLE, message)
    if request.method == "POST" and not is_json(request.headers.get("content-type", "")):
        raise BadRequest(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"The body must be {PLAIN_JSON}, in UTF-8, and say so."
        )


async def _asked(request: Request) -> Asked:
    if request.method == "POST":
        return Asked.of(_decoded(await request.body(), "The body"))
    parameters: dict[str, Any] = dict(request.query_params)
    for word in ("variables", "extensions"):
        if parameters.get(word):
            parameters[word] = _decoded(parameters[word], f"`{word}`")
        else:
            parameters.pop(word, None)
    return Asked.of(parameters)


def decode(text: str | bytes) -> object:
    """Decode JSON. Raises json.JSONDecodeError."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise json.JSONDecodeError(error.msg, "", 0) from None  # without the text: it may be large


def _decoded(text: str | bytes, what: str) -> object:
    try:
        return decode(text)
    except json.JSONDecodeError as error:
        raise BadRequest(HTTPStatus.BAD_REQUEST, f"{what} must be JSON in UTF-8: {error.msg}.") from None


def shown(result: ExecutionResult, media_type: str) -> tuple[dict[str, Any], HTTPStatus]:
    """Return body and status. Errors without a place in the answer came before anything was executed."""
    errors = [error.formatted for error in result.errors or ()]
    if not errors:
        return {"data": result.data}, HTTPStatus.OK
    if result.data is not None or any("path" in error for error in errors):
        return {"data": result.data, "errors": errors}, HTTPStatus.OK
    for error in errors:
        if ours := OUR_FAULT.get(error.get("extensions", {}).get("code", "")):
            return {"errors": errors}, ours
    newer = media_type == RESPONSE_JSON
    return {"errors": errors}, HTTPStatus.BAD_REQUEST if newer else HTTPStatus.OK


def _refused(wrong: BadRequest, media_type: str) -> Response:
    response = _response({"errors": [{"message": wrong.message}]}, wrong.status, media_type)
    if wrong.allow:
        response.headers["allow"] = wrong.allow
    return response


def _response(body: dict[str, Any], status: HTTPStatus, media_type: str) -> Response:
    headers = {
        "content-type": f"{media_type}; charset=utf-8",
        "cache-control": NOT_STORED,
        "x-content-type-options": "nosniff",
    }
    return Response(orjson.dumps(body), status, headers)
