"""Reading text lines from a device that may send garbage, too much, or nothing."""

import asyncio

ENDS = b"\r\n"


class TooLong(Exception):
    """A line went past the limit and was thrown away up to its end."""


class LineReader:
    """Lines of ASCII text ended by CR, LF or both, from a stream that may be hostile.

    Holds at most `limit` bytes of an unfinished line; the rest of a longer one is read and forgotten.
    """

    def __init__(self, stream: asyncio.StreamReader, limit: int) -> None:
        self._stream = stream
        self._limit = limit
        self._held = bytearray()
        self._skipping = False

    async def line(self) -> str:
        """Return the next line that is not empty, without its end.

        Raises:
            TooLong: a line past the limit was skipped.
            UnicodeDecodeError: a line was no ASCII text.
            ConnectionError: the device closed the line.
        """
        while True:
            found = self._take()
            if found is None:
                await self._fill()
            else:
                return found.decode("ascii")

    def forget(self) -> None:
        """Throw away what came unasked and waits to be read."""
        self._held.clear()

    def skip_to_newest(self) -> None:
        """Throw away the whole lines held but the last one: reading a flood line by line takes a processor."""
        end = max(self._held.rfind(b"\r"), self._held.rfind(b"\n"))
        whole = self._held[: max(end, 0)].rstrip(ENDS)
        before = max(whole.rfind(b"\r"), whole.rfind(b"\n"))
        if before >= 0:
            del self._held[: before + 1]
            self._skipping = False

    def _take(self) -> bytes | None:
        """Return the first whole line held, or None where there is none yet."""
        if not self._skipping:
            self._held = self._held.lstrip(ENDS)
        ends = [place for place in (self._held.find(b"\r"), self._held.find(b"\n")) if place >= 0]
        if not ends:
            self._drop_overflow()
            return None
        line = bytes(self._held[: min(ends)])
        del self._held[: min(ends) + 1]
        if self._skipping or len(line) > self._limit:
            self._skipping = False
            raise TooLong
        return line

    def _drop_overflow(self) -> None:
        if len(self._held) > self._limit:
            self._held.clear()
            self._skipping = True

    async def _fill(self) -> None:
        received = await self._stream.read(4096)
        if not received:
            raise ConnectionResetError("the device closed the line")
        self._held += received
