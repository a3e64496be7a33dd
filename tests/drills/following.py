"""Pages that follow a checkpoint, each with its own record of what it heard, and a hand that writes into the log."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from backend.kit.clock import Clock
from backend.kit.context import Actor, Context, Services, UnitOfWork
from backend.kit.database import open_database
from backend.kit.live import Live
from backend.lanes.events import ScanRefused
from backend.settings import Settings
from core.hub import Hub
from core.roles import Role
from tests.bench.pages import sent_by
from tests.bench.people import CHECKPOINT
from tests.drills.sockets import Answer, Socket

LOOK_SECONDS = 0.02
CEILING_SECONDS = 60.0
DATABASE = "clearlane"
SIGN_IN = "mutation($input: DemoSignInInput!) { demoSignIn(input: $input) { ... on Session { token } } }"


async def until(condition: Callable[[], bool], seconds: float = CEILING_SECONDS) -> bool:
    """Wait until it is so; whether it became so in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        await asyncio.sleep(LOOK_SECONDS)
    return True


async def officers_token(url: str, account: str = "officer-1") -> str:
    """Sign an officer in."""
    async with Hub(url) as stranger:
        signed_in = await stranger.execute(SIGN_IN, {"input": {"role": "OFFICER", "accountId": account}})
    return str(signed_in["demoSignIn"]["token"])


def wide() -> str:
    """Return what the page asks for, and three times as much, so that a socket nobody reads is soon full."""
    more = " ".join(f"more{number}: hash" for number in range(25))
    return sent_by("officer", "Follow").replace("on CheckpointEvent {", f"on CheckpointEvent {{ {more}")


class Follower:
    """One page. `wrong` says, in words, where something was missing, came twice or out of order."""

    def __init__(self) -> None:
        self.last: dict[str, int] = {}
        self.heard = 0
        self.resyncs = 0
        self.ready = 0
        self.wrong: list[str] = []
        self.milliseconds: list[float] = []
        """From the moment within the event, taken before its transaction commits, until it was here."""
        self.socket: Socket | None = None

    async def follow(self, port: int, token: str, receive_buffer: int | None = None) -> None:
        """Follow from where it was; from now on where it never was. With a small buffer it asks for large messages."""
        self.socket = await Socket.open(port, token, self.hear, receive_buffer)
        after = [{"stream": stream, "seq": seq} for stream, seq in self.last.items()] or None
        document = sent_by("officer", "Follow") if receive_buffer is None else wide()
        self.socket.subscribe(document, {"checkpointId": CHECKPOINT, "after": after})

    def hear(self, message: Answer) -> None:
        """Take one message."""
        kind = message["__typename"]
        if kind == "CheckpointEventMessage":
            self._note(message["event"])
        elif kind == "Resync":
            self.resyncs += 1
            self.last = {}  # it fetches the board; READY says where that stands
        elif kind == "Ready":
            self.ready += 1
            heads = {place["stream"]: place["seq"] for place in message["positions"]}
            self.last = heads if not self.last else {**heads, **self.last}

    def _note(self, event: Answer) -> None:
        self.heard += 1
        stream, seq = event["stream"], event["seq"]
        if stream in self.last and seq != self.last[stream] + 1:
            self.wrong.append(f"{stream}: {seq} came after {self.last[stream]}")
        self.last[stream] = seq
        self.milliseconds.append((time.time() - datetime.fromisoformat(event["at"]).timestamp()) * 1000)


class Pen:
    """Writes into the log beside the API, so that what is measured there is delivery alone."""

    def __init__(self, context: Context) -> None:
        self.context = context

    async def write(self, events: int, stream: str = "lane:liantang-2", at_a_time: int = 50) -> None:
        """Let so many events happen, some in each transaction."""
        lane_id = stream.partition(":")[2]

        async def work(unit: UnitOfWork) -> None:
            for _ in range(at_a_time):
                event = ScanRefused(site=CHECKPOINT, lane_id=lane_id, code="LIVE_STALE", found_by="LANE")
                unit.append(event, stream)

        for _ in range(events // at_a_time):
            await self.context.transaction(work, streams=[stream])

    async def head(self, stream: str) -> int:
        """Return the stream's last number, by the log itself."""
        row = await self.context.db["stream_heads"].find_one({"_id": stream})
        return int(row["seq"]) if row else 0


@asynccontextmanager
async def pen(uri: str, home: Path) -> AsyncIterator[Pen]:
    """Give a hand that writes into the database of a running API."""
    settings = Settings(mongodb_uri=uri, database=DATABASE, home=home, demo=True)
    database = await open_database(uri, DATABASE, [])
    clock = Clock()
    services = Services(settings, database, clock, Live(database.db, clock))
    try:
        yield Pen(Context(services, Actor(role=Role.SYSTEM, id="drill")))
    finally:
        await database.close()
