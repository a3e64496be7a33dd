"""`log export`: the log and its signed heads as JSON lines that a stranger can check; the same log, the same bytes."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

from backend.kit.database import Database
from backend.kit.record.scan import End, Scan
from backend.kit.record.statements import files_of, writers_in
from core.canonical import canonical

VERSION = 1


async def export(database: Database, directory: Path, only: str | None = None) -> AsyncIterator[bytes]:
    """Yield the lines: what it is, every statement as signed, each stream's events and head, the counts.

    Nothing is judged: what was tampered with is exported as it stands. Raises Unreadable at a row that belongs to no
    stream. No personal data: of evidence the log holds salted hashes only.
    """
    yield _line({"clearlane_log": VERSION, "stream": only})
    statements = events = streams = 0
    for statement in _statements(directory):
        statements += 1
        yield b'{"statement":' + statement + b"}\n"
    async with database.client.start_session(causal_consistency=True) as session:
        async for item in Scan(database.db, session, only).run():
            if isinstance(item, End):
                head = item.head or {}
                yield _line({"head": [item.stream, head.get("seq"), head.get("hash")]})
                streams += 1
            else:
                yield _line({"event": {name: value for name, value in item.row.items() if name != "_id"}})
                events += 1
    yield _line({"end": {"events": events, "statements": statements, "streams": streams}})


def _line(content: Mapping[str, object]) -> bytes:
    try:
        return canonical(content) + b"\n"
    except (TypeError, ValueError):  # something the log never writes: whoever checks must see it
        return json.dumps(content, default=str, sort_keys=True).encode() + b"\n"


def _statements(directory: Path) -> Iterator[bytes]:
    """Yield every line that is JSON, of every writer in the order it was written."""
    for path in (path for folder in writers_in(directory) for path in files_of(folder)):
        with path.open("rb") as lines:
            yield from filter(_is_whole, (line.rstrip(b"\n") for line in lines))


def _is_whole(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (RecursionError, ValueError):  # cut off by a crash
        return False
