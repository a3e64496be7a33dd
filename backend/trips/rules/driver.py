"""Rules about the driver: who he is and how he is reached."""

from backend.trips.rules.rule import Rule, Subject, noted
from core.problems import ProblemCode

SHEET = "WCO Data Model (Person, Communication)"

RULES = (
    Rule(
        id="driver.name",
        subject=Subject.DRIVER,
        code=ProblemCode.FIELD_REQUIRED,
        field="driverName",
        source=SHEET,
        example="–",
        find=noted(ProblemCode.FIELD_REQUIRED, "driverName"),
    ),
    Rule(
        id="driver.name-length",
        subject=Subject.DRIVER,
        code=ProblemCode.FIELD_TOO_LONG,
        field="driverName",
        args=("limit",),
        source=SHEET,
        example="61 × A",
        find=noted(ProblemCode.FIELD_TOO_LONG, "driverName"),
    ),
    Rule(
        id="driver.name-letters",
        subject=Subject.DRIVER,
        code=ProblemCode.INVALID_INPUT,
        field="driverName",
        source="Unicode (general category L, M)",
        example="A1",
        find=noted(ProblemCode.INVALID_INPUT, "driverName"),
    ),
    Rule(
        id="driver.phone",
        subject=Subject.DRIVER,
        code=ProblemCode.CONTACT_MISSING,
        field="driverPhone",
        source=SHEET,
        example="–",
        find=noted(ProblemCode.CONTACT_MISSING, "driverPhone"),
    ),
    Rule(
        id="driver.phone-form",
        subject=Subject.DRIVER,
        code=ProblemCode.PHONE_INVALID,
        field="driverPhone",
        source="ITU-T E.164",
        example="61234567",
        find=noted(ProblemCode.PHONE_INVALID, "driverPhone"),
    ),
)
