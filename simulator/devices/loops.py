"""The induction loops of a lane and who waits for them to change."""

import asyncio
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Felt:
    """What the loops feel: a vehicle at the stop line, behind the barrier, on the side way."""

    version: int = 0
    approach: bool = False
    exit: bool = False
    side: bool = False


class Loops:
    """Three loops; every change raises the version, so that a long poll misses nothing it waits for."""

    def __init__(self) -> None:
        self.felt = Felt()
        self._changed = asyncio.Condition()

    async def feel(self, *, approach: bool = False, exit: bool = False, side: bool = False) -> None:  # noqa: A002
        """Set all three; a loop not named feels nothing."""
        async with self._changed:
            self.felt = replace(
                self.felt, version=self.felt.version + 1, approach=approach, exit=exit, side=side
            )
            self._changed.notify_all()

    async def after(self, version: int, seconds: float) -> Felt:
        """Return what is felt as soon as it is another version, or after that many seconds."""
        async with self._changed:
            try:
                async with asyncio.timeout(seconds):
                    await self._changed.wait_for(lambda: self.felt.version != version)
            except TimeoutError:
                pass
            return self.felt
