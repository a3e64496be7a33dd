"""How much of a flood is taken."""

import asyncio


class Allowance:
    """So many a second: a second's worth at once, and no more than that on the average."""

    def __init__(self, a_second: float) -> None:
        self._a_second = a_second
        self._left = a_second
        self._at = asyncio.get_running_loop().time()

    def take(self) -> bool:
        """Use up one; False when nothing is left."""
        now = asyncio.get_running_loop().time()
        self._left = min(self._left + (now - self._at) * self._a_second, self._a_second)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def pause(self) -> float:
        """Return for how many seconds nothing will be left."""
        return max(1 - self._left, 0.0) / self._a_second
