"""The live part: fresh for a step either way, then old; an old one never yields a later one."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.problems import ProblemCode, Refusal
from core.vectors import live as vectors
from core.vouchers.live import STEP, STEPS, LiveProof, LiveState, anchor, check, proof, step_at

START = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
SEED = vectors.SEED
ANCHOR = anchor(SEED)


def _result(step: int, link: bytes, now: datetime) -> LiveState | ProblemCode:
    try:
        return check(LiveProof(step, link), ANCHOR, START, now)
    except Refusal as refusal:
        return refusal.code


@pytest.mark.parametrize(("step", "at_step", "expected"), vectors.STATES)
def test_a_step_is_judged_by_its_distance_from_now(
    step: int, at_step: int, expected: LiveState | ProblemCode
) -> None:
    assert _result(step, proof(SEED, step), START + at_step * STEP) == expected


def test_the_anchor_is_the_seed_hashed_2880_times_and_cut_to_16_bytes() -> None:
    link = SEED
    for _ in range(2880):
        link = hashlib.sha256(link).digest()[:16]
    assert link == ANCHOR == proof(SEED, 0)
    assert proof(SEED, STEPS) == SEED


@settings(max_examples=20)
@given(st.integers(0, STEPS - 1), st.integers(1, 40))
def test_an_older_link_is_no_later_one(step: int, later: int) -> None:
    claimed = min(step + later, STEPS)
    assert _result(claimed, proof(SEED, step), START + claimed * STEP) is ProblemCode.LIVE_FORGED


@settings(max_examples=20)
@given(st.integers(0, STEPS), st.binary(min_size=16, max_size=16))
def test_a_guessed_link_is_forged_whatever_its_time(step: int, link: bytes) -> None:
    if link != proof(SEED, step):
        assert _result(step, link, START + step * STEP) is ProblemCode.LIVE_FORGED


@pytest.mark.parametrize(
    ("seconds", "step"),
    [(-90, 1), (0, 1), (29, 1), (30, 1), (60, 2), (3600, 120), (86_400, 2880), (90_000, 2880)],
)
def test_steps_count_from_not_before_and_stay_within_the_day(seconds: int, step: int) -> None:
    assert step_at(START, START + timedelta(seconds=seconds)) == step


@pytest.mark.parametrize(("step", "link"), [(-1, bytes(16)), (2881, bytes(16)), (0, bytes(15)), (0, b"")])
def test_a_live_part_has_a_step_of_the_day_and_16_bytes(step: int, link: bytes) -> None:
    with pytest.raises(ValueError, match="16 bytes are needed"):
        LiveProof(step, link)


@pytest.mark.parametrize(("seed", "step"), [(bytes(15), 0), (SEED, -1), (SEED, 2881)])
def test_a_link_needs_a_seed_of_16_bytes_and_a_step_of_the_day(seed: bytes, step: int) -> None:
    with pytest.raises(ValueError, match="a seed of 16 bytes"):
        proof(seed, step)


@pytest.mark.parametrize("seconds", [-60, 0, 29, 59])
def test_the_anchor_that_the_code_itself_shows_is_no_proof(seconds: int) -> None:
    assert _result(0, ANCHOR, START + timedelta(seconds=seconds)) is ProblemCode.LIVE_STALE
