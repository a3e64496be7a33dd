"""POST /imports takes a file of work orders in; GET gives the template and the rows that were wrong."""

import asyncio
import hashlib
import unicodedata

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from backend.identity import service as identity
from backend.kit.context import Context, Services, UnitOfWork
from backend.kit.http import body_within, refused
from backend.orders import policy
from backend.orders.imports import answers, service, sheet
from backend.orders.imports.model import ImportRow, RowState
from backend.orders.imports.sheet import MOST_BYTES, Encoding
from backend.orders.rules import clean
from core.problems import ProblemCode, Refusal
from core.roles import Role
from core.words import Language

CSV = "text/csv; charset=utf-8"
LONGEST_NAME = 120
AT_ONCE = asyncio.Semaphore(2)  # files read side by side; each takes up to some 50 MB while it is looked at


async def upload(request: Request) -> Response:
    """Answer 201 with `{id, state, rows}`, or the refusal. The same key or an unfinished same file: the same import."""
    try:
        context = await _carriers(request)
        encoding = _encoding(request)
        body = await body_within(request, MOST_BYTES, _too_large)
        async with AT_ONCE:
            read = await asyncio.to_thread(sheet.read, body, encoding)
        name = _name(request.query_params.get("name", ""))
        new = service.NewImport(name, hashlib.sha256(body).hexdigest(), body, read)

        async def store(unit: UnitOfWork) -> str:
            return (await service.upload(unit, new)).id

        payload = {"name": name, "sha256": new.sha256, "encoding": read.encoding.value}
        key = request.headers.get("idempotency-key", "")
        import_id = await context.once("POST /imports", key, payload, str, store)
    except Refusal as refusal:
        return refused(refusal)
    except ClientDisconnect:
        return Response(status_code=400)
    return JSONResponse({"id": import_id, "rows": len(read.rows)}, status_code=201)


async def errors(request: Request) -> Response:
    """Answer with the rows that are wrong, as CSV in the language asked for."""
    try:
        context = await _carriers(request)
        import_id = request.path_params["id"]
        job = await service.find(context.db, context.actor, import_id)
        if job is None:
            raise Refusal(ProblemCode.NOT_FOUND)
    except Refusal as refusal:
        return refused(refusal)
    where = {"import_id": job.id, "state": RowState.WRONG.value}
    rows = await context.db[service.ROWS].find(where).sort("number", 1).to_list()
    text = answers.errors((ImportRow.of(row) for row in rows), _language(request))
    return _file(text, f"errors-{job.id}.csv")


async def template(request: Request) -> Response:
    """Answer with a file to begin with. It tells nothing of anybody, so anybody may have it."""
    return _file(answers.template(_language(request)), "work-orders.csv")


async def _carriers(request: Request) -> Context:
    """Return the context of a carrier. Raises Refusal UNAUTHENTICATED or FORBIDDEN."""
    services: Services = request.app.state.services
    actor = await identity.authenticate(services, request, None)
    if actor.role is Role.ANONYMOUS:
        raise Refusal(ProblemCode.UNAUTHENTICATED)
    policy.may_send(actor)
    return Context(services, actor)


def _encoding(request: Request) -> Encoding | None:
    stated = request.query_params.get("encoding")
    if stated is not None and stated not in tuple(Encoding):
        reason = "one of " + ", ".join(Encoding)
        raise Refusal(ProblemCode.INVALID_INPUT, path=["encoding"], args={"reason": reason})
    return Encoding(stated) if stated else None


def _language(request: Request) -> Language:
    stated = request.query_params.get("language", "")
    return Language(stated) if stated in tuple(Language) else Language.EN


def _name(text: str) -> str:
    shown = "".join(sign for sign in clean(text) if unicodedata.category(sign)[0] != "C")
    return shown.replace("\\", "/").rsplit("/", 1)[-1][:LONGEST_NAME]


def _too_large(_size: int) -> Refusal:
    args = {"limit": str(MOST_BYTES), "limit_bytes": str(MOST_BYTES)}
    return Refusal(ProblemCode.TOO_LARGE, args=args)


def _file(text: str, name: str) -> Response:
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    return Response(text.encode(), media_type=CSV, headers=headers)


ROUTES: tuple[BaseRoute, ...] = (
    Route("/imports", upload, methods=["POST"]),
    Route("/imports/template.csv", template, methods=["GET"]),
    Route("/imports/{id}/errors.csv", errors, methods=["GET"]),
)
