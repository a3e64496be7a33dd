"""The database dies in mid-stream and comes back: pages that stay hear everything, in order, once."""

import asyncio
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from pymongo.errors import PyMongoError

from scripts.house.places import STATE
from scripts.house.ports import free_port
from tests.bench.figures import Measurement, progress
from tests.drills import parts
from tests.drills.following import Follower, Pen, officers_token, pen, until

PAGES = 20
BEFORE, AFTER = 100, 100
DOWN_SECONDS = 3.0
STREAM = "lane:liantang-2"
ON_SECONDS = 60.0


async def database_dies() -> tuple[Measurement, dict[str, list[str]]]:
    """Kill mongod while pages listen and somebody writes, start it again, and compare with the log."""
    progress(f"{PAGES} pages, and their database is killed")
    with TemporaryDirectory(dir=STATE, prefix="drill-") as folder:
        home = Path(folder)
        database = parts.Database(home / "mongo")
        with parts.ended_afterwards(database):
            database.start()
            api = parts.api(home, free_port(), database.uri)
            with parts.ended_afterwards(api):
                api.start()
                api.wait_until_served()
                return await _die_and_return(home, api, database)


async def _die_and_return(
    home: Path, api: parts.Part, database: parts.Database
) -> tuple[Measurement, dict[str, list[str]]]:
    assert api.served is not None  # it is the API
    port = api.served[0]
    pages = await _pages(port)
    async with pen(database.uri, home) as hand:
        await hand.write(BEFORE)
        writing = asyncio.create_task(_write_through(hand))
        database.kill()
        await asyncio.sleep(DOWN_SECONDS)
        database.start()
        back = time.monotonic()
        await writing
        head = await hand.head(STREAM)
        complete = await until(lambda: all(page.last.get(STREAM) == head for page in pages), ON_SECONDS)
        took = time.monotonic() - back
    wrong = [fault for page in pages for fault in page.wrong]
    wrong += [
        f"a page was refused: {page.socket.refusal}" for page in pages if page.socket and page.socket.refusal
    ]
    resyncs = sum(page.resyncs for page in pages)
    if not complete or resyncs or any(page.heard != head for page in pages):
        wrong.append(f"{[page.heard for page in pages]} of {head} heard, {resyncs} RESYNC")
    for page in pages:
        if page.socket is not None:
            page.socket.close()
    figures = {
        "pages": (float(PAGES), "1"),
        "events": (float(head), "1"),
        "down": (DOWN_SECONDS, "s"),
        "start_to_all_heard": (took, "s"),
        "missing_or_double": (float(len(wrong)), "1"),
    }
    meaning = "pages that stay connected while mongod is killed and started again, and somebody writes all the while"
    promise = "a database that dies and comes back costs a page nothing"
    return Measurement("live.database_dies", meaning, figures), {promise: wrong}


async def _pages(port: int) -> list[Follower]:
    token = await officers_token(f"http://localhost:{port}")
    pages = [Follower() for _ in range(PAGES)]
    for page in pages:
        await page.follow(port, token)
    await until(lambda: all(page.ready for page in pages))
    return pages


async def _write_through(hand: Pen) -> None:
    """Write on, as soon as the database takes it; what was refused or unknown may have been written or not."""
    written = 0
    while written < AFTER:
        try:
            await hand.write(1, at_a_time=1)
            written += 1
        except PyMongoError:
            await asyncio.sleep(0.1)
