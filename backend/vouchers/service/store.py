"""Reading vouchers and their keys, and the one way in which an issued one ends."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from backend.kit.changes import change_if
from backend.kit.context import UnitOfWork
from backend.kit.database import Row
from backend.settings import Settings
from backend.vouchers.keys import keys_of
from backend.vouchers.model import Redemption, Voucher
from core.problems import ProblemCode
from core.states import VoucherState
from core.vouchers import codec
from core.vouchers.claims import Presentation
from core.vouchers.keys import KeySet

VOUCHERS = Voucher.Settings.name
REDEMPTIONS = Redemption.Settings.name
EXPIRY_GRACE = timedelta(
    seconds=60
)  # the verifier's skew: a code is not "expired" here while a lane accepts it

REFUSAL_OF_STATE: dict[VoucherState, ProblemCode] = {
    VoucherState.SUPERSEDED: ProblemCode.CODE_SUPERSEDED,
    VoucherState.REVOKED: ProblemCode.CODE_REVOKED,
    VoucherState.SPENT: ProblemCode.CODE_SPENT,
    VoucherState.EXPIRED: ProblemCode.CODE_EXPIRED,
}
"""What a lane says of a code whose voucher is no longer ISSUED."""


def key_set(settings: Settings) -> KeySet:
    """Return the public keys that verify vouchers (retired and following ones too), and the names of revoked ones."""
    return keys_of(settings).verifying


def pseudonym(settings: Settings, purpose: str, text: str) -> bytes:
    """Return 32 bytes that stand for `text` under this hub's secret; `purpose` keeps uses apart."""
    return keys_of(settings).pseudonym(purpose, text)


async def find(db: AsyncDatabase[Row], voucher_id: str) -> Voucher | None:
    """Return the voucher as it stands, outside a transaction."""
    row = await db[VOUCHERS].find_one({"_id": voucher_id})
    return Voucher.of(row) if row else None


async def find_many(db: AsyncDatabase[Row], voucher_ids: Sequence[str]) -> dict[str, Voucher]:
    """Return those of these vouchers that exist, by id."""
    rows = db[VOUCHERS].find({"_id": {"$in": list(voucher_ids)}})
    return {row["_id"]: Voucher.of(row) async for row in rows}


async def subjects_of(
    db: AsyncDatabase[Row], first: str, beyond: str, most: int
) -> tuple[tuple[str, str], ...]:
    """Return ids from `first` on and before `beyond`, at most so many, each with what its voucher admits."""
    between = {"_id": {"$gte": first, "$lt": beyond}}
    rows = db[VOUCHERS].find(between, {"subject": 1}).sort("_id", 1).limit(most)
    return tuple([(row["_id"], row["subject"]) async for row in rows])


async def load(unit: UnitOfWork, voucher_id: str) -> Voucher | None:
    """Return the voucher as this transaction sees it."""
    row = await unit.db[VOUCHERS].find_one({"_id": voucher_id}, session=unit.session)
    return Voucher.of(row) if row else None


async def end_issued(
    unit: UnitOfWork, where: dict[str, Any], state: VoucherState, reason: str | None = None, **more: object
) -> Voucher | None:
    """End the voucher if it is still ISSUED; None if it is not."""
    row = await change_if(
        unit.db[VOUCHERS],
        {**where, "state": VoucherState.ISSUED.value},
        {"$set": {"state": state.value, "ended_at": unit.now, "ended_reason": reason, **more}},
        unit,
    )
    return Voucher.of(row) if row else None


def print_text(voucher: Voucher) -> str | None:
    """Return the whole text of a printed code; None for a live one, which only the phone can complete."""
    return codec.envelope(voucher.part_one, None) if voucher.presentation is Presentation.PRINT else None


def names(voucher: Voucher) -> dict[str, str]:
    """Return the ids that each of the voucher's events names."""
    word, _, identifier = voucher.subject.partition(":")
    return {"site": voucher.site, "voucher_id": voucher.id, f"{word}_id": identifier}
