"""A code is shown at a lane: the hub verifies it again and opens the passage, or says why not and records it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel

from backend.kit.context import UnitOfWork
from backend.kit.errors import RecordedRefusal
from backend.lanes import policy
from backend.lanes.events import PassageOpened, ScanRefused
from backend.lanes.model import Passage, PlaceKind, PlaceRow, PlateRow
from backend.lanes.service import store
from backend.orders.rules import instant
from backend.settings import Settings
from backend.sites import service as sites
from backend.sites.service import PlacedLane
from backend.trips import service as trips
from backend.vouchers import service as vouchers
from core.passages import PassageState, admit
from core.problems import ProblemCode, Refusal
from core.states import TripState
from core.vouchers import codec
from core.vouchers.claims import VoucherClaims
from core.vouchers.live import LiveState

HUB = "HUB"
LANE = "LANE"
PASSAGE_ID = re.compile("[0-7][0-9A-HJKMNP-TV-Z]{25}")
EARLIEST_SCAN = timedelta(minutes=5)  # a lane whose clock says more than that is not believed


@dataclass(frozen=True, kw_only=True)
class Scan:
    """A code's text as the hub's keys see it: its claims if it is genuine, and whether it is timely."""

    claims: VoucherClaims | None
    live: LiveState
    refusal: Refusal | None
    """Why the code is not accepted by itself; with claims, an open passage still outweighs it."""

    @property
    def voucher_id(self) -> str | None:
        """The voucher's id, if the code is genuine."""
        return self.claims.voucher_id.hex() if self.claims else None

    @property
    def trip_id(self) -> str | None:
        """The trip's id, if the code is genuine."""
        return self.claims.trip_id.hex() if self.claims else None


@dataclass(frozen=True, kw_only=True)
class OpenPassage:
    """What an agent asks: open this passage, with an id it made, for this code at its lane."""

    passage_id: str
    lane_id: str
    scan: Scan
    scanned_at: datetime


class Opened(BaseModel):
    """The passage, and whether it had been opened before."""

    passage: Passage
    returned: bool


def read_code(settings: Settings, text: str, now: datetime) -> Scan:
    """Verify the text with the hub's own keys. Pure but for reading the keys once; takes a few milliseconds."""
    keys = vouchers.key_set(settings)
    try:
        genuine = codec.verify(text, keys, now, in_open_passage=True)
    except Refusal as refusal:
        return Scan(claims=None, live=LiveState.NOT_NEEDED, refusal=refusal)
    try:
        timely = codec.verify(text, keys, now)
    except Refusal as refusal:
        return Scan(claims=genuine.claims, live=LiveState.NOT_NEEDED, refusal=refusal)
    return Scan(claims=genuine.claims, live=timely.live, refusal=None)


def streams_of(lane_id: str, scan: Scan) -> list[str]:
    """Return the streams that opening will write."""
    return [f"lane:{lane_id}", *([f"trip:{scan.trip_id}"] if scan.trip_id else [])]


async def open_passage(unit: UnitOfWork, ask: OpenPassage) -> Opened:
    """Open the passage; the same code at the same lane again gives the passage there is.

    Opening freezes the voucher: from here on its expiry and its live part no longer matter.

    Raises:
        Refusal: FORBIDDEN or NOT_FOUND (not this agent's lane), INVALID_INPUT (not a ULID).
        RecordedRefusal: LANE_CLOSED, LANE_OCCUPIED, CODE_*, LIVE_* or TRIP_STATE; the lane's stream keeps it.
    """
    policy.may_run_lane(unit.actor, ask.lane_id)
    if not PASSAGE_ID.fullmatch(ask.passage_id):
        raise Refusal(ProblemCode.INVALID_INPUT, path=["passageId"], args={"reason": "a ULID"})
    place = await sites.lane(ask.lane_id, unit.session)
    try:
        return await _open(unit, ask, place)
    except Refusal as refusal:
        raise recorded(refusal, place.checkpoint.id, ask.lane_id, ask.scan) from refusal


