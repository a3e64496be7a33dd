"""Writes signed stream heads every minute to files outside the database, one chain of statements for each process.

Who holds the database can rewrite a stream from any event on and compute all hashes anew. He cannot make it agree with
heads that were signed and carried away before.
"""

import asyncio
import fcntl
import logging
import os
import secrets
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

from bson import Timestamp
from prometheus_client import Gauge
from pymongo.asynchronous.database import AsyncDatabase

from backend.kit.context import Context
from backend.kit.database import Row
from backend.kit.metrics import REGISTRY
from backend.kit.record.keys import signing_key
from backend.kit.record.rows import HASH
from backend.kit.record.scan import LENIENT, MAJORITY
from backend.kit.record.statements import Head, Statement, StatementFailure, Tail, files_of, parse, sign
from backend.kit.sweeps import Sweep
from core.vouchers.keys import SigningKey

EVERY_SECONDS = 60
OVERLAP_SECONDS = 120  # a transaction lives at most 60 s: its mark may be so much older than its commit
AT_ONCE = 2000
SIGNED = Gauge("clearlane_log_signed_seconds", "When heads were signed last, Unix time", registry=REGISTRY)
logger = logging.getLogger("clearlane.heads")


class HeadsWriter:
    """One process's chain of statements.

    A folder below `directory` belongs to one process at a time (a lock); the next one that starts continues it.
    """

    def __init__(self, directory: Path, key: SigningKey | None = None) -> None:
        self._directory = directory
        self.key = key
        self._lock: int | None = None  # a file's handle: the process's end lets go of it, however it ends
        self._tail = Tail()
        self._day = ""
        self._length: int | None = None  # of the file, as this process left it
        self._recent: dict[str, Head] = {}
        self.folder: Path | None = None

    async def state(self, db: AsyncDatabase[Row], now: datetime) -> int:
        """Sign what changed since the last statement, or that nothing did; return how many heads.

        Raises OSError when the files cannot be written; the next call reads them again and goes on.
        """
        folder = await asyncio.to_thread(self._open) if self.folder is None else self.folder
        until = await _majority_time(db)
        known, self._recent, stated = self._recent, {}, 0
        before = self._tail.until
        try:
            batch: list[Head] = []
            async for head, changed in _changed(db, before):
                if changed >= until - OVERLAP_SECONDS:
                    self._recent[head.stream] = head
                if known.get(head.stream) != head:
                    batch.append(head)
                if len(batch) == AT_ONCE:
                    await asyncio.to_thread(self._write, folder, now, before, batch)
                    stated, batch = stated + len(batch), []
            await asyncio.to_thread(self._write, folder, now, until, batch)
        except BaseException:
            self.close()  # whatever is half-done is found out by reading the files again
            raise
        SIGNED.set(now.timestamp())
        return stated + len(batch)

    def close(self) -> None:
        """Leave the folder to the next process."""
        if self._lock is not None:
            os.close(self._lock)
        self.folder = self._lock = None
        self._recent = {}

    def _open(self) -> Path:
        """Take the first folder that nobody holds, or a new one, and find where its chain stands."""
        self._directory.mkdir(parents=True, exist_ok=True)
        folders = sorted(path.parent for path in self._directory.glob("*/lock"))
        for folder in [*folders, self._directory / secrets.token_hex(4)]:
            folder.mkdir(exist_ok=True)
            lock = os.open(folder / "lock", os.O_CREAT | os.O_RDWR, 0o644)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(lock)
                continue
            try:
                self._tail, self._day, self._length = _standing(folder)
            except StatementFailure:
                logger.exception("%s was changed: its chain ends here, another one begins", folder)
                os.close(lock)
                continue
            self._lock, self.folder = lock, folder
            return folder
        raise RuntimeError("a new folder of heads was taken by somebody else")

    def _write(self, folder: Path, now: datetime, until: int, heads: Sequence[Head]) -> None:
        if self.key is None:
            raise RuntimeError("a writer of heads needs its key before it can sign")
        statement = sign(self.key, folder.name, self._tail, at=now, until=until, heads=heads)
        day = max(self._day, statement.at[:10])  # never an earlier file, even when the clock goes back
        path = folder / f"{day}.jsonl"
        is_new, length = day != self._day, path.stat().st_size if path.exists() else 0
        if not is_new and length != self._length:
            logger.error("%s is not as this process left it: its heads are no longer proven", path)
        with path.open("ab") as file:
            file.write((b"" if _ends_a_line(path, length) else b"\n") + statement.line + b"\n")
            file.flush()
            os.fsync(file.fileno())
            self._length = file.tell()
        if is_new:
            _keep(folder)
        self._day, self._tail = day, Tail(statement.number, statement.hash, statement.until)


