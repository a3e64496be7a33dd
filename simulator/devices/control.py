"""`/control`: a person on the demo page, or a test, brings a vehicle, shows its code, drives it away."""

import json
import zlib
from typing import Annotated, Any, TypeVar

from aiohttp import web
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from core.identifiers.plates import Jurisdiction, parse_plate
from core.problems import Refusal
from simulator.devices.lane import Lane, LaneEmpty, LaneTaken, WayClosed
from simulator.devices.lines import NobodyListens
from simulator.devices.site import Site
from simulator.devices.visit import Visit, Way
from simulator.vehicles import NORMAL_TEMPERATURE, Vehicle, painted_number

LARGEST_BODY = 64 * 1024


class _Asked(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


Asked = TypeVar("Asked", bound=_Asked)


def _one_line(code: str) -> str:
    if "\r" in code or "\n" in code:
        raise ValueError("a scanner sends one code a line")
    return code


Code = Annotated[str, Field(min_length=1, max_length=4096), AfterValidator(_one_line)]


class PlateAsked(_Asked):
    """A plate to paint."""

    jurisdiction: Jurisdiction
    text: str = Field(max_length=40)


class Present(_Asked):
    """A vehicle to bring: what it shows, which may differ from what was declared."""

    code: Code | None = None
    plates: tuple[PlateAsked, ...] = Field(max_length=4)
    containers: tuple[str, ...] = Field(default=(), max_length=4)
    temperature: float = Field(default=NORMAL_TEMPERATURE, ge=20, le=45)
    scan: bool = True
    """Show the code to the scanner at once; false leaves that to the lane page's own camera."""

    def vehicle(self) -> Vehicle:
        """Return it. Raises Refusal (PLATE_INVALID) or ValueError (a container number nobody can paint)."""
        plates = tuple(parse_plate(plate.text, plate.jurisdiction) for plate in self.plates)
        containers = tuple(painted_number(text) for text in self.containers)
        look = zlib.crc32(" ".join((*(plate.text for plate in plates), *containers)).encode())
        return Vehicle(plates, containers, self.temperature, look)


class Scan(_Asked):
    """A code to hold before the scanner."""

    code: Code


class Leave(_Asked):
    """The way a vehicle is to take."""

    way: Way


class ControlRoutes:
    """What the demo page asks; a page of any other origin is refused."""

    def __init__(self, site: Site, page_origin: str) -> None:
        self._site = site
        self._origin = page_origin.rstrip("/")

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get("/control", self._state),
            web.post("/control/lanes/{lane}/present", self._present),
            web.post("/control/lanes/{lane}/scan", self._scan),
            web.post("/control/lanes/{lane}/leave", self._leave),
            web.options("/control/{rest:.*}", self._preflight),
        ]

    async def _state(self, request: web.Request) -> web.Response:
        self._check_origin(request)
        return self._answer({"lanes": [_lane_state(lane) for lane in self._site.lanes.values()]})

    async def _preflight(self, request: web.Request) -> web.Response:
        self._check_origin(request)
        answer = self._answer({})
        answer.headers["Access-Control-Allow-Methods"] = "GET, POST"
        answer.headers["Access-Control-Allow-Headers"] = "Content-Type"
        return answer

    async def _present(self, request: web.Request) -> web.Response:
        lane, asked = await self._asked(request, Present)
        try:
            vehicle = asked.vehicle()
        except Refusal as refusal:
            raise self._refused(web.HTTPBadRequest, str(refusal), refusal.code.value) from refusal
        except ValueError as error:
            raise self._refused(web.HTTPBadRequest, str(error)) from error
        try:
            visit = await lane.arrive(vehicle)
        except LaneTaken as error:
            raise self._refused(web.HTTPConflict, str(error)) from error
        if asked.scan and asked.code is not None:
            await self._show(lane, asked.code)
        return self._answer({"lane": lane.id, "vehicle": visit.vehicle.name})

    async def _scan(self, request: web.Request) -> web.Response:
        lane, asked = await self._asked(request, Scan)
        await self._show(lane, asked.code)
        return self._answer(_lane_state(lane))

    async def _leave(self, request: web.Request) -> web.Response:
        lane, asked = await self._asked(request, Leave)
        try:
            visit = await lane.leave(asked.way)
        except (LaneEmpty, WayClosed) as error:
            raise self._refused(web.HTTPConflict, str(error)) from error
        return self._answer({"lane": lane.id, "vehicle": visit.vehicle.name, "left": visit.way})

    async def _show(self, lane: Lane, code: str) -> None:
        try:
            await lane.show(code)
        except NobodyListens as error:
            raise self._refused(web.HTTPConflict, str(error)) from error

    async def _asked(self, request: web.Request, kind: type[Asked]) -> tuple[Lane, Asked]:
        self._check_origin(request)
        lane = self._site.lanes.get(request.match_info["lane"])
        if lane is None:
            raise self._refused(web.HTTPNotFound, f"there is no lane {request.match_info['lane']}")
        try:
            return lane, kind.model_validate_json(await request.read())
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(str(part) for part in first["loc"]) or "the body"
            raise self._refused(web.HTTPBadRequest, f"{place}: {first['msg']}") from error

    def _check_origin(self, request: web.Request) -> None:
        origin = request.headers.get("Origin")
        if origin is not None and origin != self._origin:
            raise self._refused(web.HTTPForbidden, f"only pages of {self._origin} may ask this")

    def _answer(self, body: dict[str, Any]) -> web.Response:
        headers = {"Access-Control-Allow-Origin": self._origin, "Vary": "Origin", "Cache-Control": "no-store"}
        return web.json_response(body, headers=headers, dumps=_as_text)

    def _refused(
        self, kind: type[web.HTTPException], message: str, code: str | None = None
    ) -> web.HTTPException:
        body = {"message": message} | ({"code": code} if code else {})
        headers = {"Access-Control-Allow-Origin": self._origin, "Vary": "Origin"}
        return kind(text=_as_text(body), content_type="application/json", headers=headers)


def _as_text(body: object) -> str:
    """Return JSON that a person can read: plates have Han characters."""
    return json.dumps(body, ensure_ascii=False)


def _lane_state(lane: Lane) -> dict[str, Any]:
    felt = lane.loops.felt
    return {
        "laneId": lane.id,
        "vehicle": _vehicle_state(lane.visit) if lane.visit is not None else None,
        "barrier": lane.arm.state,
        "openings": lane.arm.openings,
        "loops": {"approach": felt.approach, "exit": felt.exit, "side": felt.side},
        "agents": lane.scanner.listeners,
    }


def _vehicle_state(visit: Visit) -> dict[str, Any]:
    vehicle, face = visit.vehicle, visit.face
    return {
        "name": vehicle.name,
        "plates": [{"jurisdiction": plate.jurisdiction, "text": plate.text} for plate in vehicle.plates],
        "containers": list(vehicle.containers),
        "temperature": vehicle.temperature,
        "arrivedAt": visit.arrived_at.isoformat(),
        "traffic": visit.guided,
        "reads": face.phase if face is not None else None,
        "leaving": visit.way,
    }
