"""How fast the log is proven, exported and checked by a stranger, and in how much memory.

100,000 rows, a million with --long, as a port writes them: each trip's stream has ten, a lane's stream has all of its
vehicles'. Every program runs as a process of its own, as an operator or an auditor starts it.
"""

import argparse
import asyncio
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from backend.kit.database import Row, open_database
from backend.kit.record.heads import HeadsWriter
from backend.kit.record.keys import signing_key
from backend.kit.record.rows import Last, row_hash
from backend.settings import Settings
from scripts.house.mongod import start_embedded, stop_embedded
from scripts.house.places import ROOT, STATE, VENV_PYTHON, HouseError
from scripts.house.steps import fail
from tests.bench.figures import Conditions, Measurement, progress

ROWS, FEW_ROWS, MANY_ROWS = 100_000, 2_000, 1_000_000
LANES, OF_A_TRIP = 5, 10
INSERTED_AT_ONCE = 5_000
LOOK_SECONDS = 0.1
BEGAN = datetime(2026, 11, 1, tzinfo=UTC)
STRANGER = ROOT / "docs/examples/verify_log.py"


@dataclass(frozen=True)
class Ran:
    """What one program took."""

    seconds: float
    processor: float  # seconds of it, by user and system
    memory: float  # MB, at most
    said: str


def row(last: Last, number: int) -> Row:
    """Return the next row of a stream, with the size of a usual one."""
    body: Row = {
        "_id": f"{last.stream}#{last.seq + 1}",
        "stream": last.stream,
        "seq": last.seq + 1,
        "kind": "passage.released",
        "at": BEGAN + timedelta(seconds=number),
        "actor": {"role": "LANE_AGENT", "id": "agent-liantang"},
        "site": "liantang",
        "ids": {"trip_id": f"{number:024d}", "passage_id": f"{number:026d}", "lane_id": "liantang-1"},
        "facts": {"verdict": "RELEASE", "reasons": ["PLATE_MATCH", "CONTAINER_MATCH"], "seconds": 6},
        "evidence": {},
        "event_id": f"{number:026d}",
        "prev": last.hash,
    }
    return body | {"hash": row_hash(body)}


def rows(count: int) -> Iterator[Row]:
    """Yield so many rows: half of them in the lanes' streams, the other half ten to a trip."""
    lasts: dict[str, Last] = {}
    for number in range(count):
        vehicle = number // (2 * OF_A_TRIP)
        stream = f"lane:{vehicle % LANES}" if number % 2 else f"trip:{vehicle:06d}"
        made = row(lasts.get(stream, Last(stream)), number)
        lasts[stream] = Last(stream, made["seq"], made["hash"])
        yield made


async def fill(settings: Settings, count: int) -> None:
    """Write so many rows with their heads, and one statement of all heads."""
    database = await open_database(settings.mongodb_uri, settings.database, [])
    heads: dict[str, Row] = {}
    batch: list[Row] = []
    for made in rows(count):
        batch.append(made)
        heads[made["stream"]] = {"_id": made["stream"], "seq": made["seq"], "hash": made["hash"]}
        if len(batch) == INSERTED_AT_ONCE:
            await database.db["events"].insert_many(batch)
            batch = []
    if batch:
        await database.db["events"].insert_many(batch)
    await database.db["stream_heads"].insert_many(list(heads.values()))
    writer = HeadsWriter(settings.heads_directory, signing_key(settings))
    await writer.state(database.db, BEGAN + timedelta(seconds=count))
    writer.close()
    await database.close()


def ended_children() -> float:
    """Return the processor seconds of all programs that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(environment: dict[str, str], *command: str) -> Ran:
    """Run a program to its end. Raises HouseError where it does not end with 0."""
    began, used, memory = time.monotonic(), ended_children(), 0.0
    process = subprocess.Popen([VENV_PYTHON, *command], cwd=ROOT, env=environment, stdout=subprocess.PIPE)
    looked_at = psutil.Process(process.pid)
    while process.poll() is None:
        with suppress(psutil.NoSuchProcess, subprocess.TimeoutExpired):
            memory = max(memory, looked_at.memory_info().rss / 1e6)
            process.wait(LOOK_SECONDS)
    seconds = time.monotonic() - began
    said = process.communicate()[0].decode()
    if process.returncode:
        raise HouseError(f"{command[-1]} ended with {process.returncode}", said or "it said nothing")
    return Ran(seconds, ended_children() - used, memory, said)


@contextmanager
def settings_of_a_database() -> Iterator[Settings]:
    """A database of its own, and a folder for heads and keys."""
    with TemporaryDirectory(dir=STATE, prefix="bench-") as folder, ExitStack() as stack:
        uri, process = start_embedded(Path(folder) / "mongo")
        stack.callback(lambda: stop_embedded(process))
        yield Settings(mongodb_uri=uri, database="bench", home=Path(folder))


def measure(count: int) -> Measurement:
    """Fill a log and have it proven, exported and checked."""
    with settings_of_a_database() as settings:
        progress(f"{count} rows are written")
        asyncio.run(fill(settings, count))
        environment = os.environ | {
            f"CLEARLANE_{name.upper()}": str(getattr(settings, name))
            for name in ("mongodb_uri", "database", "home")
        }
        export, key = settings.home / "export.jsonl", settings.home / "key.pem"
        key.write_text(run(environment, "-m", "backend", "log", "key").said)
        programs: dict[str, tuple[str, ...]] = {
            "verify": ("-m", "backend", "log", "verify"),
            "export": ("-m", "backend", "log", "export", str(export)),
            "stranger": (str(STRANGER), str(export), "--key", str(key)),
        }
        figures: dict[str, tuple[float, str]] = {"rows": (float(count), "1")}
        for name, command in programs.items():
            progress(name)
            ran = run(environment, *command)
            expected = "" if name == "export" else f"ok {count} events"
            if not ran.said.startswith(expected):
                raise HouseError(f"{name} said {ran.said!r}", "the figures would mean nothing")
            figures |= {
                f"{name}_seconds": (ran.seconds, "s"),
                f"{name}_cpu": (ran.processor, "s"),
                f"{name}_rate": (count / ran.seconds, "rows/s"),
                f"{name}_memory": (ran.memory, "MB"),
            }
        figures["export_size"] = (export.stat().st_size / 1e6, "MB")
    meaning = "log verify, log export and the stand-alone verifier, each from its start to its end, with one statement"
    return Measurement("log.proof", meaning, figures)


def main() -> int:
    """Print the line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="a few rows only: no figures to quote")
    parser.add_argument("--long", action="store_true", help="a million rows")
    chosen = parser.parse_args()
    conditions = Conditions.now("log", sys.argv[1:])
    try:
        found = measure(FEW_ROWS if chosen.short else MANY_ROWS if chosen.long else ROWS)
    except HouseError as error:
        return fail(error)
    print(found.line(conditions), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
