"""What the log says: a refusal is no fault of ours and a client that hangs up is none; a real fault is told once."""

import asyncio
import json
import logging
from urllib.parse import urlsplit

import pytest

from backend.feed import service as feed
from backend.lanes import service as lanes
from tests.backend.client import Client
from tests.backend.lanes.steps import EVENTS
from tests.conftest import ServedHub

BOARD = """{ laneBoard(checkpointId: "liantang") { at } }"""


def complaints(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """Return what was logged as an error, or with a traceback."""
    return [record for record in caplog.records if record.exc_info or record.levelno >= logging.ERROR]


async def test_a_refusal_of_a_query_leaves_no_traceback(
    nobody: Client, carrier: Client, caplog: pytest.LogCaptureFixture
) -> None:
    strangers = await nobody.raw(BOARD)
    carriers = await carrier.raw(BOARD)
    async with carrier.listen(EVENTS, "checkpointEvents", id="liantang") as listener:
        frame = await listener.raw()

    assert strangers["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert carriers["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert "FORBIDDEN" in json.dumps(frame)
    assert complaints(caplog) == []


@pytest.mark.parametrize("query", ["{ nothing }", "{"])
async def test_a_wrong_query_leaves_no_traceback(
    nobody: Client, query: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert (await nobody.raw(query))["errors"]
    assert complaints(caplog) == []


async def test_a_client_that_hangs_up_in_the_middle_of_its_request_leaves_no_traceback(
    api: ServedHub, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    address = urlsplit(url)
    _, writer = await asyncio.open_connection(address.hostname, address.port)
    head = "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n"
    writer.write(head.encode() + b'{"query":')
    await writer.drain()
    while not api.under_way:
        assert not writer.is_closing()
        await asyncio.sleep(0)
    answering = set(api.under_way)
    writer.close()
    await asyncio.wait(answering)

    assert complaints(caplog) == []


async def test_a_fault_of_ours_is_told_once_with_its_trace(
    officer: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(lanes, "board", broken)
    answer = await officer.raw(BOARD)

    told = complaints(caplog)
    assert [record.name for record in told] == ["clearlane.graphql"]
    assert answer["errors"][0]["extensions"]["traceId"] in told[0].getMessage()


async def test_a_fault_in_the_middle_of_a_feed_is_told_once_with_its_trace(
    officer: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> bool:
        raise RuntimeError("a defect")

    monkeypatch.setattr(feed, "follow", broken)
    async with officer.listen(EVENTS, "checkpointEvents", id="liantang") as listener:
        frame = await listener.raw()

    told = complaints(caplog)
    assert [record.name for record in told] == ["clearlane.graphql"]
    assert "INTERNAL" in json.dumps(frame)
