"""Mutations of a code's text: characters, lengths, alphabets, parts of two vouchers, live parts of another moment."""

import base64
from collections.abc import Callable
from random import Random

import base45

from core.vouchers import live
from core.vouchers.codec import PREFIX, envelope
from core.vouchers.live import LiveProof
from tests.codes.genuine import BASE45, LIVE_CHARACTERS, Genuine, link, to_base45, with_length

Make = Callable[[Genuine, Random], str]

HEAD = len(PREFIX) + 3
CONTROLS = "\x00\x01\x07\x08\t\n\x0b\x0c\r\x1b\x7f\x85\xa0\u200b\u2028\u202e\ufeff "
FULL_WIDTH = {ord(sign): ord(sign) + 0xFEE0 for sign in BASE45 if sign != " "}
LOOKALIKES = {
    "A": "А",
    "B": "В",
    "C": "С",
    "E": "Е",
    "H": "Н",
    "K": "К",
    "M": "М",
    "O": "О",
    "P": "Р",
    "T": "Т",
}


def _changed(text: str, first: int, end: int, chance: Random) -> str:
    """Change one to three characters between two places, each into another one of base45."""
    signs = list(text)
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(first, end)
        signs[place] = chance.choice(BASE45.replace(signs[place], ""))
    return "".join(signs) if "".join(signs) != text else _changed(text, first, end, chance)


def prefix(code: Genuine, chance: Random) -> str:
    """A bit flipped in the prefix, or another prefix."""
    place, text = chance.randrange(len(PREFIX)), code.text
    if chance.random() < 0.3:
        return (
            chance.choice(("", "CL:", "CL2:", "CL1", "HC1:", "CL1;", "1LC:", "CCL1:"))
            + text[4 + chance.randrange(3) :]
        )
    return text[:place] + chr(ord(text[place]) ^ 1 << chance.randrange(7)) + text[place + 1 :]


def length(code: Genuine, chance: Random) -> str:
    """A length that lies."""
    rest = code.text[HEAD:]
    true = len(code.part_one)
    lie = chance.choice(
        (0, 1, true - 1, true + 1, len(rest), len(rest) + 1, 65_535, chance.randrange(65_536))
    )
    return with_length(lie if lie != true else true + 3, rest)


def length_characters(code: Genuine, chance: Random) -> str:
    """A length of characters that name no number, or none of 16 bits."""
    return _changed(code.text, len(PREFIX), HEAD, chance)


def body(code: Genuine, chance: Random) -> str:
    """Characters of part one changed."""
    return _changed(code.text, HEAD, HEAD + len(code.part_one), chance)


def live_part(code: Genuine, chance: Random) -> str:
    """Characters of the live part changed."""
    return _changed(code.text, len(code.text) - LIVE_CHARACTERS, len(code.text), chance)


def flipped(code: Genuine, chance: Random) -> str:
    """A bit of the signed bytes flipped."""
    signed = bytearray(code.signed)
    for _ in range(chance.choice((1, 1, 1, 2, 8))):
        signed[chance.randrange(len(signed))] ^= 1 << chance.randrange(8)
    return code.around(bytes(signed)) if signed != code.signed else flipped(code, chance)


def flipped_signature(code: Genuine, chance: Random) -> str:
    """Bits of the signature flipped, its S raised by the group's order, or another signature in its place."""
    signed = bytearray(code.signed)
    match chance.randrange(3):
        case 0:
            signed[-1 - chance.randrange(64)] ^= 1 << chance.randrange(8)
        case 1:
            scalar = int.from_bytes(signed[-32:], "little") + (
                2**252 + 27742317777372353535851937790883648493
            )
            signed[-32:] = scalar.to_bytes(32, "little")
            signed[chance.randrange(len(signed) - 96, len(signed) - 66)] ^= chance.choice((0, 1, 128))
        case _:
            signed[-64:] = chance.choice((bytes(64), b"\xff" * 64, chance.randbytes(64)))
    return code.around(bytes(signed))


def truncated(code: Genuine, chance: Random) -> str:
    """Cut at the end, at the beginning or in the middle."""
    text = code.text
    first, last = sorted((chance.randrange(len(text)), chance.randrange(len(text))))
    return chance.choice((text[: last or 1], text[first + 1 :], text[:first] + text[last + 1 :]))


def extended(code: Genuine, chance: Random) -> str:
    """Characters too many: at the end, in the middle, or the code twice."""
    text, place = code.text, chance.randrange(len(code.text))
    more = "".join(chance.choices(BASE45, k=chance.choice((1, 2, 3, 6, 300))))
    return chance.choice(
        (text + more, text[:place] + more + text[place:], text + text, text + PREFIX, more + text)
    )


