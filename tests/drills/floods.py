"""What a scanner gone mad sends: codes a thousand a second, lines without end, nothing but ends, halves, hang-ups."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from tests.kiosk.rig import Rig, until

SECONDS, A_SECOND = 5, 1000
PART = 100_000
HANG_UPS = 5


async def codes_by_the_thousand(rig: Rig) -> int:
    """Codes of the right look, a thousand a second."""
    sent = 0
    for tenth in range(SECONDS * 10):
        lines = "".join(f"CL1:{tenth:03d}{number:05d}{'A' * 290}\r\n" for number in range(A_SECOND // 10))
        sent += await _send(rig, lines.encode())
        await asyncio.sleep(0.1)
    return sent


async def line_without_end(rig: Rig) -> int:
    """Ten megabytes without an end of line."""
    return sum([await _send(rig, b"A" * PART) for _ in range(100)]) + await _send(rig, b"\r\n")


async def ends_without_lines(rig: Rig) -> int:
    """Ten megabytes of nothing but ends of lines."""
    return sum([await _send(rig, b"\r\n" * (PART // 2)) for _ in range(100)])


async def shortest_lines(rig: Rig) -> int:
    """Ten megabytes of lines of one character."""
    return sum([await _send(rig, b"x\n" * (PART // 2)) for _ in range(100)])


async def bytes_of_no_meaning(rig: Rig) -> int:
    """Ten megabytes of every byte there is."""
    return sum([await _send(rig, bytes(range(256)) * (PART // 256)) for _ in range(100)])


async def texts_of_a_megabyte(rig: Rig) -> int:
    """Ten lines of a megabyte each."""
    return sum([await _send(rig, b"CL1:" + b"7" * 1_000_000 + b"\r\n") for _ in range(10)])


async def halves_and_hang_ups(rig: Rig) -> int:
    """Half a code, then the line is dropped; again as soon as the agent has called back."""
    sent = 0
    for _ in range(HANG_UPS):
        sent += await _send(rig, b"CL1:56" * 20)
        for writer in rig.scanners:
            writer.transport.abort()
        rig.scanners.clear()
        await until(lambda: bool(rig.scanners))
    return sent


FLOODS: Mapping[str, Callable[[Rig], Awaitable[int]]] = {
    flood.__name__: flood
    for flood in (
        codes_by_the_thousand,
        line_without_end,
        ends_without_lines,
        shortest_lines,
        bytes_of_no_meaning,
        texts_of_a_megabyte,
        halves_and_hang_ups,
    )
}


async def _send(rig: Rig, some: bytes) -> int:
    await until(lambda: bool(rig.scanners))
    for writer in rig.scanners:
        writer.write(some)
        await writer.drain()
    return len(some)
