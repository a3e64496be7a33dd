"""Finding trips by what somebody knows of them, and giving older trips the keys to be found by."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pymongo import UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from backend.kit.database import Row
from backend.kit.paging import Page, page
from backend.trips import search_keys
from backend.trips.model import Trip
from backend.trips.search_keys import LEAST, LONGEST, MOST_CHARACTERS, MatchKind
from backend.trips.service import store
from core.identifiers.han import simplified
from core.identifiers.text import normalise

ORDER = (("search_ended", 1), ("_id", -1))
BATCH = 500
_HEXADECIMAL = re.compile(r"[0-9A-F]{8,24}")
_PHONE = re.compile(r"[\d\s+()./-]+")
_AFTER_ALL = "\uffff"
# How a keyboard without Chinese writes the plates that cross this border: the province in pinyin, then the last sign.
_PROVINCES = (
    ("YUE", "粤"),
    ("GUI", "桂"),
    ("GUI", "贵"),
    ("XIANG", "湘"),
    ("MIN", "闽"),
    ("GAN", "赣"),
    ("HU", "沪"),
)
_LAST_SIGNS = (("GANG", "港"), ("AO", "澳"), ("GUA", "挂"))


@dataclass(frozen=True)
class Candidate:
    """One way to understand a question: as the beginning of a text of this kind."""

    kind: MatchKind
    form: str


@dataclass(frozen=True)
class Question:
    """A question, understood: a trip answers it by one of the candidates, or by all words of its driver's name.

    `vouchers` are ids of codes that fit, by the trip they belong to.
    """

    candidates: tuple[Candidate, ...]
    name: tuple[str, ...]
    vouchers: tuple[tuple[str, str], ...] = ()

    @property
    def kinds(self) -> list[MatchKind]:
        """What the question may mean, in the order of the kinds."""
        meant = {candidate.kind for candidate in self.candidates}
        meant |= {MatchKind.DRIVER_NAME} if self.name else set()
        meant |= {MatchKind.VOUCHER} if self.vouchers else set()
        return [kind for kind in MatchKind if kind in meant]


@dataclass(frozen=True)
class Match:
    """Why a trip answers: the kind of text, and the text."""

    kind: MatchKind
    text: str


def understand(text: str, vouchers: Sequence[tuple[str, str]] = ()) -> Question:
    """Return all that a question may mean."""
    text = unicodedata.normalize("NFKC", text)[: 2 * MOST_CHARACTERS]
    has_digit = any(sign.isdigit() for sign in text)
    candidates = tuple(dict.fromkeys(one for one in _candidates(text) if one.form))
    words = () if has_digit else search_keys.name_words(text)
    return Question(candidates, words, tuple(vouchers))


def _candidates(text: str) -> Iterator[Candidate]:
    whole = normalise(text)
    for plate in _plates(simplified(whole)):
        yield Candidate(MatchKind.PLATE, plate)
    yield Candidate(MatchKind.CONTAINER, whole)
    if _HEXADECIMAL.fullmatch(whole):
        yield Candidate(MatchKind.TRIP, whole)
    if _PHONE.fullmatch(text):
        backwards = search_keys.digits(text)[::-1]
        if len(backwards) >= LEAST[MatchKind.DRIVER_PHONE]:
            yield Candidate(MatchKind.DRIVER_PHONE, backwards)
    yield Candidate(MatchKind.REFERENCE, "".join(search_keys.reference_forms(text)[:1]))


def _plates(whole: str) -> Iterator[str]:
    """Yield what the text may be as a plate: as it stands, and with pinyin read as the signs of a plate."""
    yield whole
    beginnings = [whole]
    for sound, sign in _PROVINCES:
        if whole.startswith(sound) and len(whole) > len(sound):
            beginnings.append(sign + whole.removeprefix(sound))
    for beginning in beginnings:
        yield beginning
        for sound, sign in _LAST_SIGNS:
            if beginning.endswith(sound) and len(beginning) > len(sound):
                yield beginning.removesuffix(sound) + sign


async def search(db: AsyncDatabase[Row], question: Question, *, first: int, after: str | None) -> Page:
    """Return a page of the trips that answer: those still going on first, each part newest first.

    Raises Refusal INVALID_INPUT for a cursor that is not ours or `first` outside 1 to 100.
    """
    return await page(db[store.TRIPS], condition(question), ORDER, first=first, after=after)


def condition(question: Question) -> Row:
    """Return what a trip that answers matches: points of one index, and what else must hold of a long question."""
    points = [search_keys.key(MatchKind.TRIP, trip_id.upper()) for _, trip_id in question.vouchers]
    ways: list[Row] = []
    for candidate in question.candidates:
        form = candidate.form[:MOST_CHARACTERS]
        point = search_keys.key(candidate.kind, form[:LONGEST])
        if len(form) <= LONGEST:
            points.append(point)
        else:
            whole = search_keys.key(candidate.kind, form)
            rest = {"search_keys": {"$elemMatch": {"$gte": whole, "$lt": whole + _AFTER_ALL}}}
            ways.append({"$and": [{"search_keys": point}, rest]})
    if points:
        ways.append({"search_keys": {"$in": sorted(set(points))}})
    if question.name:
        named = [search_keys.key(MatchKind.DRIVER_NAME, word[:LONGEST]) for word in question.name]
        ways.append({"search_keys": {"$all": sorted(set(named), key=len, reverse=True)}})
    return ways[0] if len(ways) == 1 else {"$or": ways}


def matches(question: Question, trip: Trip) -> list[Match]:
    """Return why this trip answers the question, in the order of the kinds."""
    found = [
        Match(MatchKind.VOUCHER, voucher) for voucher, trip_id in question.vouchers if trip_id == trip.id
    ]
    for findable in search_keys.findables(trip.id, trip.reference, trip.declaration):
        if findable.kind is MatchKind.DRIVER_NAME:
            fits = bool(question.name) and all(
                _begins(findable.kind, findable.forms, word) for word in question.name
            )
        else:
            fits = any(
                _begins(findable.kind, findable.forms, candidate.form)
                for candidate in question.candidates
                if candidate.kind is findable.kind
            )
        if fits:
            found.append(Match(findable.kind, findable.shown))
    order = list(MatchKind)
    return sorted(dict.fromkeys(found), key=lambda match: order.index(match.kind))


def _begins(kind: MatchKind, forms: Sequence[str], asked: str) -> bool:
    if len(asked) < LEAST[kind]:
        return asked in forms
    return any(form.startswith(asked) for form in forms)


async def give_keys(db: AsyncDatabase[Row]) -> int:
    """Give all trips that were stored without keys, or with older ones, those of today; return how many there were.

    A trip that changes meanwhile has its keys already, and keeps them: it is not one of those any more.
    """
    old = {"search_version": {"$ne": search_keys.VERSION}}
    given = 0
    while rows := await db[store.TRIPS].find(old).limit(BATCH).to_list(BATCH):
        writes = [UpdateOne({"_id": row["_id"], **old}, _keys_of(Trip.of(row))) for row in rows]
        given += (await db[store.TRIPS].bulk_write(writes, ordered=False)).modified_count
    return given


def _keys_of(trip: Trip) -> list[Row]:
    """Return the update: whether it has ended is read from the row in the moment of writing."""
    fields = store.search_fields(trip.id, trip.reference, trip.declaration)
    literal: Row = {name: {"$literal": value} for name, value in fields.items()}
    return [{"$set": literal | {"search_ended": {"$in": ["$state", sorted(store.values(store.ENDED))]}}}]
