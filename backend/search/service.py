"""Finding a trip by whatever an officer has of it."""

import re
import unicodedata
from dataclasses import dataclass

from backend.disclosures import service as disclosures
from backend.kit.context import Context
from backend.kit.disclosing import note
from backend.kit.paging import Page
from backend.lanes import service as lanes
from backend.trips import service as trips
from backend.trips.model import Trip
from backend.trips.service import Match, MatchKind, Question
from backend.vouchers import service as vouchers
from core.identifiers.text import normalise
from core.problems import ProblemCode, Refusal
from core.vouchers.codec import PREFIX

LENGTHS = range(2, 1001)
MOST_VOUCHERS = 20
_VOUCHER = re.compile(r"[0-9a-f]{8,24}")
_AFTER_HEXADECIMAL = "g"


@dataclass(frozen=True)
class Found:
    """A trip that answers, why, and the passage in which its vehicle stands at the checkpoint now, if it does."""

    trip: Trip
    matches: list[Match]
    passage_id: str | None


@dataclass(frozen=True)
class Answer:
    """A page of them, and what the words may have meant."""

    page: Page
    found: list[Found]
    kinds: list[MatchKind]


async def search(context: Context, text: str, *, first: int, after: str | None) -> Answer:
    """Find trips, and note the search and what it shows, for the record.

    Raises:
        Refusal: INVALID_INPUT for fewer than 2 or more than 1,000 characters, a cursor that is not ours or `first`
            outside 1 to 100; for the text of a code what a lane would say of it: CODE_MALFORMED, CODE_FORGED, ...
    """
    text = text.strip()
    if len(text) not in LENGTHS:
        reason = f"{LENGTHS.start} to {LENGTHS.stop - 1} characters"
        raise Refusal(ProblemCode.INVALID_INPUT, path=["text"], args={"reason": reason})
    question = await _understood(context, text)
    page = await trips.search(context.db, question, first=first, after=after)
    rows = [Trip.of(row) for row in page.items]
    passages = await lanes.open_of_trips(context.db, [trip.id for trip in rows])
    found = [Found(trip, trips.matches(question, trip), passages.get(trip.id)) for trip in rows]
    note(
        *(trips.stream_of(trip.id) for trip in rows),
        question=disclosures.pseudonym(context.settings, text),
        kinds=[kind.value for kind in question.kinds],
        found=len(found),
    )
    return Answer(page, found, question.kinds)


async def _understood(context: Context, text: str) -> Question:
    if unicodedata.normalize("NFKC", text).upper().startswith(PREFIX):
        scan = lanes.read_code(context.settings, text, context.clock.now())
        if scan.claims is None:
            raise scan.refusal or Refusal(ProblemCode.CODE_MALFORMED)
        return Question((), (), await _of_vouchers(context, scan.claims.voucher_id.hex()))
    begins = normalise(text).lower()
    if not _VOUCHER.fullmatch(begins):
        return trips.understand(text)
    return trips.understand(text, await _of_vouchers(context, begins))


async def _of_vouchers(context: Context, begins: str) -> tuple[tuple[str, str], ...]:
    """Return the ids of codes that begin so, each with the trip it belongs to."""
    found = await vouchers.subjects_of(context.db, begins, begins + _AFTER_HEXADECIMAL, MOST_VOUCHERS)
    return tuple((voucher, subject.removeprefix("trip:")) for voucher, subject in found)
