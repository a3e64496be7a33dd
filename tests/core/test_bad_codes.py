"""Ten thousand mutated codes at the verifier: each is refused, by the words its family deserves."""

from contextlib import suppress
from random import Random

import pytest

from core.problems import ProblemCode
from core.vectors.issuer import KEY, NOW
from core.vouchers import wire
from core.vouchers.claims import VoucherClaims
from core.vouchers.keys import KeySet
from tests.codes.genuine import Genuine, answer
from tests.codes.mutants import FAMILIES, Mutant, genuine, mutants
from tests.codes.structures import tagged_payloads

MANY, SEED = 10_000, 9_285
KEYS = KeySet.of(KEY)


@pytest.fixture(scope="module")
def code() -> Genuine:
    """A code that is good now."""
    return genuine(KEY, NOW)


@pytest.fixture(scope="module")
def bad(code: Genuine) -> list[Mutant]:
    """Ten thousand that are not."""
    return mutants(code, MANY, SEED)


def test_of_ten_thousand_mutated_codes_each_is_refused_by_the_words_of_its_family(
    code: Genuine, bad: list[Mutant]
) -> None:
    answers = [(mutant, answer(mutant.text, KEYS, NOW, 1)) for mutant in bad]
    wrong = [(mutant.family, mutant.text, got) for mutant, got in answers if got not in mutant.expected]
    assert wrong == []
    assert len(answers) == MANY
    refused = {got for _, got in answers if isinstance(got, ProblemCode)}
    assert refused == {code for code in ProblemCode if code.startswith(("CODE_", "LIVE_"))} - NOT_IN_THE_TEXT
    assert answer(code.text, KEYS, NOW, 1) == code.claims


NOT_IN_THE_TEXT = {
    ProblemCode.CODE_KEY_REVOKED,
    ProblemCode.CODE_SPENT,
    ProblemCode.CODE_REVOKED,
    ProblemCode.CODE_SUPERSEDED,
    ProblemCode.CODE_IN_USE,
}


def test_every_family_is_among_them_and_no_two_are_alike(bad: list[Mutant]) -> None:
    assert {mutant.family for mutant in bad} == {make.__name__ for make, _, _ in FAMILIES} | {"endless"}
    assert len({mutant.text for mutant in bad}) == MANY


def test_the_same_seed_makes_the_same_codes(code: Genuine) -> None:
    assert mutants(code, 200, 1) == mutants(code, 200, 1)
    assert mutants(code, 200, 1) != mutants(code, 200, 2)


def test_the_code_they_are_made_of_is_good(code: Genuine) -> None:
    assert isinstance(answer(code.text, KEYS, NOW, 1), VoucherClaims)
    assert isinstance(answer(code.claiming(crew=2), KEYS, NOW, 1), VoucherClaims)


def test_no_tag_in_rightly_signed_claims_breaks_the_verifier(code: Genuine) -> None:
    chance = Random(SEED)
    for _ in range(2000):
        assert answer(tagged_payloads(code, chance), KEYS, NOW, 1) is ProblemCode.CODE_MALFORMED


def test_no_changed_bytes_of_rightly_signed_claims_break_the_verifier(code: Genuine) -> None:
    """Only the office's own key could sign them: an office gone wrong must not bring a lane to a stop."""
    chance, good = Random(SEED), wire.encode(code.claims)
    for _ in range(10_000):
        payload = bytearray(good)
        for _ in range(chance.randint(1, 4)):
            payload[chance.randrange(len(payload))] = chance.randrange(256)
        with suppress(ValueError):
            assert wire.encode(wire.decode(bytes(payload))) == payload
