"""Trips in the schema: the driver's way in, his draft, and reading trips."""

from dataclasses import dataclass
from typing import Annotated

import strawberry

from backend.identity import service as identity
from backend.identity.schema import Session
from backend.kit.context import Actor, UnitOfWork
from backend.kit.graphql import (
    Edge,
    Info,
    PermissionTable,
    PersonalTable,
    Problem,
    expected_errors,
    page_info,
)
from backend.kit.graphql.permissions import EVERYBODY
from backend.kit.paging import page
from backend.orders import service as orders
from backend.orders.schema import KEY, WorkOrder
from backend.trips import countries, model, policy, service
from backend.trips.schema_codes import CodeMutation, CodeQuery
from backend.trips.schema_rules import DeclarationRule, every_rule
from backend.trips.schema_types import (
    DeclarationInput,
    Plate,
    PlateInput,
    RuleFailure,
    Trip,
    TripConnection,
)
from core.problems import ProblemCode, Refusal
from core.roles import Role
from core.states import TripState
from core.words import Language

__all__ = ["PERMISSIONS", "Mutation", "Plate", "PlateInput", "Query", "RuleFailure", "Trip", "shown"]

DRIVER = frozenset({Role.DRIVER})
OFFICE = frozenset({Role.OFFICER, Role.AGENCY})
PARTIES = OFFICE | {Role.DRIVER, Role.CARRIER}


@strawberry.type(description="A country or area of ISO 3166-1.")
class Country:
    """A country."""

    code: str = strawberry.field(description="Two letters, as the fields of a declaration take it")
    name: str


@strawberry.input(description="The one-time code of a link.")
class OpenWorkOrderLinkInput:
    """A code."""

    idempotency_key: str = strawberry.field(description=KEY)
    code: str = strawberry.field(description="The last part of the link")
    language: Language


@strawberry.type(description="The driver is in: his sign-in, the order he accepted, and its trip, prefilled.")
class WorkOrderOpened:
    """What a link opened."""

    session: Session
    order: WorkOrder
    trip: Trip


@strawberry.input(description="Changes of a draft.")
class SaveDeclarationInput:
    """A change."""

    idempotency_key: str = strawberry.field(description=KEY)
    trip_id: strawberry.ID
    declaration: DeclarationInput


OpenWorkOrderLinkResult = Annotated[
    WorkOrderOpened | Problem,
    strawberry.union("OpenWorkOrderLinkResult", description="What the link opened, or why not."),
]
SaveDeclarationResult = Annotated[
    Trip | Problem,
    strawberry.union("SaveDeclarationResult", description="The draft as it now stands, or why not."),
]


@dataclass(frozen=True)
class OpenedReply:
    """What is kept of an opening: never the token, a repetition starts a sign-in of its own."""

    order_id: str
    trip_id: str


@dataclass(frozen=True)
class TripReply:
    """What is kept of an answer: which trip it was about."""

    trip_id: str


async def shown(info: Info, trip_id: str) -> Trip:
    """Return the trip as it now stands. Raises Refusal NOT_FOUND."""
    trip = await service.find(info.context.db, trip_id)
    if trip is None or not policy.may_see(info.context.actor, trip):
        raise Refusal(ProblemCode.NOT_FOUND, path=["tripId"])
    return Trip.of(trip, info.context.actor.language)


@strawberry.type
class Query(CodeQuery):
    """Root fields about trips."""

    @strawberry.field(
        description="Every rule of a declaration, in the order in which they speak; for anybody"
    )
    def declaration_rules(self, language: Language = Language.EN) -> list[DeclarationRule]:
        """Return them."""
        return every_rule(language)

    @strawberry.field(description="All countries by code, with their names in a language")
    def countries(self, language: Language = Language.EN) -> list[Country]:
        """Return them."""
        return [Country(code=code, name=name) for code, name in countries.names(language).items()]

    @strawberry.field(description="A trip of yours, null for any other; officers and agencies see all")
    async def trip(self, info: Info, id: strawberry.ID) -> Trip | None:  # noqa: A002 - the schema's word
        """Return it."""
        trip = await service.find(info.context.db, str(id))
        if trip is None or not policy.may_see(info.context.actor, trip):
            return None
        return Trip.of(trip, info.context.actor.language)

    @strawberry.field(description="Trips of a checkpoint, newest first; of the states named, or of all")
    async def trips(
        self,
        info: Info,
        checkpoint_id: strawberry.ID,
        states: list[TripState] | None = None,
        first: int = 20,
        after: str | None = None,
    ) -> TripConnection:
        """Return a page of them."""
        where: dict[str, object] = {"checkpoint_id": str(checkpoint_id)}
        if states is not None:
            where["state"] = {"$in": [state.value for state in states]}
        sort = [("created_at", -1), ("_id", -1)]
        found = await page(info.context.db[service.TRIPS], where, sort, first=first, after=after)
        nodes = [Trip.of(model.Trip.of(row), info.context.actor.language) for row in found.items]
        edges = [Edge(cursor=cursor, node=node) for cursor, node in zip(found.cursors, nodes, strict=True)]
        return TripConnection(edges=edges, page_info=page_info(found))


