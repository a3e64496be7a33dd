"""Checkpoints as stored; lanes and bays are few and live inside their checkpoint."""

from beanie import Document
from pydantic import BaseModel

from core.declarations import LeadTimePreset
from core.passages import LanePolicy, OfflinePolicy
from core.vouchers.claims import Direction, LaneClass
from core.words import Language


class StoredPolicy(BaseModel):
    """A lane's policy as stored; `core.passages.LanePolicy` is what decides with it."""

    wait_seconds: int = 10
    diverts_after_seconds: int = 15
    temperature_required: bool = True
    containers_required: bool = True
    offline: OfflinePolicy = OfflinePolicy.OFFICER
    accepts_print: bool = False
    lane_class: LaneClass = LaneClass.GOODS
    directions: list[Direction] = list(Direction)

    def value(self) -> LanePolicy:
        """Return the policy as the decision takes it."""
        return LanePolicy(
            wait_seconds=self.wait_seconds,
            diverts_after_seconds=self.diverts_after_seconds,
            temperature_required=self.temperature_required,
            containers_required=self.containers_required,
            offline=self.offline,
            accepts_print=self.accepts_print,
            lane_class=self.lane_class,
            directions=frozenset(self.directions),
        )


class Lane(BaseModel):
    """A lane: one vehicle at a time, one barrier."""

    id: str
    number: int
    open: bool = True
    policy: StoredPolicy = StoredPolicy()


class Bay(BaseModel):
    """A numbered place beside the lanes where an exception is looked at."""

    id: str
    number: int


class Checkpoint(Document):
    """A port's site. `number` is what the voucher carries; `time_zone` is an IANA name.

    `lead_time` names the law by which a declaration must be there before the vehicle; the demo's port asks for none.
    """

    id: str  # type: ignore[assignment]
    number: int
    names: dict[Language, str]
    time_zone: str
    lead_time: LeadTimePreset = LeadTimePreset.NONE
    lanes: list[Lane]
    bays: list[Bay]

    class Settings:
        """Storage."""

        name = "checkpoints"

    def lane(self, lane_id: str) -> Lane | None:
        """Return the lane of this id, None if it is not here."""
        return next((lane for lane in self.lanes if lane.id == lane_id), None)


MODELS: list[type[Document]] = [Checkpoint]
