"""What must hold after a drill, read off the devices, the agent's journal, the database and the witness."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.agent.journal import DepartureWay, Stage
from tests.drills.book import Line
from tests.drills.drivers import Outcome, Stay
from tests.drills.gates import Command
from tests.drills.schedule import Kill, Victim
from tests.drills.witness import Seen

Row = Mapping[str, Any]
ONCE_A_PASSAGE = ("passage.opened", "passage.released", "passage.exited", "passage.referred")


@dataclass(frozen=True, kw_only=True)
class Record:
    """All that is known at the end."""

    vehicles: int
    stays: Sequence[Stay]
    commands: Sequence[Command]
    journal: Sequence[Line]
    reports_waiting: int
    """Reports that the agent still keeps for the hub."""
    events: Sequence[Row]
    passages: Sequence[Row]
    redemptions: Sequence[Row]
    seen: Sequence[Seen]
    died_by_themselves: Sequence[Victim]
    kills_not_made: Sequence[Kill]
    log_says: str
    """What `python -m backend log verify` printed; empty where it failed."""

    def released(self) -> dict[str, list[Row]]:
        """Return the releases in the lanes' streams, by trip."""
        found = defaultdict(list)
        for event in self.events:
            if event["kind"] == "passage.released" and event["stream"].startswith("lane:"):
                found[event["ids"]["trip_id"]].append(event)
        return found

    def trips_with(self, kind: str) -> set[str]:
        """Return the trips of which something of that kind is in the log."""
        return {event["ids"]["trip_id"] for event in self.events if event["kind"] == kind}


def broken(record: Record) -> list[str]:
    """Return every broken promise in words; empty where all of them held."""
    return [words for promise in PROMISES for words in promise(record)]


def no_barrier_opens_without_its_release(record: Record) -> Iterator[str]:
    """Each command comes after the release of the vehicle that stands there, in its lane."""
    released = record.released()
    for command in record.commands:
        releases = [event for event in released.get(command.trip_id or "", ()) if _in_lane(event, command)]
        if not releases:
            yield f"lane {command.lane_id} was opened at {command.at} for {command.trip_id} without a release"
        elif all(event["at"] > command.at for event in releases):
            yield f"lane {command.lane_id} was opened at {command.at}, before the release of {command.trip_id}"


def none_opens_twice(record: Record) -> Iterator[str]:
    """One arm, one vehicle, one release; only a command that the arm never heard is given again (decision 0005)."""
    began = Counter(command.trip_id for command in record.commands if command.began)
    heard = Counter(command.trip_id for command in record.commands if command.heard)
    for trip_id, times in (began | heard).items():
        if times > 1:
            yield f"the barrier opened {times} times for {trip_id}"
    for trip_id, events in record.released().items():
        if len(events) > 1:
            yield f"{trip_id} was released {len(events)} times"
    passed = Counter(stay.trip_id for stay in record.stays if stay.outcome is Outcome.PASSED)
    for trip_id in passed:
        if began[trip_id] != 1:
            yield f"{trip_id} drove through a barrier that opened {began[trip_id]} times for it"


def nothing_acknowledged_is_lost(record: Record) -> Iterator[str]:
    """What the agent was told, what the arms did and what the witness saw committed: the database has all of it."""
    rows = {row["_id"]: row["hash"] for row in record.events}
    for seen in record.seen:
        if rows.get(seen.row_id) != seen.hash:
            yield f"{seen.row_id} was committed and is not there, or is another"
    released = {event["ids"]["passage_id"] for event in record.events if event["kind"] == "passage.released"}
    spent = {row["passage_id"] for row in record.redemptions}
    for line in record.journal:
        if line.granted_until is not None and line.passage_id not in released & spent:
            yield f"the agent was told that {line.passage_id} is released, and the database does not know"
    exited, opened = record.trips_with("passage.exited"), record.trips_with("barrier.opened")
    for stay in record.stays:
        if stay.outcome is Outcome.PASSED and stay.trip_id not in exited:
            yield f"{stay.trip_id} has left and its departure is not in the log"
        if stay.outcome is Outcome.PASSED and stay.trip_id not in opened:
            yield f"the barrier opened for {stay.trip_id} and the log does not say so"
    if record.reports_waiting:
        yield f"{record.reports_waiting} reports never came to the hub"


def the_journal_is_replayed_exactly_once(record: Record) -> Iterator[str]:
    """Each visit ends LEFT and reported, each has its own passage, each voucher one passage and one redemption."""
    for line in record.journal:
        if line.stage is not Stage.LEFT or not line.reported:
            yield f"visit {line.visit_id} stays at {line.stage}, {'' if line.reported else 'not '}reported"
    for passage_id, times in Counter(line.passage_id for line in record.journal).items():
        if times > 1:
            yield f"{times} visits are of passage {passage_id}"
    for voucher_id, times in Counter(row["voucher_id"] for row in record.passages).items():
        if times > 1:
            yield f"{times} passages were opened for voucher {voucher_id}"
    told = Counter(
        (event["stream"], event["kind"], event["ids"]["passage_id"])
        for event in record.events
        if event["kind"] in ONCE_A_PASSAGE
    )
    for (stream, kind, passage_id), times in told.items():
        if times > 1:
            yield f"{kind} of {passage_id} stands {times} times in {stream}"
    through = sum(line.way == DepartureWay.BARRIER for line in record.journal)
    passed = sum(stay.outcome is Outcome.PASSED for stay in record.stays)
    if through != passed:
        yield f"{passed} vehicles passed and the journal says {through}"


def each_lane_goes_on_by_itself(record: Record) -> Iterator[str]:
    """Every vehicle has left, released or with a reason; nothing died that nobody killed; all kills were made."""
    if len(record.stays) != record.vehicles:
        yield f"{len(record.stays)} of {record.vehicles} vehicles came through"
    for stay in record.stays:
        if stay.outcome is Outcome.GAVE_UP:
            yield f"nothing happened for {stay.trip_id} in lane {stay.lane_id}"
        elif stay.outcome is not Outcome.PASSED and not stay.reasons:
            yield f"{stay.trip_id} was {stay.outcome} without a reason"
    for row in record.passages:
        if row["occupied_lane"] is not None or row["occupied_bay"] is not None:
            yield f"passage {row['_id']} still stands in {row['occupied_lane'] or row['occupied_bay']}"
    yield from (f"the {victim} died by itself" for victim in record.died_by_themselves)
    yield from (f"not made: {kill.victim} at {kill.phase}" for kill in record.kills_not_made)


def the_log_is_sound(record: Record) -> Iterator[str]:
    """`log verify` passes, and has seen every event."""
    if not record.log_says.startswith(f"ok {len(record.events)} events"):
        yield f"log verify of {len(record.events)} events: {record.log_says or 'failed'}"


Promise = Callable[[Record], Iterator[str]]
PROMISES: tuple[Promise, ...] = (
    no_barrier_opens_without_its_release,
    none_opens_twice,
    nothing_acknowledged_is_lost,
    the_journal_is_replayed_exactly_once,
    each_lane_goes_on_by_itself,
    the_log_is_sound,
)


def _in_lane(event: Row, command: Command) -> bool:
    return bool(event["ids"]["lane_id"] == command.lane_id)
