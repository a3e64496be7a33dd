"""The book of kills: which are still to be made, at whose passage each is due, and what was the case when it came."""

import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.agent.journal import Stage
from tests.drills.schedule import Kill, Phase
from tests.drills.supervisor import Supervisor
from tests.drills.witness import BY_KIND, BY_STATE, Witness

SEEN_IN_DATABASE = frozenset({Phase.CAPTURED, *BY_KIND.values(), *BY_STATE.values()})


@dataclass(frozen=True)
class Line:
    """One visit as the lane agent's journal has it."""

    visit_id: str
    lane_id: str
    stage: Stage
    passage_id: str
    granted_until: datetime | None
    way: str | None
    reported: bool


def journal(home: Path) -> list[Line]:
    """Read the visits in the lane agent's journal from outside, whether the agent lives or not."""
    columns = "id, lane, stage, passage, granted_until, way, reported"
    return [_line(row) for row in _read(home, f"SELECT {columns} FROM visits ORDER BY id")]


def reports_waiting(home: Path) -> int:
    """Return how many reports to the hub wait in the journal."""
    (waiting,) = _read(home, "SELECT count(*) FROM reports")[0]
    return int(waiting)


def _read(home: Path, statement: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(f"file:{home / 'agent' / 'journal.sqlite'}?mode=ro", uri=True)
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def _line(row: tuple[Any, ...]) -> Line:
    visit, lane, stage, passage, until, way, told = row
    granted = datetime.fromisoformat(until) if until else None
    return Line(visit, lane, Stage(stage), passage, granted, way, bool(told))


@dataclass(frozen=True)
class Made:
    """A kill that was made, and how far the journal says that its lane was."""

    kill: Kill
    trip_id: str
    stage: Stage | None


class Book:
    """Kills by trip. Phases are reached in several threads."""

    def __init__(self, kills: Iterable[Kill], supervisor: Supervisor, witness: Witness, home: Path) -> None:
        self._waiting = sorted(kills, key=lambda kill: kill.vehicle)
        self._due: dict[str, tuple[Kill, str]] = {}
        self._supervisor = supervisor
        self._witness = witness
        self._home = home
        self._lock = threading.Lock()
        self.made: list[Made] = []

    @property
    def still_waiting(self) -> Sequence[Kill]:
        """Kills that could not be made yet."""
        return tuple(self._waiting)

    def begin(self, trip_id: str, lane_id: str, vehicle: int) -> None:
        """A vehicle comes: the next kill may be due at its passage."""
        with self._lock:
            if not self._waiting or self._waiting[0].vehicle > vehicle:
                return
            kill = self._waiting.pop(0)
            self._due[trip_id] = kill, lane_id
        if kill.phase in SEEN_IN_DATABASE:
            self._witness.when(trip_id, kill.phase, lambda: self.reached(trip_id, kill.phase))

    def reached(self, trip_id: str, phase: Phase) -> bool:
        """Kill, if that is due now; whether it was done."""
        with self._lock:
            kill, lane_id = self._due.get(trip_id, (None, ""))
            if kill is None or kill.phase is not phase:
                return False
            if not self._supervisor.kill(kill.victim, kill.seconds_down):
                return False
            for victim in kill.also:
                self._supervisor.kill(victim, kill.seconds_down)
            del self._due[trip_id]
            lines = [line for line in journal(self._home) if line.lane_id == lane_id]
            self.made.append(Made(kill, trip_id, lines[-1].stage if lines else None))
            return True

    def end(self, trip_id: str) -> None:
        """The vehicle has left: what could not be done waits for the next one."""
        with self._lock:
            missed = self._due.pop(trip_id, None)
            if missed is not None:
                self._waiting.insert(0, missed[0])
