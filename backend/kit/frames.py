"""WebSocket frames as uvicorn reads them, with three of its edges mended."""

from typing import cast

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame

MOST_PARTS = 1000
"""Of one message. Parts without content count for nothing against the limit of bytes and were kept without end, from
somebody who had not even said who he is."""


class Frames(WebSocketsSansIOProtocol):
    """Closes with 1007 for a text that is none, without a traceback, and with 1009 for too many parts.

    A handshake that was answered with a plain refusal (another host) is no error in the log.
    """

    async def send(self, message: ASGISendEvent) -> None:
        """Send a message of the application."""
        await super().send(message)
        if self.initial_response is not None and self.close_sent:
            self.handshake_complete = True

    def handle_cont(self, event: Frame) -> None:
        """Keep one more part of a message."""
        if len(self.frames) >= MOST_PARTS:
            self._end(CloseCode.MESSAGE_TOO_BIG)
        else:
            super().handle_cont(event)

    def send_receive_event_to_app(self) -> None:
        """Hand a whole message on, if it is what it says."""
        if self.curr_msg_data_type == "text" and not self.close_sent and not self._is_text():
            self._end(CloseCode.INVALID_DATA)
        else:
            super().send_receive_event_to_app()

    def _is_text(self) -> bool:
        try:
            b"".join(self.frames).decode()
        except UnicodeDecodeError:
            return False
        return True

    def _end(self, code: CloseCode) -> None:
        self.frames = []
        if not self.close_sent:
            self.conn.fail(cast(int, code))
            self.handle_parser_exception()
