"""How well each line of a frame bears out a declared number: its score, and its margin over every near twin.

A near twin is another number that the same line could be taken for: one character changed, one more before or after,
or a doubled character seen once. The margin is what the declared number's score is ahead of the best of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.identifiers.containers import check_digit
from core.identifiers.plates import Jurisdiction, is_plate
from core.passages import SubjectKind
from recognition.alignment import neighbourhood
from recognition.alphabet import DIGITS, LETTERS, PROVINCES, SUFFIXES
from recognition.containers import NUMBER, WITHOUT_CHECK_DIGIT
from recognition.ctc import align, ceiling
from recognition.grammars import CROSS_BORDER, HONG_KONG_SIGNS, MAINLAND_SIGNS
from recognition.plates import reader_weights
from recognition.templates import Position, Template
from recognition.values import Box, Line

WORST = -18.0
"""No reader says less than this of a line: one that sees nothing there must not outvote another."""

_HOPELESS_OUTLOOK = -8.0
_CLOSE = -6.0
_FAR = 6.0
_STRAY = 4.0
_SMALL_PRINT = 1.5
_UNSEEN_DIGIT = 1.0
_HAN = "粤港澳"
_SAME_SHAPE = {"0": "O", "O": "0", "1": "I", "I": "1"}


@dataclass(frozen=True)
class Expected:
    """A declared number: its kind, its canonical text, and for a plate its jurisdiction."""

    kind: SubjectKind
    text: str
    jurisdiction: Jurisdiction | None = None

    @property
    def is_cross_border(self) -> bool:
        """Whether it is a 粤Z plate with 港 or 澳, whose Han characters a lane's camera seldom resolves."""
        return self.kind is SubjectKind.PLATE and self.text.startswith("粤Z") and self.text[-1] in "港澳"


@dataclass(frozen=True)
class Fit:
    """What one line says of a declared number: log-likelihood ratio (0 at best), and how far ahead of any twin.

    `home_margin` is, for a 粤Z plate, how far its 港 or 澳 is ahead of the other one: near 0 where neither is resolved.
    """

    score: float
    margin: float
    box: Box
    home_margin: float = 0.0


def fits(lines: Sequence[Line], subject: Expected) -> tuple[Fit, ...]:
    """One fit for each line, in their order; on a line where nothing can be, the margin is the worst."""
    hopeful = [line for line in lines if _outlook(line, subject) > _HOPELESS_OUTLOOK]
    found = dict(zip(map(id, hopeful), _aligned(hopeful, subject), strict=True))
    return tuple(found.get(id(line), Fit(WORST, WORST, line.box)) for line in lines)


def believed(scores: Iterable[float], subject: Expected) -> float:
    """One score out of the readers' scores of a line, each weighted by what it is good at."""
    column = [max(float(score), WORST) for score in scores]
    weights = reader_weights(subject.jurisdiction or Jurisdiction.OTHER, len(column))
    return sum(weight * score for weight, score in zip(weights, column, strict=True))


def _outlook(line: Line, subject: Expected) -> float:
    """The best that an alignment could find, cheaply."""
    own = _own(subject)
    template = (
        Template(own[:10], NUMBER.stray) if subject.kind is SubjectKind.CONTAINER else Template(own, _STRAY)
    )
    return believed((ceiling(seen, template) for seen in line.seen), subject)


def _aligned(lines: Sequence[Line], subject: Expected) -> Iterable[Fit]:
    if not lines:
        return
    template = _form(subject)
    near = neighbourhood([seen for line in lines for seen in line.seen], template, subject.text)
    begin = 0
    for line in lines:
        views = slice(begin, begin + len(line.seen))
        begin = views.stop
        weights = np.array(
            reader_weights(subject.jurisdiction or Jurisdiction.OTHER, len(line.seen)), np.float32
        )
        twins = np.tensordot(weights, np.maximum(near.changed[views], WORST), axes=1)
        score, longer = believed(near.own[views], subject), believed(near.longer[views], subject)
        if subject.is_cross_border:
            yield _cross_border_fit(line, subject, score, twins)
        elif subject.kind is SubjectKind.CONTAINER:
            yield _container_fit(line, subject, score, twins)
        else:
            rival = max(float(twins.max()), longer if _may_be_longer(subject) else WORST)
            yield _plate_fit(line, subject, score, rival)


def _plate_fit(line: Line, subject: Expected, score: float, rival: float) -> Fit:
    if score > _CLOSE and score > rival:
        rival = max(rival, *_shorter(line, subject), WORST)
    return Fit(score, score - rival, line.box)


def _cross_border_fit(line: Line, subject: Expected, score: float, twins: NDArray[np.float32]) -> Fit:
    """粤, 港 and 澳 are seldom resolved: they neither prove nor disprove the plate, so no twin differs in them."""
    large = [place for place, sign in enumerate(subject.text) if sign not in _HAN]
    fit = _plate_fit(line, subject, score, float(twins[large].max()))
    home_margin = score - float(twins[-1].max())
    return Fit(min(fit.score + _SMALL_PRINT, 0.0), fit.margin, fit.box, home_margin)


