"""The commands `python -m backend log verify | export | key`."""

import argparse
import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pymongo.errors import PyMongoError

from backend.kit.database import Database, connect
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
    database = connect(settings.mongodb_uri, settings.database)
    try:
        await database.client.admin.command("ping")
        if chosen.action == "export":
            return await _export(database, directory, chosen.stream, chosen.file)
        witness = Witness(directory, public_keys(settings))
        return _said(await verify(database, witness, chosen.stream))
    except PyMongoError as failure:  # not 1: nothing is known of the log
        sys.stderr.write(f"the database could not be read: {failure}\n")
        return 2
    finally:
        await database.close()


def _said(found: Verification) -> int:
    if found.failure:
        sys.stdout.write(f"BAD {found.failure}\n")
        return 1
    words = f"ok {found.events} events in {found.streams} streams, {found.statements} signed statements"
    if found.until:
        words += f" up to {found.until}, {found.unsigned} events not signed yet"
    if found.torn:
        words += f", {found.torn} lines of them cut off by a crash"
    sys.stdout.write(words + "\n")
    return 0


async def _export(database: Database, directory: Path, stream: str | None, file: Path | None) -> int:
    try:
        with _written(file) as out:
            async for line in export(database, directory, stream):
                out.write(line)
    except Unreadable as failure:
        sys.stderr.write(f"BAD {failure}\n")
        return 1
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
