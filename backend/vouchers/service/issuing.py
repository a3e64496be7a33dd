"""A voucher begins: signed for a phone or for paper, and it takes the place of the one before it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from backend.kit.context import UnitOfWork
from backend.kit.database import Row
from backend.settings import Settings
from backend.vouchers.events import VoucherIssued, VoucherSuperseded
from backend.vouchers.keys import keys_of
from backend.vouchers.model import Voucher
from backend.vouchers.service.store import VOUCHERS, end_issued, names, pseudonym
from core.identifiers.containers import ContainerNumber
from core.identifiers.plates import Plate
from core.problems import ProblemCode, Refusal
from core.states import VoucherState
from core.vouchers import codec, twin
from core.vouchers.claims import ID_BYTES, Direction, LaneClass, Presentation, VoucherClaims
from core.words import Language

DRIVER_PSEUDONYM_BYTES = 8


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


async def issue(unit: UnitOfWork, request: VoucherRequest, anchors: Sequence[bytes]) -> Voucher:
    """Sign a live voucher with the first of `anchors` not used before; the former one is superseded.

    Raises:
        Refusal: ANCHOR_REUSED when every anchor has been used.
    """
    await supersede(unit, request.subject)
    claims = _claims(unit.settings, request, await _unused(unit, anchors))
    return await _write(unit, claims, subject=request.subject, site=request.site, holder=request.holder)


async def issue_again(unit: UnitOfWork, former: Voucher, anchors: Sequence[bytes]) -> Voucher:
    """Sign what an issued voucher says once more, with the present key; the former one is superseded.

    For a phone, with the first of `anchors` not used before; without any, for paper. Its time stays what it was.

    Raises:
        Refusal: ANCHOR_REUSED when every anchor has been used.
    """
    await supersede(unit, former.subject)
    anchor = await _unused(unit, anchors) if anchors else None
    claims = replace(
        codec.claims_of(former.part_one),
        voucher_id=secrets.token_bytes(ID_BYTES),
        presentation=_presentation(anchor),
        anchor=anchor,
    )
    return await _write(unit, claims, subject=former.subject, site=former.site, holder=former.holder)


async def _write(unit: UnitOfWork, claims: VoucherClaims, *, subject: str, site: str, holder: str) -> Voucher:
    key = keys_of(unit.settings, unit.now).signing
    row: Row = {
        "_id": claims.voucher_id.hex(),
        "subject": subject,
        "site": site,
        "holder": holder,
        "state": VoucherState.ISSUED.value,
        "presentation": claims.presentation.value,
        "part_one": codec.issue(claims, key),
        "twin": twin.issue(claims, key, issuer=unit.settings.public_url, issued_at=unit.now),
        "key_id": key.kid.hex(),
        "anchor": claims.anchor,
        "not_before": claims.not_before,
        "expires_at": claims.expires,
        "issued_at": unit.now,
        "frozen_by": None,
    }
    await unit.db[VOUCHERS].insert_one(row, session=unit.session)
    voucher = Voucher.of(row)
    unit.append(VoucherIssued(**names(voucher), presentation=voucher.presentation.value), voucher.subject)
    return voucher


def _presentation(anchor: bytes | None) -> Presentation:
    return Presentation.PRINT if anchor is None else Presentation.LIVE


def _claims(settings: Settings, request: VoucherRequest, anchor: bytes) -> VoucherClaims:
    return VoucherClaims(
        voucher_id=secrets.token_bytes(ID_BYTES),
        not_before=request.not_before.replace(microsecond=0),
        expires=request.expires.replace(microsecond=0),
        trip_id=bytes.fromhex(request.subject.partition(":")[2]),
        direction=request.direction,
        checkpoint=request.checkpoint,
        plates=request.plates,
        containers=request.containers,
        driver=pseudonym(settings, "driver", request.holder)[:DRIVER_PSEUDONYM_BYTES],
        crew=request.crew,
        language=request.language,
        lane_class=request.lane_class,
        presentation=_presentation(anchor),
        anchor=anchor,
    )


async def supersede(unit: UnitOfWork, subject: str) -> Voucher | None:
    """Replace the subject's issued voucher by nothing yet; return it, or None if there was none."""
    voucher = await end_issued(unit, {"subject": subject}, VoucherState.SUPERSEDED)
    if voucher is not None:
        unit.append(VoucherSuperseded(**names(voucher)), subject)
    return voucher


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
