"""Refusals over plain HTTP, for the routes beside GraphQL."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse

from core.problems import ProblemCode, Refusal

STATUS = {
    ProblemCode.UNAUTHENTICATED: 401,
    ProblemCode.FORBIDDEN: 403,
    ProblemCode.NOT_FOUND: 404,
    ProblemCode.TOO_LARGE: 413,
    ProblemCode.IMAGE_TOO_LARGE: 413,
    ProblemCode.IMAGE_TYPE: 415,
    ProblemCode.IMAGE_BROKEN: 422,
    ProblemCode.IMAGE_TOO_MANY_PIXELS: 422,
    ProblemCode.INVALID_INPUT: 422,
    ProblemCode.IMPORT_NOT_CSV: 415,
    ProblemCode.IMPORT_ENCODING: 415,
    ProblemCode.IMPORT_COLUMNS: 422,
    ProblemCode.IMPORT_BROKEN: 422,
    ProblemCode.IMPORT_EMPTY: 422,
    ProblemCode.IMPORT_TOO_MANY_ROWS: 422,
    ProblemCode.RATE_LIMITED: 429,
}
CONFLICT = 409


async def body_within(request: Request, most: int, too_large: Callable[[int], Refusal]) -> bytes:
    """Read the body, and stop at the limit. Raises the Refusal that `too_large` makes of the size."""
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > most:
        raise too_large(int(declared))
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            raise too_large(len(body))
    return bytes(body)


def refused(refusal: Refusal) -> JSONResponse:
    """Show a refusal as `{code, message, args}` with the status that says the same."""
    body = {"code": refusal.code.value, "message": refusal.message, "args": refusal.args}
    return JSONResponse(body, status_code=STATUS.get(refusal.code, CONFLICT))
