"""The roles an actor can have."""

from enum import StrEnum


class Role(StrEnum):
    """Who is asking; permissions are declared for roles."""

    ANONYMOUS = "ANONYMOUS"
    DRIVER = "DRIVER"
    CARRIER = "CARRIER"
    OFFICER = "OFFICER"
    AGENCY = "AGENCY"
    AUDITOR = "AUDITOR"
    LANE_AGENT = "LANE_AGENT"
    WORKER = "WORKER"
    SYSTEM = "SYSTEM"