def recorded(refusal: Refusal, checkpoint_id: str, lane_id: str, scan: Scan) -> RecordedRefusal:
    """Return the refusal with the event that the lane's stream will keep of it."""
    event = ScanRefused(
        site=checkpoint_id,
        lane_id=lane_id,
        voucher_id=scan.voucher_id,
        trip_id=scan.trip_id,
        code=refusal.code.value,
        found_by=HUB,
    )
    return RecordedRefusal(
        refusal.code, path=refusal.path, args=refusal.args, event=event, streams=[f"lane:{lane_id}"]
    )


async def _open(unit: UnitOfWork, ask: OpenPassage, place: PlacedLane) -> Opened:
    if not place.lane.open:
        raise Refusal(ProblemCode.LANE_CLOSED)
    claims = ask.scan.claims
    if claims is None:
        raise ask.scan.refusal or Refusal(ProblemCode.CODE_MALFORMED)
    admit(claims, place.lane.policy.value(), place.checkpoint.number)
    if (present := await _present(unit, ask, claims.voucher_id.hex())) is not None:
        return Opened(passage=present, returned=True)
    await _freeze(unit, claims.voucher_id.hex(), ask.passage_id)
    if (
        ask.scan.refusal is not None
    ):  # after the voucher's state: «spent» helps more than «open your code again»
        raise ask.scan.refusal
    passage = _passage(unit, ask, claims, place)
    await store.insert(unit, passage)
    await trips.mark(
        unit,
        passage.trip_id,
        [TripState.APPROVED],
        TripState.ARRIVED,
        passage_id=passage.id,
        lane_id=passage.lane_id,
    )
    event = PassageOpened(
        site=passage.checkpoint_id,
        lane_id=passage.lane_id,
        passage_id=passage.id,
        voucher_id=passage.voucher_id,
        trip_id=passage.trip_id,
        presentation=passage.presentation.value,
        clock_ahead=passage.live is LiveState.AHEAD,
    )
    unit.append(event, passage.stream)
    return Opened(passage=passage, returned=False)


async def _freeze(unit: UnitOfWork, voucher_id: str, passage_id: str) -> None:
    try:
        await vouchers.freeze(unit, voucher_id, passage_id)
    except Refusal as refusal:
        if refusal.code is ProblemCode.NOT_FOUND:  # signed by our key, but not in our books
            raise Refusal(ProblemCode.CODE_NOT_OURS) from refusal
        raise


async def _present(unit: UnitOfWork, ask: OpenPassage, voucher_id: str) -> Passage | None:
    """Return this voucher's passage at this lane. Raises Refusal CODE_IN_USE or LANE_OCCUPIED."""
    found = await store.matching(unit, {"$or": [{"occupied_lane": ask.lane_id}, {"voucher_id": voucher_id}]})
    for passage in found:
        if passage.voucher_id == voucher_id and (
            passage.is_open or passage.occupied_lane or passage.occupied_bay
        ):
            if passage.lane_id != ask.lane_id:
                raise Refusal(ProblemCode.CODE_IN_USE)
            return passage
    if any(passage.occupied_lane == ask.lane_id for passage in found):
        raise Refusal(ProblemCode.LANE_OCCUPIED)
    return None


def _passage(unit: UnitOfWork, ask: OpenPassage, claims: VoucherClaims, place: PlacedLane) -> Passage:
    scanned_at = instant(ask.scanned_at)
    since = scanned_at if unit.now - EARLIEST_SCAN <= scanned_at <= unit.now else unit.now
    return Passage(
        id=ask.passage_id,
        state=PassageState.MATCHING,
        checkpoint_id=place.checkpoint.id,
        lane_id=ask.lane_id,
        voucher_id=claims.voucher_id.hex(),
        trip_id=claims.trip_id.hex(),
        places=(PlaceRow(kind=PlaceKind.LANE, id=ask.lane_id, since=since),),
        occupied_lane=ask.lane_id,
        plates=tuple(PlateRow.of(plate) for plate in claims.plates),
        containers=tuple(container.text for container in claims.containers),
        direction=claims.direction,
        language=claims.language,
        presentation=claims.presentation,
        live=ask.scan.live,
        opened_at=unit.now,
        changed_at=unit.now,
    )
