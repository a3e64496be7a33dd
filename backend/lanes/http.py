"""POST /captures: an image of a passage in a lane from its agent, or a driver's photo for his draft trip."""

import asyncio
from dataclasses import dataclass

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from backend.captures import service as captures
from backend.captures.model import Capture, CaptureView
from backend.captures.service import MOST_BYTES, ImageFacts, NewCapture
from backend.identity import service as identity
from backend.kit.context import Actor, Context, Services, UnitOfWork
from backend.kit.http import body_within, refused
from backend.lanes import rules, service
from backend.trips import service as trips
from core.problems import ProblemCode, Refusal
from core.roles import Role
from core.states import TripState

AT_ONCE = asyncio.Semaphore(4)  # images decoded side by side; each takes up to 190 MB while it is looked at


@dataclass(frozen=True)
class Target:
    """Where the query says the image belongs."""

    view: CaptureView
    lane_id: str | None
    passage_id: str | None
    trip_id: str | None


async def upload(request: Request) -> Response:
    """Answer 201 with `{id, sha256, width, height}`, or the refusal."""
    services: Services = request.app.state.services
    actor = await identity.authenticate(services, request, None)
    context = Context(services, actor)
    try:
        target = _target(request, actor)
        body = await body_within(request, MOST_BYTES, captures.too_large)
        async with AT_ONCE:
            image = await asyncio.to_thread(captures.inspect, body)
        capture = await _store(context, target, image, body)
    except Refusal as refusal:
        return refused(refusal)
    except ClientDisconnect:
        return Response(status_code=400)  # whoever hung up in the middle of an image reads no answer
    await captures.wake_workers(context.live)
    shown = {"id": capture.id, "sha256": capture.sha256, "width": capture.width, "height": capture.height}
    return JSONResponse(shown, status_code=201)


def _target(request: Request, actor: Actor) -> Target:
    """Read the query. Raises Refusal UNAUTHENTICATED, FORBIDDEN or INVALID_INPUT."""
    if actor.role is Role.ANONYMOUS:
        raise Refusal(ProblemCode.UNAUTHENTICATED)
    if actor.role not in {Role.LANE_AGENT, Role.DRIVER}:
        raise Refusal(ProblemCode.FORBIDDEN, args={"needs": "LANE_AGENT, DRIVER"})
    query = request.query_params
    view = query.get("view", CaptureView.DRIVER_PHOTO.value if actor.role is Role.DRIVER else "")
    if view not in set(CaptureView):
        raise _invalid("view", "one of " + ", ".join(CaptureView))
    target = Target(CaptureView(view), query.get("lane"), query.get("passage"), query.get("trip"))
    if actor.role is Role.LANE_AGENT and (target.lane_id is None or target.passage_id is None):
        raise _invalid("lane" if target.lane_id is None else "passage", "an image of a lane needs both")
    if actor.role is Role.DRIVER and (target.trip_id is None or view != CaptureView.DRIVER_PHOTO):
        raise _invalid("trip", "a driver's photo needs his draft trip")
    return target


async def _store(context: Context, target: Target, image: ImageFacts, body: bytes) -> Capture:
    async def work(unit: UnitOfWork) -> Capture:
        if unit.actor.role is Role.DRIVER:
            return await _store_photo(unit, target, image, body)
        return await _store_lane_image(unit, target, image, body)

    return await context.transaction(work)


async def _store_lane_image(unit: UnitOfWork, target: Target, image: ImageFacts, body: bytes) -> Capture:
    passage = await service.of_lane(unit, target.passage_id or "", target.lane_id or "")
    if not passage.is_open:
        raise Refusal(ProblemCode.PASSAGE_NOT_OPEN, args={"state": passage.state.value})
    new = NewCapture(
        checkpoint_id=passage.checkpoint_id,
        lane_id=passage.lane_id,
        passage_id=passage.id,
        trip_id=passage.trip_id,
        view=target.view,
        expected=rules.expected(passage),
        image=image,
        body=body,
    )
    return await captures.store(unit, new)


async def _store_photo(unit: UnitOfWork, target: Target, image: ImageFacts, body: bytes) -> Capture:
    trip = await trips.load_existing(unit, target.trip_id or "")
    if trip.driver_id != unit.actor.id:
        raise Refusal(ProblemCode.NOT_FOUND, path=["trip"])
    if trip.state is not TripState.DRAFT:
        raise Refusal(ProblemCode.TRIP_NOT_DRAFT, args={"state": trip.state.value})
    new = NewCapture(
        checkpoint_id=trip.checkpoint_id,
        trip_id=trip.id,
        owner_id=unit.actor.id,
        view=target.view,
        expected=(),
        image=image,
        body=body,
    )
    return await captures.store(unit, new)


def _invalid(field: str, reason: str) -> Refusal:
    return Refusal(ProblemCode.INVALID_INPUT, path=[field], args={"reason": reason})


ROUTES: tuple[BaseRoute, ...] = (Route("/captures", upload, methods=["POST"]),)
