"""Keeps what a lane knows without its hub as new as it can be: the keys, and the codes that ended before their time."""

import asyncio
import logging
import sqlite3

from core.hub import Hub, HubBroken, HubProblem, HubUnreachable
from kiosk.agent import documents, ended
from kiosk.agent.ended import EndedCodes, Told
from kiosk.agent.journal import Journal
from kiosk.agent.keys import KeyRing

log = logging.getLogger(__name__)

KEYLESS_SECONDS = 3.0
"""Between two looks while no key is known: the lane can let nobody in."""
WHOLE_EVERY = 21_600.0
"""Seconds between two whole lists: only these forget what has expired."""


class Syncing:
    """What the lanes of one agent share of the hub's knowledge. `run` never ends; `wake` has it look at once."""

    def __init__(self, hub: Hub, journal: Journal, keys: KeyRing, known: EndedCodes, seconds: float) -> None:
        self.keys = keys
        self.ended = known
        self._hub = hub
        self._journal = journal
        self._seconds = seconds
        self._wanted = asyncio.Event()
        self._whole_at = float("-inf")

    def wake(self) -> None:
        """Something has changed at the hub, or the hub is back."""
        self._wanted.set()

    async def run(self) -> None:
        """Look again and again."""
        while True:
            self._wanted.clear()
            await self.look()
            try:
                async with asyncio.timeout(self._seconds if self.keys.keys.public else KEYLESS_SECONDS):
                    await self._wanted.wait()
            except TimeoutError:
                continue

    async def look(self) -> None:
        """Bring both once; what cannot be had stays as it is."""
        await self.keys.refresh()
        now = asyncio.get_running_loop().time()
        whole = self.ended.version is None or now - self._whole_at >= WHOLE_EVERY
        since = None if whole else self.ended.version
        try:
            answer = await self._hub.execute(documents.ENDED_VOUCHERS, {"since": since}, again=False)
            told = Told.of(answer["endedVouchers"])
        except (HubUnreachable, HubProblem, HubBroken, ValueError) as error:
            log.warning("no new list of ended codes: %s", error)
            if isinstance(error, HubProblem | ValueError):
                self._whole_at = float(
                    "-inf"
                )  # what was asked for or told makes no sense there or here: begin anew
            return
        self.ended.hear(told)
        if told.whole:
            self._whole_at = now
        try:
            await ended.keep(self._journal, told)
        except sqlite3.Error:
            log.exception("the list of ended codes is not on disk")
