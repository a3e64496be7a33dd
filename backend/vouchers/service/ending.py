"""A voucher ends unused: an officer takes it back, its subject has ended, or its time is over."""

from datetime import datetime
from typing import Any

from backend.kit.context import Context, UnitOfWork
from backend.kit.sweeps import each
from backend.vouchers import policy
from backend.vouchers.events import VoucherExpired, VoucherRevoked
from backend.vouchers.model import Voucher
from backend.vouchers.service.store import EXPIRY_GRACE, VOUCHERS, end_issued, load, names
from core.problems import ProblemCode, Refusal
from core.states import VoucherState

REASON_LENGTH = 500


async def revoke(unit: UnitOfWork, voucher_id: str, reason: str) -> Voucher:
    """Take an issued code back, by an officer.

    Raises:
        Refusal: FORBIDDEN; REASON_MISSING; FIELD_TOO_LONG; NOT_FOUND; VOUCHER_STATE with `state` when it is not ISSUED.
    """
    policy.may_revoke(unit.actor)
    reason = reason.strip()
    if not reason:
        raise Refusal(ProblemCode.REASON_MISSING, path=["reason"])
    if len(reason) > REASON_LENGTH:
        raise Refusal(ProblemCode.FIELD_TOO_LONG, path=["reason"], args={"limit": str(REASON_LENGTH)})
    voucher = await end_issued(unit, {"_id": voucher_id}, VoucherState.REVOKED, reason)
    if voucher is not None:
        unit.append(VoucherRevoked(**names(voucher)), voucher.subject, evidence={"reason": reason})
        return voucher
    present = await load(unit, voucher_id)
    if present is None:
        raise Refusal(ProblemCode.NOT_FOUND, path=["voucherId"])
    raise Refusal(ProblemCode.VOUCHER_STATE, args={"state": present.state.value})


async def withdraw(unit: UnitOfWork, subject: str) -> Voucher | None:
    """Revoke the subject's issued code because the subject itself has ended; None if there was none."""
    voucher = await end_issued(unit, {"subject": subject}, VoucherState.REVOKED)
    if voucher is not None:
        unit.append(VoucherRevoked(**names(voucher)), subject)
    return voucher


async def expire_due(context: Context) -> int:
    """Mark unused vouchers whose time is over as EXPIRED; those of an open passage are left alone."""
    due = _due(context.clock.now())
    rows = await context.db[VOUCHERS].find(due, {"subject": 1}).limit(100).to_list(100)
    subjects = {row["_id"]: row["subject"] for row in rows}
    return await each(context, subjects, _expire, subjects.__getitem__)


def _due(now: datetime) -> dict[str, Any]:
    over = {"$lte": now - EXPIRY_GRACE}
    return {"state": VoucherState.ISSUED.value, "frozen_by": None, "expires_at": over}


async def _expire(unit: UnitOfWork, voucher_id: str) -> bool:
    voucher = await end_issued(unit, _due(unit.now) | {"_id": voucher_id}, VoucherState.EXPIRED)
    if voucher is not None:
        unit.append(VoucherExpired(**names(voucher)), voucher.subject)
    return voucher is not None
