"""A driver's phone: it keeps the seeds of its codes, the hub's time, and shows a code that changes every 30 s."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from core.vouchers import codec, live
from core.vouchers.keys import base64url

SEEDS = 4


@dataclass(frozen=True)
class VoucherOnPhone:
    """What a phone keeps of its voucher."""

    id: str
    part_one: str
    anchor: str
    not_before: datetime

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> "VoucherOnPhone":
        """Read the fields of the schema's `Voucher`."""
        begins = datetime.fromisoformat(fields["notBefore"])
        return cls(fields["id"], fields["partOne"], fields["anchor"], begins)


@dataclass
class Phone:
    """One phone; `ahead` is how far the hub's clock is ahead of this machine's."""

    seeds: tuple[bytes, ...]
    ahead: timedelta = field(default_factory=timedelta)
    voucher: VoucherOnPhone | None = None

    @classmethod
    def new(cls, random: Random) -> "Phone":
        """Return a phone with fresh seeds."""
        return cls(tuple(random.randbytes(live.LINK_BYTES) for _ in range(SEEDS)))

    @property
    def anchors(self) -> list[str]:
        """The public ends of its chains, as they go with the declaration."""
        return [base64url(live.anchor(seed)) for seed in self.seeds]

    def code(self, now: datetime) -> str:
        """Return the text of the QR on its screen now. Raises LookupError without a voucher of its own."""
        if self.voucher is None:
            raise LookupError("this phone has no voucher yet")
        seed = self._seed_of(self.voucher.anchor)
        step = live.step_at(self.voucher.not_before, now + self.ahead)
        return codec.envelope(self.voucher.part_one, live.LiveProof(step, live.proof(seed, step)))

    def _seed_of(self, anchor: str) -> bytes:
        for seed in self.seeds:
            if base64url(live.anchor(seed)) == anchor:
                return seed
        raise LookupError("the voucher was issued to another phone")
