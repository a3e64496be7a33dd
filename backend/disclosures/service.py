"""Recording what was shown, and reading that record; its only writer.

It is written into the event log, into a stream of each reader: one chain a person, none shared by a checkpoint.
"""

from dataclasses import dataclass

from backend.disclosures import rules
from backend.disclosures.events import DisclosureMade
from backend.kit.context import Context, UnitOfWork
from backend.kit.database import Row
from backend.kit.disclosing import Shown
from backend.kit.paging import Page, Sort, page
from backend.settings import Settings
from backend.vouchers import service as vouchers
from core.problems import ProblemCode, Refusal

NOWHERE = ""
"""A reader sits at no checkpoint: what he was shown is no event of one."""
QUESTION_BYTES = 12
NEWEST: Sort = (("at", -1), ("_id", -1))


@dataclass(frozen=True)
class Wanted:
    """Which disclosures: of one reader, of one trip or order, of a question in its own words; or all."""

    reader_id: str | None = None
    trip_id: str | None = None
    order_id: str | None = None
    question: str | None = None


def stream_of(reader_id: str) -> str:
    """Return the event stream of what this account was shown."""
    return f"reader:{reader_id}"


def pseudonym(settings: Settings, question: str) -> str:
    """Return what stands in the record for the words of a question: whoever knows them can look for it."""
    return vouchers.pseudonym(settings, "question", rules.same(question))[:QUESTION_BYTES].hex()


async def record(context: Context, shown: Shown) -> None:
    """Write down what is about to be shown. Raises Refusal BUSY and what the database raises: then it is not shown."""
    facts = {name: tuple(value) if isinstance(value, list) else value for name, value in shown.facts.items()}
    event = DisclosureMade(site=NOWHERE, subjects=tuple(shown.subjects), **facts)  # type: ignore[arg-type]
    stream = stream_of(context.actor.id)

    async def write(unit: UnitOfWork) -> None:
        unit.append(event, stream)

    await context.transaction(write, streams=[stream])


async def find(context: Context, wanted: Wanted, *, first: int, after: str | None) -> Page:
    """Return a page of the record, newest first.

    Raises Refusal INVALID_INPUT for two wishes at once, a cursor that is not ours or `first` outside 1 to 100.
    """
    wishes: list[Row] = []
    if wanted.reader_id is not None:
        wishes.append({"stream": stream_of(wanted.reader_id)})
    if wanted.trip_id is not None:
        wishes.append({"facts.subjects": f"trip:{wanted.trip_id}"})
    if wanted.order_id is not None:
        wishes.append({"facts.subjects": f"order:{wanted.order_id}"})
    if wanted.question is not None:
        wishes.append({"facts.question": pseudonym(context.settings, wanted.question)})
    if len(wishes) > 1:
        reason = "one of readerId, tripId, orderId and question"
        raise Refusal(ProblemCode.INVALID_INPUT, path=["readerId"], args={"reason": reason})
    where: Row = {"site": NOWHERE, "kind": DisclosureMade.kind}
    order = [("seq", -1)] if wanted.reader_id is not None else NEWEST
    return await page(
        context.db["events"], where | (wishes[0] if wishes else {}), order, first=first, after=after
    )
