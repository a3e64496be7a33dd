"""Statements of stream heads: what one line of a heads file says, how it is signed, how a file is read again.

A line is canonical JSON (RFC 8785). Its Ed25519 signature is over DOMAIN and the same object without `signature`;
`prev` is the SHA-256 of the writer's previous line, so that no line can be taken out, changed or moved.
"""

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from core.canonical import GENESIS, canonical, millis, sha256_hex
from core.vouchers.keys import KeySet, SigningKey, base64url

VERSION = 1
DOMAIN = b"clearlane stream heads 1\n"
FIELDS = frozenset({"version", "writer", "number", "at", "until", "prev", "heads", "kid", "signature"})


class StatementFailure(ValueError):
    """A heads file is not as its writer left it; the message says where and what."""


@dataclass(frozen=True)
class Head:
    """The last event of a stream."""

    stream: str
    seq: int
    hash: str


@dataclass(frozen=True)
class Statement:
    """One signed line: the heads of all streams that changed since the writer's statement before it.

    `until` is the cluster's time in seconds up to which changes are covered; the next statement begins there.
    """

    writer: str
    number: int
    at: str
    until: int
    heads: tuple[Head, ...]
    kid: str
    line: bytes

    @property
    def hash(self) -> str:
        """What the writer's next statement names as its `prev`."""
        return sha256_hex(self.line)


@dataclass(frozen=True)
class Tail:
    """Where a writer's chain of statements stands."""

    number: int = 0
    hash: str = GENESIS
    until: int = 0


def sign(
    key: SigningKey, writer: str, tail: Tail, *, at: datetime, until: int, heads: Sequence[Head]
) -> Statement:
    """Return the writer's next statement."""
    ordered = sorted(heads, key=lambda head: head.stream)
    body: dict[str, object] = {
        "version": VERSION,
        "writer": writer,
        "number": tail.number + 1,
        "at": millis(at),
        "until": until,
        "prev": tail.hash,
        "heads": [[head.stream, head.seq, head.hash] for head in ordered],
        "kid": key.kid.hex(),
    }
    signature = base64url(key.private.sign(DOMAIN + canonical(body)))
    return parse(canonical({**body, "signature": signature}))


def parse(line: bytes) -> Statement:
    """Read a line without proving it.

    Raises ValueError where it is not JSON (a line cut off by a crash) and StatementFailure where it is no statement.
    """
    found: Any = json.loads(line)
    if not isinstance(found, dict) or set(found) != FIELDS or found["version"] != VERSION:
        raise StatementFailure("is no statement of this version")
    try:
        heads = tuple(_head(entry) for entry in found["heads"])
        if canonical(found) != line:
            raise StatementFailure("is not in canonical form")
        number, until = _whole(found["number"]), _whole(found["until"])
    except (TypeError, ValueError) as error:
        raise StatementFailure(str(error)) from error
    return Statement(str(found["writer"]), number, str(found["at"]), until, heads, str(found["kid"]), line)


def _head(entry: object) -> Head:
    match entry:
        case [str(stream), int(seq), str(hash_)] if not isinstance(seq, bool):
            return Head(stream, seq, hash_)
    raise StatementFailure("holds a head that is not a stream, a number and a hash")


def _whole(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise StatementFailure("holds a number that is none")


def prove(statement: Statement, keys: KeySet) -> None:
    """Check the signature. Raises StatementFailure."""
    body = json.loads(statement.line)
    public = {kid.hex(): public for kid, public in keys.public.items()}.get(statement.kid)
    if public is None:
        raise StatementFailure(f"is signed by the key {statement.kid}, which is not the log's")
    try:
        signature = base64.b64decode(body.pop("signature") + "==", altchars=b"-_", validate=True)
        Ed25519PublicKey.from_public_bytes(public).verify(signature, DOMAIN + canonical(body))
    except (InvalidSignature, TypeError, binascii.Error) as error:
        raise StatementFailure("was changed after it was signed") from error


@dataclass
class Reading:
    """Reads one writer's files from its first statement on, proving each; `torn` counts lines a crash cut off."""

    folder: Path
    keys: KeySet
    torn: int = 0

    def statements(self) -> Iterator[Statement]:
        """Yield every statement in order. Raises StatementFailure at the first line that is not as it was left."""
        tail = Tail()
        for place, line in self._lines():
            if (statement := self._proved(line, place, tail)) is not None:
                yield statement
                tail = Tail(statement.number, statement.hash, statement.until)

    def _lines(self) -> Iterator[tuple[str, bytes]]:
        for path in files_of(self.folder):
            with path.open("rb") as lines:
                for number, line in enumerate(lines, start=1):
                    yield f"{self.folder.name}/{path.name} line {number}", line.strip(b"\n")

    def _proved(self, line: bytes, place: str, tail: Tail) -> Statement | None:
        if not line:
            return None
        try:
            statement = parse(line)
            prove(statement, self.keys)
        except StatementFailure as failure:
            raise StatementFailure(f"{place}: {failure}") from failure
        except (
            RecursionError,
            ValueError,
        ):  # no JSON; were it once whole, the next would not follow
            self.torn += 1
            return None
        if statement.writer != self.folder.name:
            raise StatementFailure(f"{place}: is of the writer {statement.writer}")
        if statement.number != tail.number + 1:
            said = f"statement {statement.number} follows {tail.number or 'nothing'}"
            raise StatementFailure(f"{place}: {said}, so one was taken away, moved or put in")
        if json.loads(line)["prev"] != tail.hash:
            raise StatementFailure(f"{place}: does not continue the statement before it")
        return statement


def files_of(folder: Path) -> list[Path]:
    """Return a writer's files, oldest first."""
    return sorted(folder.glob("*.jsonl"))


def writers_in(directory: Path) -> list[Path]:
    """Return the folders of all writers under the heads' directory."""
    if not directory.is_dir():
        return []
    return sorted(path for path in directory.iterdir() if path.is_dir() and files_of(path))
