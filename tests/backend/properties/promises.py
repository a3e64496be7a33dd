"""What holds after every step, whatever came before: each promise as a function of what is stored."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.kit import eventlog
from backend.kit.context import Services
from core.passages import ALLOWED, OPEN_STATES, PassageState
from core.states import TripState, VoucherState, WorkOrderState

Rows = dict[str, dict[str, Any]]
P, T, V, W = PassageState, TripState, VoucherState, WorkOrderState

RELEASED = frozenset({P.RELEASED, P.EXITED})
UNDECIDED = frozenset({P.IDENTIFYING, P.MATCHING, P.ASSISTING})
AMENDED = T.DRAFT
FOLLOWS: dict[TripState, frozenset[TripState]] = {
    T.DRAFT: frozenset({T.SUBMITTED, T.WITHDRAWN, T.EXPIRED}),
    T.SUBMITTED: frozenset({T.UNDER_REVIEW, T.APPROVED, T.WITHDRAWN, T.EXPIRED, AMENDED}),
    T.UNDER_REVIEW: frozenset({T.APPROVED, T.REJECTED, T.WITHDRAWN, T.EXPIRED, AMENDED}),
    T.APPROVED: frozenset({T.ARRIVED, T.WITHDRAWN, T.EXPIRED, AMENDED}),
    # back to APPROVED: only a vehicle that left undecided (its passage is ABANDONED), see trips.service.mark
    T.ARRIVED: frozenset({T.HELD, T.CLEARED, T.TURNED_BACK, T.APPROVED}),
    T.HELD: frozenset({T.CLEARED, T.TURNED_BACK, T.APPROVED}),
    T.REJECTED: frozenset(),
    T.WITHDRAWN: frozenset(),
    T.CLEARED: frozenset(),
    T.TURNED_BACK: frozenset(),
    T.DETAINED: frozenset(),
    T.EXPIRED: frozenset(),
}
"""From each state of a trip, those that one step may bring. A trip that is amended becomes another declaration."""


@dataclass(frozen=True)
class Picture:
    """All that is stored, at one moment."""

    at: datetime
    trips: Rows
    vouchers: Rows
    passages: Rows
    redemptions: Rows
    orders: Rows
    clearances: Rows
    releases: dict[str, set[str]]
    """By passage, the releases that the log tells of: one for each event, however many streams it is on."""
    events: int

    @classmethod
    async def of(cls, services: Services) -> "Picture":
        """Look."""
        db = services.database.db
        releases: dict[str, set[str]] = {}
        async for row in db["events"].find({"kind": "passage.released"}):
            releases.setdefault(row["ids"]["passage_id"], set()).add(row["event_id"])
        return cls(
            at=services.clock.now(),
            trips=await _rows(services, "trips"),
            vouchers=await _rows(services, "vouchers"),
            passages=await _rows(services, "passages"),
            redemptions=await _rows(services, "redemptions"),
            orders=await _rows(services, "work_orders"),
            clearances=await _rows(services, "clearances"),
            releases=releases,
            events=await db["events"].count_documents({}),
        )


async def _rows(services: Services, name: str) -> Rows:
    return {row["_id"]: row async for row in services.database.db[name].find({})}


async def log_is_proved(services: Services) -> None:
    """The log verifies. Ask it at the end: a chain that broke on the way stays broken, and this takes its time."""
    verification = await eventlog.verify(services.database)
    assert verification.failure is None, verification.failure


def changes(now: Picture, before: Picture) -> Counter[str]:
    """Return how many trips, passages and codes came into each state since before."""
    found: Counter[str] = Counter()
    for word, rows, earlier in (
        ("trip", now.trips, before.trips),
        ("passage", now.passages, before.passages),
        ("voucher", now.vouchers, before.vouchers),
    ):
        changed = [row for key, row in rows.items() if earlier.get(key, {}).get("state") != row["state"]]
        found.update(f"{word} {row['state']}" for row in changed)
    return found


def check(now: Picture, before: Picture) -> None:
    """Fail unless every promise holds now, and what changed since before was allowed to."""
    releases_are_recorded_and_spend(now)
    places_hold_one_vehicle(now)
    vouchers_agree(now)
    trips_and_passages_agree(now)
    nothing_went_backwards(now, before)
    assert now.events >= before.events, "the log became shorter"


def releases_are_recorded_and_spend(now: Picture) -> None:
    """No vehicle goes without its release in the log and its redemption; none twice; none for nothing."""
    gone = {key for key, row in now.passages.items() if row["released_at"] is not None}
    released = {key for key, row in now.passages.items() if row["state"] in RELEASED}
    assert released <= gone, "released, and no moment of it is kept"
    assert set(now.releases) == gone, "the log tells of other releases than are stored"
    assert all(len(events) == 1 for events in now.releases.values()), "a release is told twice"
    spent = {row["passage_id"]: key for key, row in now.redemptions.items()}
    assert len(spent) == len(now.redemptions), "two vouchers were spent for one passage"
    assert set(spent) == gone, "a release without its redemption, or a redemption without its release"
    for passage_id, voucher_id in spent.items():
        assert now.passages[passage_id]["voucher_id"] == voucher_id
    states = {key for key, row in now.vouchers.items() if row["state"] == V.SPENT}
    assert states == set(now.redemptions), "SPENT and redeemed are not the same vouchers"


def places_hold_one_vehicle(now: Picture) -> None:
    """A lane, a bay and a voucher have one passage each at a time."""
    for name in ("occupied_lane", "occupied_bay"):
        taken = Counter(row[name] for row in now.passages.values() if row[name] is not None)
        assert set(taken.values()) <= {1}, f"{name}: {taken}"
    going_on = Counter(row["voucher_id"] for row in now.passages.values() if row["state"] in OPEN_STATES)
    assert set(going_on.values()) <= {1}, f"two open passages of one voucher: {going_on}"
    for row in now.passages.values():
        if row["state"] in OPEN_STATES:
            assert row["occupied_lane"] or row["occupied_bay"], f"{row['state']} and nowhere"
        if row["state"] in {P.EXITED, P.ABANDONED, P.FAULT}:
            assert (row["occupied_lane"], row["occupied_bay"]) == (None, None), (
                f"{row['state']} and in the way"
            )


def vouchers_agree(now: Picture) -> None:
    """A code that still counts belongs to a trip that may come or is here; an open passage keeps its code."""
    issued = Counter(row["subject"] for row in now.vouchers.values() if row["state"] == V.ISSUED)
    assert set(issued.values()) <= {1}, f"two codes of one trip count: {issued}"
    for key, row in now.vouchers.items():
        trip = now.trips[row["subject"].removeprefix("trip:")]
        if row["state"] == V.ISSUED:
            may = {T.APPROVED, T.ARRIVED, T.HELD}
            if row["expires_at"] <= now.at:  # two works of time: the trip's may come before its code's
                may |= {T.EXPIRED}
            assert trip["state"] in may, f"the code of a trip that is {trip['state']} still counts"
            assert trip["voucher_id"] == key
        holder = now.passages.get(row["frozen_by"] or "")
        if row["state"] == V.ISSUED and holder is not None:
            assert holder["state"] in OPEN_STATES, f"frozen by a passage that is {holder['state']}"
    for key, row in now.passages.items():
        if row["state"] in UNDECIDED | {P.DIVERTED}:
            assert now.vouchers[row["voucher_id"]]["frozen_by"] == key, (
                "an open passage does not keep its code"
            )


def trips_and_passages_agree(now: Picture) -> None:
    """Where a trip stands follows from its last passage, and its order from both."""
    here: dict[str, set[str]] = {}
    for row in now.passages.values():
        refused_here = row["state"] == P.REFUSED and (row["occupied_lane"] or row["occupied_bay"])
        if row["state"] in UNDECIDED | {P.DIVERTED} or refused_here:
            here.setdefault(row["trip_id"], set()).add(row["state"])
    cleared = {now.passages[key]["trip_id"] for key in now.releases}
    for key, trip in now.trips.items():
        states = here.get(key, set())
        assert (trip["state"] in {T.ARRIVED, T.HELD}) == bool(states), (
            f"{trip['state']} with passages {states}"
        )
        assert (trip["state"] == T.CLEARED) == (key in cleared), (
            f"{trip['state']}, released: {key in cleared}"
        )
        order = now.orders[trip["order_id"]]
        ended = {T.CLEARED: W.COMPLETED, T.EXPIRED: W.EXPIRED}.get(TripState(trip["state"]))
        assert ended is None or order["state"] == ended, f"{trip['state']}, and its order is {order['state']}"
        if order["state"] == W.CANCELLED:
            assert trip["state"] in {T.WITHDRAWN, T.REJECTED, T.TURNED_BACK}, (
                f"cancelled, and {trip['state']}"
            )
        document = now.clearances.get(key)
        if trip["state"] in {T.SUBMITTED, T.UNDER_REVIEW, T.APPROVED, T.ARRIVED, T.HELD}:
            assert document is not None, "submitted, and nobody was asked"
            assert (document["open"], document["round"]) == (True, trip["version"])
        if trip["state"] in {T.DRAFT, T.WITHDRAWN, T.REJECTED, T.EXPIRED}:
            assert document is None or not document["open"], f"{trip['state']}, and its agencies still answer"


def nothing_went_backwards(now: Picture, before: Picture) -> None:
    """Trips, passages and codes go on as they may, or stay; nothing that is stored is lost."""
    abandoned = {row["trip_id"] for row in now.passages.values() if row["state"] == P.ABANDONED}
    for key, row in before.trips.items():
        was, is_ = TripState(row["state"]), TripState(now.trips[key]["state"])
        if was is is_:
            assert now.trips[key]["version"] == row["version"], "another declaration counts"
            continue
        assert is_ in FOLLOWS[was], f"a trip went from {was} to {is_}"
        amended = int(is_ is AMENDED)
        assert now.trips[key]["version"] == row["version"] + amended, "another declaration counts"
        if was in {T.ARRIVED, T.HELD} and is_ is T.APPROVED:
            assert key in abandoned, f"a trip went from {was} to {is_}, and nothing was abandoned"
    for key, row in before.passages.items():
        passed, passes = PassageState(row["state"]), PassageState(now.passages[key]["state"])
        assert passed is passes or passes in ALLOWED[passed] or passes in _two_steps(passed), (
            f"{passed} to {passes}"
        )
        assert now.passages[key]["version"] >= row["version"]
    for key, row in before.vouchers.items():
        if row["state"] != V.ISSUED:
            assert now.vouchers[key]["state"] == row["state"], "a code that had ended changed again"
    assert before.redemptions.items() <= now.redemptions.items(), "a redemption changed or is gone"


def _two_steps(state: PassageState) -> frozenset[PassageState]:
    """An officer's word (ASSISTING) and what it does are one request."""
    return ALLOWED[P.ASSISTING] if P.ASSISTING in ALLOWED[state] else frozenset()
