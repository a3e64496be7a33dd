"""The record of personal data shown, for whoever watches over it."""

from datetime import datetime

import strawberry

from backend.disclosures import service
from backend.disclosures.service import Wanted
from backend.identity import service as identity
from backend.kit.eventlog import StoredEvent
from backend.kit.graphql import Edge, Info, PageInfo, PermissionTable, page_info
from core.roles import Role

record = service.record
AUDITORS = frozenset({Role.AUDITOR})


@strawberry.type(
    description="One answer that showed an officer or an agency personal data (a driver's name, phone or documents), "
    "or one search. Itself it holds none."
)
class Disclosure:
    """A row of the record."""

    id: strawberry.ID
    at: datetime
    reader_id: strawberry.ID = strawberry.field(description="The account that was shown it")
    reader_role: Role
    reader_name: str | None = strawberry.field(description="Null once the account is gone")
    asked: list[str] = strawberry.field(
        description="The fields of this schema that were asked, such as tripReview"
    )
    trip_ids: list[strawberry.ID] = strawberry.field(description="Trips of which something was shown")
    order_ids: list[strawberry.ID] = strawberry.field(description="Orders of which something was shown")
    question: str | None = strawberry.field(
        description="Of a search: a pseudonym of its words. The same words have the same one; "
        "`disclosures(question:)` finds them"
    )
    kinds: list[str] = strawberry.field(
        description="Of a search: what its words may have meant (TripMatchKind), such as DRIVER_PHONE"
    )
    found: int | None = strawberry.field(description="Of a search: trips on the page that was shown")
    stream: str = strawberry.field(description="reader:<account>; its rows are chained as all of the log")
    seq: int = strawberry.field(description="Without gap in its stream, from 1")
    hash: str = strawberry.field(description="SHA-256 over its canonical JSON and its predecessor's hash")

    @classmethod
    def of(cls, event: StoredEvent, name: str | None) -> "Disclosure":
        """Show a row."""
        question, found = event.facts.get("question"), event.facts.get("found")
        return cls(
            id=strawberry.ID(event.event_id),
            at=event.at,
            reader_id=strawberry.ID(event.actor_id),
            reader_role=event.actor_role,
            reader_name=name,
            asked=_texts(event, "asked"),
            trip_ids=_subjects(event, "trip:"),
            order_ids=_subjects(event, "order:"),
            question=question if isinstance(question, str) else None,
            kinds=_texts(event, "kinds"),
            found=found if isinstance(found, int) else None,
            stream=event.stream,
            seq=event.seq,
            hash=event.hash,
        )


def _texts(event: StoredEvent, name: str) -> list[str]:
    value = event.facts.get(name)
    return list(value) if isinstance(value, list) else []


def _subjects(event: StoredEvent, word: str) -> list[strawberry.ID]:
    named = (subject for subject in _texts(event, "subjects") if subject.startswith(word))
    return [strawberry.ID(subject.removeprefix(word)) for subject in named]


@strawberry.type(description="A page of the record, newest first.")
class DisclosureConnection:
    """A page."""

    edges: list[Edge[Disclosure]]
    page_info: PageInfo


@strawberry.type
class Query:
    """Root fields about disclosures."""

    @strawberry.field(
        description="Who was shown whose personal data, newest first: all of it, or of one reader, one trip, one "
        "order, or each search by these words (in any spelling that means the same). INVALID_INPUT for two of "
        "them at once."
    )
    async def disclosures(  # long: one argument for each way to look
        self,
        info: Info,
        reader_id: strawberry.ID | None = None,
        trip_id: strawberry.ID | None = None,
        order_id: strawberry.ID | None = None,
        question: str | None = None,
        first: int = 20,
        after: str | None = None,
    ) -> DisclosureConnection:
        """Return a page of them."""
        wanted = Wanted(reader_id, trip_id, order_id, question)
        found = await service.find(info.context, wanted, first=first, after=after)
        events = [StoredEvent.of(row) for row in found.items]
        names = await identity.names_of(info.context.db, {event.actor_id for event in events})
        nodes = [Disclosure.of(event, names.get(event.actor_id)) for event in events]
        edges = [Edge(cursor=cursor, node=node) for cursor, node in zip(found.cursors, nodes, strict=True)]
        return DisclosureConnection(edges=edges, page_info=page_info(found))


PERMISSIONS: PermissionTable = {
    "Query.disclosures": AUDITORS,
    "Disclosure": {
        "id at readerId readerRole readerName asked tripIds orderIds question kinds found stream seq hash": AUDITORS
    },
    "DisclosureConnection": {"edges pageInfo": AUDITORS},
    "DisclosureEdge": {"cursor node": AUDITORS},
}
