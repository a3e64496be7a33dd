"""Codes: what was issued verifies, whatever else is refused by name."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import base45
import cbor2
import pytest
import qrcode
from hypothesis import given, settings
from hypothesis import strategies as st
from qrcode.constants import ERROR_CORRECT_L

from core.identifiers.containers import ContainerNumber, check_digit
from core.identifiers.plates import Jurisdiction, Plate, parse_plate
from core.problems import ProblemCode, Refusal
from core.vectors import envelope as vectors
from core.vectors.issuer import CLAIMS, KEY, KEYS, NOW, PART_ONE, TEXT, shown_at, signed_by_hand, to_base45
from core.vouchers import wire
from core.vouchers.claims import Direction, LaneClass, Presentation, VoucherClaims
from core.vouchers.codec import PREFIX, LiveState, VerifiedVoucher, envelope, issue, verify
from core.words import Language
from tests.core.test_plates import PLATES

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def _result(
    text: str, now: datetime = NOW, *, in_open_passage: bool = False
) -> VerifiedVoucher | ProblemCode:
    try:
        return verify(text, KEYS, now, in_open_passage=in_open_passage)
    except Refusal as refusal:
        return refusal.code


@pytest.mark.parametrize("case", tuple(vectors.cases()), ids=lambda case: case.name)
def test_every_kind_of_code_has_its_answer(case: vectors.Case) -> None:
    result = _result(case.text, case.now, in_open_passage=case.in_open_passage)
    if case.claims is None:
        assert result is case.result
    else:
        assert isinstance(case.result, LiveState)
        assert result == VerifiedVoucher(case.claims, KEY.kid, case.result)


def test_every_refusal_of_a_code_text_has_a_case() -> None:
    assert {case.result for case in vectors.cases() if case.claims is None} == {
        ProblemCode.CODE_NOT_OURS,
        ProblemCode.CODE_MALFORMED,
        ProblemCode.CODE_FORGED,
        ProblemCode.CODE_KEY_UNKNOWN,
        ProblemCode.CODE_KEY_REVOKED,
        ProblemCode.CODE_EXPIRED,
        ProblemCode.CODE_NOT_YET,
        ProblemCode.LIVE_MISSING,
        ProblemCode.LIVE_STALE,
        ProblemCode.LIVE_FORGED,
        ProblemCode.LIVE_AHEAD,
    }


def _mutated(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text))
    match chance.randrange(4):
        case 0:
            return text[:place] + chance.choice(ALPHABET) + text[place + 1 :]
        case 1:
            return text[:place] + text[place + 1 :]
        case 2:
            return text[:place] + chance.choice(ALPHABET) + text[place:]
        case _:
            other = chance.randrange(len(text))
            signs = list(text)
            signs[place], signs[other] = signs[other], signs[place]
            return "".join(signs)


def test_a_thousand_mutated_codes_are_each_refused_by_name() -> None:
    chance = random.Random(9285)
    mutants: set[str] = set()
    while len(mutants) < 1000:
        mutants.add(_mutated(TEXT, chance))
        mutants.discard(TEXT)
    results = [_result(mutant) for mutant in sorted(mutants)]
    assert all(isinstance(result, ProblemCode) for result in results)
    assert set(results) == {
        ProblemCode.CODE_NOT_OURS,
        ProblemCode.CODE_MALFORMED,
        ProblemCode.CODE_FORGED,
        ProblemCode.CODE_KEY_UNKNOWN,
        ProblemCode.LIVE_FORGED,
    }


def test_no_flipped_bit_of_the_signed_bytes_verifies() -> None:
    signed = base45.b45decode(PART_ONE)
    for bit in range(len(signed) * 8):
        flipped = bytearray(signed)
        flipped[bit // 8] ^= 1 << bit % 8
        part_one = to_base45(bytes(flipped))
        assert isinstance(_result(envelope(part_one, shown_at(NOW))), ProblemCode), bit


@settings(max_examples=300)
@given(st.text(ALPHABET, max_size=400))
def test_noise_behind_the_prefix_is_refused(noise: str) -> None:
    assert isinstance(_result(PREFIX + noise), ProblemCode)


@given(st.text(max_size=400))
def test_any_text_is_refused(text: str) -> None:
    assert isinstance(_result(text), ProblemCode)


@given(st.binary(max_size=200))
def test_rightly_signed_bytes_that_are_no_claims_are_malformed(payload: bytes) -> None:
    text = envelope(signed_by_hand(payload), shown_at(NOW))
    assert _result(text) is ProblemCode.CODE_MALFORMED


CONTAINERS = st.builds(
    lambda owner, category, serial: f"{owner}{category}{serial:06d}",
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3),
    st.sampled_from("UJZ"),
    st.integers(0, 999_999),
).map(lambda first_ten: ContainerNumber(f"{first_ten}{check_digit(first_ten)}"))


@st.composite
def voucher_claims(draw: st.DrawFn) -> VoucherClaims:
    """Any claims a hub may issue, valid at NOW."""
    not_before = NOW - timedelta(seconds=draw(st.integers(0, 40_000)))
    presentation = draw(st.sampled_from(Presentation))
    return VoucherClaims(
        voucher_id=draw(st.binary(min_size=12, max_size=12)),
        not_before=not_before,
        expires=NOW + timedelta(seconds=draw(st.integers(1, 40_000))),
        trip_id=draw(st.binary(min_size=12, max_size=12)),
        direction=draw(st.sampled_from(Direction)),
        checkpoint=draw(st.integers(1, 65_535)),
        plates=tuple(draw(st.lists(PLATES, min_size=1, max_size=4, unique=True))),
        containers=tuple(draw(st.lists(CONTAINERS, max_size=4, unique=True))),
        driver=draw(st.binary(min_size=8, max_size=8)),
        crew=draw(st.integers(1, 99)),
        language=draw(st.sampled_from(Language)),
        lane_class=draw(st.sampled_from(LaneClass)),
        presentation=presentation,
        anchor=CLAIMS.anchor if presentation is Presentation.LIVE else None,
    )


@given(voucher_claims())
def test_what_was_issued_is_what_is_verified(claims: VoucherClaims) -> None:
    text = envelope(issue(claims, KEY), None)
    result = verify(text, KEYS, NOW, in_open_passage=True)
    assert result == VerifiedVoucher(claims, KEY.kid, LiveState.NOT_NEEDED)
    assert set(text) <= set(ALPHABET)


def test_the_live_code_of_two_plates_and_two_containers_has_53_modules() -> None:
    for checkpoint in (1, 255, 65_535):
        text = envelope(issue(replace(CLAIMS, checkpoint=checkpoint), KEY), shown_at(NOW))
        drawn = qrcode.QRCode(error_correction=ERROR_CORRECT_L)
        drawn.add_data(text)
        drawn.make(fit=True)
        assert drawn.modules_count == 53


def test_the_largest_code_of_two_plates_and_two_containers_stays_within_57_modules() -> None:
    plates = (parse_plate("粤ZDF15港", Jurisdiction.CN), Plate(Jurisdiction.HK, "HAPPY123"))
    text = envelope(issue(replace(CLAIMS, plates=plates, checkpoint=65_535), KEY), shown_at(NOW))
    drawn = qrcode.QRCode(error_correction=ERROR_CORRECT_L)
    drawn.add_data(text)
    drawn.make(fit=True)
    assert drawn.modules_count <= 57


def test_the_claims_are_a_cwt_with_times_id_and_one_array() -> None:
    claims_set = cbor2.loads(wire.encode(CLAIMS))
    assert list(claims_set) == [4, 5, 7, -65537]
    assert claims_set[-65537] == [
        1,
        CLAIMS.trip_id,
        1,
        1,
        ["1粤ZDF15港", "2UP2643"],
        b"CSQU" + (3054383).to_bytes(3, "big") + b"TOLU" + (4734787).to_bytes(3, "big"),
        CLAIMS.driver,
        1,
        1,
        1,
        1,
        CLAIMS.anchor,
    ]


IMPOSSIBLE: list[dict[str, object]] = [
    {"voucher_id": bytes(11)},
    {"trip_id": bytes(13)},
    {"driver": bytes(7)},
    {"version": 2},
    {"checkpoint": 0},
    {"checkpoint": 65_536},
    {"crew": 0},
    {"crew": 100},
    {"plates": ()},
    {"plates": CLAIMS.plates[:1] * 2},
    {"containers": CLAIMS.containers[:1] * 2},
    {"anchor": None},
    {"anchor": bytes(15)},
    {"presentation": Presentation.PRINT},
    {"expires": CLAIMS.not_before},
    {"expires": CLAIMS.not_before + timedelta(hours=24, seconds=1)},
    {"not_before": datetime(2026, 11, 22, 16, 0, 0, 1, UTC)},
]


@pytest.mark.parametrize("changes", IMPOSSIBLE, ids=str)
def test_impossible_claims_cannot_be_made(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        replace(CLAIMS, **changes)  # type: ignore[arg-type]
