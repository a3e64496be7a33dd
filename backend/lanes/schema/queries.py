"""What one asks of passages and boards."""

import strawberry

from backend.kit.graphql import Edge, Info, page_info
from backend.lanes import model, policy, service
from backend.lanes.schema.home import DriverHome, home
from backend.lanes.schema.types import LaneBoard, Passage, PassageConnection, shown, shown_one
from backend.trips import service as trips
from core.roles import Role


@strawberry.type
class Query:
    """Root fields about passages."""

    @strawberry.field(description="All lanes and bays of a checkpoint as they stand now")
    async def lane_board(self, info: Info, checkpoint_id: strawberry.ID) -> LaneBoard:
        """Return the board."""
        board = await service.board(info.context.db, str(checkpoint_id))
        return LaneBoard.of(board, info.context.clock.now())

    @strawberry.field(description="The signed-in driver's trip with all that belongs to it")
    async def driver_home(self, info: Info) -> DriverHome:
        """Return the driver's home."""
        return await home(info.context)

    @strawberry.field(description="One passage; null when there is none that the asker may see")
    async def passage(self, info: Info, id: strawberry.ID) -> Passage | None:  # noqa: A002 - the schema's word
        """Return it."""
        context = info.context
        found = await service.find(context.db, str(id))
        if found is None:
            return None
        driver_id = None
        if context.actor.role is Role.DRIVER:
            trip = await trips.find(context.db, found.trip_id)
            driver_id = trip.driver_id if trip is not None else None
        return await shown_one(context, found) if policy.sees(context.actor, found, driver_id) else None

    @strawberry.field(description="A checkpoint's passages, newest first")
    async def passages(
        self, info: Info, checkpoint_id: strawberry.ID, first: int = 20, after: str | None = None
    ) -> PassageConnection:
        """Return a page."""
        page = await service.page_of_checkpoint(info.context.db, str(checkpoint_id), first, after)
        nodes = await shown(info.context, [model.Passage.of(row) for row in page.items])
        edges = [Edge(cursor=cursor, node=node) for cursor, node in zip(page.cursors, nodes, strict=True)]
        return PassageConnection(edges=edges, page_info=page_info(page))