def _ends_a_line(path: Path, length: int) -> bool:
    with path.open("rb") as file:
        file.seek(max(length - 1, 0))
        return file.read(1) in (b"\n", b"")


def _keep(folder: Path) -> None:
    """Have the folder's list of files reach the disk, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _standing(folder: Path) -> tuple[Tail, str, int | None]:
    """Return where the folder's chain stands: its last whole statement, its last day, the length of that file."""
    files = files_of(folder)
    for path in reversed(files):
        for line in reversed(path.read_bytes().splitlines()):
            if (statement := _whole(line)) is not None:
                tail = Tail(statement.number, statement.hash, statement.until)
                return tail, files[-1].stem, files[-1].stat().st_size
    return Tail(), files[-1].stem if files else "", files[-1].stat().st_size if files else None


def _whole(line: bytes) -> Statement | None:
    try:
        return parse(line)
    except StatementFailure:
        raise
    except (RecursionError, ValueError):  # cut off by a crash
        return None


async def _majority_time(db: AsyncDatabase[Row]) -> int:
    """Return the cluster's time up to which a majority holds everything, in seconds."""
    hello = await db.client.admin.command("hello")
    return int(hello["lastWrite"]["majorityOpTime"]["ts"].time)


async def _changed(db: AsyncDatabase[Row], since: int) -> AsyncIterator[tuple[Head, int]]:
    """Yield every head that changed since, with the time of its change; all heads for 0.

    Only what a majority holds: a head that a failover could take back must never be signed.
    """
    heads = db.get_collection("stream_heads", codec_options=LENIENT, read_concern=MAJORITY)
    where = {"changed": {"$gt": Timestamp(max(since - OVERLAP_SECONDS, 0), 0)}} if since else {}
    async for row in heads.find(where):
        match row:
            case {"_id": str(stream), "seq": int(seq), "hash": str(hash_)} if _is_head(seq, hash_):
                changed = row.get("changed")
                yield Head(stream, seq, hash_), changed.time if isinstance(changed, Timestamp) else 0
            case _:  # nobody's work but a forger's: the others must still be signed
                logger.error("the head of %r is none", row["_id"])


def _is_head(seq: int, hash_: str) -> bool:
    return 0 < seq < 2**53 and HASH.fullmatch(hash_) is not None


@cache
def _writer(directory: Path) -> HeadsWriter:
    return HeadsWriter(directory)


async def state_heads(context: Context) -> int:
    """Write this process's next statement. Returns 0: nothing was changed, and every minute is too often to log."""
    settings = context.settings
    writer = _writer(settings.heads_directory.absolute())
    try:
        # read each time: a changed key counts from the next statement on
        writer.key = await asyncio.to_thread(signing_key, settings)
        await writer.state(context.db, context.clock.now())
    except (OSError, ValueError):  # ValueError: the key's file holds something else
        # a full disk must not stop the border; the gauge grows old, and the gap in the chain of minutes stays visible
        logger.exception("the heads of the log were not signed, it is tried again in a minute")
    return 0


SWEEPS = (Sweep("log.heads", EVERY_SECONDS, state_heads),)