def _container_fit(line: Line, subject: Expected, score: float, twins: NDArray[np.float32]) -> Fit:
    """The whole number; or, where no digit is seen in the eleventh place, its ten characters.

    A twin must be a number that a container can bear: with one character changed its check digit changes, too, nearly
    always. For the same reason a number whose own check digit does not agree is never borne out.
    """
    ten, digit = subject.text[:10], subject.text[10]
    if digit != str(check_digit(ten)):
        return Fit(score, WORST, line.box)
    rival = (
        max(_agreeing(line, subject, score, twins), default=WORST) if score > _CLOSE else float(twins.max())
    )
    whole = Fit(score, score - rival, line.box)
    if score > -_UNSEEN_DIGIT:
        return whole
    short = (
        believed((align(seen, WITHOUT_CHECK_DIGIT, [ten])[0] for seen in line.seen), subject) - _UNSEEN_DIGIT
    )
    if short < _CLOSE:
        return whole
    near = neighbourhood(line.seen, WITHOUT_CHECK_DIGIT, ten)
    weights = np.array(reader_weights(Jurisdiction.OTHER, len(near.own)), np.float32)
    others = float(np.tensordot(weights, np.maximum(near.changed, WORST), axes=1).max()) - _UNSEEN_DIGIT
    # Any digit that is seen in the eleventh place speaks against the ten characters alone.
    cut = Fit(short, short - max(others, float(twins[10].max())), line.box)
    return max(whole, cut, key=lambda fit: min(fit.score + 4.0, fit.margin))


def _agreeing(line: Line, subject: Expected, score: float, twins: NDArray[np.float32]) -> Iterable[float]:
    """The scores of the numbers with one character changed and the check digit that follows from it."""
    near = []
    for place, sign, changed in _slips(subject.text, twins):
        text = subject.text[:place] + sign + subject.text[place + 1 : 10]
        digit = check_digit(text)
        if str(digit) == subject.text[10]:
            yield changed
        elif changed + float(twins[10, digit]) - score > score - _FAR:
            near.append(text + str(digit))
    if near:
        scores = zip(*(align(seen, NUMBER, near) for seen in line.seen), strict=True)
        yield from (believed(column, subject) for column in scores)


def _slips(text: str, twins: NDArray[np.float32]) -> Iterable[tuple[int, str, float]]:
    """Each change of one of the first ten characters with its score: (place, sign, score)."""
    for place, position in enumerate(NUMBER.positions[:10]):
        for column, sign in enumerate(position.allowed):
            if sign != text[place]:
                yield place, sign, float(twins[place, column])


def _may_be_longer(subject: Expected) -> bool:
    """Whether a plate with one more character is a plate of the same jurisdiction: a frame's edge is read as one."""
    jurisdiction = subject.jurisdiction or Jurisdiction.OTHER
    longer = (text for sign in "0A" for text in (subject.text + sign, sign + subject.text))
    return any(is_plate(text, jurisdiction) for text in longer)


def _shorter(line: Line, subject: Expected) -> Iterable[float]:
    """The same plate with a doubled character seen once."""
    text, places = subject.text, _form(subject).positions
    for place in range(1, len(text)):
        if text[place] == text[place - 1]:
            template = Template((*places[:place], *places[place + 1 :]), _STRAY)
            once = text[:place] + text[place + 1 :]
            yield believed((align(seen, template, [once])[0] for seen in line.seen), subject)


def _form(subject: Expected) -> Template:
    """What could stand in each place of the number, so that its twins are numbers of the same form."""
    if subject.kind is SubjectKind.CONTAINER:
        return NUMBER
    if subject.is_cross_border:
        return Template(CROSS_BORDER.positions, _STRAY)
    return Template(tuple(Position(_rivals(subject, place)) for place in range(len(subject.text))), _STRAY)


def _own(subject: Expected) -> tuple[Position, ...]:
    """The places of its form, each with nothing allowed but the number's own character."""
    places = zip(subject.text, _form(subject).positions, strict=True)
    return tuple(Position(sign, place.unknown, place.any_other) for sign, place in places)


def _rivals(subject: Expected, place: int) -> str:
    """What else could stand in this place of a plate, the declared character among it."""
    sign = subject.text[place]
    if sign not in DIGITS + LETTERS:
        return next(signs for signs in (PROVINCES, SUFFIXES) if sign in signs)
    if subject.jurisdiction is Jurisdiction.CN:
        # The letter of an office may be an O; an embassy's plate has six digits instead.
        return LETTERS if place == 1 and sign in LETTERS else MAINLAND_SIGNS
    if subject.jurisdiction is Jurisdiction.MO:
        return DIGITS if sign in DIGITS else LETTERS
    if subject.jurisdiction is Jurisdiction.HK:
        # Personalised marks put letters anywhere: XAZ554 is a twin of XA2554.
        return HONG_KONG_SIGNS
    return (DIGITS + LETTERS).replace(_SAME_SHAPE.get(sign, " "), "")
