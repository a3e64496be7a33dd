"""The chain of a live code: links of one seed, and what a verifier says of a step at a moment."""

from core.problems import ProblemCode
from core.vouchers.live import STEP, STEPS, LiveState, anchor, proof

SEED = bytes(range(16))

STATES: tuple[tuple[int, int, LiveState | ProblemCode], ...] = (
    (0, 0, ProblemCode.LIVE_STALE),
    (0, 1, ProblemCode.LIVE_STALE),
    (1, 0, LiveState.FRESH),
    (1, 1, LiveState.FRESH),
    (1, 2, LiveState.FRESH),
    (1, 3, ProblemCode.LIVE_STALE),
    (96, 100, ProblemCode.LIVE_STALE),
    (98, 100, ProblemCode.LIVE_STALE),
    (99, 100, LiveState.FRESH),
    (100, 100, LiveState.FRESH),
    (101, 100, LiveState.FRESH),
    (102, 100, LiveState.AHEAD),
    (120, 100, LiveState.AHEAD),
    (121, 100, ProblemCode.LIVE_AHEAD),
    (2880, 2880, LiveState.FRESH),
)
"""The step shown, the step the verifier is in, and the state or the refusal."""


def vectors() -> dict[str, object]:
    """Return the content of live.json."""
    steps = (0, 1, 2, 100, 1440, STEPS - 1, STEPS)
    return {
        "step_seconds": int(STEP.total_seconds()),
        "steps": STEPS,
        "seed": SEED.hex(),
        "anchor": anchor(SEED).hex(),
        "links": [{"step": step, "link": proof(SEED, step).hex()} for step in steps],
        "states": [{"step": step, "at_step": at, "result": result} for step, at, result in STATES],
    }
