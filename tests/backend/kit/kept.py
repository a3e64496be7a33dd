"""A small log that was signed while it was written, and the two who prove it: the hub and a stranger."""

import importlib.util
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import orjson

from backend.kit.clock import FixedClock
from backend.kit.context import Context, UnitOfWork
from backend.kit.record.export import export
from backend.kit.record.heads import HeadsWriter
from backend.kit.record.proof import Verification, Witness, verify
from core.canonical import millis
from core.vouchers.keys import KeySet, SigningKey
from tests.backend.kit.forging import Db
from tests.backend.kit.test_once import ScanTried

KEY = SigningKey.from_seed(b"k" * 32)
MINUTE = timedelta(minutes=1)
STRANGER = Path(__file__).resolve().parents[3] / "docs/examples/verify_log.py"


def stranger_program() -> ModuleType:
    """The program an auditor runs, which knows nothing of this project."""
    spec = importlib.util.spec_from_file_location("verify_log", STRANGER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PROGRAM = stranger_program()


@dataclass
class Kept:
    """A log with two signed statements: of lane:test#2 and trip:test#2, and of lane:test#5."""

    context: Context
    clock: FixedClock
    folder: Path
    writer: HeadsWriter

    @property
    def written(self) -> Path:
        """The folder of the writer."""
        assert self.writer.folder is not None
        return self.writer.folder

    @property
    def db(self) -> Db:
        """The database."""
        return self.context.db

    async def happen(self, *streams: str) -> None:
        """Write one event."""

        async def work(unit: UnitOfWork) -> None:
            event = ScanTried(site="test", result="seen", lane_id="test")
            unit.append(event, *streams, evidence={"plate": "粤B12345"})

        await self.context.transaction(work, streams=streams)

    async def minute(self) -> str:
        """Let a minute pass and sign; return when."""
        self.clock.advance(MINUTE)
        await self.writer.state(self.db, self.clock.now())
        return millis(self.clock.now())

    async def verify(self, only: str | None = None) -> Verification:
        """Prove the log as the hub does."""
        return await verify(self.context.services.database, Witness(self.folder, KeySet.of(KEY)), only)

    async def exported(self, only: str | None = None) -> Path:
        """Export the log and return the file."""
        file = self.folder / "export.jsonl"
        lines = [line async for line in export(self.context.services.database, self.folder, only)]
        file.write_bytes(b"".join(lines))
        return file

    async def stranger(self, copies: list[Path] | None = None) -> str:
        """Return what the stand-alone verifier says of an export."""
        return stranger_says(await self.exported(), copies)


def stranger_says(file: Path, copies: list[Path] | None = None, key: SigningKey = KEY) -> str:
    """Return what the stand-alone verifier says of this file."""
    keys = PROGRAM.public_keys(orjson.dumps(KeySet.of(key).to_jwks()).decode())
    try:
        return str(PROGRAM.check(file, PROGRAM.Record(keys), copies or []))
    except PROGRAM.Bad as bad:
        return f"BAD {bad}"
