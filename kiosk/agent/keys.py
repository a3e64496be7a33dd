"""The public keys with which codes are verified, kept on disk for a hub that is away."""

import asyncio
import json
import logging
from pathlib import Path

from core.hub import Hub, HubBroken, HubProblem, HubUnreachable
from core.hub.device_keys import write_whole
from core.vouchers.codec import KeySet

log = logging.getLogger(__name__)

KEY_SET_PAGE = "/.well-known/jwks.json"
LONGEST_LOOK = 1.0
"""Seconds that a code whose key is not known waits for the hub's key set: the next code waits behind it."""
SOONEST_REFRESH = 5.0
"""Seconds between two looks at the hub's key set: codes with invented key names must not make it busy."""


class KeyRing:
    """The key set of the hub's vouchers."""

    def __init__(self, hub: Hub, cache: Path) -> None:
        self._hub = hub
        self._cache = cache
        self._next_look = float("-inf")
        self._looking = asyncio.Lock()
        self._look: asyncio.Task[bool] | None = None
        self._look_until = 0.0
        self.keys = self._cached()

    async def look(self) -> bool:
        """Refresh for a code that waits, for a moment at most: a hub that does not answer holds up no other code.

        The look goes on by itself, and a code shown again later finds what it brought; after one, none follows for a
        while. True when the keys changed.
        """
        before, loop = self.keys, asyncio.get_running_loop()
        if self._look is None or self._look.done():
            if loop.time() < self._next_look:
                return False
            self._look = asyncio.create_task(self.refresh())
            self._look_until = loop.time() + LONGEST_LOOK
        await asyncio.wait({self._look}, timeout=max(self._look_until - loop.time(), 0.0))
        return self.keys != before

    async def refresh(self) -> bool:
        """Ask the hub for its keys; True when the set is another one now."""
        async with self._looking:
            self._next_look = asyncio.get_running_loop().time() + SOONEST_REFRESH
            try:
                jwks = await self._hub.get_json(KEY_SET_PAGE)
                keys = KeySet.from_jwks(jwks)
            except (HubUnreachable, HubProblem, HubBroken, ValueError, AttributeError) as error:
                log.warning("no new key set: %s", error)
                return False
            changed, self.keys = keys != self.keys, keys
            if changed:
                await asyncio.to_thread(write_whole, self._cache, json.dumps(jwks).encode(), mode=0o644)
            return changed

    def _cached(self) -> KeySet:
        try:
            return KeySet.from_jwks(json.loads(self._cache.read_bytes()))
        except FileNotFoundError:
            return KeySet()
        except ValueError as error:
            log.warning("the cached key set at %s is of no use: %s", self._cache, error)
            return KeySet()
