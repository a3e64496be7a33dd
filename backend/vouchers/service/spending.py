"""A voucher at the lane: frozen while its passage is open, spent once."""

from pymongo.errors import DuplicateKeyError

from backend.kit.changes import change_if
from backend.kit.context import UnitOfWork
from backend.vouchers.model import Voucher
from backend.vouchers.service.store import REDEMPTIONS, REFUSAL_OF_STATE, VOUCHERS, load
from core.problems import ProblemCode, Refusal
from core.states import VoucherState


async def freeze(unit: UnitOfWork, voucher_id: str, passage_id: str) -> Voucher:
    """Keep the code from expiring while this passage is open; a revocation of the same moment conflicts.

    Raises:
        Refusal: NOT_FOUND, or CODE_SUPERSEDED, CODE_REVOKED, CODE_SPENT, CODE_EXPIRED by its state.
    """
    row = await change_if(
        unit.db[VOUCHERS],
        {"_id": voucher_id, "state": VoucherState.ISSUED.value},
        {"$set": {"frozen_by": passage_id}},
        unit,
    )
    if row is None:
        raise await _refusal(unit, voucher_id)
    return Voucher.of(row)


async def thaw(unit: UnitOfWork, voucher_id: str, passage_id: str) -> None:
    """Let the code expire again: this passage ended without a release."""
    where = {"_id": voucher_id, "frozen_by": passage_id}
    await change_if(unit.db[VOUCHERS], where, {"$set": {"frozen_by": None}}, unit)


async def spend(unit: UnitOfWork, voucher_id: str, passage_id: str) -> Voucher:
    """Spend the code, once: the redemption's `_id` is the voucher's id.

    The refusal must leave the transaction's callback (never caught inside it).

    Raises:
        Refusal: NOT_FOUND, or CODE_SPENT, CODE_REVOKED, CODE_SUPERSEDED, CODE_EXPIRED by its state.
    """
    row = await change_if(
        unit.db[VOUCHERS],
        {"_id": voucher_id, "state": VoucherState.ISSUED.value},
        {"$set": {"state": VoucherState.SPENT.value, "ended_at": unit.now}},
        unit,
    )
    if row is None:
        raise await _refusal(unit, voucher_id)
    redemption = {"_id": voucher_id, "passage_id": passage_id, "at": unit.now}
    try:
        await unit.db[REDEMPTIONS].insert_one(redemption, session=unit.session)
    except DuplicateKeyError:
        raise Refusal(ProblemCode.CODE_SPENT) from None
    return Voucher.of(row)


async def _refusal(unit: UnitOfWork, voucher_id: str) -> Refusal:
    voucher = await load(unit, voucher_id)
    if voucher is None:
        return Refusal(ProblemCode.NOT_FOUND)
    return Refusal(
        REFUSAL_OF_STATE.get(voucher.state, ProblemCode.VOUCHER_STATE), args={"state": voucher.state.value}
    )
