"""Who may read and do what of clearances."""

from backend.kit.graphql import PermissionTable
from core.roles import Role

DRIVER = frozenset({Role.DRIVER})
OFFICER = frozenset({Role.OFFICER})
AGENCY = frozenset({Role.AGENCY})
DESK = OFFICER | AGENCY
PERMISSIONS: PermissionTable = {
    "Query.tripReview": DESK,
    "Query.reviewQueue": OFFICER,
    "Query.clearanceQueue": AGENCY,
    "Query.agencyQueue": AGENCY,
    "Query.decisionExplanation": DESK | DRIVER,
    "Mutation.submitDeclaration": DRIVER,
    "Mutation.amendTrip": DRIVER,
    "Mutation.withdrawTrip": DRIVER,
    "Mutation.cancelWorkOrder": frozenset({Role.CARRIER}),
    "Mutation.declineWorkOrder": DRIVER,
    "Mutation.answerClearance": AGENCY,
    "Mutation.answerClearances": AGENCY,
    "Mutation.askDriver": DESK,
    "Mutation.withdrawQuestion": DESK,
    "Mutation.answerQuestion": DRIVER,
    "Mutation.approveTrip": OFFICER,
    "Mutation.rejectTrip": OFFICER,
    "DeclarationIncomplete": {"trip failures": DRIVER},
    "Hold": {"kind reason legalReference place bayId visitOrder": DESK | DRIVER},
    "Visit": {"number agency hold ground": DESK | DRIVER},
    "Question": {"askedBy": DESK, "id agency text askedAt state answer closedAt": DESK | DRIVER},
    "Clearance": {
        "answeredBy concern": DESK,
        "agency state hold inspection deadline answeredAt": DESK | DRIVER,
    },
    "ApprovalReason": {"rule message args inputs": DESK | DRIVER},
    "Approval": {"byRule decidedBy at reasons inspection": DESK},
    "TripReview": {
        "trip clearances approval reviewReasons voucher questions visits inspection inspectionToChoose version": DESK,
    },
    "DecisionExplanation": {"tripId state byRule decidedBy decidedAt reasons steps": DESK | DRIVER},
    "DecisionStep": {"kind at decider name agency state text reasons": DESK | DRIVER},
    "ClearanceTaken": {"tripId tripState clearance version": AGENCY},
    "ClearancesTaken": {"results": AGENCY},
    "AgencyQueue": {"counts edges pageInfo at": AGENCY},
    "AgencyQueueCount": {"state trips late": AGENCY},
    "AgencyQueueEntry": {"review clearance late questionOpen": AGENCY},
    "AgencyQueueEntryEdge": {"cursor node": AGENCY},
    "TripReviewConnection": {"edges pageInfo": DESK},
    "TripReviewEdge": {"cursor node": DESK},
}
