"""The officers at bays and review desk: they see to the traffic's own vehicles and leave a human's to humans."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.hub import Hub, HubBroken, HubProblem, HubUnreachable
from core.passages import Outcome
from core.states import Agency, ClearanceState, InspectionNeed
from simulator.players import documents
from simulator.players.agencies import AgencyDesk
from simulator.players.keys import new_key
from simulator.players.news import News
from simulator.players.traffic_marks import is_traffic

log = logging.getLogger(__name__)

CONCERNED = ("passage.referred", "passage.left_lane", "trip.under_review")
LOOK_SECONDS = 2.0
INSPECTING_SECONDS = 12.0
"""How long an officer looks at a vehicle in a bay, counted from when it was sent there."""
FINDINGS = {
    "PLATE_MISMATCH": "Plates and papers compared at the bay: a relief tractor of the same carrier",
    "TEMPERATURE_HIGH": "Measured twice at the bay: no fever",
    "HOLD_AT_BAY": "The agency has seen the load and lifts its hold",
}
OTHERWISE = "Seen at the bay: vehicle and papers agree"


class BayOfficer:
    """One officer for all bays and the review desk."""

    def __init__(self, hub: Hub, news: News, desks: Mapping[Agency, AgencyDesk], checkpoint: str) -> None:
        self._hub = hub
        self._news = news
        self._desks = desks
        self._checkpoint = checkpoint
        self._ours: dict[str, bool] = {}

    async def run(self) -> None:
        """Work for ever."""
        while True:
            heard = self._news.count(CONCERNED)
            try:
                busy = await self.make_a_round()
            except (HubUnreachable, HubBroken, HubProblem) as error:
                log.warning("the officer cannot work: %s", error)
                busy = True
            if busy:
                await asyncio.sleep(LOOK_SECONDS)
            else:
                await self._news.more(CONCERNED, heard, LOOK_SECONDS * 5)

    async def make_a_round(self) -> bool:
        """See to everything there is; whether some bay is still taken. Raises HubUnreachable, HubBroken, HubProblem."""
        await self._review()
        board = (await self._ask(documents.BAYS))["laneBoard"]
        at = datetime.fromisoformat(board["at"])
        taken = [card for card in board["bays"] if card["passageId"] is not None]
        for card in taken:
            try:
                await self._see(card, at)
            except HubProblem as problem:
                log.info("bay %s: %s", card["bayId"], problem)
        return bool(taken)

    async def _ask(self, document: str) -> dict[str, Any]:
        return await self._hub.execute(document, {"checkpoint": self._checkpoint})

    async def _review(self) -> None:
        for edge in (await self._ask(documents.REVIEW_QUEUE))["reviewQueue"]["edges"]:
            trip = edge["node"]["trip"]
            if not is_traffic(trip["reference"]):
                continue
            asked = {"idempotencyKey": new_key(), "tripId": trip["id"], "note": "Papers seen"}
            if edge["node"]["inspectionToChoose"]:
                asked["inspection"] = InspectionNeed.NOT_REQUIRED
            try:
                await self._hub.execute(documents.APPROVE, {"input": asked})
            except HubProblem as problem:
                log.info("review of trip %s: %s", trip["id"], problem)

    async def _see(self, card: Mapping[str, Any], now: datetime) -> None:
        """See to the vehicle at one bay. Raises HubProblem where it cannot be released yet."""
        passage = (await self._hub.execute(documents.PASSAGE, {"id": card["passageId"]}))["passage"]
        if passage is None or card["laneId"] is not None or not await self._is_ours(passage["tripId"]):
            return
        name = " ".join(card["plates"])
        if passage["state"] == "RELEASED":
            at = {"laneId": None, "way": "BARRIER", "at": now.isoformat()}
            await self._say(documents.DEPART, passage["id"], at)
            log.info("%s: %s has left", card["bayId"], name)
            return
        waited = (now - datetime.fromisoformat(card["since"])).total_seconds()
        if waited < INSPECTING_SECONDS:
            return
        for clearance in passage["clearances"]:
            desk = self._desks.get(Agency(clearance["agency"]))
            if clearance["state"] == ClearanceState.HOLD and desk is not None:
                await desk.lift(passage["tripId"])
        await self._say(
            documents.DECIDE, passage["id"], {"outcome": Outcome.RELEASE, "reason": _finding(passage)}
        )
        log.info("%s: %s released by the officer after %.0f s", card["bayId"], name, waited)

    async def _is_ours(self, trip_id: str) -> bool:
        if trip_id not in self._ours:
            trip = (await self._hub.execute(documents.TRIP_STATE, {"id": trip_id}))["trip"]
            self._ours[trip_id] = trip is not None and is_traffic(trip["reference"])
        return self._ours[trip_id]

    async def _say(self, document: str, passage_id: str, fields: Mapping[str, object]) -> None:
        asked = {"idempotencyKey": new_key(), "passageId": passage_id, **fields}
        await self._hub.execute(document, {"input": asked})


def _finding(passage: Mapping[str, Any]) -> str:
    codes = [reason["code"] for reason in (passage["decision"] or {"reasons": ()})["reasons"]]
    return next((FINDINGS[code] for code in codes if code in FINDINGS), OTHERWISE)
