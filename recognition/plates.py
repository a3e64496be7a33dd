"""Number plates out of lines of text: the grammars of each jurisdiction, and which of them a line fits best."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from statistics import mean

from core.identifiers.plates import Jurisdiction, parse_plate
from core.problems import Refusal
from recognition.alphabet import PROVINCES
from recognition.ctc import align, ceiling, clarity, decode, greedy
from recognition.grammars import GRAMMARS, Grammar
from recognition.grounds import Ground
from recognition.templates import Template, literal
from recognition.values import Line, LogProbabilities, PlateReading

_WRONG_GROUND = 4.0
_RIGHT_GROUND = 1.5
_DARK = {Ground.BLACK, Ground.DARK, Ground.UNKNOWN}
_CONTEXT = 3.0
_SAME, _TOUCHING, _ALIKE = 0.7, 0.2, 0.5
_SURE_HOME = 0.6
_KEPT = 128
_LEAST = 0.12
"""Below this confidence nothing is said to have been read."""
_ENDINGS = "港澳"
_ALLOWANCE = 2.0
_UNSEEN = 0.93
_OLD_OFFICE = 0.95
_WORST = -9.0
_BEHIND = 3.0
_GENERIC = 3.0
_SAME_SHAPE = {"0": "O", "O": "0"}
_GENERIC_LENGTHS = (4, 8)
_MARKINGS = re.compile(
    r"[0-9]+|[A-Z]+|[0-9]?[0-9L][0-9][A-Z][0-9]|[0-9]{4,}[0-9]{2}[BCGHPRSTUV][0-9]"
    r"|[0-9]{3,6}(K|KG|KGS|K6|K6S|L|LB|LBS|L8|LBSS|L8S)|[0-9]+(CUM|CUFT|CU|M3)|[A-Z]{3}[UJZ][A-Z0-9]+"
)
"""Bare numbers, words, and what else stands on containers: owner codes, size types, weights. No plates."""
_TAIL = re.compile(r"□?(?:Z[A-Z0-9]{4}|[A-Z][A-Z0-9]{5,6})[挂学警领使港澳□]?")


@dataclass(frozen=True)
class _Candidate:
    text: str
    jurisdiction: Jurisdiction
    score: float
    price: float
    before: str = ""


_WEIGHTS = {Jurisdiction.CN: (0.15, 0.85)}
"""How far each reader (general, Chinese) is believed; by halves unless said otherwise here."""


def is_marking(text: str) -> bool:
    """Whether a line is surely something else than a plate."""
    return _MARKINGS.fullmatch(text) is not None


def may_lack_office(text: str) -> bool:
    """Whether a line may be a mainland plate without its first, Han character."""
    return _TAIL.fullmatch(text) is not None


def _says_marking(seen: LogProbabilities) -> bool:
    return is_marking(greedy(seen).replace("·", ""))


def may_be_plate(seen: LogProbabilities) -> bool:
    """Whether any grammar comes near these steps: a cheap look before the dear ones."""
    shortest, longest = _GENERIC_LENGTHS
    return shortest <= len(greedy(seen).replace("·", "")) <= longest + 2 and any(
        ceiling(seen, grammar.template) - grammar.price > _WORST for grammar in GRAMMARS
    )


def read_plates(lines: Sequence[Line]) -> tuple[PlateReading, ...]:
    """The plates on these lines, best first; of readings over the same spot only the best stays."""
    found = [entry for line in lines if not all(map(_says_marking, line.seen)) for entry in _read_line(line)]
    homes = {
        reading.jurisdiction
        for reading in _best_of_each_spot(found)
        if reading.confidence >= _SURE_HOME and not reading.inferred
    }
    kept = _best_of_each_spot([_in_context(entry, homes) for entry in found])
    sure = (reading for reading in kept if reading.confidence >= _LEAST)
    return tuple(sorted(sure, key=lambda reading: -reading.confidence))


def _best_of_each_spot(found: Sequence[tuple[float, PlateReading]]) -> list[PlateReading]:
    kept: list[PlateReading] = []
    for _, reading in sorted(found, key=lambda entry: -entry[0]):
        if not any(_same_spot(reading, other) for other in kept):
            kept.append(reading)
    return kept


def _same_spot(reading: PlateReading, other: PlateReading) -> bool:
    """Whether both are of one plate; the boxes of two that hang askew, one above the other, overlap as well."""
    shared = reading.box.overlap(other.box)
    alike = SequenceMatcher(None, reading.text, other.text, autojunk=False).ratio() > _ALIKE
    return shared > _SAME or (shared > _TOUCHING and alike)


@lru_cache(maxsize=_KEPT)
def _read_line(line: Line) -> list[tuple[float, PlateReading]]:
    """The readings of a line with their ranks; grammars far behind what was already found are not tried.

    Kept for a while: a frame is read after the first look and after the second.
    """
    outlook = [
        (max(ceiling(seen, grammar.template) for seen in line.seen) - grammar.price, index, grammar)
        for index, grammar in enumerate(GRAMMARS)
    ]
    candidates = list(_generic(line))
    best = _WORST
    for most, _, grammar in sorted(outlook, reverse=True):
        if most < max(best - _BEHIND, _WORST):
            break
        candidates += _candidates(line, grammar)
        best = max([best, *(entry.score - entry.price for entry in candidates)])
    return [
        (entry.score - entry.price - _misfit(entry, line.ground), _reading(entry, line))
        for entry in candidates
        if entry.score - entry.price > _WORST and _well_formed(entry)
    ]


def _misfit(candidate: _Candidate, ground: Ground) -> float:
    """What a ground costs on which no such plate is painted, in nats; less than nothing where only such plates are."""
    match candidate.jurisdiction:
        case Jurisdiction.HK:
            return _WRONG_GROUND * ground.is_dark
        case Jurisdiction.MO:
            return _WRONG_GROUND * ground.is_light
        case Jurisdiction.CN if _is_cross_border(candidate.text):
            return -_RIGHT_GROUND if ground is Ground.BLACK else _WRONG_GROUND * (ground not in _DARK)
        case Jurisdiction.CN if candidate.before:
            return _WRONG_GROUND * (ground is not Ground.BLUE)
        case _:
            return 0.0


def _candidates(line: Line, grammar: Grammar) -> Iterable[_Candidate]:
    """What each reader reads under the grammar, scored by all of them."""
    least = _WORST + grammar.price
    found = {entry.text for seen in line.seen if (entry := decode(seen, grammar.template, least))}
    # Which of the two small endings it is, the plate beside it may know better than this line.
    found |= {text[:-1] + end for text in found if text[-1] in _ENDINGS for end in _ENDINGS}
    # The office letter O is of the past: what looks like a nought there is rather a Q.
    found |= {f"{text[0]}Q{text[2:]}" for text in found if text[0] in PROVINCES and text[1] == "O"}
    texts = sorted(found)
    for text, score in zip(texts, believed(line, grammar.template, texts, grammar.jurisdiction), strict=True):
        whole = grammar.before + text.replace("·", "") + grammar.after
        price = grammar.price + _OLD_OFFICE * (whole[0] in PROVINCES and whole[1] == "O")
        yield _Candidate(whole, grammar.jurisdiction, score, price, grammar.before)


def reader_weights(jurisdiction: Jurisdiction, readers: int) -> tuple[float, ...]:
    """How far each of a line's readers is believed about a plate of this jurisdiction; they add up to one."""
    weights = _WEIGHTS.get(jurisdiction, ())
    return weights if len(weights) == readers else (1 / readers,) * readers


