"""What the built pages are served with: who may frame them, whom they may ask, and that only a demo has `/demo/`."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
import uvicorn
from starlette.applications import Starlette

from backend.kit import pages
from scripts.house.ports import free_port

Serve = Callable[[bool], AbstractAsyncContextManager[str]]


@pytest.fixture
def serve(tmp_path: Path) -> Serve:
    """Serve two built pages, in demo mode or not; gives their address."""
    for name in ("", "demo/"):
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / "index.html").write_text(f"<title>page {name}</title>")

    @asynccontextmanager
    async def serving(demo: bool) -> AsyncIterator[str]:
        port = free_port()
        app = Starlette(routes=pages.routes(tmp_path, demo=demo))
        config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        while not server.started:
            assert not serving.done(), "the pages are not served"
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        await serving

    return serving


async def test_a_demos_pages_may_frame_each_other_and_its_lanes_and_nobody_else_may_frame_them(
    serve: Serve, http: aiohttp.ClientSession
) -> None:
    async with serve(True) as url, http.get(f"{url}/demo/") as reply:
        policy = reply.headers["Content-Security-Policy"].split("; ")
        assert (reply.status, await reply.text()) == (200, "<title>page demo/</title>")
    assert "frame-ancestors 'self'" in policy
    assert "frame-src 'self' http://localhost:*" in policy


async def test_elsewhere_nobody_frames_a_page_and_a_page_asks_its_own_server_only(
    serve: Serve, http: aiohttp.ClientSession
) -> None:
    async with serve(False) as url, http.get(f"{url}/") as reply:
        policy = reply.headers["Content-Security-Policy"].split("; ")
        assert reply.status == 200
    assert {"frame-ancestors 'none'", "frame-src 'none'", "connect-src 'self'"} <= set(policy)
    assert "localhost" not in " ".join(policy)


@pytest.mark.parametrize("path", ["/demo/", "/demo/index.html", "/demo/assets/x.js"])
async def test_outside_demo_mode_there_is_no_demo_and_a_plain_page_says_so(
    serve: Serve, http: aiohttp.ClientSession, path: str
) -> None:
    async with serve(False) as url, http.get(f"{url}{path}") as reply:
        text = await reply.text()
        assert reply.status == 404
    assert "This Clearlane serves a real checkpoint" in text
    assert "scripts/run" in text
    assert "page demo" not in text
