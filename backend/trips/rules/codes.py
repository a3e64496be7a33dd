"""What a code is made of: the anchors of a phone, and the time for which a code is valid. Pure."""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime, timedelta

from backend.orders.rules import Findings
from core.problems import ProblemCode
from core.vouchers.claims import ANCHOR_BYTES

ANCHORS = 4
EARLY = timedelta(hours=2)
STEP_BACK = timedelta(minutes=1)


def voucher_validity(
    window_start: datetime, window_end: datetime, now: datetime, lasts: timedelta
) -> tuple[datetime, datetime]:
    """Return not-before and expiry of a code: from two hours before the window on.

    Never earlier than a minute ago: in step 0 the live part is the anchor, which the code itself shows.
    """
    begins = max(now - STEP_BACK, window_start - EARLY, window_end - lasts)
    return begins, begins + lasts


def examine_anchors(findings: Findings, texts: Sequence[str]) -> tuple[bytes, ...]:
    """Return the four different anchors (base64url of 16 bytes each); note ANCHOR_INVALID."""
    if len(texts) != ANCHORS:
        findings.add(ProblemCode.ANCHOR_INVALID, "anchors")
        return ()
    found: list[bytes] = []
    for index, text in enumerate(texts):
        anchor = _anchor(text)
        if anchor is None or anchor in found:
            findings.add(ProblemCode.ANCHOR_INVALID, "anchors", str(index))
        else:
            found.append(anchor)
    return tuple(found)


def _anchor(text: str) -> bytes | None:
    try:
        anchor = base64.b64decode(text.rstrip("=") + "==", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return anchor if len(anchor) == ANCHOR_BYTES else None
