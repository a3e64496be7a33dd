"""The drivers of the TCP devices, against real servers that behave well, badly, or not at all."""

import asyncio
import tracemalloc
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from core.passages import TemperatureBand
from kiosk.agent.devices.base import DeviceFault, DeviceSilent, DeviceStatus
from kiosk.agent.devices.scanner import CODES_A_SECOND, NOT_A_CODE, TcpScanner
from kiosk.agent.devices.thermometer import TcpThermometer, band_of
from tests.kiosk.rig import Talk, tcp_device, until


async def first(codes: AsyncGenerator[str, None], count: int) -> list[str]:
    """Return the first codes, within a ceiling against hanging."""
    async with asyncio.timeout(10):
        return [await anext(codes) for _ in range(count)]


def sending(*parts: bytes) -> Talk:
    """A device that sends these bytes and then waits."""

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
        await writer.drain()
        await asyncio.Event().wait()

    return talk


async def test_each_line_of_the_scanner_is_one_code() -> None:
    async with tcp_device(sending(b"CL1:A\r\nCL1:", b"B\r\n\r\nCL1:C\n")) as port:
        scanner = TcpScanner("127.0.0.1", port)
        async with aclosing(scanner.codes()) as codes:
            assert await first(codes, 3) == ["CL1:A", "CL1:B", "CL1:C"]
            assert scanner.health.status is DeviceStatus.OK


async def test_garbage_and_endless_lines_are_no_codes_and_the_next_code_is_read() -> None:
    flood = sending(b"\xff\xfe\x00\x80\r\n", b"A" * 100_000, b"tail\r\n", b"CL1:GOOD\r\n")
    async with tcp_device(flood) as port, aclosing(TcpScanner("127.0.0.1", port).codes()) as codes:
        assert await first(codes, 3) == [NOT_A_CODE, NOT_A_CODE, "CL1:GOOD"]


async def test_a_scanner_that_hangs_up_is_connected_again() -> None:
    visits = 0

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal visits
        visits += 1
        writer.write(f"CL1:{visits}\r\n".encode())
        writer.close()

    async with tcp_device(talk) as port:
        scanner = TcpScanner("127.0.0.1", port, reconnect_seconds=0.01)
        async with aclosing(scanner.codes()) as codes:
            assert await first(codes, 3) == ["CL1:1", "CL1:2", "CL1:3"]


async def test_a_flooding_scanner_is_a_fault_and_only_a_few_lines_a_second_are_taken() -> None:
    flood = b"".join(b"CL1:%d\r\n" % number for number in range(20_000))
    async with tcp_device(sending(flood)) as port:
        scanner = TcpScanner("127.0.0.1", port)
        taken: list[str] = []

        async def listen() -> None:
            async for code in scanner.codes():
                taken.append(code)

        listening = asyncio.create_task(listen())
        await until(lambda: scanner.health.status is DeviceStatus.FAULT)
        listening.cancel()
        assert taken[:2] == ["CL1:0", "CL1:1"]
        # A flood that crosses from one second into the next is allowed both seconds' share.
        assert len(taken) <= 2 * CODES_A_SECOND


async def test_the_code_shown_behind_a_flood_is_read_though_the_flood_is_thrown_away() -> None:
    flood = b"".join(b"CL1:%d\r\n" % number for number in range(5_000))
    async with tcp_device(sending(flood, b"CL1:GOOD\r\n")) as port:
        taken: list[str] = []
        async with asyncio.timeout(20), aclosing(TcpScanner("127.0.0.1", port).codes()) as codes:
            while "CL1:GOOD" not in taken:
                taken.append(await anext(codes))
    assert taken[:CODES_A_SECOND] == [f"CL1:{number}" for number in range(CODES_A_SECOND)]


