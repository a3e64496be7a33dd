"""GET /captures/<id>: the image itself; /captures/evidence/<id>: the cut-out that a verdict rests on."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from pymongo.asynchronous.database import AsyncDatabase
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from backend.captures import policy, service
from backend.identity import service as identity
from backend.kit.context import Actor, Services
from backend.kit.database import Row
from backend.kit.http import refused
from core.problems import ProblemCode, Refusal
from core.roles import Role

# An image is what somebody sent us: no browser may take it for a page.
HEADERS = {
    "cache-control": "private, max-age=86400, immutable",
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
}


Finder = Callable[[AsyncDatabase[Row], Actor, str, datetime], Awaitable[service.Image | None]]


async def show(request: Request) -> Response:
    """Answer with the image, or 401, 404: an image one may not see looks like one that is not there."""
    return await _shown(request, _image_for)


async def show_evidence(request: Request) -> Response:
    """Answer with the cut-out, in the same way."""
    return await _shown(request, _evidence_for)


async def _shown(request: Request, find: Finder) -> Response:
    services: Services = request.app.state.services
    actor = await identity.authenticate(services, request, None)
    if actor.role is Role.ANONYMOUS:
        return refused(Refusal(ProblemCode.UNAUTHENTICATED))
    image = await find(services.database.db, actor, request.path_params["id"], services.clock.now())
    if image is None:
        return refused(Refusal(ProblemCode.NOT_FOUND))
    return Response(image.body, media_type=image.content_type, headers=HEADERS)


async def _image_for(
    db: AsyncDatabase[Row], actor: Actor, capture_id: str, now: datetime
) -> service.Image | None:
    capture = await service.find(db, capture_id)
    seen = capture is not None and policy.sees(actor, capture)
    return await service.image(db, capture_id, now) if seen else None


async def _evidence_for(
    db: AsyncDatabase[Row], actor: Actor, evidence_id: str, now: datetime
) -> service.Image | None:
    evidence = await service.evidence(db, evidence_id, now)
    seen = evidence is not None and policy.sees_evidence(actor, evidence)
    return await service.evidence_image(db, evidence_id, now) if seen else None


ROUTES: tuple[BaseRoute, ...] = (
    Route("/captures/evidence/{id}", show_evidence, methods=["GET"]),
    Route("/captures/{id}", show, methods=["GET"]),
)
