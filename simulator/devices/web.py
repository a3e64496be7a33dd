"""The devices that speak HTTP: the catalogue, snapshot cameras, barriers, loops with long poll."""

import asyncio

from aiohttp import web

from simulator.devices.lane import Lane
from simulator.devices.site import Site
from simulator.images import photograph

LONGEST_POLL = 30.0


class DeviceRoutes:
    """What the lane agents ask."""

    def __init__(self, site: Site, host: str) -> None:
        self._site = site
        self._host = host
        self._shots = 0

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get("/devices", self._devices),
            web.get("/lanes/{lane}/camera/{view:FRONT|REAR}", self._camera),
            web.get("/lanes/{lane}/barrier", self._barrier),
            web.post("/lanes/{lane}/barrier/{command:open|close}", self._command),
            web.get("/lanes/{lane}/loops", self._loops),
        ]

    def _lane(self, request: web.Request) -> Lane:
        lane = self._site.lanes.get(request.match_info["lane"])
        if lane is None:
            raise web.HTTPNotFound
        return lane

    async def _devices(self, request: web.Request) -> web.Response:
        return web.json_response(self._site.catalogue(self._host, f"http://{request.host}"))

    async def _camera(self, request: web.Request) -> web.Response:
        lane, view = self._lane(request), request.match_info["view"]
        vehicle = lane.visit.vehicle if lane.visit is not None and lane.visit.at_line else None
        self._shots += 1
        image = await asyncio.to_thread(photograph, vehicle, view, self._shots)
        return web.Response(body=image, content_type="image/jpeg", headers={"Cache-Control": "no-store"})

    async def _barrier(self, request: web.Request) -> web.Response:
        return web.json_response({"state": self._lane(request).arm.state, "fault": None})

    async def _command(self, request: web.Request) -> web.Response:
        lane = self._lane(request)
        if request.match_info["command"] == "open":
            lane.open_arm()
        else:
            lane.arm.close()
        return await self._barrier(request)

    async def _loops(self, request: web.Request) -> web.Response:
        lane = self._lane(request)
        try:
            after = int(request.query.get("after", "-1"))
            wait = min(float(request.query.get("wait", "0")), LONGEST_POLL)
        except ValueError:
            return web.json_response({"error": "after and wait are numbers"}, status=400)
        felt = await lane.loops.after(after, wait)
        return web.json_response(
            {"version": felt.version, "approach": felt.approach, "exit": felt.exit, "side": felt.side}
        )
