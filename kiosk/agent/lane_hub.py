"""One lane's talk with the hub, typed: each method is one question of the schema."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.canonical import millis
from core.hub import Hub, HubBroken, UploadedCapture
from core.passages import Reason, TemperatureBand
from core.problems import ProblemCode
from kiosk.agent import documents
from kiosk.agent.journal import Visit
from kiosk.agent.passage import LaneSite, Snapshot
from kiosk.agent.protocol import BarrierPosition
from kiosk.agent.reports import Refused


@dataclass(frozen=True)
class Grant:
    """The hub's word that the vehicle may pass, and until when the barrier may open on it."""

    passage: Snapshot
    until: datetime


@dataclass(frozen=True)
class Fed:
    """One message of the lane's feed: READY and RESYNC have no event."""

    kind: str
    passage: Snapshot | None = None
    capture_id: str | None = None


READY, RESYNC = "READY", "RESYNC"
KEY_REVOKED = "voucher.key_revoked"


class LaneHub:
    """All methods raise HubUnreachable (the outcome is unknown), HubProblem or HubBroken."""

    def __init__(self, hub: Hub, lane_id: str) -> None:
        self._hub = hub
        self.lane_id = lane_id
        self._position: int | None = None

    async def site(self) -> LaneSite:
        """Return the lane as the hub knows it."""
        checkpoints = (await self._hub.execute(documents.SITE))["checkpoints"]
        site = LaneSite.find(checkpoints, self.lane_id)
        if site is None:
            raise HubBroken(f"the hub knows no lane {self.lane_id}")
        return site

    async def passage(self, passage_id: str) -> Snapshot | None:
        """Return the passage as it stands."""
        found = (await self._hub.execute(documents.PASSAGE_BY_ID, {"id": passage_id}))["passage"]
        return Snapshot.of(found) if found else None

    async def open_passage(self, visit: Visit) -> Snapshot:
        """Ask for a passage; asked again for the same visit, the answer is the same."""
        asked = {
            "idempotencyKey": f"{visit.id}-open",
            "passageId": visit.id,
            "laneId": self.lane_id,
            "code": visit.code,
            "scannedAt": millis(visit.scanned_at),
        }
        opened = await self._mutate(documents.OPEN_PASSAGE, asked)
        return Snapshot.of(opened["passage"])

    async def release(self, passage_id: str, key: str) -> Grant:
        """Ask for the release."""
        asked = {"idempotencyKey": key, "passageId": passage_id, "laneId": self.lane_id}
        released = await self._mutate(documents.RELEASE_PASSAGE, asked)
        return Grant(Snapshot.of(released["passage"]), datetime.fromisoformat(released["openUntil"]))

    async def refer(self, passage_id: str, key: str, reasons: tuple[Reason, ...]) -> Snapshot:
        """Ask for a bay."""
        return await self._leave_undone(documents.REFER_PASSAGE, passage_id, key, reasons)

    async def refuse(self, passage_id: str, key: str, reasons: tuple[Reason, ...]) -> Snapshot:
        """Refuse the vehicle."""
        return await self._leave_undone(documents.REFUSE_PASSAGE, passage_id, key, reasons)

    async def _leave_undone(
        self, document: str, passage_id: str, key: str, reasons: tuple[Reason, ...]
    ) -> Snapshot:
        asked = {
            "idempotencyKey": key,
            "passageId": passage_id,
            "laneId": self.lane_id,
            "reasons": [reason.code.value for reason in reasons],
        }
        return Snapshot.of(await self._mutate(document, asked))

    async def report_temperature(self, passage_id: str, key: str, band: TemperatureBand) -> Snapshot:
        """Tell the band that was measured."""
        asked = {"idempotencyKey": key, "passageId": passage_id, "band": band.value}
        return Snapshot.of(await self._mutate(documents.REPORT_TEMPERATURE, asked))

    async def report_departure(self, visit: Visit) -> None:
        """Tell that a vehicle has left, and how."""
        if visit.way is None or visit.left_at is None:
            raise ValueError(f"visit {visit.id} has not left")
        asked = {
            "idempotencyKey": f"{visit.id}-left",
            "passageId": visit.passage_id,
            "laneId": self.lane_id,
            "way": visit.way.value,
            "at": millis(visit.left_at),
        }
        await self._mutate(documents.REPORT_DEPARTURE, asked)

    async def report_barrier(self, passage_id: str, key: str, state: BarrierPosition, at: datetime) -> None:
        """Tell what the barrier does."""
        asked = {
            "idempotencyKey": key,
            "passageId": passage_id,
            "laneId": self.lane_id,
            "state": state.value,
            "at": millis(at),
        }
        await self._mutate(documents.REPORT_BARRIER, asked)

    async def report_refusal(self, key: str, code: ProblemCode, refused: Refused) -> None:
        """Tell that this lane refused codes by itself."""
        asked = {
            "idempotencyKey": key,
            "laneId": self.lane_id,
            "code": code.value,
            "at": millis(refused.at),
            "count": refused.count,
            "until": millis(refused.until),
        }
        await self._mutate(documents.REPORT_REFUSAL, asked)

    async def upload(self, image: bytes, view: str, passage_id: str) -> UploadedCapture:
        """Post a picture of the vehicle."""
        return await self._hub.upload_capture(
            image, "image/jpeg", lane=self.lane_id, view=view, passage=passage_id
        )

    async def feed(self, on_link: Callable[[bool], None]) -> AsyncGenerator[Fed, None]:
        """Yield the lane's feed for ever; after a loss it goes on behind the last event seen."""
        while True:
            async with aclosing(self._until_resync(on_link)) as feed:
                async for fed in feed:
                    yield fed

    async def _until_resync(self, on_link: Callable[[bool], None]) -> AsyncGenerator[Fed, None]:
        messages = self._hub.subscribe(documents.LANE_FEED, self._from_position, on_link=on_link)
        async with aclosing(messages):
            async for message in messages:
                fed = self._read(message)
                yield fed
                if fed.kind == RESYNC:
                    return

    def _from_position(self) -> dict[str, Any]:
        return {"laneId": self.lane_id, "after": self._position}

    def _read(self, message: dict[str, Any]) -> Fed:
        match message["__typename"]:
            case "Ready":
                # With a position of our own the replay is still to come; a loss in the middle must not skip it.
                if self._position is None:
                    self._note(message["positions"])
                return Fed(READY)
            case "Resync":
                self._position = None
                return Fed(RESYNC)
        event, passage = message["event"], message["passage"]
        self._note([event])
        return Fed(event["kind"], Snapshot.of(passage) if passage else None, event["captureId"])

    def _note(self, positions: list[dict[str, Any]]) -> None:
        for position in positions:
            if position["stream"] == f"lane:{self.lane_id}":
                self._position = max(self._position or 0, position["seq"])

    async def _mutate(self, document: str, asked: dict[str, Any]) -> dict[str, Any]:
        (answer,) = (await self._hub.execute(document, {"input": asked})).values()
        if not isinstance(answer, dict):
            raise HubBroken("a mutation answered nothing")
        return answer
