"""The workers' queue: captures come in, are leased, answered or given back."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo import ReturnDocument
from pymongo.asynchronous.database import AsyncDatabase
from ulid import ULID

from backend.captures import measures, policy
from backend.captures.events import CaptureFailed
from backend.captures.images import ImageFacts
from backend.captures.model import (
    Capture,
    CaptureState,
    CaptureView,
    ExpectedRow,
    Priority,
)
from backend.captures.rules import LONGEST_REASON, Answer, check_answer
from backend.captures.service import kept
from backend.kit.changes import change_if
from backend.kit.context import UnitOfWork
from backend.kit.database import Row
from backend.kit.live import Live
from core.problems import ProblemCode, Refusal

LEASE = timedelta(seconds=20)  # reading takes about one second; a worker that needs longer renews
MOST_ATTEMPTS = 3
MOST_OF_ONE_PASSAGE = 60  # two cameras, one image a second, for the time a vehicle may stay
MOST_OF_ONE_TRIP = 20  # a driver's photos of his papers
TOPIC = "captures"  # the signal that wakes the workers


@dataclass(frozen=True, kw_only=True)
class NewCapture:
    """An inspected image and where it belongs: a passage in a lane, or a driver's trip."""

    checkpoint_id: str
    view: CaptureView
    expected: tuple[ExpectedRow, ...]
    image: ImageFacts
    body: bytes
    lane_id: str | None = None
    passage_id: str | None = None
    trip_id: str | None = None
    owner_id: str | None = None


async def store(unit: UnitOfWork, new: NewCapture) -> Capture:
    """Keep the image and put it into the queue. The same image of a passage or trip again gives the capture there is.

    Raises Refusal RATE_LIMITED when a passage has more images than a vehicle's stay can need, or a trip more photos
    than its papers.
    """
    captures = unit.db[Capture.Settings.name]
    whole, most = _together_with(new)
    same = {**whole, "view": new.view, "sha256": new.image.sha256}
    if (known := await captures.find_one(same, session=unit.session)) is not None:
        return Capture.of(known)
    if await captures.count_documents(whole, session=unit.session) >= most:
        raise Refusal(ProblemCode.RATE_LIMITED, args={"most": str(most)})
    capture = Capture(
        id=str(ULID.from_datetime(unit.now)),
        checkpoint_id=new.checkpoint_id,
        lane_id=new.lane_id,
        passage_id=new.passage_id,
        trip_id=new.trip_id,
        owner_id=new.owner_id,
        view=new.view,
        taken_at=unit.now,
        width=new.image.width,
        height=new.image.height,
        sha256=new.image.sha256,
        content_type=new.image.content_type,
        expected=new.expected,
        state=CaptureState.WAITING,
        priority=Priority.LANE if new.lane_id is not None else Priority.PHOTO,
    )
    await kept.keep_image(unit, capture, new.body)
    await captures.insert_one(capture.model_dump(by_alias=True), session=unit.session)
    return capture


def _together_with(new: NewCapture) -> tuple[Row, int]:
    """Return which images this one is counted with, and how many they may be."""
    if new.passage_id is not None:
        return {"passage_id": new.passage_id}, MOST_OF_ONE_PASSAGE
    return {"trip_id": new.trip_id, "passage_id": None}, MOST_OF_ONE_TRIP


async def claim(unit: UnitOfWork) -> Capture | None:
    """Lease the next image to the asking worker, lane images first; None when nothing waits."""
    policy.may_work(unit.actor)
    row = await unit.db[Capture.Settings.name].find_one_and_update(
        {"state": CaptureState.WAITING},
        {
            "$set": {
                "state": CaptureState.CLAIMED,
                "lease": secrets.token_hex(16),
                "lease_until": unit.now + LEASE,
                "worker": unit.actor.id,
            },
            "$inc": {"attempts": 1},
        },
        sort=[("priority", 1), ("taken_at", 1), ("_id", 1)],
        return_document=ReturnDocument.AFTER,
        session=unit.session,
    )
    return Capture.of(row) if row is not None else None


async def renew(unit: UnitOfWork, capture_id: str, lease: str) -> Capture:
    """Give the worker more time. Raises Refusal CAPTURE_LEASE_LOST when another may have the image by now."""
    policy.may_work(unit.actor)
    return await _if_leased(unit, capture_id, lease, {"$set": {"lease_until": unit.now + LEASE}})


async def submit(unit: UnitOfWork, capture_id: str, lease: str, answer: Answer) -> Capture:
    """Keep what the worker found. Raises Refusal CAPTURE_LEASE_LOST, NOT_FOUND or INVALID_INPUT."""
    policy.may_work(unit.actor)
    check_answer(await load(unit, capture_id), answer)
    found = {
        "state": CaptureState.READ,
        "readings": [reading.model_dump() for reading in answer.readings],
        "verdicts": [verdict.model_dump() for verdict in answer.verdicts],
        "cpu_ms": answer.cpu_ms,
        "lease_until": None,
    }
    capture = await _if_leased(unit, capture_id, lease, {"$set": found})

    async def count() -> None:
        measures.count_answer(answer.verdicts, answer.cpu_ms)

    unit.after_commit(count)
    return capture


