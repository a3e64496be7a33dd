"""The use cases of a lane, in the order of a visit: open, learn, release or divert, leave."""

from backend.lanes.service.boards import (
    Board,
    Card,
    board,
    card_of_bay,
    card_of_lane,
    since,
    streams_of_board,
)
from backend.lanes.service.departures import (
    Departure,
    LaneRefusal,
    abandon_silent,
    report_barrier,
    report_departure,
    report_refusal,
)
from backend.lanes.service.diverting import OfficerSays, decide_passage, refer_passage, refuse_passage
from backend.lanes.service.driving import trip_of_driver
from backend.lanes.service.facts import of_lane, report_temperature, submit_readings
from backend.lanes.service.opening import Opened, OpenPassage, Scan, open_passage, read_code, streams_of
from backend.lanes.service.presence import NOTED_EVERY, AgentSeen, note_agent, presence_topic
from backend.lanes.service.reading import (
    find,
    in_lane,
    latest_of_trip,
    open_of_trips,
    open_trips,
    page_of_checkpoint,
    standing,
    streams_of_passage,
)
from backend.lanes.service.release import GRANT_LASTS, release_passage

__all__ = [
    "GRANT_LASTS",
    "NOTED_EVERY",
    "AgentSeen",
    "Board",
    "Card",
    "Departure",
    "LaneRefusal",
    "OfficerSays",
    "OpenPassage",
    "Opened",
    "Scan",
    "abandon_silent",
    "board",
    "card_of_bay",
    "card_of_lane",
    "decide_passage",
    "find",
    "in_lane",
    "latest_of_trip",
    "note_agent",
    "of_lane",
    "open_of_trips",
    "open_passage",
    "open_trips",
    "page_of_checkpoint",
    "presence_topic",
    "read_code",
    "refer_passage",
    "refuse_passage",
    "release_passage",
    "report_barrier",
    "report_departure",
    "report_refusal",
    "report_temperature",
    "since",
    "standing",
    "streams_of",
    "streams_of_board",
    "streams_of_passage",
    "submit_readings",
    "trip_of_driver",
]
