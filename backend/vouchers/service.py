"""The life of a voucher; the only writer of vouchers and redemptions."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from backend.kit.changes import change_if
from backend.kit.context import Context, UnitOfWork
from backend.kit.database import Row
from backend.kit.sweeps import each
from backend.settings import Settings
from backend.vouchers import policy
from backend.vouchers.events import VoucherExpired, VoucherIssued, VoucherRevoked, VoucherSuperseded
from backend.vouchers.keys import keys_of
from backend.vouchers.model import Redemption, Voucher
from core.identifiers.containers import ContainerNumber
from core.identifiers.plates import Plate
from core.problems import ProblemCode, Refusal
from core.states import VoucherState
from core.vouchers import codec
from core.vouchers.claims import ID_BYTES, Direction, LaneClass, Presentation, VoucherClaims
from core.vouchers.keys import KeySet
from core.words import Language

VOUCHERS = Voucher.Settings.name
REDEMPTIONS = Redemption.Settings.name
DRIVER_PSEUDONYM_BYTES = 8
EXPIRY_GRACE = timedelta(
    seconds=60
)  # the verifier's skew: a code is not "expired" here while a lane accepts it
REASON_LENGTH = 500

REFUSAL_OF_STATE: dict[VoucherState, ProblemCode] = {
    VoucherState.SUPERSEDED: ProblemCode.CODE_SUPERSEDED,
    VoucherState.REVOKED: ProblemCode.CODE_REVOKED,
    VoucherState.SPENT: ProblemCode.CODE_SPENT,
    VoucherState.EXPIRED: ProblemCode.CODE_EXPIRED,
}
"""What a lane says of a code whose voucher is no longer ISSUED."""


@dataclass(frozen=True, kw_only=True)
class VoucherRequest:
    """What a voucher is to say. `subject` is `<word>:<24 hex>`, `holder` the driver's account."""

    subject: str
    site: str
    checkpoint: int
    holder: str
    direction: Direction
    plates: tuple[Plate, ...]
    containers: tuple[ContainerNumber, ...]
    crew: int
    language: Language
    not_before: datetime
    expires: datetime
    lane_class: LaneClass = LaneClass.GOODS


def key_set(settings: Settings) -> KeySet:
    """Return the public keys that verify vouchers (retired ones too)."""
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


async def load(unit: UnitOfWork, voucher_id: str) -> Voucher | None:
    """Return the voucher as this transaction sees it."""
    row = await unit.db[VOUCHERS].find_one({"_id": voucher_id}, session=unit.session)
    return Voucher.of(row) if row else None


async def issue(unit: UnitOfWork, request: VoucherRequest, anchors: Sequence[bytes]) -> Voucher:
    """Sign a live voucher with the first of `anchors` not used before; the former one is superseded.

    Raises:
        Refusal: ANCHOR_REUSED when every anchor has been used.
    """
    await supersede(unit, request.subject)
    anchor = await _unused(unit, anchors)
    claims = _claims(unit.settings, request, anchor)
    row: Row = {
        "_id": claims.voucher_id.hex(),
        "subject": request.subject,
        "site": request.site,
        "holder": request.holder,
        "state": VoucherState.ISSUED.value,
        "presentation": claims.presentation.value,
        "part_one": codec.issue(claims, keys_of(unit.settings).signing),
        "anchor": anchor,
        "not_before": claims.not_before,
        "expires_at": claims.expires,
        "issued_at": unit.now,
        "frozen_by": None,
    }
    await unit.db[VOUCHERS].insert_one(row, session=unit.session)
    voucher = Voucher.of(row)
    unit.append(VoucherIssued(**_names(voucher), presentation=voucher.presentation.value), voucher.subject)
    return voucher


def _claims(settings: Settings, request: VoucherRequest, anchor: bytes) -> VoucherClaims:
    return VoucherClaims(
        voucher_id=secrets.token_bytes(ID_BYTES),
        not_before=request.not_before.replace(microsecond=0),
        expires=request.expires.replace(microsecond=0),
        trip_id=bytes.fromhex(_subject_id(request.subject)),
        direction=request.direction,
        checkpoint=request.checkpoint,
        plates=request.plates,
        containers=request.containers,
        driver=pseudonym(settings, "driver", request.holder)[:DRIVER_PSEUDONYM_BYTES],
        crew=request.crew,
        language=request.language,
        lane_class=request.lane_class,
        presentation=Presentation.LIVE,
        anchor=anchor,
    )


async def supersede(unit: UnitOfWork, subject: str) -> Voucher | None:
    """Replace the subject's issued voucher by nothing yet; return it, or None if there was none."""
    voucher = await _end_issued(unit, {"subject": subject}, VoucherState.SUPERSEDED)
    if voucher is not None:
        unit.append(VoucherSuperseded(**_names(voucher)), subject)
    return voucher


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
    voucher = await _end_issued(unit, {"_id": voucher_id}, VoucherState.REVOKED, reason)
    if voucher is not None:
        unit.append(VoucherRevoked(**_names(voucher)), voucher.subject, evidence={"reason": reason})
        return voucher
    present = await load(unit, voucher_id)
    if present is None:
        raise Refusal(ProblemCode.NOT_FOUND, path=["voucherId"])
    raise Refusal(ProblemCode.VOUCHER_STATE, args={"state": present.state.value})


async def withdraw(unit: UnitOfWork, subject: str) -> Voucher | None:
    """Revoke the subject's issued code because the subject itself has ended; None if there was none."""
    voucher = await _end_issued(unit, {"subject": subject}, VoucherState.REVOKED)
    if voucher is not None:
        unit.append(VoucherRevoked(**_names(voucher)), subject)
    return voucher


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
    voucher = await _end_issued(unit, _due(unit.now) | {"_id": voucher_id}, VoucherState.EXPIRED)
    if voucher is not None:
        unit.append(VoucherExpired(**_names(voucher)), voucher.subject)
    return voucher is not None


async def _end_issued(
    unit: UnitOfWork, where: dict[str, Any], state: VoucherState, reason: str | None = None
) -> Voucher | None:
    row = await change_if(
        unit.db[VOUCHERS],
        {**where, "state": VoucherState.ISSUED.value},
        {"$set": {"state": state.value, "ended_at": unit.now, "ended_reason": reason}},
        unit,
    )
    return Voucher.of(row) if row else None


async def used_anchors(unit: UnitOfWork, anchors: Sequence[bytes]) -> set[bytes]:
    """Return those of the anchors that some voucher was already issued for."""
    used = unit.db[VOUCHERS].find({"anchor": {"$in": list(anchors)}}, {"anchor": 1}, session=unit.session)
    return {bytes(row["anchor"]) async for row in used}


async def _unused(unit: UnitOfWork, anchors: Sequence[bytes]) -> bytes:
    taken = await used_anchors(unit, anchors)
    for anchor in anchors:
        if anchor not in taken:
            return anchor
    raise Refusal(ProblemCode.ANCHOR_REUSED, path=["anchors"])


async def _refusal(unit: UnitOfWork, voucher_id: str) -> Refusal:
    voucher = await load(unit, voucher_id)
    if voucher is None:
        return Refusal(ProblemCode.NOT_FOUND)
    return Refusal(
        REFUSAL_OF_STATE.get(voucher.state, ProblemCode.VOUCHER_STATE), args={"state": voucher.state.value}
    )


def _subject_id(subject: str) -> str:
    return subject.partition(":")[2]


def _names(voucher: Voucher) -> dict[str, str]:
    word, _, identifier = voucher.subject.partition(":")
    return {"site": voucher.site, "voucher_id": voucher.id, f"{word}_id": identifier}