def cased(code: Genuine, chance: Random) -> str:
    """Small letters, in all or some of it."""
    text, place = code.text, chance.randrange(len(code.text))
    made = chance.choice(
        (text[:place] + text[place:].lower(), text[:place].lower() + text[place:], text.title())
    )
    return made if made != text else text.lower() + str(place)


def controls(code: Genuine, chance: Random) -> str:
    """White space and control characters before, behind and inside."""
    text, place = code.text, chance.randrange(len(code.text) + 1)
    return text[:place] + "".join(chance.choices(CONTROLS, k=chance.randint(1, 3))) + text[place:]


def full_width(code: Genuine, chance: Random) -> str:
    """Full-width and look-alike characters, which people and careless programs read as the same."""
    text = code.text
    first, last = sorted((chance.randrange(len(text)), chance.randrange(len(text) + 1)))
    part = text[first : last + 1]
    made = (
        "".join(LOOKALIKES.get(sign, sign) for sign in part)
        if chance.random() < 0.3
        else part.translate(FULL_WIDTH)
    )
    made = text[:first] + made + text[last + 1 :]
    return made if made != text else text.translate(FULL_WIDTH)


def other_alphabets(code: Genuine, chance: Random) -> str:
    """The right bytes in another alphabet, or the right characters in another order of base45."""
    signed = code.signed[: -chance.randrange(1, 40)] if chance.random() < 0.7 else code.signed
    order = list(BASE45)
    chance.shuffle(order)
    spelled = chance.choice(
        (
            base64.b64encode(signed).decode(),
            base64.urlsafe_b64encode(signed).decode(),
            base64.b32encode(signed).decode(),
            base64.b85encode(signed).decode(),
            signed.hex().upper(),
            "".join(str(byte) for byte in signed),
            code.part_one.translate(str.maketrans(BASE45, "".join(order))),
        )
    )
    return chance.choice((code.shown(spelled), PREFIX + spelled))


def second_spelling(code: Genuine, chance: Random) -> str:
    """Groups of base45 beyond their range: 65,536 and more in three characters, 256 and more in two."""
    place = HEAD + 3 * chance.randrange(len(code.part_one) // 3)
    beyond = chance.randrange(65_536, 45**3)
    group = BASE45[beyond % 45] + BASE45[beyond // 45 % 45] + BASE45[beyond // 2025]
    text = code.text
    if chance.random() < 0.7:
        return text[:place] + group + text[place + 3 :]
    two = chance.randrange(256, 45**2)
    return code.shown(
        to_base45(chance.randbytes(2 * chance.randrange(1, 90))) + BASE45[two % 45] + BASE45[two // 45]
    )


def swapped_parts(code: Genuine, chance: Random) -> str:
    """The live part of another voucher, or another voucher's signature under these claims."""
    other = base45.b45decode(code.other_part_one)
    if chance.random() < 0.5:
        taken = chance.randrange(1, 65)
        return code.around(code.signed[:-taken] + other[-taken:])
    mixed = chance.randrange(LIVE_CHARACTERS // 3) * 3
    return code.text[:-LIVE_CHARACTERS] + code.live_part[:mixed] + code.other_live[mixed:]


def replayed(code: Genuine, chance: Random) -> str:
    """A picture of an earlier step; the live part of that step, which once was right."""
    return code.shown(code.part_one, chance.randrange(1, max(code.step - 1, 2)))


def too_far_ahead(code: Genuine, chance: Random) -> str:
    """A step of the phone's own chain that lies more than ten minutes ahead."""
    return code.shown(code.part_one, chance.randrange(min(code.step + 23, live.STEPS), live.STEPS + 1))


def relabelled(code: Genuine, chance: Random) -> str:
    """A link that was seen, under the number of another step."""
    step = chance.randrange(live.STEPS + 1)
    seen = LiveProof(step if step != code.step else step + 1, link(code.seed, code.step))
    return envelope(code.part_one, seen)


def impossible_step(code: Genuine, chance: Random) -> str:
    """A step beyond the chain."""
    step = chance.randrange(live.STEPS + 1, 65_536)
    return envelope(code.part_one, None) + to_base45(step.to_bytes(2, "big") + link(code.seed, code.step))


def invented_link(code: Genuine, chance: Random) -> str:
    """A link of one's own making."""
    return envelope(code.part_one, LiveProof(code.step, chance.randbytes(16)))


def odd_live_part(code: Genuine, chance: Random) -> str:
    """A live part of another size."""
    size = chance.choice([number for number in range(1, 40) if number != 18])
    return envelope(code.part_one, None) + to_base45(chance.randbytes(size))