@pytest.mark.parametrize("noise", [b"\r\n", b"\n", b"x\n", b"\x00", b"A" * 5000, b"A" * 5000 + b"\n"])
async def test_ten_megabytes_of_noise_cost_little_memory_and_let_the_other_lanes_work(noise: bytes) -> None:
    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        part = noise * (100_000 // len(noise))
        for _part in range(100):
            writer.write(part)
            await writer.drain()
        writer.write(b"\r\nCL1:GOOD\r\n")
        await asyncio.Event().wait()

    turns = 0

    async def other_lane() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async with tcp_device(talk) as port, aclosing(TcpScanner("127.0.0.1", port).codes()) as codes:
        other = asyncio.create_task(other_lane())
        tracemalloc.start()
        async with asyncio.timeout(60):
            while await anext(codes) != "CL1:GOOD":
                pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        other.cancel()
    assert most < 1_500_000
    assert turns > 30


async def test_half_a_line_before_a_hang_up_is_no_code() -> None:
    visits = 0

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal visits
        visits += 1
        writer.write(b"CL1:HALF" if visits < 3 else b"CL1:WHOLE\n")
        writer.close()

    async with tcp_device(talk) as port:
        scanner = TcpScanner("127.0.0.1", port, reconnect_seconds=0.01)
        async with aclosing(scanner.codes()) as codes:
            assert await first(codes, 1) == ["CL1:WHOLE"]


async def test_a_silent_scanner_is_said_to_be_silent() -> None:
    async with tcp_device(sending()) as port:
        pass
    scanner = TcpScanner("127.0.0.1", port, reconnect_seconds=0.01)
    listening = asyncio.create_task(anext(scanner.codes()))
    await asyncio.sleep(0.05)
    assert scanner.health.status is DeviceStatus.SILENT
    listening.cancel()


@pytest.mark.parametrize(
    ("tenths", "band"),
    [
        (339, TemperatureBand.UNKNOWN),
        (340, TemperatureBand.NORMAL),
        (372, TemperatureBand.NORMAL),
        (373, TemperatureBand.ELEVATED),
        (379, TemperatureBand.ELEVATED),
        (380, TemperatureBand.HIGH),
        (430, TemperatureBand.HIGH),
        (431, TemperatureBand.UNKNOWN),
    ],
)
def test_a_temperature_has_its_band(tenths: int, band: TemperatureBand) -> None:
    assert band_of(tenths) is band


def answering(answer: bytes) -> Talk:
    """A thermometer that answers each READ with these bytes."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readline() == b"READ\r\n":
            writer.write(answer)
        writer.close()

    return talk


async def measured(answer: bytes) -> TemperatureBand:
    """Measure once with a thermometer that answers so."""
    async with tcp_device(answering(answer)) as port:
        return await TcpThermometer("127.0.0.1", port).read()


async def test_the_thermometer_is_asked_and_its_band_returned() -> None:
    assert await measured(b"T=36.5\r\n") is TemperatureBand.NORMAL
    assert await measured(b"T=38.4\r\n") is TemperatureBand.HIGH


async def test_a_measurement_is_found_behind_garbage() -> None:
    assert await measured(b"\xff\xff\r\nhello\r\nT=999\r\nT=37.5\r\n") is TemperatureBand.ELEVATED


async def test_a_thermometer_with_nobody_before_it_works_and_measures_nothing() -> None:
    assert await measured(b"ERR EMPTY\r\n") is TemperatureBand.UNKNOWN


async def test_a_thermometer_that_reports_an_error_or_garbage_alone_is_a_fault() -> None:
    with pytest.raises(DeviceFault, match="SENSOR"):
        await measured(b"ERR SENSOR\r\n")
    with pytest.raises(DeviceFault, match="garbage"):
        await measured(b"T=ab.c\r\n" * 60)


async def test_a_thermometer_that_says_nothing_is_silent() -> None:
    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with tcp_device(mute) as port:
        thermometer = TcpThermometer("127.0.0.1", port)
        with pytest.raises(DeviceSilent):
            await thermometer.read()
        assert thermometer.health.status is DeviceStatus.SILENT
