"""Brings killed parts back, as a production supervisor does, and keeps the record of every kill."""

import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from scripts.house.places import HouseError
from tests.drills.parts import Database, Part
from tests.drills.schedule import Victim

MOST_STARTS = 6
"""A part that needs a dead database does not come up the first time."""


@dataclass
class Death:
    """One kill: when, and after how many seconds the part served again (None: it has not yet)."""

    victim: Victim
    at: datetime
    seconds_down: float
    back_after: float | None = None


class Supervisor:
    """The parts. Each has a thread of its own, because the system ends a child with the thread that began it."""

    def __init__(self, parts: Mapping[Victim, Part | Database]) -> None:
        self.parts = parts
        self.deaths: list[Death] = []
        self.died_by_themselves: list[Victim] = []
        self._lock = threading.Lock()
        self._down: set[Victim] = set()
        self._comebacks: list[Future[None]] = []
        self._threads = {victim: ThreadPoolExecutor(1, f"keeps {victim}") for victim in parts}
        self._opened = ExitStack()

    def __enter__(self) -> Self:
        """Start all parts, in the order of the mapping. Raises HouseError."""
        with ExitStack() as opened:
            for thread in self._threads.values():
                opened.callback(thread.shutdown)
            for victim, part in self.parts.items():
                opened.callback(part.end)
                self._threads[victim].submit(_start, part).result()
            self._opened = opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self.wait_until_all_are_back()
        self._opened.close()

    def kill(self, victim: Victim, seconds_down: float) -> bool:
        """Kill it now, from whatever thread; False where it is down anyway."""
        with self._lock:
            if victim in self._down or not self.parts[victim].is_alive:
                return False
            self._down.add(victim)
            death = Death(victim, datetime.now(UTC), seconds_down)
            self.parts[victim].kill()
            self.deaths.append(death)
        self._comebacks.append(self._threads[victim].submit(self._bring_back, death, time.monotonic()))
        return True

    def look(self) -> None:
        """Note a part that has ended though nobody killed it, and bring it back."""
        with self._lock:
            ended = [
                victim
                for victim, part in self.parts.items()
                if victim not in self._down and not part.is_alive
            ]
            self._down.update(ended)
            self.died_by_themselves += ended
        for victim in ended:
            death = Death(victim, datetime.now(UTC), 0.0)
            self._comebacks.append(self._threads[victim].submit(self._bring_back, death, time.monotonic()))

    def wait_until_all_are_back(self) -> None:
        """Return when nothing is down. Raises HouseError for a part that does not come up."""
        for comeback in self._comebacks:
            comeback.result()

    def _bring_back(self, death: Death, began: float) -> None:
        time.sleep(death.seconds_down)
        part = self.parts[death.victim]
        for attempt in range(1, MOST_STARTS + 1):
            try:
                _start(part)
            except HouseError:
                if attempt == MOST_STARTS:
                    raise
            else:
                break
        death.back_after = time.monotonic() - began
        with self._lock:
            self._down.discard(death.victim)


def _start(part: Part | Database) -> None:
    if not part.is_alive:
        part.start()
    if isinstance(part, Part):
        part.wait_until_served()
