"""Who may use which field of the lanes' schema."""

from backend.kit.graphql import PermissionTable
from backend.kit.graphql.permissions import EVERYBODY
from core.roles import Role

AGENTS = frozenset({Role.LANE_AGENT})
OFFICERS = frozenset({Role.OFFICER})
DRIVERS = frozenset({Role.DRIVER})
SEE_PASSAGES = frozenset({Role.OFFICER, Role.AGENCY, Role.LANE_AGENT, Role.DRIVER})
SEE_BOARD = frozenset({Role.OFFICER, Role.AGENCY})

PERMISSIONS: PermissionTable = {
    "Query.laneBoard": SEE_BOARD,
    "Query.driverHome": DRIVERS,
    "Query.passage": SEE_PASSAGES,
    "Query.passages": SEE_BOARD,
    "Mutation.openPassage": AGENTS,
    "Mutation.reportTemperature": AGENTS,
    "Mutation.releasePassage": AGENTS,
    "Mutation.referPassage": AGENTS,
    "Mutation.refusePassage": AGENTS,
    "Mutation.reportDeparture": AGENTS | OFFICERS,
    "Mutation.reportBarrier": AGENTS,
    "Mutation.reportRefusal": AGENTS,
    "Mutation.decidePassage": OFFICERS,
    "Mutation.submitReadings": frozenset({Role.WORKER}),
    "SubjectFact": {"kind declared verdict read captureId": SEE_PASSAGES, "evidenceId": OFFICERS | AGENTS},
    "DecisionReason": {"code args": SEE_PASSAGES},
    "LaneDecision": {"outcome reasons at byOfficer": SEE_PASSAGES, "note": OFFICERS | AGENTS},
    "PassagePlace": {"kind id since": SEE_PASSAGES},
    "PassageClearance": {"agency state holdKind inspection": SEE_PASSAGES},
    "Passage": {
        "id state checkpointId voucherId tripId places place plates containers language clockAhead subjects "
        "temperature clearances captureIds decision openedAt releasedAt leftLaneAt exitedAt version": SEE_PASSAGES,
    },
    "PassageEdge": {"cursor node": SEE_BOARD},
    "PassageConnection": {"edges pageInfo": SEE_BOARD},
    "PassageOpened": {"passage returned": AGENTS},
    "PassageReleased": {"passage openUntil": AGENTS},
    "RefusalRecorded": {"code": AGENTS},
    "LaneCard": {
        "laneId bayId passageId state plates containers temperature since reasons open agentSeenAt": SEE_BOARD,
    },
    "DriverHome": {"order trip clearances questions visits voucher passage positions serverTime": DRIVERS},
    "StreamPosition": {"stream seq": EVERYBODY},
    "LaneBoard": {"checkpoint lanes bays positions at": SEE_BOARD},
}
