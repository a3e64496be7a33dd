"""The commands `python -m backend log verify | export | key`."""

import argparse
import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from backend.kit.database import connect
from backend.kit.record.export import export
from backend.kit.record.keys import folder, public_keys
from backend.kit.record.proof import Verification, Witness, verify
from backend.kit.record.scan import Unreadable
from backend.settings import Settings


async def run(chosen: argparse.Namespace, settings: Settings) -> int:
    """Run the action and return its exit code."""
    if chosen.action == "key":
        return _keys(settings)
    directory = chosen.heads or settings.heads_directory
    if not directory.is_dir() and chosen.heads:
        sys.stderr.write(f"{directory} is no folder of signed heads\n")
        return 2
    if chosen.action == "export":
        return await _export(settings, directory, chosen.stream, chosen.file)
    return await _verify(settings, directory, chosen.stream)


async def _verify(settings: Settings, directory: Path, stream: str | None) -> int:
    database = connect(settings.mongodb_uri, settings.database)
    try:
        found = await verify(database, Witness(directory, public_keys(settings)), stream)
    finally:
        await database.close()
    sys.stdout.write(f"BAD {found.failure}\n" if found.failure else _proven(found))
    return 1 if found.failure else 0


def _proven(found: Verification) -> str:
    words = f"ok {found.events} events in {found.streams} streams, {found.statements} signed statements"
    if found.until:
        words += f" up to {found.until}, {found.unsigned} events not signed yet"
    if found.torn:
        words += f", {found.torn} lines of them cut off by a crash"
    return words + "\n"


async def _export(settings: Settings, directory: Path, stream: str | None, file: Path | None) -> int:
    database = connect(settings.mongodb_uri, settings.database)
    try:
        with _written(file) as out:
            async for line in export(database, directory, stream):
                out.write(line)
    except Unreadable as failure:
        sys.stderr.write(f"BAD {failure}\n")
        return 1
    finally:
        await database.close()
    return 0


@contextlib.contextmanager
def _written(file: Path | None) -> Iterator[BinaryIO]:
    if file is None:
        yield sys.stdout.buffer
        return
    with file.open("wb") as out:
        yield out


def _keys(settings: Settings) -> int:
    keys = public_keys(settings)
    if not keys.public:
        sys.stderr.write(f"no key in {folder(settings)} yet: the first start of the API makes it\n")
        return 1
    for kid, public in keys.public.items():
        pem = Ed25519PublicKey.from_public_bytes(public).public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )
        sys.stdout.write(f"key {kid.hex()}\n{pem.decode()}")
    return 0
