"""Search in the schema."""

import strawberry

from backend.kit.graphql import Edge, Info, PageInfo, PermissionTable, page_info
from backend.search import service
from backend.search.service import Found
from backend.trips.schema_types import Trip
from backend.trips.service import MatchKind
from core.roles import Role

OFFICERS = frozenset({Role.OFFICER})

strawberry.enum(
    MatchKind,
    name="TripMatchKind",
    description="By what a trip was found: PLATE (the vehicle's or a trailer's), CONTAINER, TRIP (its id), VOUCHER (a "
    "code's id or its whole text), DRIVER_NAME, DRIVER_PHONE, REFERENCE (of its order, or one it declares).",
)


@strawberry.type(description="Why a trip was found.")
class TripMatch:
    """A reason."""

    kind: MatchKind
    text: str = strawberry.field(description="The text that fits, as people write it; never more of the trip")


@strawberry.type(description="A trip that a search found.")
class TripFound:
    """A trip and why."""

    trip: Trip
    matches: list[TripMatch]
    passage_id: strawberry.ID | None = strawberry.field(
        description="The passage in which its vehicle stands at a lane or a bay now"
    )

    @classmethod
    def of(cls, found: Found, language: str) -> "TripFound":
        """Show it."""
        return cls(
            trip=Trip.of(found.trip, language),
            matches=[TripMatch(kind=match.kind, text=match.text) for match in found.matches],
            passage_id=strawberry.ID(found.passage_id) if found.passage_id else None,
        )


@strawberry.type(
    description="A page of what a search found: trips still going on first, each part newest first."
)
class TripSearch:
    """A page."""

    edges: list[Edge[TripFound]]
    page_info: PageInfo
    kinds: list[MatchKind] = strawberry.field(description="What the words may have meant")


@strawberry.type
class Query:
    """Root fields about search."""

    @strawberry.field(
        description="Find trips by what somebody has of them: a plate in any spelling (粤Z·DF15港, 粵zdf15, "
        "yue z df15 gang, ma1234), a container (without its check digit, or by its serial number), the id of a trip "
        "or of a code (8 digits or more), the text of a scanned code, the driver's name or the end of his phone number "
        "(4 digits or more), a reference of the order. Three characters begin a text (of a name two); a shorter one is "
        "found whole. Each search is recorded with what it showed, by `disclosures`. INVALID_INPUT for fewer than 2 or "
        "more than 1,000 characters; for the text of a code what a lane says of one: CODE_MALFORMED, CODE_FORGED, "
        "CODE_KEY_UNKNOWN."
    )
    async def search_trips(
        self, info: Info, text: str, first: int = 20, after: str | None = None
    ) -> TripSearch:
        """Return a page of them."""
        answer = await service.search(info.context, text, first=first, after=after)
        language = info.context.actor.language
        pairs = zip(answer.page.cursors, answer.found, strict=True)
        edges = [Edge(cursor=cursor, node=TripFound.of(found, language)) for cursor, found in pairs]
        return TripSearch(edges=edges, page_info=page_info(answer.page), kinds=answer.kinds)


PERMISSIONS: PermissionTable = {
    "Query.searchTrips": OFFICERS,
    "TripMatch": {"kind text": OFFICERS},
    "TripFound": {"trip matches passageId": OFFICERS},
    "TripFoundEdge": {"cursor node": OFFICERS},
    "TripSearch": {"edges pageInfo kinds": OFFICERS},
}
