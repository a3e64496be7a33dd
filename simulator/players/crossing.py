"""One vehicle of the traffic, from its order until it has left its lane."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from random import Random

from core.hub import Hub, HubBroken, HubProblem, HubUnreachable
from core.states import Agency
from core.vouchers.claims import Direction
from simulator.devices.display import Face
from simulator.devices.lane import Lane, LaneTaken
from simulator.devices.lines import NobodyListens
from simulator.devices.site import Site
from simulator.devices.visit import Visit, Way
from simulator.players import carriers, drivers
from simulator.players.drivers import Driver, NoVoucher
from simulator.players.plans import Oddity, Plan
from simulator.players.vehicles import draw_vehicle
from simulator.vehicles import Vehicle

log = logging.getLogger(__name__)

LANE_SECONDS = 0.7
"""Between two looks for a free lane."""
WINDOW_SECONDS = 1.0
"""From the stop until the driver holds his phone out."""
AGAIN_SECONDS = 8.0
"""A driver whose code did nothing shows it again."""
OLD_PICTURE_SECONDS = 95.0
"""More than two steps of the live part (30 s each): a picture of that age is refused."""
READING_SECONDS = 4.0
AT_WORK = frozenset({"CHECKING", "MATCHING", "GO", "BAY", "REFUSED", "ASSIST"})


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What every crossing of the traffic uses; `holds` tells an agency which trip it wants to see."""

    hub_url: str
    checkpoint: str
    site: Site
    lanes: Mapping[str, frozenset[Direction]]
    """The lanes the traffic may take, each with the directions it serves."""
    carriers: Sequence[Hub]
    holds: dict[str, Agency]


class Crossing:
    """One vehicle's way."""

    def __init__(self, plan: Plan, around: Surroundings) -> None:
        self._plan = plan
        self._around = around
        self._random = Random(plan.reference)

    async def run(self) -> None:
        """Go the whole way; what goes wrong is logged and ends this vehicle's way only."""
        try:
            await self._cross()
        except (HubProblem, HubUnreachable, HubBroken, NoVoucher, NobodyListens) as error:
            log.warning("%s does not come: %s", self._plan.declared.name, error)

    async def _cross(self) -> None:
        plan, around = self._plan, self._around
        carrier = self._random.choice(around.carriers)
        link = await carriers.send_order(carrier, plan, around.checkpoint)
        async with drivers.opened(link, around.hub_url, plan, self._random) as driver:
            if plan.oddity is Oddity.HELD:
                around.holds[driver.trip_id] = Agency.CUSTOMS
            await driver.declare(plan)
            await driver.receive_voucher()
        picture = ""
        if plan.oddity is Oddity.STALE_CODE:
            picture = driver.phone.code(datetime.now(UTC))
            await asyncio.sleep(OLD_PICTURE_SECONDS)
        visit = await self._visit(plan.real, driver, picture)
        if plan.oddity is Oddity.SPENT_CODE and visit.way is Way.BARRIER:
            await self._visit(draw_vehicle(self._random), driver, "")

    async def _visit(self, vehicle: Vehicle, driver: Driver, picture: str) -> Visit:
        """Drive up to a free lane, show the code (or first an old picture of it), wait until out of sight."""
        lane, visit = await self._arrive(vehicle)
        await asyncio.sleep(WINDOW_SECONDS)
        showing = asyncio.create_task(self._show(lane, visit, driver, picture))
        try:
            await visit.left.wait()
        finally:
            showing.cancel()
            await asyncio.wait({showing})
        if not showing.cancelled():
            showing.result()
        return visit

    async def _arrive(self, vehicle: Vehicle) -> tuple[Lane, Visit]:
        while True:
            for lane_id, directions in self._around.lanes.items():
                lane = self._around.site.lanes[lane_id]
                if self._plan.direction not in directions or lane.taken:
                    continue
                face = await lane.display.look(lane_id)
                if face is None or face.phase != "REST":
                    continue
                try:
                    return lane, await lane.arrive(vehicle, guided=True)
                except LaneTaken:
                    continue
            await asyncio.sleep(LANE_SECONDS)

    async def _show(self, lane: Lane, visit: Visit, driver: Driver, picture: str) -> None:
        """Show the code until the lane takes it up; after a refused old picture show the code itself."""
        if picture:
            await _until_noticed(lane, visit, lambda: picture)
            refused = await visit.until(lambda face: face.phase == "REFUSED")
            if refused is None:
                return
            reasons = ", ".join(refused.reasons)
            log.info("lane %s: %s shows an old picture (%s)", lane.number, visit.vehicle.name, reasons)
            await asyncio.sleep(READING_SECONDS)
        await _until_noticed(lane, visit, lambda: driver.phone.code(datetime.now(UTC)))


async def _until_noticed(lane: Lane, visit: Visit, code: Callable[[], str]) -> None:
    """Hold the code before the scanner, again and again until the display says something to it."""
    while visit.way is None:
        shown_at = datetime.now(UTC)
        await lane.show(code())
        try:
            async with asyncio.timeout(AGAIN_SECONDS):
                await visit.until(partial(_answers, shown_at))
                return
        except TimeoutError:
            log.info("lane %s: %s shows its code again", lane.number, visit.vehicle.name)


def _answers(shown_at: datetime, face: Face) -> bool:
    return face.phase in AT_WORK and face.since >= shown_at
