"""`python -m backend serve` as a process: told to stop, it ends in order."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from scripts.house.ports import free_port

CEILING_SECONDS = 60.0
QUERY = b'{"query": "{ serverTime }"}'
HEAD = (
    b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    % len(QUERY)
)


@asynccontextmanager
async def serving(mongodb_uri: str, home: Path, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """A hub in a process of its own, from its first answer on."""
    settings = {
        "CLEARLANE_MONGODB_URI": mongodb_uri,
        "CLEARLANE_DATABASE": f"test_serve_{port}",
        "CLEARLANE_PORT": str(port),
        "CLEARLANE_HOME": str(home),
        "CLEARLANE_DEMO": "true",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "backend", "serve", env=os.environ | settings, stderr=asyncio.subprocess.PIPE
    )
    try:
        assert process.stderr is not None
        async with asyncio.timeout(CEILING_SECONDS):
            while b"Uvicorn running" not in (line := await process.stderr.readline()):
                assert line, "the hub ended before it served"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
async def test_told_to_stop_it_answers_what_is_under_way_closes_its_sockets_and_ends_with_0(
    mongodb_uri: str, tmp_path: Path, http: aiohttp.ClientSession, told: signal.Signals
) -> None:
    port = free_port()
    address = f"http://localhost:{port}/graphql"
    async with serving(mongodb_uri, tmp_path, port) as process:
        socket = await http.ws_connect(address, protocols=["graphql-transport-ws"])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEAD + QUERY[:5])
        await writer.drain()
        async with http.post(address, data=QUERY, headers={"Content-Type": "application/json"}) as earlier:
            assert earlier.status == 200  # so the half of a request before it has arrived, too

        process.send_signal(told)
        farewell = await asyncio.wait_for(socket.receive(), CEILING_SECONDS)
        writer.write(QUERY[5:])
        answer = await asyncio.wait_for(reader.read(), CEILING_SECONDS)
        ended = await asyncio.wait_for(process.wait(), CEILING_SECONDS)
        writer.close()

    assert (farewell.type, farewell.data) == (aiohttp.WSMsgType.CLOSE, 1012)
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"serverTime" in answer
    assert ended == 0
