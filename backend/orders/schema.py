"""Work orders in the schema."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated

import strawberry

from backend.kit.context import UnitOfWork
from backend.kit.graphql import (
    Edge,
    Info,
    PageInfo,
    PermissionTable,
    PersonalTable,
    Problem,
    expected_errors,
    page_info,
)
from backend.kit.paging import page
from backend.orders import model, policy, service
from backend.orders.schema_containers import ContainerInput, DeclaredContainer
from core.problems import ProblemCode, Refusal
from core.roles import Role
from core.states import WorkOrderState
from core.vouchers.claims import Direction

PARTIES = frozenset({Role.CARRIER, Role.DRIVER, Role.OFFICER})
KEY = "8 to 64 characters, fresh for every intention; the same key gives the same answer for 30 days"


@strawberry.type(description="A carrier's order to carry; its driver gets it by a link with a one-time code.")
class WorkOrder:
    """A work order."""

    id: strawberry.ID = strawberry.field(description="24 hexadecimal digits")
    reference: str = strawberry.field(description="The carrier's own number")
    state: WorkOrderState
    direction: Direction
    checkpoint_id: strawberry.ID
    goods_summary: str
    containers: list[DeclaredContainer]
    window_start: datetime = strawberry.field(description="Planned arrival: not before")
    window_end: datetime = strawberry.field(
        description="Planned arrival: not after; the link expires with it"
    )
    driver_name: str
    driver_phone: str = strawberry.field(description="E.164")
    carrier_name: str
    created_at: datetime
    trip_id: strawberry.ID | None = strawberry.field(description="The trip that carries it, once accepted")
    link_expires_at: datetime | None = strawberry.field(description="Null once the link was used")
    disclosed_as: strawberry.Private[str]

    @classmethod
    def of(cls, order: model.WorkOrder) -> "WorkOrder":
        """Show an order."""
        return cls(
            id=strawberry.ID(order.id),
            reference=order.reference,
            state=order.state,
            direction=order.direction,
            checkpoint_id=strawberry.ID(order.checkpoint_id),
            goods_summary=order.goods_summary,
            containers=[DeclaredContainer.of(container) for container in order.containers],
            window_start=order.window_start,
            window_end=order.window_end,
            driver_name=order.driver_name,
            driver_phone=order.driver_phone,
            carrier_name=order.carrier_name,
            created_at=order.created_at,
            trip_id=strawberry.ID(order.trip_id) if order.trip_id else None,
            link_expires_at=None if order.link.used_at else order.link.expires_at,
            disclosed_as=service.stream_of(order.id),
        )


@strawberry.type(description="A page of orders, newest first.")
class WorkOrderConnection:
    """A page."""

    edges: list[Edge[WorkOrder]]
    page_info: PageInfo


@strawberry.type(description="An order whose link is on its way to the driver.")
class WorkOrderSent:
    """An order and its link."""

    order: WorkOrder
    link: str = strawberry.field(
        description="Opens the order once, on one phone. It was sent to the driver; no later query shows it again"
    )


@strawberry.input(description="A new work order.")
class CreateWorkOrderInput:
    """An order."""

    idempotency_key: str = strawberry.field(description=KEY)
    reference: str = strawberry.field(description="The carrier's own number, at most 40 characters")
    direction: Direction
    checkpoint_id: strawberry.ID
    goods_summary: str = strawberry.field(description="At most 300 characters")
    containers: list[ContainerInput] = strawberry.field(description="At most 4; none for an empty truck")
    window_start: datetime = strawberry.field(description="RFC 3339 with its offset")
    window_end: datetime = strawberry.field(description="At most 24 h after the start, at most 30 days ahead")
    driver_name: str = strawberry.field(description="At most 60 characters")
    driver_phone: str = strawberry.field(description="With country code; a mainland mobile may come without")

    def value(self) -> service.NewOrder:
        """Return it as a value."""
        return service.NewOrder(
            reference=self.reference,
            direction=self.direction,
            checkpoint_id=str(self.checkpoint_id),
            goods_summary=self.goods_summary,
            containers=tuple(container.value() for container in self.containers),
            window_start=self.window_start,
            window_end=self.window_end,
            driver_name=self.driver_name,
            driver_phone=self.driver_phone,
        )


@strawberry.input(description="Names an order.")
class OrderKeyInput:
    """Which order."""

    idempotency_key: str = strawberry.field(description=KEY)
    order_id: strawberry.ID


CreateWorkOrderResult = Annotated[
    WorkOrderSent | Problem,
    strawberry.union("CreateWorkOrderResult", description="The order sent, or why not."),
]
ResendWorkOrderLinkResult = Annotated[
    WorkOrderSent | Problem,
    strawberry.union("ResendWorkOrderLinkResult", description="The order with its new link, or why not."),
]
WorkOrderResult = Annotated[
    WorkOrder | Problem,
    strawberry.union("WorkOrderResult", description="The order as it now stands, or why not."),
]


@dataclass(frozen=True)
class LinkReply:
    """What is kept of an answer: the link is made again from these, so that no stored reply holds it."""

    order_id: str
    link_number: int


async def shown(info: Info, order_id: str) -> WorkOrder:
    """Return the order as it now stands. Raises Refusal NOT_FOUND."""
    order = await service.find(info.context.db, order_id)
    if order is None or not policy.may_see(info.context.actor, order):
        raise Refusal(ProblemCode.NOT_FOUND)
    return WorkOrder.of(order)


async def _sent(info: Info, reply: LinkReply) -> WorkOrderSent:
    link = service.link_of(info.context.settings, reply.order_id, reply.link_number)
    return WorkOrderSent(order=await shown(info, reply.order_id), link=link)


@strawberry.type
class Query:
    """Root fields about orders."""

    @strawberry.field(description="The carrier's own orders, newest first")
    async def work_orders(self, info: Info, first: int = 20, after: str | None = None) -> WorkOrderConnection:
        """Return a page of them."""
        found = await page(
            info.context.db[service.ORDERS],
            {"carrier_id": policy.carrier_id(info.context.actor)},
            [("created_at", -1), ("_id", -1)],
            first=first,
            after=after,
        )
        nodes = [WorkOrder.of(model.WorkOrder.of(row)) for row in found.items]
        edges = [Edge(cursor=cursor, node=node) for cursor, node in zip(found.cursors, nodes, strict=True)]
        return WorkOrderConnection(edges=edges, page_info=page_info(found))

    @strawberry.field(
        description="An order of yours (as carrier or driver), null for any other; officers see all"
    )
    async def work_order(self, info: Info, id: strawberry.ID) -> WorkOrder | None:  # noqa: A002 - the schema's word
        """Return it."""
        order = await service.find(info.context.db, str(id))
        return WorkOrder.of(order) if order and policy.may_see(info.context.actor, order) else None


@strawberry.type
class Mutation:
    """Root mutations about orders."""

    @strawberry.mutation(
        description="A carrier sends an order; its driver is told the link. The answer points at the first wrong "
        "field: FIELD_REQUIRED, FIELD_TOO_LONG, CONTAINER_*, SEAL_*, PHONE_INVALID, WINDOW_*, NOT_FOUND (checkpoint)."
    )
    @expected_errors
    async def create_work_order(self, info: Info, input: CreateWorkOrderInput) -> CreateWorkOrderResult:  # noqa: A002
        """Create it."""
        new = input.value()

        async def create(unit: UnitOfWork) -> LinkReply:
            order = await service.create(unit, new)
            return LinkReply(order.id, order.link.number)

        reply = await info.context.once(
            "createWorkOrder", input.idempotency_key, asdict(new), LinkReply, create
        )
        return await _sent(info, reply)

    @strawberry.mutation(
        description="Send the driver a new link; the former one opens nothing any more. For an order under way it "
        "brings another phone in and signs the former one out. ORDER_NOT_OPEN when it has ended."
    )
    @expected_errors
    async def resend_work_order_link(self, info: Info, input: OrderKeyInput) -> ResendWorkOrderLinkResult:  # noqa: A002
        """Send it."""
        order_id = str(input.order_id)

        async def resend(unit: UnitOfWork) -> LinkReply:
            order = await service.resend(unit, order_id)
            return LinkReply(order.id, order.link.number)

        reply = await info.context.once(
            "resendWorkOrderLink",
            input.idempotency_key,
            order_id,
            LinkReply,
            resend,
            streams=[service.stream_of(order_id)],
        )
        return await _sent(info, reply)


PERSONAL: PersonalTable = {"WorkOrder": "driverName driverPhone"}
PERMISSIONS: PermissionTable = {
    "Query.workOrders": frozenset({Role.CARRIER}),
    "Query.workOrder": PARTIES,
    "Mutation.createWorkOrder": frozenset({Role.CARRIER}),
    "Mutation.resendWorkOrderLink": frozenset({Role.CARRIER}),
    "DeclaredContainer": {"number seals sealDetails sizeType loaded": PARTIES | {Role.AGENCY}},
    "SealDetail": {"number sealClass sealingParty": PARTIES | {Role.AGENCY}},
    "WorkOrder": {
        "id reference state direction checkpointId goodsSummary containers windowStart windowEnd driverName "
        "driverPhone carrierName createdAt tripId linkExpiresAt": PARTIES,
    },
    "WorkOrderConnection": {"edges pageInfo": frozenset({Role.CARRIER})},
    "WorkOrderEdge": {"cursor node": frozenset({Role.CARRIER})},
    "WorkOrderSent": {"order link": frozenset({Role.CARRIER})},
}
