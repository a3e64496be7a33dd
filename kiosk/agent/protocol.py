"""The messages between a lane's page and its agent; the page's TypeScript is made from this file."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from pydantic.alias_generators import to_camel

from core.words import Language
from kiosk.agent.devices.base import DeviceStatus

LONGEST_MESSAGE = 8192
"""Bytes of one message from the page."""
CLOSE_BAD_MESSAGE, CLOSE_BAD_TOKEN = 4400, 4401
"""WebSocket close codes: a message that is none of these, a token that is not of this start."""


class Message(BaseModel):
    """One message or a part of it; names are camelCase on the wire, unknown fields are refused."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=True,
        json_schema_serialization_defaults_required=True,
    )


class Hello(Message):
    """The page's first message: the token that stood in the page."""

    type: Literal["hello"] = "hello"
    token: str = Field(max_length=200)


class CodeSource(StrEnum):
    """Who read the code for the page."""

    CAMERA = "camera"
    WEDGE = "wedge"


class CodeSeen(Message):
    """The text of a code that the page's camera or keyboard wedge has seen."""

    type: Literal["code"] = "code"
    text: str = Field(max_length=4096)
    source: CodeSource


class LanguageChosen(Message):
    """The driver touched a language."""

    type: Literal["language"] = "language"
    language: Language


class Ping(Message):
    """The page is still there; the agent answers with the state."""

    type: Literal["ping"] = "ping"


PageMessage = Annotated[Hello | CodeSeen | LanguageChosen | Ping, Field(discriminator="type")]
from_page: TypeAdapter[Hello | CodeSeen | LanguageChosen | Ping] = TypeAdapter(PageMessage)
"""Reads one message of the page; raises ValidationError."""


class Phase(StrEnum):
    """What the lane is doing, as the driver sees it."""

    REST = "REST"
    CHECKING = "CHECKING"
    MATCHING = "MATCHING"
    GO = "GO"
    BAY = "BAY"
    REFUSED = "REFUSED"
    ASSIST = "ASSIST"
    CLOSED = "CLOSED"
    FAULT = "FAULT"


class FactName(StrEnum):
    """What a fact on the lane's face is about."""

    CODE = "code"
    PLATE = "plate"
    CONTAINER = "container"
    TEMPERATURE = "temperature"
    CLEARANCE = "clearance"


class FactStatus(StrEnum):
    """How a fact stands."""

    WAITING = "waiting"
    GOOD = "good"
    BAD = "bad"
    UNSURE = "unsure"


class LaneFact(Message):
    """One thing the lane looks at: its subject (a plate, a container, an agency) and what was found."""

    name: FactName
    subject: str
    status: FactStatus
    detail: str = ""


class ReasonSource(StrEnum):
    """In which file of words a reason's code stands."""

    PROBLEM = "problem"
    REASON = "reason"


class LaneReason(Message):
    """Why the lane does what it does; the words are in `core/words`."""

    code: str
    args: dict[str, str]
    source: ReasonSource


class LaneBay(Message):
    """Where a referred vehicle goes."""

    id: str
    number: int


class BarrierPosition(StrEnum):
    """The barrier as the driver needs to know it."""

    CLOSED = "CLOSED"
    OPENING = "OPENING"
    OPENED = "OPENED"
    UNKNOWN = "UNKNOWN"


class HubState(StrEnum):
    """Whether the hub is heard."""

    ONLINE = "ONLINE"
    OFFLINE = "OFFLINE"


class LaneDevice(Message):
    """One device of the lane."""

    name: str
    status: DeviceStatus


class LaneView(Message):
    """All that the lane's face shows; public, because it hangs over the lane. Sent whole on every change."""

    type: Literal["state"] = "state"
    lane_id: str
    lane_name: str
    takes_paper: bool
    """Whether a printed code is accepted here."""
    phase: Phase
    language: Language
    plates: tuple[str, ...]
    facts: tuple[LaneFact, ...]
    reasons: tuple[LaneReason, ...]
    bay: LaneBay | None
    barrier: BarrierPosition
    hub: HubState
    devices: tuple[LaneDevice, ...]
    since: datetime
    server_time: datetime
    sequence: int
