"""Container numbers out of lines of text (ISO 6346): four letters, six digits, check digit."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from core.identifiers.containers import check_digit
from recognition.alphabet import DIGITS, LETTERS, SYMBOLS
from recognition.ctc import Decoded, align, ceiling, decode
from recognition.templates import Position, Template
from recognition.values import ContainerReading, Line, LogProbabilities

_STRAY = 1.0
_OWNER = (*3 * (Position(LETTERS),), Position("UJZ"))
OWNER = Template(4 * (Position(LETTERS),), _STRAY)
SERIAL = Template(6 * (Position(DIGITS),), _STRAY)
NUMBER = Template((*_OWNER, *7 * (Position(DIGITS),)), _STRAY)
WITHOUT_CHECK_DIGIT = Template((*_OWNER, *6 * (Position(DIGITS),)), _STRAY)
_OTHER_CATEGORY = Template((*4 * (Position(LETTERS),), *7 * (Position(DIGITS),)), _STRAY)
"""Some owners paint another letter than U, J or Z: it is read as it stands, and nothing is repaired to get there."""

_WORST = -8.0
_PLAIN = -1.0
_ODD = 2.5
_LEAST = 0.25
"""Below this confidence nothing is said to have been read."""
_SERIAL_SIGNS = slice(4, 10)
_REPAIR = 5.0
_UNREAD_DIGIT = 3.0
_DIGIT_SEEN = -2.5


@dataclass(frozen=True)
class _Candidate:
    text: str
    score: float
    digit_read: bool
    line: Line


def may_be_container(seen: LogProbabilities) -> bool:
    """Whether a container number can be there at all: a cheap look before the dear ones."""
    known = max(ceiling(seen, NUMBER), ceiling(seen, WITHOUT_CHECK_DIGIT) - _UNREAD_DIGIT)
    return known > _WORST or ceiling(seen, _OTHER_CATEGORY) > _PLAIN


def read_containers(lines: Sequence[Line]) -> tuple[ContainerReading, ...]:
    """The container numbers on these lines, best first, each once; only numbers whose check digit agrees."""
    best: dict[str, _Candidate] = {}
    votes: dict[str, int] = {}
    for candidate in (candidate for line in lines for candidate in _candidates(line)):
        votes[candidate.text] = votes.get(candidate.text, 0) + 1
        known = best.get(candidate.text)
        if known is None or candidate.score > known.score:
            best[candidate.text] = candidate
    kept: list[_Candidate] = []
    for candidate in sorted(best.values(), key=lambda entry: -entry.score - 0.5 * votes[entry.text]):
        if not any(_is_of_the_same(candidate, other) for other in kept):
            kept.append(candidate)
    found = (_reading(candidate) for candidate in kept)
    return tuple(reading for reading in found if reading.confidence >= _LEAST)


def _is_of_the_same(candidate: _Candidate, other: _Candidate) -> bool:
    """Whether both are of one container: over the same spot, or its number painted twice and once read amiss."""
    return (
        candidate.line.box.overlap(other.line.box) > 0
        or candidate.text[_SERIAL_SIGNS] == other.text[_SERIAL_SIGNS]
    )


def _candidates(line: Line) -> Iterable[_Candidate]:
    whole = [(seen, decoded) for seen in line.seen if (decoded := decode(seen, NUMBER, _WORST))]
    complete = {text for seen, decoded in whole for text in _valid_texts(seen, decoded)}
    for text, score in _believed(line, NUMBER, complete):
        yield _Candidate(text, score, True, line)
    if any(decoded.score > _DIGIT_SEEN for _, decoded in whole):
        return
    yield from _of_other_category(line)
    short = {
        decoded.text
        for seen in line.seen
        if (decoded := decode(seen, WITHOUT_CHECK_DIGIT)) and decoded.score > _WORST / 2
    }
    for text, score in _believed(line, WITHOUT_CHECK_DIGIT, short):
        if score - _UNREAD_DIGIT > _WORST:
            yield _Candidate(text + str(check_digit(text)), score - _UNREAD_DIGIT, False, line)


def _of_other_category(line: Line) -> Iterable[_Candidate]:
    plain = {
        decoded.text
        for seen in line.seen
        if ceiling(seen, _OTHER_CATEGORY) > _PLAIN
        and (decoded := decode(seen, _OTHER_CATEGORY, _PLAIN))
        and str(check_digit(decoded.text[:10])) == decoded.text[10]
    }
    for text, score in _believed(line, _OTHER_CATEGORY, plain):
        yield _Candidate(text, score - _ODD, True, line)


def _valid_texts(seen: LogProbabilities, decoded: Decoded) -> Iterable[str]:
    """The text itself if its check digit agrees, otherwise those one or two likely slips away that agree."""
    if str(check_digit(decoded.text[:10])) == decoded.text[10]:
        yield decoded.text
        return
    slips = _slips(seen, decoded)
    doubles = [pair for pair in combinations(slips, 2) if pair[0][1] != pair[1][1]]
    changed = sorted(
        (sum(slip[0] for slip in slips), slips) for slips in (*((slip,) for slip in slips), *doubles)
    )
    for price, changes in changed:
        if price > _REPAIR:
            return
        signs = list(decoded.text)
        for _, place, sign in changes:
            signs[place] = sign
        text = "".join(signs)
        if str(check_digit(text[:10])) == text[10]:
            yield text


def _slips(seen: LogProbabilities, decoded: Decoded) -> list[tuple[float, int, str]]:
    """What else each character could be: (price in nats, place, character), dearer than _REPAIR left out."""
    slips = []
    for place, (start, end) in enumerate(decoded.steps):
        allowed = NUMBER.positions[place].allowed
        heights = seen[start:end].max(axis=0)
        own = float(heights[SYMBOLS.index(decoded.text[place])])
        for sign in allowed:
            price = own - float(heights[SYMBOLS.index(sign)])
            if sign != decoded.text[place] and price < _REPAIR:
                slips.append((max(price, 0.0), place, sign))
    return slips


def _believed(line: Line, template: Template, texts: Iterable[str]) -> Iterable[tuple[str, float]]:
    """Each text with how well it fits the line, the mean of all readers; what fits badly is left out."""
    ordered = sorted(texts)
    columns = zip(*(align(seen, template, ordered) for seen in line.seen), strict=True)
    for text, column in zip(ordered, columns, strict=True):
        score = sum(max(score, 2 * _WORST) for score in column) / len(column)
        if score > _WORST:
            yield text, score


def _reading(candidate: _Candidate) -> ContainerReading:
    confidence = math.exp(candidate.score / 4)
    return ContainerReading(candidate.text, round(confidence, 4), candidate.digit_read, candidate.line.box)
