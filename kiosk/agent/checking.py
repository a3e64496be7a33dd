"""Verifying a code at the lane, before the hub hears of it."""

from datetime import datetime

from core.passages import admit
from core.problems import ProblemCode, Refusal
from core.vouchers.claims import VoucherClaims
from core.vouchers.codec import VerifiedVoucher, verify
from kiosk.agent.ended import EndedCodes
from kiosk.agent.keys import KeyRing
from kiosk.agent.passage import LaneSite


async def accepted(text: str, site: LaneSite, ring: KeyRing, now: datetime) -> VoucherClaims:
    """Return what a genuine, timely code for this lane says; whether it has ended is another question.

    Raises:
        Refusal: CODE_* or LIVE_*, as `core.vouchers.codec.verify` and `core.passages.admit` say.
    """
    claims = (await _verified(text, ring, now)).claims
    admit(claims, site.policy, site.checkpoint_number)
    return claims


def need_unended(claims: VoucherClaims, known: EndedCodes, *, hub_away: bool) -> None:
    """Refuse a code of which this lane has heard that it ended, whether or not its hub is there.

    Raises:
        Refusal: CODE_REVOKED, CODE_SUPERSEDED, CODE_SPENT.
    """
    code = known.refusal(claims.voucher_id, hub_away=hub_away)
    if code is not None:
        raise Refusal(code)


async def _verified(text: str, ring: KeyRing, now: datetime) -> VerifiedVoucher:
    try:
        return verify(text, ring.keys, now)
    except Refusal as refusal:
        # A key the lane has not heard of may be new; an invented name costs one look at the hub in a while.
        if refusal.code is not ProblemCode.CODE_KEY_UNKNOWN or not await ring.look():
            raise
    return verify(text, ring.keys, now)
