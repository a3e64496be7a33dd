"""The states of orders, trips, clearances, questions, inspections and vouchers, named as everywhere else."""

from enum import StrEnum


class WorkOrderState(StrEnum):
    """A carrier's order to carry."""

    DRAFT = "DRAFT"
    ASSIGNED = "ASSIGNED"
    ACCEPTED = "ACCEPTED"
    COMPLETED = "COMPLETED"
    DECLINED = "DECLINED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"


class TripState(StrEnum):
    """One crossing by one vehicle; an incomplete one stays DRAFT with its failures."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    UNDER_REVIEW = "UNDER_REVIEW"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"
    ARRIVED = "ARRIVED"
    HELD = "HELD"
    CLEARED = "CLEARED"
    TURNED_BACK = "TURNED_BACK"
    DETAINED = "DETAINED"
    EXPIRED = "EXPIRED"


class ClearanceState(StrEnum):
    """One agency's verdict; SILENT means its deadline passed without an answer."""

    PENDING = "PENDING"
    CLEAR = "CLEAR"
    HOLD = "HOLD"
    SILENT = "SILENT"


class HoldKind(StrEnum):
    """Where a hold stops the vehicle: before the voucher is issued, or at a bay of the checkpoint."""

    BEFORE_ARRIVAL = "BEFORE_ARRIVAL"
    AT_BAY = "AT_BAY"


class InspectionNeed(StrEnum):
    """Whether an examination is due; UNDECIDED is not NOT_REQUIRED."""

    UNDECIDED = "UNDECIDED"
    NOT_REQUIRED = "NOT_REQUIRED"
    REQUIRED = "REQUIRED"


class VoucherState(StrEnum):
    """The life of a voucher; only an ISSUED one can be spent, and once."""

    ISSUED = "ISSUED"
    SUPERSEDED = "SUPERSEDED"
    REVOKED = "REVOKED"
    SPENT = "SPENT"
    EXPIRED = "EXPIRED"


class Agency(StrEnum):
    """The agencies that give a verdict on a trip."""

    CUSTOMS = "CUSTOMS"
    BORDER_INSPECTION = "BORDER_INSPECTION"
    HEALTH = "HEALTH"
    TRANSPORT = "TRANSPORT"
    QUARANTINE = "QUARANTINE"


class QuestionState(StrEnum):
    """A question to a trip's driver; AMENDED when he changed his declaration in place of an answer."""

    OPEN = "OPEN"
    ANSWERED = "ANSWERED"
    WITHDRAWN = "WITHDRAWN"
    AMENDED = "AMENDED"


class DecisionStepKind(StrEnum):
    """What happened on the way to a decision about a trip."""

    AGENCIES_ASKED = "AGENCIES_ASKED"
    AGENCY_ANSWERED = "AGENCY_ANSWERED"
    HOLD_LIFTED = "HOLD_LIFTED"
    AGENCY_SILENT = "AGENCY_SILENT"
    QUESTION_ASKED = "QUESTION_ASKED"
    QUESTION_ANSWERED = "QUESTION_ANSWERED"
    QUESTION_WITHDRAWN = "QUESTION_WITHDRAWN"
    SENT_TO_OFFICER = "SENT_TO_OFFICER"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    TAKEN_BACK = "TAKEN_BACK"


class Decider(StrEnum):
    """Who took a step: the rules, an officer, an agency, or the driver."""

    RULES = "RULES"
    OFFICER = "OFFICER"
    AGENCY = "AGENCY"
    DRIVER = "DRIVER"
