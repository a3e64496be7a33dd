"""All families of bad codes, and ten thousand of them: the same ones for the same seed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from core.problems import ProblemCode
from core.vectors.issuer import CLAIMS, SEED
from core.vouchers import live
from core.vouchers.codec import SigningKey, issue
from core.vouchers.live import LiveProof
from tests.codes import claims, foreign, structures, texts
from tests.codes.genuine import LIVE_CHARACTERS, Genuine, to_base45
from tests.codes.texts import Make

P = ProblemCode
NOT_OURS, MALFORMED = frozenset({P.CODE_NOT_OURS}), frozenset({P.CODE_MALFORMED})
DAMAGED = MALFORMED | {P.CODE_FORGED, P.CODE_KEY_UNKNOWN}
ANY_TEXT = NOT_OURS | DAMAGED | {P.LIVE_FORGED, P.LIVE_MISSING}


@dataclass(frozen=True)
class Mutant:
    """A bad code, its family, and the refusals of which one must answer it."""

    family: str
    text: str
    expected: frozenset[ProblemCode]


FAMILIES: tuple[tuple[Make, frozenset[ProblemCode], int], ...] = (
    (texts.prefix, NOT_OURS | MALFORMED, 3),
    (texts.length, MALFORMED | {P.LIVE_MISSING}, 3),
    (texts.length_characters, MALFORMED, 3),
    (texts.body, DAMAGED, 8),
    (texts.live_part, MALFORMED | {P.LIVE_FORGED}, 5),
    (texts.flipped, DAMAGED, 8),
    (texts.flipped_signature, frozenset({P.CODE_FORGED}), 4),
    (texts.truncated, ANY_TEXT, 6),
    (texts.extended, ANY_TEXT, 5),
    (texts.cased, NOT_OURS | MALFORMED, 3),
    (texts.controls, NOT_OURS | MALFORMED, 4),
    (texts.full_width, NOT_OURS | MALFORMED, 4),
    (texts.other_alphabets, MALFORMED, 3),
    (texts.second_spelling, MALFORMED, 3),
    (texts.swapped_parts, MALFORMED | {P.CODE_FORGED, P.LIVE_FORGED}, 3),
    (texts.replayed, frozenset({P.LIVE_STALE}), 3),
    (texts.too_far_ahead, frozenset({P.LIVE_AHEAD}), 2),
    (texts.relabelled, frozenset({P.LIVE_FORGED}), 3),
    (texts.impossible_step, MALFORMED, 1),
    (texts.invented_link, frozenset({P.LIVE_FORGED}), 2),
    (texts.odd_live_part, MALFORMED, 1),
    (foreign.other_contents, NOT_OURS, 6),
    (foreign.random_bytes, NOT_OURS, 2),
    (foreign.random_signs, NOT_OURS, 3),
    (foreign.noise_behind_the_prefix, MALFORMED, 3),
    (foreign.signs_behind_the_prefix, MALFORMED, 2),
    (structures.headers, MALFORMED, 6),
    (structures.moved_headers, MALFORMED, 2),
    (structures.header_encodings, MALFORMED, 1),
    (structures.public_key_as_secret, MALFORMED | {P.CODE_FORGED}, 3),
    (structures.outer_structures, MALFORMED | {P.CODE_FORGED}, 5),
    (structures.payload_encodings, MALFORMED | {P.CODE_FORGED}, 6),
    (structures.tagged_payloads, MALFORMED, 4),
    (structures.other_key, frozenset({P.CODE_KEY_UNKNOWN}), 2),
    (structures.other_key_under_our_name, frozenset({P.CODE_FORGED}), 2),
    (claims.odd_positions, MALFORMED | {P.CODE_FORGED}, 8),
    (claims.odd_times_and_names, MALFORMED | {P.CODE_FORGED}, 5),
    (claims.odd_lists, MALFORMED | {P.CODE_FORGED}, 5),
    (claims.next_version, MALFORMED | {P.CODE_FORGED}, 1),
    (claims.presentations_mixed, MALFORMED, 2),
    (claims.elsewhere, frozenset({P.CODE_WRONG_CHECKPOINT}), 2),
    (claims.another_lane, frozenset({P.CODE_WRONG_LANE}), 2),
    (claims.on_paper, frozenset({P.CODE_PRINT_NOT_ACCEPTED}), 1),
    (claims.of_tomorrow, frozenset({P.CODE_NOT_YET}), 2),
    (claims.of_yesterday, frozenset({P.CODE_EXPIRED}), 2),
)
"""How to make one, what must answer it, and its share."""
ENDLESS = 40
"""Texts of up to a megabyte among all: more would only show that memory can be filled with them here."""


def genuine(key: SigningKey, now: datetime, checkpoint: int = 1) -> Genuine:
    """Return a live code of this office as a phone shows it an hour after its voucher was issued."""
    begins = now.replace(microsecond=0) - timedelta(hours=1)
    ours = replace(
        CLAIMS,
        not_before=begins,
        expires=begins + timedelta(hours=6),
        checkpoint=checkpoint,
        anchor=live.anchor(SEED),
    )
    other = replace(ours, voucher_id=bytes(range(61, 73)), anchor=live.anchor(bytes(16)))
    step = live.step_at(begins, now)
    shown = Genuine(key, ours, SEED, issue(ours, key), issue(other, key), "", now)
    other_text = shown.shown(shown.part_one)[:-LIVE_CHARACTERS] + to_base45(
        step.to_bytes(2, "big") + LiveProof(step, live.proof(bytes(16), step)).link
    )
    return replace(shown, other_live=other_text[-LIVE_CHARACTERS:])


def mutants(code: Genuine, count: int, seed: int) -> list[Mutant]:
    """Return so many bad codes, no two alike, in random order."""
    chance, seen = Random(seed), {code.text}
    made = list(_some(code, (foreign.endless, NOT_OURS | MALFORMED), min(ENDLESS, count // 50), chance, seen))
    shares = sum(share for _, _, share in FAMILIES)
    while len(made) < count:
        for make, expected, share in FAMILIES:
            wanted = min(max(share * count // shares, 1), count - len(made))
            made.extend(_some(code, (make, expected), wanted, chance, seen))
    chance.shuffle(made)
    return made


def _some(
    code: Genuine, family: tuple[Make, frozenset[ProblemCode]], wanted: int, chance: Random, seen: set[str]
) -> Iterator[Mutant]:
    """Yield new ones; a family that has few members gives fewer than wanted."""
    make, expected = family
    for _ in range(2 * wanted):
        text = make(code, chance)
        if wanted and text not in seen:
            seen.add(text)
            wanted -= 1
            yield Mutant(make.__name__, text, expected)
