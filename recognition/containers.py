"""Container numbers out of lines of text (ISO 6346): four letters, six digits, check digit."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from core.identifiers.containers import check_digit
from recognition.alphabet import DIGITS, LETTERS, SYMBOLS
from recognition.ctc import Decoded, Position, Template, align, ceiling, decode
from recognition.values import ContainerReading, Line, LogProbabilities

_STRAY = 1.0
_OWNER = (*3 * (Position(LETTERS),), Position("UJZ"))
OWNER = Template(_OWNER, _STRAY)
SERIAL = Template(6 * (Position(DIGITS),), _STRAY)
NUMBER = Template((*_OWNER, *7 * (Position(DIGITS),)), _STRAY)
WITHOUT_CHECK_DIGIT = Template((*_OWNER, *6 * (Position(DIGITS),)), _STRAY)

_WORST = -8.0
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
    return max(ceiling(seen, NUMBER), ceiling(seen, WITHOUT_CHECK_DIGIT) - _UNREAD_DIGIT) > _WORST


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
        if all(candidate.line.box.overlap(other.line.box) == 0 for other in kept):
            kept.append(candidate)
    return tuple(_reading(candidate) for candidate in kept)


def _candidates(line: Line) -> Iterable[_Candidate]:
    whole = [(seen, decoded) for seen in line.seen if (decoded := decode(seen, NUMBER, _WORST))]
    complete = {text for seen, decoded in whole for text in _valid_texts(seen, decoded)}
    for text, score in _believed(line, NUMBER, complete):
        yield _Candidate(text, score, True, line)
    if any(decoded.score > _DIGIT_SEEN for _, decoded in whole):
        return
    short = {
        decoded.text
        for seen in line.seen
        if (decoded := decode(seen, WITHOUT_CHECK_DIGIT)) and decoded.score > _WORST / 2
    }
    for text, score in _believed(line, WITHOUT_CHECK_DIGIT, short):
        if score - _UNREAD_DIGIT > _WORST:
            yield _Candidate(text + str(check_digit(text)), score - _UNREAD_DIGIT, False, line)


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
