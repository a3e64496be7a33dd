"""The agencies' desks: they answer for every trip that waits for them, a human's too, within about a second."""

import asyncio
import logging
from collections.abc import Mapping

from core.hub import Hub, HubBroken, HubProblem, HubUnreachable
from core.states import Agency, ClearanceState, HoldKind, InspectionNeed
from simulator.players import documents
from simulator.players.keys import new_key
from simulator.players.news import News

log = logging.getLogger(__name__)

SUBMITTED = ("trip.submitted",)
LOOK_SECONDS = 5.0
"""The queue is looked at this often even when no news comes."""
READING_SECONDS = 0.3
"""How long a desk reads a declaration."""
LAW = {
    Agency.CUSTOMS: "Cap. 109 s.11",
    Agency.BORDER_INSPECTION: "Cap. 115",
    Agency.HEALTH: "Cap. 599A",
    Agency.TRANSPORT: "Cap. 374",
    Agency.QUARANTINE: "Cap. 207",
}
"""What a hold of the traffic names as its law."""


class AgencyDesk:
    """One agency: clears what comes, but holds the trips in `holds` for its bay."""

    def __init__(self, agency: Agency, hub: Hub, news: News, holds: dict[str, Agency]) -> None:
        self.agency = agency
        self._hub = hub
        self._news = news
        self._holds = holds

    async def run(self) -> None:
        """Answer for ever."""
        while True:
            heard = self._news.count(SUBMITTED)
            try:
                await self.answer_all()
            except (HubUnreachable, HubBroken, HubProblem) as error:
                log.warning("%s cannot answer: %s", self.agency, error)
                await asyncio.sleep(LOOK_SECONDS)
            await self._news.more(SUBMITTED, heard, LOOK_SECONDS)

    async def answer_all(self) -> None:
        """Answer for each trip that waits now. Raises HubUnreachable, HubBroken or HubProblem."""
        data = await self._hub.execute(documents.CLEARANCE_QUEUE)
        for edge in data["clearanceQueue"]["edges"]:
            await asyncio.sleep(READING_SECONDS)
            await self._answer(edge["node"]["trip"]["id"])

    async def _answer(self, trip_id: str) -> None:
        if self._holds.get(trip_id) is self.agency:
            hold = {
                "kind": HoldKind.AT_BAY,
                "reason": "The load is to be seen at a bay",
                "legalReference": LAW[self.agency],
                "place": "bay",
            }
            verdict = {"state": ClearanceState.HOLD, "hold": hold, "inspection": InspectionNeed.REQUIRED}
        else:
            verdict = {"state": ClearanceState.CLEAR}
        await self._say(trip_id, verdict)

    async def lift(self, trip_id: str) -> None:
        """Lift a hold after the load was seen. Raises HubUnreachable or HubBroken."""
        self._holds.pop(trip_id, None)
        await self._say(trip_id, {"state": ClearanceState.CLEAR, "inspection": InspectionNeed.NOT_REQUIRED})

    async def _say(self, trip_id: str, verdict: Mapping[str, object]) -> None:
        asked = {"idempotencyKey": new_key(), "tripId": trip_id, **verdict}
        try:
            await self._hub.execute(documents.ANSWER, {"input": asked})
        except HubProblem as problem:
            # Somebody was quicker, or the driver has taken the trip back.
            log.info("%s on trip %s: %s", self.agency, trip_id, problem)
