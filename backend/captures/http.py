"""GET /captures/<id>: the image itself."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from backend.captures import policy, service
from backend.identity import service as identity
from backend.kit.context import Services
from backend.kit.http import refused
from core.problems import ProblemCode, Refusal
from core.roles import Role

# An image is what somebody sent us: no browser may take it for a page.
HEADERS = {
    "cache-control": "private, max-age=86400, immutable",
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
}


async def show(request: Request) -> Response:
    """Answer with the image, or 401, 404: an image one may not see looks like one that is not there."""
    services: Services = request.app.state.services
    actor = await identity.authenticate(services, request, None)
    if actor.role is Role.ANONYMOUS:
        return refused(Refusal(ProblemCode.UNAUTHENTICATED))
    db = services.database.db
    capture = await service.find(db, request.path_params["id"])
    image = None
    if capture is not None and policy.sees(actor, capture):
        image = await service.image(db, capture.id)
    if image is None:
        return refused(Refusal(ProblemCode.NOT_FOUND))
    return Response(image.body, media_type=image.content_type, headers=HEADERS)


ROUTES: tuple[BaseRoute, ...] = (Route("/captures/{id}", show, methods=["GET"]),)
