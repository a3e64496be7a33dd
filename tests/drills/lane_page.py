"""A lane as whoever stands before it has it: its scanner, the socket of its page, and what its face answers."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from kiosk.agent.protocol import LONGEST_MESSAGE
from tests.codes.mutants import Mutant
from tests.kiosk.rig import Rig

TOKEN = re.compile(r'name="clearlane-token" content="([^"]+)"')
ANSWER_SECONDS = 60.0
LONGEST_TEXT = 4000
BETWEEN_LINES = 0.06
"""A scanner that sends more than twenty lines a second is one that floods: that is another part of the drill."""


def can_be_shown(mutant: Mutant) -> bool:
    """Whether a page can hand a text on: half a sign is no JSON, and a message has a limit."""
    try:
        sent = _seen(mutant.text).encode()
    except UnicodeEncodeError:
        return False
    return len(mutant.text) <= LONGEST_TEXT and len(sent) < LONGEST_MESSAGE


def _seen(text: str) -> str:
    return json.dumps({"type": "code", "text": text, "source": "camera"}, ensure_ascii=False)


@dataclass
class LanePage:
    """One lane: what is shown to it, and what it says."""

    rig: Rig
    socket: aiohttp.ClientWebSocketResponse
    view: dict[str, Any] = field(default_factory=dict)
    by_scanner: int = 0
    _heard: asyncio.Condition = field(default_factory=asyncio.Condition)
    _next_line: float = 0.0

    async def listen(self) -> None:
        """Hear the face for ever."""
        async for message in self.socket:
            async with self._heard:
                self.view = json.loads(message.data)
                self._heard.notify_all()

    async def shows(self, phase: str, *, after: int = -1) -> dict[str, Any]:
        """Wait until the face shows a phase, later than that state of it. Raises TimeoutError."""
        async with asyncio.timeout(ANSWER_SECONDS), self._heard:
            await self._heard.wait_for(
                lambda: self.view.get("phase") == phase and self.view["sequence"] > after
            )
            return self.view

    async def refuses(self, text: str, *, by_scanner: bool) -> str:
        """Show a bad code and return the reason of its refusal; another phase than REFUSED is in its place."""
        before = self.view["sequence"]
        await (self._to_scanner(text) if by_scanner else self.socket.send_str(_seen(text)))
        async with asyncio.timeout(ANSWER_SECONDS), self._heard:
            await self._heard.wait_for(lambda: self.view["sequence"] > before + 1 and self._answered())
        reasons = self.view["reasons"]
        return str(reasons[0]["code"] if len(reasons) == 1 else self.view["phase"])

    def _answered(self) -> bool:
        return self.view["phase"] not in ("REST", "CHECKING")

    async def _to_scanner(self, text: str) -> None:
        now = asyncio.get_running_loop().time()
        await asyncio.sleep(max(self._next_line - now, 0.0))
        self._next_line = max(self._next_line, now) + BETWEEN_LINES
        self.by_scanner += 1
        await self.rig.scan(text)


def is_a_line(text: str) -> bool:
    """Whether a scanner on a serial line can send a text as one line."""
    return text.isascii() and text.isprintable() and 0 < len(text) <= 1000


@asynccontextmanager
async def page_of(agent_url: str, rig: Rig, web: aiohttp.ClientSession) -> AsyncIterator[LanePage]:
    """Open a lane's page."""
    at = f"{agent_url}/lane/{rig.lane_id}/"
    async with web.get(at) as reply:
        found = TOKEN.search(await reply.text())
    assert found is not None, "the lane's page is not built"
    async with web.ws_connect(f"{at}socket", headers={"Origin": agent_url}, max_msg_size=0) as socket:
        await socket.send_json({"type": "hello", "token": found.group(1)})
        page = LanePage(rig, socket)
        listening = asyncio.create_task(page.listen())
        try:
            await page.shows("REST")
            yield page
        finally:
            listening.cancel()
            await asyncio.wait({listening})