@strawberry.type
class Mutation(CodeMutation):
    """Root mutations about trips."""

    @strawberry.mutation(
        description="The driver opens his link: he is signed in, the order is ACCEPTED and its trip is a DRAFT "
        "prefilled from it. The same phone may open it again. LINK_UNKNOWN, LINK_USED (by another phone), "
        "LINK_EXPIRED, ORDER_NOT_OPEN."
    )
    @expected_errors
    async def open_work_order_link(
        self,
        info: Info,
        input: OpenWorkOrderLinkInput,  # noqa: A002 - the schema's word
    ) -> OpenWorkOrderLinkResult:
        """Open it."""

        async def open_link(unit: UnitOfWork) -> OpenedReply:
            opened = await service.open_link(unit, input.code, input.language)
            return OpenedReply(opened.order_id, opened.trip_id)

        payload = [input.code, input.language.value]
        reply = await info.context.once(
            "openWorkOrderLink", input.idempotency_key, payload, OpenedReply, open_link
        )
        order = await orders.find(info.context.db, reply.order_id)
        if order is None or not orders.is_present_link(order, input.code):  # a repetition after a newer link
            raise Refusal(ProblemCode.LINK_UNKNOWN, path=["code"])
        driver = service.driver_of(info.context.settings, order, input.language)
        started = await info.context.transaction(lambda unit: identity.start_session(unit, driver))
        info.context.actor = Actor(
            role=driver.role, id=driver.id, name=driver.name, language=driver.language.value
        )
        return WorkOrderOpened(
            session=Session.of(started, info),
            order=WorkOrder.of(order),
            trip=await shown(info, reply.trip_id),
        )

    @strawberry.mutation(
        description="Keep what the driver has typed, right or wrong. TRIP_NOT_DRAFT once it is submitted; TOO_LARGE "
        "beyond 150,000 bytes."
    )
    @expected_errors
    async def save_declaration(self, info: Info, input: SaveDeclarationInput) -> SaveDeclarationResult:  # noqa: A002
        """Save it."""
        trip_id, change = str(input.trip_id), input.declaration.change()

        async def save(unit: UnitOfWork) -> TripReply:
            return TripReply((await service.save(unit, trip_id, change)).id)

        payload = [trip_id, change.values, sorted(change.given)]
        reply = await info.context.once("saveDeclaration", input.idempotency_key, payload, TripReply, save)
        return await shown(info, reply.trip_id)


PERSONAL: PersonalTable = {
    "Declaration": "driverName driverPhone driverNationality driverDocuments crewMembers"
}
PERMISSIONS: PermissionTable = {
    "Query.countries": EVERYBODY,
    "Query.declarationRules": EVERYBODY,
    "Query.trip": PARTIES,
    "Query.trips": OFFICE,
    "Mutation.openWorkOrderLink": EVERYBODY,
    "Mutation.saveDeclaration": DRIVER,
    "Query.voucherJwt": frozenset({Role.DRIVER, Role.CARRIER, Role.OFFICER}),
    "Mutation.reissueVoucher": DRIVER,
    "Mutation.printVoucher": DRIVER,
    "Country": {"code name": EVERYBODY},
    "DeclarationRule": {
        "id subject code field args source example jurisdictions explanation message": EVERYBODY,
    },
    "Plate": {"jurisdiction text display kind": EVERYBODY},
    "Declaration": {
        "driverName driverPhone direction plates containers crew feverFree goodsSummary windowStart windowEnd "
        "language trailers goodsItems parties crewMembers driverNationality driverDocuments departureCountry "
        "destinationCountry transitCountries references": OFFICE | DRIVER,
    },
    "GoodsItem": {
        "description hsCode packages packageKind grossWeightKg originCountry containerNumber dangerous": OFFICE
        | DRIVER,
    },
    "DangerousGoods": {"unNumber hazardClass packingGroup": OFFICE | DRIVER},
    "Party": {"role name country": OFFICE | DRIVER},
    "CrewMember": {"name nationality documents": OFFICE | DRIVER},
    "PersonDocument": {"kind number issuingCountry expiresOn": OFFICE | DRIVER},
    "Reference": {"kind number": OFFICE | DRIVER},
    "RuleFailure": {"code message path args": OFFICE | DRIVER},
    "Trip": {
        "id orderId reference state direction checkpointId voucherId createdAt submittedAt decidedAt version "
        "rejectionReason": PARTIES,
        "declaration failures": OFFICE | DRIVER,
    },
    "TripConnection": {"edges pageInfo": OFFICE},
    "TripEdge": {"cursor node": OFFICE},
    "WorkOrderOpened": {"session order trip": DRIVER},
}
