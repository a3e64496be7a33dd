"""What the agent's process holds at night: its journal, keys that are there, and codes that are good."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar, cast

from core.hub import Hub, HubUnreachable
from core.vectors.issuer import KEY, PRINTED
from core.vouchers.codec import envelope, issue
from core.vouchers.keys import KeySet
from kiosk.agent.journal import Journal
from kiosk.agent.keys import KeyRing
from tests.kiosk.night.clock import BEGINS

T = TypeVar("T")

VOUCHERS = 4


class NightJournal(Journal):
    """The real journal; the process may end while a line is written, and after."""

    def __init__(self, path: Path, point: Callable[[], None]) -> None:
        self._point = point
        super().__init__(path)

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Write, and let the process end before anybody knows."""
        self._point()
        written = await super().run(work)
        self._point()
        return written


class NoPage:
    """A hub that never gives its keys: the lane has them."""

    async def get_json(self, _path: str) -> object:
        """Give nothing."""
        raise HubUnreachable("no line")


def codes() -> dict[str, str]:
    """Return vouchers by the text of their codes: printed ones, which need no phone."""
    made = {}
    for number in range(VOUCHERS):
        begins = BEGINS - timedelta(hours=1)
        claims = replace(
            PRINTED, voucher_id=bytes([number]) * 12, not_before=begins, expires=begins + timedelta(hours=20)
        )
        made[envelope(issue(claims, KEY), None)] = f"voucher-{number}"
    return made


CODES = codes()


def ring(folder: Path) -> KeyRing:
    """Return the keys of a lane that has them, of a hub that does not give them again."""
    ring = KeyRing(cast(Hub, NoPage()), folder / "jwks.json")
    ring.keys = KeySet.of(KEY)
    return ring
