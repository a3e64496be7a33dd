"""What could be declared of an image: its own numbers, those of other vehicles, and the near twins of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from core.identifiers.containers import check_digit
from core.identifiers.plates import Jurisdiction, is_plate
from core.passages import SubjectKind
from recognition.alphabet import DIGITS
from recognition.evidence import Expected, Fit, fits
from recognition.pipeline import Observation
from recognition.values import Readings
from recognition.verification import at_home, homes_read, judge, lines_of

_LIKE = {
    "0": "ODQC", "1": "ILT", "2": "Z", "3": "B", "4": "A", "5": "S", "6": "G", "7": "TZY", "8": "BS", "9": "PG",
    "A": "4HR", "B": "8ER3P", "C": "G0O", "D": "0OB", "E": "FB", "F": "EP", "G": "6CO", "H": "MNK", "I": "1TL",
    "J": "UI", "K": "XHR", "L": "1IE", "M": "NHW", "N": "MHW", "O": "0DQC", "P": "FRB", "Q": "0OG", "R": "PBKA",
    "S": "58B", "T": "7YI1", "U": "VJ0", "V": "UYW", "W": "VMN", "X": "KY", "Y": "VTX7", "Z": "27S",
}  # fmt: skip
"""What a character is taken for, by shape; a digit besides for every other digit: dirt and cuts make any of any."""

_ONE_SHAPE = str.maketrans("OI", "01")


class Label(StrEnum):
    """Whether a claim is true, and if not, how near to the truth.

    OTHER_HOME is a 粤Z plate with 港 for 澳 or the reverse: seldom resolved, told by the plate beside it.
    """

    OWN = "OWN"
    STRANGER = "STRANGER"
    TWIN = "TWIN"
    OTHER_HOME = "OTHER_HOME"


@dataclass(frozen=True)
class Claim:
    """A number declared of an image, and what its lines say of it.

    `fits` are those that can count, the rest of the voucher being true; `beside` is whether the plate of the other
    side of the border matches on its own.
    """

    image: str
    kind: SubjectKind
    jurisdiction: Jurisdiction | None
    text: str
    label: Label
    fits: tuple[Fit, ...]
    beside: bool
    accepted: bool


@dataclass(frozen=True)
class Seen:
    """An image as the readers saw it, and what was read in it."""

    observation: Observation
    readings: Readings


def twins(subject: Expected) -> tuple[Expected, ...]:
    """Every number of the same grammar that differs from this one in one confusable character.

    Of a container's twins those are added whose check digit follows the change: the only ones a container can bear.
    On plates of other places O and 0, I and 1 are one and the same shape: nobody could tell such twins.
    """
    changed = (
        subject.text[:place] + other + subject.text[place + 1 :]
        for place, sign in enumerate(subject.text)
        for other in (DIGITS.replace(sign, "") if sign in DIGITS else "") + _LIKE.get(sign, "")
    )
    found = dict.fromkeys(text for text in changed if _in_form(text, subject))
    if subject.kind is SubjectKind.CONTAINER:
        agreeing = (text[:10] + str(check_digit(text[:10])) for text in found)
        found |= dict.fromkeys(text for text in agreeing if text[:10] != subject.text[:10])
    if subject.jurisdiction is Jurisdiction.OTHER:
        own = subject.text.translate(_ONE_SHAPE)
        found = dict.fromkeys(text for text in found if text.translate(_ONE_SHAPE) != own)
    return tuple(replace(subject, text=text) for text in found)


def other_home(subject: Expected) -> tuple[Expected, ...]:
    """The 粤Z plate with the same signs whose home is the other one; none of another number."""
    homes = {"港": "澳", "澳": "港"}
    if not subject.is_cross_border:
        return ()
    return (replace(subject, text=subject.text[:-1] + homes[subject.text[-1]]),)


def claims(
    image: str, seen: Seen, voucher: Sequence[Expected], others: Sequence[Expected]
) -> Iterable[Claim]:
    """All claims about an image: each number of its voucher, every other known number, every near twin.

    A false number takes the place of the true one in the voucher, so that its partner can help it.
    """
    evidence = {subject: fits(lines_of(seen.observation, subject), subject) for subject in voucher}
    declared = {subject.text for subject in voucher}
    for own in voucher:
        rest = [subject for subject in voucher if subject is not own]
        strangers = [other for other in others if _alike(own, other) and other.text not in declared]
        labelled = [(own, Label.OWN), *((other, Label.STRANGER) for other in strangers)]
        labelled += [(twin, Label.TWIN) for twin in twins(own) if twin.text not in declared]
        labelled += [(other, Label.OTHER_HOME) for other in other_home(own) if other.text not in declared]
        for subject, label in labelled:
            found = evidence.get(subject) or fits(lines_of(seen.observation, subject), subject)
            yield _claim((image, label), (subject, found), {entry: evidence[entry] for entry in rest}, seen)


def _claim(
    of: tuple[str, Label],
    about: tuple[Expected, tuple[Fit, ...]],
    rest: dict[Expected, tuple[Fit, ...]],
    seen: Seen,
) -> Claim:
    (image, label), (subject, found) = of, about
    in_view = homes_read(seen.readings, {subject.text, *(entry.text for entry in rest)})
    together, *partners = judge([subject, *rest], [found, *rest.values()], in_view)
    homes = in_view | {entry.subject.jurisdiction for entry in partners if entry.matches}
    [alone] = judge([subject], [found], homes_read(seen.readings, {subject.text}))
    return Claim(
        image=image,
        kind=subject.kind,
        jurisdiction=subject.jurisdiction,
        text=subject.text,
        label=label,
        fits=tuple(fit for fit in found if at_home(subject, fit, homes)),
        beside=together.beside_partner,
        # A wrong number must not pass alone either, as where the vehicle has no second plate.
        accepted=together.matches or (label is not Label.OWN and alone.matches),
    )


def _alike(one: Expected, other: Expected) -> bool:
    return one.kind is other.kind and one.jurisdiction is other.jurisdiction


def _in_form(text: str, subject: Expected) -> bool:
    if subject.kind is SubjectKind.CONTAINER:
        return text[:4].isalpha() and text[3] in "UJZ" and text[4:].isdigit()
    return is_plate(text, subject.jurisdiction or Jurisdiction.OTHER)
