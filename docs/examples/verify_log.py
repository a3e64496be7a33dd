"""Checks an export of Clearlane's event log: all it needs is the export, the public key and this file.

    pip install cryptography
    python verify_log.py export.jsonl --key log-keys.json [--heads copies/*/*.jsonl]

The export is what `python -m backend log export` wrote; the key what `python -m backend log key` printed or
/.well-known/log-keys.json answered. `--heads` names copies of the signed heads that were carried away while the log
was written. Exit 0 and counts, or 1 and the first bad place.

An event's `hash` is SHA-256 over the canonical JSON (RFC 8785) of {"event": it without `prev` and `hash`, "prev": the
hash of the event before it}; `seq` counts from 1 in each stream. A statement's signature is Ed25519 over DOMAIN and
its canonical JSON without `signature`; its `prev` is SHA-256 over its writer's statement before it.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

DOMAIN = b"clearlane stream heads 1\n"
START = "0" * 64
FIELDS = {
    "stream",
    "seq",
    "kind",
    "at",
    "actor",
    "site",
    "ids",
    "facts",
    "evidence",
    "event_id",
    "prev",
    "hash",
}


class Bad(Exception):
    """The first thing that is not as it was written."""


def canonical(value: object) -> bytes:
    """Return RFC 8785 JSON: the log holds text, whole numbers, yes/no, lists, and objects with ASCII names."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def sha256(data: bytes) -> str:
    """Return 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def lines(path: Path) -> Iterator[Any]:
    """Yield each line's JSON; one that is cut off is passed over: its lack is noticed where it matters."""
    with path.open("rb") as file:
        for line in file:
            try:
                yield json.loads(line, parse_float=no_fraction, object_pairs_hook=once)
            except ValueError:
                continue


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that stands twice: programs disagree which of them counts."""
    if len(found := dict(pairs)) < len(pairs):
        raise Bad(f"a name that stands twice among {', '.join(sorted(found))}")
    return found


def no_fraction(text: str) -> None:
    """Refuse what the log never writes: programs disagree about the text of such numbers."""
    raise Bad(f"a number {text} that is not whole")


def public_keys(text: str) -> list[Any]:
    """Read a JWK set or PEM blocks."""
    if text.lstrip().startswith("{"):
        raw = (base64.urlsafe_b64decode(key["x"] + "=") for key in json.loads(text)["keys"])
        return [Ed25519PublicKey.from_public_bytes(key) for key in raw]
    return [
        load_pem_public_key(pem.encode())
        for pem in re.findall(r"-----BEGIN[^-]+-----[^-]+-----END[^-]+-----", text)
    ]


class Record:
    """What has been checked so far."""

    def __init__(self, keys: list[Any]) -> None:
        self.keys, self.only, self.until = keys, None, "never"
        self.statements: dict[tuple[str, int], str] = {}  # the hash of each line, by writer and number
        self.signed: dict[str, dict[int, tuple[str, str]]] = defaultdict(
            dict
        )  # by stream and number: hash, time
        self.events = self.streams = self.unsigned = 0
        self.begin("")

    def begin(self, stream: str) -> None:
        """Begin a stream."""
        self.stream, self.seq, self.hash, self.confirmed = stream, 0, START, 0

    def statement(self, found: dict[str, Any]) -> None:
        """Check a statement's signature and its place in its writer's chain; a second copy must be the same."""
        writer, number, line = found["writer"], found["number"], sha256(canonical(found))
        if self.statements.get((writer, number)) == line:
            return
        body = {name: value for name, value in found.items() if name != "signature"}
        signature = base64.urlsafe_b64decode(found["signature"] + "==")
        if not any(is_signed(key, signature, DOMAIN + canonical(body)) for key in self.keys):
            raise Bad(f"statement {number} of {writer}: was changed after it was signed, or by another key")
        if (writer, number) in self.statements:
            raise Bad(f"statement {number} of {writer}: two different ones were signed")
        if found["prev"] != (START if number == 1 else self.statements.get((writer, number - 1))):
            raise Bad(f"statement {number} of {writer}: one before it was taken away, moved or put in")
        self.statements[writer, number], self.until = line, found["at"]
        for stream, seq, hash_ in found["heads"]:
            if self.signed[stream].setdefault(seq, (hash_, found["at"]))[0] != hash_:
                raise Bad(f"{stream}#{seq}: two different heads were signed")

    def event(self, event: dict[str, Any]) -> None:
        """Check an event: its place, its chain, its content, and the signed head where there is one."""
        if event["stream"] != self.stream:
            self.begin(event["stream"])
        place, content = (
            f"{event['stream']}#{event['seq']}",
            {k: event[k] for k in event.keys() - {"prev", "hash"}},
        )
        if set(event) != FIELDS or type(event["seq"]) is not int:
            raise Bad(f"{place}: has not the fields of an event")
        if event["seq"] != self.seq + 1:
            raise Bad(f"{place}: follows number {self.seq}")
        if event["prev"] != self.hash:
            raise Bad(f"{place}: does not continue the hash of its predecessor")
        if event["hash"] != sha256(canonical({"event": content, "prev": event["prev"]})):
            raise Bad(f"{place}: its content was changed after it was written")
        signed, at = self.signed[self.stream].pop(event["seq"], (None, None))
        if signed not in (None, event["hash"]):
            since = (
                f"one of #{self.confirmed + 1} to #{event['seq']} was rewritten, and all after it rehashed"
            )
            raise Bad(f"{place}: its head signed at {at} is not what the log has now: {since}")
        self.seq, self.hash, self.events = event["seq"], event["hash"], self.events + 1
        self.confirmed = self.seq if signed else self.confirmed

    def head(self, stream: str, seq: int | None, hash_: str | None) -> None:
        """Check the end of a stream: against what was signed, and against its head in the database."""
        if stream != self.stream:
            self.begin(stream)
        if left := self.signed.pop(stream, {}):
            raise Bad(f"{stream}#{min(left)}: its head was signed, the log ends with #{self.seq}")
        if (self.seq, self.hash) != (seq, hash_):
            raise Bad(f"{stream}#{self.seq}: the stream's head says it should go on or end otherwise")
        self.streams, self.unsigned = self.streams + 1, self.unsigned + self.seq - self.confirmed

    def whole(self, counts: dict[str, int]) -> None:
        """Check that the export is whole and that no signed stream is missing."""
        for stream, left in sorted(self.signed.items()):
            if left and self.only in (None, stream):
                raise Bad(f"{stream}#{min(left)}: its head was signed, the log has no event of this stream")
        if (counts["events"], counts["streams"]) != (self.events, self.streams):
            raise Bad("the export is not whole")


def is_signed(key: Any, signature: bytes, content: bytes) -> bool:
    """Say whether the key signed the content."""
    try:
        key.verify(signature, content)
    except InvalidSignature:
        return False
    return True


def check(export: Path, record: Record, copies: list[Path]) -> str:
    """Check everything. Return the counts; raises Bad at the first bad place."""
    for copy in sorted(copies):
        for statement in lines(copy):
            record.statement(statement)
    last: dict[str, Any] = {}
    for last in lines(export):
        match last:
            case {"clearlane_log": 1, "stream": only}:
                record.only = only
            case {"statement": statement}:
                record.statement(statement)
            case {"event": event}:
                record.event(event)
            case {"head": [stream, seq, hash_]}:
                record.head(stream, seq, hash_)
    record.whole(last.get("end", {"events": -1, "streams": -1}))
    only = f" (only {record.only})" if record.only else ""
    signed = f"{len(record.statements)} signed statements up to {record.until}, {record.unsigned} events not signed yet"
    return f"ok {record.events} events in {record.streams} streams{only}, {signed}"


def main() -> int:
    """Read the command line, check, and say it."""
    parser = argparse.ArgumentParser(description="Checks an export of Clearlane's event log.")
    parser.add_argument("export", type=Path)
    parser.add_argument("--key", type=Path, required=True, help="public keys: a JWK set or PEM")
    parser.add_argument(
        "--heads", type=Path, nargs="*", default=[], help="copies of heads files, all of a writer's"
    )
    chosen = parser.parse_args()
    try:
        print(check(chosen.export, Record(public_keys(chosen.key.read_text())), chosen.heads))
    except Bad as bad:
        print(f"BAD {bad}")
        return 1
    except (KeyError, TypeError, ValueError) as error:
        print(f"BAD a line that the log never writes: {error!r}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
