"""Refusals over plain HTTP, for the routes beside GraphQL."""

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
    ProblemCode.RATE_LIMITED: 429,
}
CONFLICT = 409


def refused(refusal: Refusal) -> JSONResponse:
    """Show a refusal as `{code, message, args}` with the status that says the same."""
    body = {"code": refusal.code.value, "message": refusal.message, "args": refusal.args}
    return JSONResponse(body, status_code=STATUS.get(refusal.code, CONFLICT))
