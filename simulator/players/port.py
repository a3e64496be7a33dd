"""Everybody around the port at work, as soon as the hub is there."""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from core.hub import DemoCredentials, Hub, HubBroken, HubProblem, HubUnreachable
from core.states import Agency
from core.vouchers.claims import Direction
from simulator.devices.site import Site
from simulator.players import documents, traffic
from simulator.players.agencies import AgencyDesk
from simulator.players.crossing import Surroundings
from simulator.players.news import News
from simulator.players.officers import BayOfficer
from simulator.settings import SimulatorSettings

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
LOOKS_A_WORD = 5
"""While the hub is not there, every so many looks one line says so."""


@dataclass(frozen=True)
class _People:
    """The demo's accounts by what they do."""

    carriers: tuple[str, ...]
    officer: str
    agencies: Mapping[Agency, str]


class Port:
    """The people: agencies and officers always, traffic where the settings ask for it."""

    def __init__(self, settings: SimulatorSettings, site: Site) -> None:
        self._settings = settings
        self._site = site

    async def run(self) -> None:
        """Work for ever."""
        people, lanes = await self._hub_is_there()
        async with AsyncExitStack() as opened:
            officer = await opened.enter_async_context(self._hub("OFFICER", people.officer))
            news = News(officer, self._settings.checkpoint)
            holds: dict[str, Agency] = {}
            desks = {
                agency: AgencyDesk(
                    agency, await opened.enter_async_context(self._hub("AGENCY", account)), news, holds
                )
                for agency, account in people.agencies.items()
                if agency not in self._settings.silent_agencies
            }
            carriers = [
                await opened.enter_async_context(self._hub("CARRIER", account)) for account in people.carriers
            ]
            around = Surroundings(
                hub_url=self._settings.hub_url,
                checkpoint=self._settings.checkpoint,
                site=self._site,
                lanes=lanes,
                carriers=carriers,
                holds=holds,
            )
            async with asyncio.TaskGroup() as at_work:
                at_work.create_task(news.run())
                for desk in desks.values():
                    at_work.create_task(desk.run())
                at_work.create_task(BayOfficer(officer, news, desks, self._settings.checkpoint).run())
                if self._settings.traffic_seconds > 0 and lanes:
                    at_work.create_task(traffic.drive(self._settings, around))

    def _hub(self, role: str, account: str) -> Hub:
        return Hub(self._settings.hub_url, DemoCredentials(role, account))

    async def _hub_is_there(self) -> tuple[_People, Mapping[str, frozenset[Direction]]]:
        """Wait until the hub answers, and return who works there and the lanes for the traffic."""
        looks = 0
        while True:
            try:
                return await self._look()
            except (HubUnreachable, HubProblem, HubBroken) as error:
                if looks % LOOKS_A_WORD == 0:
                    log.info("waiting for the hub at %s: %s", self._settings.hub_url, error)
                looks += 1
                await asyncio.sleep(LOOK_SECONDS)

    async def _look(self) -> tuple[_People, Mapping[str, frozenset[Direction]]]:
        async with Hub(self._settings.hub_url) as stranger:
            people = _people((await stranger.execute(documents.ACCOUNTS))["demoAccounts"])
        async with self._hub("OFFICER", people.officer) as officer:
            checkpoints = (await officer.execute(documents.LANES))["checkpoints"]
        return people, self._lanes(checkpoints)

    def _lanes(self, checkpoints: list[dict[str, Any]]) -> Mapping[str, frozenset[Direction]]:
        known = {
            lane["id"]: frozenset(Direction(direction) for direction in lane["policy"]["directions"])
            for checkpoint in checkpoints
            if checkpoint["id"] == self._settings.checkpoint
            for lane in checkpoint["lanes"]
        }
        return {lane_id: known[lane_id] for lane_id in self._settings.traffic_lanes if lane_id in known}


def _people(accounts: list[dict[str, Any]]) -> _People:
    """Sort the demo's accounts. Raises HubBroken where it has none: it does not run in demo mode."""
    by_role: dict[str, list[str]] = {"CARRIER": [], "OFFICER": []}
    agencies: dict[Agency, str] = {}
    for account in accounts:
        if account["agency"] is not None:
            agencies[Agency(account["agency"])] = account["id"]
        else:
            by_role.setdefault(account["role"], []).append(account["id"])
    if not (by_role["CARRIER"] and by_role["OFFICER"] and agencies):
        raise HubBroken("it has no demo accounts: it does not run in demo mode")
    return _People(tuple(by_role["CARRIER"]), by_role["OFFICER"][-1], agencies)
