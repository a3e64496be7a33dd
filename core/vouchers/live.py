"""The live part of a code: a one-way hash chain (as in RFC 2289 and RFC 4082) that ages a copied picture."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.problems import ProblemCode, Refusal

STEP = timedelta(seconds=30)
STEPS = 2880
"""The length of the chain: 24 hours of steps."""
FIRST_STEP = 1
"""Step 0 proves nothing: its link is the anchor."""
LINK_BYTES = 16
SKEW_STEPS = 1
AHEAD_STEPS = 20
"""Ten minutes: a phone's clock this far ahead is referred, farther is refused."""


class LiveState(StrEnum):
    """What the live part says about the phone that shows the code."""

    FRESH = "FRESH"
    AHEAD = "AHEAD"
    NOT_NEEDED = "NOT_NEEDED"


@dataclass(frozen=True)
class LiveProof:
    """The step a phone is in (30 s each, counted from not-before) and 16 bytes that only its seed yields."""

    step: int
    link: bytes

    def __post_init__(self) -> None:
        if not 0 <= self.step <= STEPS or len(self.link) != LINK_BYTES:
            raise ValueError("a step of 0 to 2,880 and 16 bytes are needed")


def _hash_times(link: bytes, times: int) -> bytes:
    for _ in range(times):
        link = hashlib.sha256(link).digest()[:LINK_BYTES]
    return link


def anchor(seed: bytes) -> bytes:
    """Return the public end of the chain: SHA-256 cut to 16 bytes, 2,880 times over a seed of 16 bytes."""
    return proof(seed, 0)


def proof(seed: bytes, step: int) -> bytes:
    """Return the 16 bytes to show in `step`: the seed hashed 2,880 - step times.

    Step 0 yields the anchor, which the code itself shows: no phone shows it and no verifier takes it.

    Raises:
        ValueError: a seed that is not 16 bytes, or a step outside 0 to 2,880.
    """
    if len(seed) != LINK_BYTES or not 0 <= step <= STEPS:
        raise ValueError("a seed of 16 bytes and a step of 0 to 2,880 are needed")
    return _hash_times(seed, STEPS - step)


def step_at(not_before: datetime, now: datetime) -> int:
    """Return the step of a moment, kept within 1 and 2,880."""
    return min(max((now - not_before) // STEP, FIRST_STEP), STEPS)


def check(live: LiveProof, chain_anchor: bytes, not_before: datetime, now: datetime) -> LiveState:
    """Tell whether the live part belongs to the anchor and to this moment.

    Raises:
        Refusal: LIVE_FORGED where it does not lead to the anchor, LIVE_STALE where it is the anchor itself or
            more than one step old, LIVE_AHEAD where it is more than ten minutes ahead.
    """
    if not hmac.compare_digest(_hash_times(live.link, live.step), chain_anchor):
        raise Refusal(ProblemCode.LIVE_FORGED)
    ahead = live.step - step_at(not_before, now)
    if live.step < FIRST_STEP or ahead < -SKEW_STEPS:
        raise Refusal(ProblemCode.LIVE_STALE)
    if ahead > AHEAD_STEPS:
        raise Refusal(ProblemCode.LIVE_AHEAD)
    return LiveState.AHEAD if ahead > SKEW_STEPS else LiveState.FRESH
