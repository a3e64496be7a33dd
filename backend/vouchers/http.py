"""Plain HTTP: the keys for anybody who verifies a voucher, and a printed code as a picture for its driver."""

import asyncio
import hashlib

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backend.identity import service as identity
from backend.kit.context import Services
from backend.kit.http import refused
from backend.vouchers import policy, service
from backend.vouchers.pictures import MEDIA_TYPES, PictureKind, draw
from core.problems import ProblemCode, Refusal
from core.roles import Role
from core.states import VoucherState

KEYS_SECONDS = 60
"""How long a verifier may go without looking: so long may a revoked key still pass with a partner who caches."""


async def jwks(request: Request) -> Response:
    """Answer the JWK set (RFC 7517) of all keys that verify, following and retired ones too; 304 where it is the same.

    A revoked key is not in it; its name stands under `revoked`.
    """
    services: Services = request.app.state.services
    body = orjson.dumps(service.key_set(services.settings).to_jwks(), option=orjson.OPT_SORT_KEYS)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {
        "Cache-Control": f"public, max-age={KEYS_SECONDS}, must-revalidate",
        "Access-Control-Allow-Origin": "*",
        "ETag": tag,
    }
    known = {
        known.strip().removeprefix("W/") for known in request.headers.get("if-none-match", "").split(",")
    }
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


async def picture(request: Request) -> Response:
    """Answer the QR code of an issued PRINT voucher, to its own driver; 401, 404, or 409 for one without a picture."""
    services: Services = request.app.state.services
    actor = await identity.authenticate(services, request, None)
    if actor.role is Role.ANONYMOUS:
        return refused(Refusal(ProblemCode.UNAUTHENTICATED))
    voucher = await service.find(services.database.db, request.path_params["id"])
    kind = request.path_params["kind"]
    if voucher is None or not policy.is_holder(actor, voucher) or kind not in set(PictureKind):
        return refused(Refusal(ProblemCode.NOT_FOUND))
    text = service.print_text(voucher)
    if text is None or voucher.state is not VoucherState.ISSUED:
        return refused(Refusal(ProblemCode.VOUCHER_STATE, args={"state": voucher.state.value}))
    drawn = await asyncio.to_thread(draw, text, PictureKind(kind))
    headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    return Response(drawn, media_type=MEDIA_TYPES[PictureKind(kind)], headers=headers)


ROUTES = [
    Route("/.well-known/jwks.json", jwks, methods=["GET"]),
    Route("/vouchers/{id}/code.{kind}", picture, methods=["GET"]),
]
