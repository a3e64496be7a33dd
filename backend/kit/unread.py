"""What becomes of a socket whose other side does not read: it costs a bounded buffer, and in the end nothing."""

from uvicorn._types import ASGISendEvent

from backend.kit.frames import Frames


class Unread(Frames):
    """Waits for the other side to read before it writes on, and lets go of one that will not.

    asyncio's `close` first writes what is in the buffer. To somebody who stays connected and does not read that never
    ends: socket, subscriptions and their tasks stayed for ever, whether pings went unanswered or the sign-in had ended.
    """

    async def send(self, message: ASGISendEvent) -> None:
        """Send a message of the application. The farewell to one who does not read is the end of the connection."""
        closes = message["type"] == "websocket.close"
        if closes and not self.writable.is_set():
            self._let_go()
            return
        await super().send(message)
        if closes and self.close_timer is not None:
            self.close_timer.cancel()
            self.close_timer = self.loop.call_later(self.close_timeout, self._let_go)

    def handle_ping(self) -> None:
        """Answer, unless the answers before have not been read: whoever pings and never reads filled our memory."""
        if self.writable.is_set():
            super().handle_ping()
        else:
            self.conn.data_to_send()

    def keepalive_timeout(self) -> None:
        """Close a socket whose other side has answered no ping."""
        super().keepalive_timeout()
        if self.transport.get_write_buffer_size():
            self._let_go()

    def _let_go(self) -> None:
        if self in self.connections:
            self.transport.abort()
