"""Checkpoints in the schema."""

import strawberry

from backend.kit.graphql import PermissionTable
from backend.kit.graphql.permissions import EVERYBODY
from backend.sites import model, service
from core.declarations import LeadTimePreset
from core.vouchers.claims import Direction, LaneClass
from core.words import Language


@strawberry.type(description="What a lane takes and demands.")
class LanePolicy:
    """A lane's policy."""

    wait_seconds: int = strawberry.field(description="How long it waits for missing facts before it refers")
    divert_after_seconds: int = strawberry.field(description="An exception must have left the lane by then")
    temperature_required: bool
    containers_required: bool = strawberry.field(
        description="Whether every declared container must have been read"
    )
    accepts_print: bool = strawberry.field(
        description="Whether a printed code, without its live part, is accepted"
    )
    lane_class: LaneClass
    directions: list[Direction]

    @classmethod
    def of(cls, policy: model.StoredPolicy) -> "LanePolicy":
        """Show a policy."""
        return cls(
            wait_seconds=policy.wait_seconds,
            divert_after_seconds=policy.diverts_after_seconds,
            temperature_required=policy.temperature_required,
            containers_required=policy.containers_required,
            accepts_print=policy.accepts_print,
            lane_class=policy.lane_class,
            directions=policy.directions,
        )


@strawberry.type(description="A lane: one vehicle at a time, one barrier.")
class Lane:
    """A lane."""

    id: strawberry.ID
    number: int
    name: str = strawberry.field(description="What people call it, the number as written over the lane")
    open: bool
    policy: LanePolicy


@strawberry.type(description="A numbered place beside the lanes where an exception is looked at.")
class Bay:
    """A bay."""

    id: strawberry.ID
    number: int
    name: str


@strawberry.type(description="A port's site with its lanes and bays.")
class Checkpoint:
    """A checkpoint."""

    id: strawberry.ID
    number: int = strawberry.field(description="The number that vouchers carry")
    time_zone: str = strawberry.field(description="IANA time zone in which people there read clocks")
    lead_time: LeadTimePreset = strawberry.field(
        description="How long before the planned arrival it wants a declaration"
    )
    lanes: list[Lane]
    bays: list[Bay]
    names: strawberry.Private[dict[Language, str]]

    @strawberry.field(description="The port's name in a language")
    def name(self, language: Language = Language.EN) -> str:
        """Return the name."""
        return self.names.get(language, self.names[Language.EN])

    @classmethod
    def of(cls, checkpoint: model.Checkpoint) -> "Checkpoint":
        """Show a checkpoint."""
        return cls(
            id=strawberry.ID(checkpoint.id),
            number=checkpoint.number,
            time_zone=checkpoint.time_zone,
            lead_time=checkpoint.lead_time,
            lanes=[
                Lane(
                    id=strawberry.ID(lane.id),
                    number=lane.number,
                    name=str(lane.number),
                    open=lane.open,
                    policy=LanePolicy.of(lane.policy),
                )
                for lane in checkpoint.lanes
            ],
            bays=[
                Bay(id=strawberry.ID(bay.id), number=bay.number, name=str(bay.number))
                for bay in checkpoint.bays
            ],
            names=checkpoint.names,
        )


@strawberry.type
class Query:
    """Root fields about places."""

    @strawberry.field(description="All checkpoints, by number")
    async def checkpoints(self) -> list[Checkpoint]:
        """Return them."""
        return [Checkpoint.of(found) for found in await service.checkpoints()]


PERMISSIONS: PermissionTable = {
    "Query.checkpoints": EVERYBODY,
    "Checkpoint": {"id number name timeZone leadTime lanes bays": EVERYBODY},
    "Lane": {"id number name open policy": EVERYBODY},
    "Bay": {"id number name": EVERYBODY},
    "LanePolicy": {
        "waitSeconds divertAfterSeconds temperatureRequired containersRequired": EVERYBODY,
        "acceptsPrint laneClass directions": EVERYBODY,
    },
}