async def fail(unit: UnitOfWork, capture_id: str, lease: str, reason: str) -> Capture:
    """Give the image back unread; after the last attempt it is FAILED and its lane hears of it.

    Raises Refusal CAPTURE_LEASE_LOST or NOT_FOUND.
    """
    policy.may_work(unit.actor)
    capture = await load(unit, capture_id)
    return await _give_back(unit, capture, lease, reason[:LONGEST_REASON])


async def take_back(unit: UnitOfWork, capture: Capture) -> Capture:
    """End a lease that ran out. Raises Refusal CAPTURE_LEASE_LOST when its worker answered or renewed after all."""
    over = {"lease_until": {"$lte": unit.now}}
    return await _give_back(unit, capture, capture.lease or "", measures.LEASE_OVER, over)


def set_back(unit: UnitOfWork, passage_id: str) -> None:
    """Once this commits, put the passage's waiting images behind all others: its vehicle no longer waits for them."""

    async def after() -> None:
        waiting_images = {"passage_id": passage_id, "state": CaptureState.WAITING}
        await unit.db[Capture.Settings.name].update_many(
            waiting_images, {"$set": {"priority": Priority.LATER}}
        )

    unit.after_commit(after)


async def load(unit: UnitOfWork, capture_id: str) -> Capture:
    """Return the capture. Raises Refusal NOT_FOUND."""
    row = await unit.db[Capture.Settings.name].find_one({"_id": capture_id}, session=unit.session)
    if row is None:
        raise Refusal(ProblemCode.NOT_FOUND, path=["captureId"])
    return Capture.of(row)


async def find(db: AsyncDatabase[Row], capture_id: str) -> Capture | None:
    """Return the capture as it now stands, or None."""
    row = await db[Capture.Settings.name].find_one({"_id": capture_id})
    return Capture.of(row) if row is not None else None


async def streams_of(db: AsyncDatabase[Row], capture_id: str) -> list[str]:
    """Return the stream that work on this capture may write: its lane's, or none."""
    row = await db[Capture.Settings.name].find_one({"_id": capture_id}, {"lane_id": 1})
    return [f"lane:{row['lane_id']}"] if row is not None and row["lane_id"] is not None else []


async def of_passages(db: AsyncDatabase[Row], passage_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return the ids of each passage's captures, oldest first."""
    found: dict[str, list[str]] = {passage_id: [] for passage_id in passage_ids}
    wanted = {"passage_id": {"$in": list(passage_ids)}}
    async for row in db[Capture.Settings.name].find(wanted, {"passage_id": 1}).sort("_id", 1):
        found[row["passage_id"]].append(row["_id"])
    return found


async def overdue(db: AsyncDatabase[Row], now: datetime, most: int = 100) -> list[Capture]:
    """Return captures whose lease has run out."""
    where = {"state": CaptureState.CLAIMED, "lease_until": {"$lte": now}}
    return [Capture.of(row) async for row in db[Capture.Settings.name].find(where).limit(most)]


async def waiting(db: AsyncDatabase[Row]) -> int:
    """Return how many images wait for a worker."""
    return await db[Capture.Settings.name].count_documents({"state": CaptureState.WAITING})


async def wake_workers(live: Live) -> None:
    """Tell the workers of every process that work may wait; call it after the commit."""
    await live.signal(TOPIC)


async def _if_leased(
    unit: UnitOfWork, capture_id: str, lease: str, change: dict[str, object], also: Row | None = None
) -> Capture:
    where = {"_id": capture_id, "state": CaptureState.CLAIMED, "lease": lease, **(also or {})}
    row = await change_if(unit.db[Capture.Settings.name], where, change, unit)
    if row is None:
        raise Refusal(ProblemCode.CAPTURE_LEASE_LOST, args={"capture": capture_id})
    return Capture.of(row)


async def _give_back(
    unit: UnitOfWork, capture: Capture, lease: str, reason: str, also: Row | None = None
) -> Capture:
    last = capture.attempts >= MOST_ATTEMPTS
    state = CaptureState.FAILED if last else CaptureState.WAITING
    change = {"state": state, "lease": None, "lease_until": None, "failure": reason}
    returned = await _if_leased(unit, capture.id, lease, {"$set": change}, also)

    async def count() -> None:
        measures.count_failure(reason)

    unit.after_commit(count)
    if last:
        await kept.keep_unreadable(unit, capture.id)
    if last and returned.lane_id is not None:
        event = CaptureFailed(
            site=returned.checkpoint_id,
            lane_id=returned.lane_id,
            passage_id=returned.passage_id,
            capture_id=returned.id,
            attempts=returned.attempts,
        )
        unit.append(event, f"lane:{returned.lane_id}")
    return returned