def believed(line: Line, template: Template, texts: Sequence[str], jurisdiction: Jurisdiction) -> list[float]:
    """How well each text fits the line, all readers together, weighted by what they are good at."""
    weights = reader_weights(jurisdiction, len(line.seen))
    scores = [align(seen, template, texts) for seen in line.seen]
    return [
        sum(weight * max(score, 2 * _WORST) for weight, score in zip(weights, column, strict=True))
        for column in zip(*scores, strict=True)
    ]


def _generic(line: Line) -> Iterable[_Candidate]:
    """A plate of another place: Latin letters and digits as they stand, read alike by every reader."""
    texts = {greedy(seen).replace("·", "") for seen in line.seen}
    if any(sign in PROVINCES for text in texts for sign in text):
        return
    for text in sorted(texts):
        shortest, longest = _GENERIC_LENGTHS
        if not shortest <= len(text) <= longest or not text.isascii() or is_marking(text):
            continue
        [score] = believed(line, literal(text), [text], Jurisdiction.OTHER)
        yield _Candidate(_in_company(text), Jurisdiction.OTHER, score, _GENERIC)


def _in_company(text: str) -> str:
    """The text with a nought that stands alone among letters, or an O among digits, as its neighbours.

    Most of the world's plates group letters and digits, and readers cannot tell these two by their shape.
    """
    signs = list(text)
    for place, sign in enumerate(text):
        neighbours = text[max(place - 1, 0) : place] + text[place + 1 : place + 2]
        if sign in _SAME_SHAPE and all(other.isdigit() is not sign.isdigit() for other in neighbours):
            signs[place] = _SAME_SHAPE[sign]
    return "".join(signs)


def _well_formed(candidate: _Candidate) -> bool:
    try:
        parse_plate(candidate.text, candidate.jurisdiction)
    except Refusal:
        return False
    return True


def _reading(candidate: _Candidate, line: Line) -> PlateReading:
    score = candidate.score - (candidate.price if _is_cross_border(candidate.text) else 0.0)
    inferred = candidate.before
    if _is_cross_border(candidate.text):
        inferred = _not_seen(candidate.text[0] + candidate.text[-1], line)
        score = min(0.0, score + _ALLOWANCE * len(inferred))
    confidence = math.exp(score / 3) * mean(map(clarity, line.seen)) * _UNSEEN ** len(inferred)
    return PlateReading(candidate.text, candidate.jurisdiction, round(confidence, 4), line.box, inferred)


def _is_cross_border(text: str) -> bool:
    return text.startswith("粤Z") and text[-1] in _ENDINGS


def _not_seen(signs: str, line: Line) -> str:
    """Those of the signs that no reader saw by itself."""
    seen = {sign for view in line.seen for sign in greedy(view)}
    return "".join(sign for sign in signs if sign not in seen)


def _in_context(entry: tuple[float, PlateReading], homes: set[Jurisdiction]) -> tuple[float, PlateReading]:
    """Beside a plate of Hong Kong or Macao a 粤Z plate is likelier, and 粤 where the province was not read.

    The place of the other plate is what the last character of a 粤Z plate names.
    """
    score, reading = entry
    if _is_cross_border(reading.text):
        home = Jurisdiction.HK if reading.text.endswith("港") else Jurisdiction.MO
        return (score + _CONTEXT, reading) if home in homes else entry
    if reading.inferred:
        return (
            (score + _CONTEXT, reading)
            if homes & {Jurisdiction.HK, Jurisdiction.MO}
            else (_WORST * 2, reading)
        )
    return entry
