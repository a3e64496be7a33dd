"""HTTP heads as uvicorn reads them: one that never ends, in bytes or in time, is cut off.

httptools has no limit for either: a stranger could have the hub keep as many headers as he sends.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 15.0
MOST_HEAD_BYTES = 64 * 1024


class Heads(HttpToolsProtocol):
    """A connection on which each head is there soon and is not too large."""

    _limit: asyncio.TimerHandle | None = None
    _bytes = 0

    def connection_made(self, transport: Any) -> None:
        """Wait for the first head."""
        super().connection_made(transport)
        self._await_head()

    def on_message_begin(self) -> None:
        """Wait for the rest of a head."""
        super().on_message_begin()
        self._await_head()

    def on_headers_complete(self) -> None:
        """Hand a head on."""
        self._has_head()
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Read; as long as it belongs to a head it is counted."""
        super().data_received(data)
        self._bytes += len(data)
        if self._limit is not None and self._bytes > MOST_HEAD_BYTES:
            self._cut_off()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._has_head()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        self._has_head()
        self._bytes = 0
        self._limit = self.loop.call_later(HEAD_SECONDS, self._cut_off)

    def _has_head(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None

    def _cut_off(self) -> None:
        self._has_head()
        if (
            self._bytes == 0
        ):  # opened in advance: a browser might take words for the answer to what it asks just now
            self.transport.close()
        elif not self.transport.is_closing():
            self.send_400_response("The head of the request is too long, or was too long on its way.")
