"""A genuine code and all that made it: what a mutation begins with, the office's own key among it."""

import struct
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import base45
import cbor2

from core.passages import LanePolicy, admit
from core.problems import ProblemCode, Refusal
from core.vouchers import live, wire
from core.vouchers.claims import VoucherClaims
from core.vouchers.codec import PREFIX, SigningKey, envelope, verify
from core.vouchers.keys import KeySet
from core.vouchers.live import LiveProof

LIVE_CHARACTERS = 27
"""A step and a link are 18 bytes."""
BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


@dataclass(frozen=True)
class Genuine:
    """Two vouchers of one office and the phone of the first; nothing here is kept from whoever mutates."""

    key: SigningKey
    claims: VoucherClaims
    seed: bytes
    part_one: str
    other_part_one: str
    other_live: str
    now: datetime

    @property
    def step(self) -> int:
        """The step the phone is in."""
        return live.step_at(self.claims.not_before, self.now)

    @property
    def text(self) -> str:
        """What the phone shows now."""
        return self.shown(self.part_one)

    @property
    def signed(self) -> bytes:
        """The COSE_Sign1 behind part one."""
        signed: bytes = base45.b45decode(self.part_one)
        return signed

    @property
    def live_part(self) -> str:
        """The live part as it stands in the code."""
        return self.text[-LIVE_CHARACTERS:]

    def shown(self, part_one: str, step: int | None = None) -> str:
        """Return the code that the phone would show around any part one."""
        step = self.step if step is None else step
        return envelope(part_one, LiveProof(step, link(self.seed, step)))

    def around(self, signed: bytes) -> str:
        """Return the code around any signed bytes."""
        return self.shown(to_base45(signed))

    def at(self, now: datetime) -> "Genuine":
        """Return the same at another moment."""
        return replace(self, now=now)

    def sealed(
        self,
        payload: bytes,
        *,
        protected: bytes | None = None,
        unprotected: Any = None,
        tag: int | None = 18,
        key: SigningKey | None = None,
        kid: bytes | None = None,
    ) -> str:
        """Return a code of any payload under any headers, rightly signed, with the phone's live part."""
        signer = key or self.key
        header = cbor2.dumps({1: -8, 4: kid or signer.kid}) if protected is None else protected
        signature = signer.private.sign(cbor2.dumps(["Signature1", header, b"", payload]))
        outer: Any = [header, {} if unprotected is None else unprotected, payload, signature]
        return self.around(cbor2.dumps(outer if tag is None else cbor2.CBORTag(tag, outer)))

    def claiming(self, **changes: Any) -> str:
        """Return a rightly signed code of other claims, all of them allowed."""
        return self.sealed(wire.encode(replace(self.claims, **changes)))


@lru_cache(maxsize=4096)
def link(seed: bytes, step: int) -> bytes:
    """Return what the phone shows in a step; thousands of codes are made in one and the same."""
    return live.proof(seed, step)


def to_base45(data: bytes) -> str:
    """Return base45 text."""
    return str(base45.b45encode(data), "ascii")


def with_length(length: int, rest: str) -> str:
    """Return a code that says its part one has this length."""
    return f"{PREFIX}{to_base45(struct.pack('>H', length))}{rest}"


def answer(text: str, keys: KeySet, now: datetime, checkpoint: int) -> ProblemCode | VoucherClaims:
    """Return what a lane of that checkpoint makes of a code before it asks its hub."""
    try:
        claims = verify(text, keys, now).claims
        admit(claims, LanePolicy(), checkpoint)
    except Refusal as refusal:
        return refusal.code
    return claims
