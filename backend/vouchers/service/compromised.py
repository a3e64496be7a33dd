"""A key was revoked: it is told once, and nothing it signed stays good."""

import logging
from datetime import UTC, datetime

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from backend.kit.context import Context, UnitOfWork
from backend.kit.database import Row
from backend.sites import service as sites
from backend.vouchers.events import VoucherKeyRevoked, VoucherRevoked
from backend.vouchers.keys import folder_of
from backend.vouchers.model import RevokedKey, Voucher
from backend.vouchers.service.store import EXPIRY_GRACE, VOUCHERS, end_issued, names
from core.states import VoucherState
from core.vouchers import codec

REVOKED_KEYS = RevokedKey.Settings.name
AT_ONCE = 500
WHILE_OPEN = datetime.max.replace(tzinfo=UTC)
"""Nobody knows until when: a vehicle with such a code is at the checkpoint."""

logger = logging.getLogger("clearlane.vouchers")


async def tell_revoked_keys(context: Context) -> int:
    """Tell each checkpoint of keys whose revocation nobody has told yet: officers and lanes hear it at once."""
    revoked = {kid.hex() for kid in folder_of(context.settings).verifying.revoked}
    if not revoked:
        return 0
    rows = context.db[REVOKED_KEYS].find({"_id": {"$in": sorted(revoked)}}, {"_id": 1})
    untold = revoked - {row["_id"] async for row in rows}
    if not untold:
        return 0
    places = [place.id for place in await sites.checkpoints()]
    for key_id in sorted(untold):

        async def tell(unit: UnitOfWork, key_id: str = key_id) -> None:
            await unit.db[REVOKED_KEYS].insert_one({"_id": key_id, "at": unit.now}, session=unit.session)
            for place in places:
                unit.append(VoucherKeyRevoked(site=place, key_id=key_id), f"site:{place}")

        try:
            await context.transaction(tell, streams=[f"site:{place}" for place in places])
        except DuplicateKeyError:
            logger.info("another process told of key %s", key_id)
    return len(untold)


async def signed_by_revoked_keys(context: Context) -> dict[str, str]:
    """Return the subjects of issued vouchers that a revoked key signed, by their ids; some hundreds at a time."""
    revoked = {kid.hex() for kid in folder_of(context.settings).verifying.revoked}
    if not revoked:
        return {}
    issued = {"state": VoucherState.ISSUED.value}
    known: Row = issued | {"key_id": {"$in": sorted(revoked)}}
    rows = await context.db[VOUCHERS].find(known, {"subject": 1}).limit(AT_ONCE).to_list(AT_ONCE)
    unnamed: Row = issued | {"key_id": None}  # issued before the key's name was stored beside the code
    old = [row async for row in context.db[VOUCHERS].find(unnamed, {"subject": 1, "part_one": 1})]
    rows += [row for row in old if codec.key_name(row["part_one"]).hex() in revoked]
    return {row["_id"]: row["subject"] for row in rows}


async def count_issued_by_key(db: AsyncDatabase[Row], key_id: str) -> int:
    """Return how many issued vouchers the key has signed."""
    return await db[VOUCHERS].count_documents({"state": VoucherState.ISSUED.value, "key_id": key_id})


async def key_needed_until(db: AsyncDatabase[Row], key_id: str) -> datetime | None:
    """Return until when the key is needed to verify what it signed; None where it signed nothing that is kept.

    An open passage needs it though its voucher's time is over: WHILE_OPEN.
    """
    frozen = {"key_id": key_id, "state": VoucherState.ISSUED.value, "frozen_by": {"$ne": None}}
    if await db[VOUCHERS].find_one(frozen, {"_id": 1}) is not None:
        return WHILE_OPEN
    # issued before the key's name was stored beside the code: by any of them
    signed = {"key_id": {"$in": [key_id, None]}}
    last = await db[VOUCHERS].find_one(signed, {"expires_at": 1}, sort=[("expires_at", -1)])
    return last["expires_at"] + EXPIRY_GRACE if last else None


async def end_by_key(unit: UnitOfWork, voucher_id: str) -> Voucher | None:
    """Revoke an issued code because its key was; None if it is no longer issued."""
    voucher = await end_issued(unit, {"_id": voucher_id}, VoucherState.REVOKED, ended_by_key=True)
    if voucher is not None:
        unit.append(VoucherRevoked(**names(voucher)), voucher.subject)
    return voucher
