"""The words of core as the schema shows them.

They are registered in one place: strawberry takes an enum that it meets unregistered for another type of that name.
"""

import strawberry

from core.declarations import (
    DocumentKind,
    LeadTimePreset,
    PackingGroup,
    PartyRole,
    ReferenceKind,
    SealClass,
    SealingParty,
)
from core.identifiers.plates import Jurisdiction
from core.passages import Outcome, PassageState, SubjectKind, TemperatureBand, Verdict
from core.problems import ProblemCode
from core.roles import Role
from core.states import (
    Agency,
    ClearanceState,
    Decider,
    DecisionStepKind,
    HoldKind,
    InspectionNeed,
    QuestionState,
    TripState,
    VoucherState,
    WorkOrderState,
)
from core.vouchers.claims import Direction, LaneClass, Presentation
from core.words import Language

strawberry.enum(
    ProblemCode, description="Every expected refusal. Programs act on the code, people read the message."
)
strawberry.enum(SubjectKind, description="What a camera looks for.")
strawberry.enum(Verdict, name="MatchVerdict", description="Whether an image shows what was declared.")
strawberry.enum(
    ClearanceState,
    description="PENDING until the agency answers; CLEAR; HOLD; SILENT when its deadline passed without an answer.",
)
strawberry.enum(
    HoldKind,
    description="BEFORE_ARRIVAL: the vehicle must not come yet. AT_BAY: it may come and is seen at a bay.",
)
strawberry.enum(
    InspectionNeed,
    description="UNDECIDED is not NOT_REQUIRED: a lane sends the vehicle to a bay for both others.",
)
strawberry.enum(Role, description="Who is asking; permissions are declared for roles.")
strawberry.enum(Language, description="The languages every sentence exists in.")
strawberry.enum(
    Agency,
    description="The agencies that give a verdict on a trip: customs; border inspection of persons; health; transport "
    "(vehicle and driver); quarantine of animals and plants, asked for such goods only. There may be fewer of them.",
)
strawberry.enum(
    QuestionState,
    description="OPEN until the driver answers (ANSWERED), the question is WITHDRAWN or its trip ends, or the driver "
    "takes the trip back to change it (AMENDED).",
)
strawberry.enum(
    DecisionStepKind,
    description="What happened on the way to a decision. SENT_TO_OFFICER: the rules leave it to one. TAKEN_BACK: "
    "the driver changes his declaration, and the agencies are asked anew when he submits it.",
)
strawberry.enum(Decider, description="Who took a step of a decision; RULES: no person.")
strawberry.enum(
    PassageState,
    description="MATCHING in a lane, ASSISTING when an officer has taken it up, DIVERTED at a bay or on the way there, "
    "RELEASED until it has left, then EXITED; or REFUSED, ABANDONED, FAULT. Only RELEASED opens the barrier.",
)
strawberry.enum(
    TemperatureBand, description="A measured temperature as a band; the figure itself is never kept."
)
strawberry.enum(Outcome, description="What happens to the vehicle now.")
strawberry.enum(
    WorkOrderState,
    description="ASSIGNED: its driver was sent the link. ACCEPTED: he opened it and a trip exists. COMPLETED: the "
    "vehicle was released. DECLINED by the driver, CANCELLED by the carrier, EXPIRED with its window.",
)
strawberry.enum(
    Direction, description="The way of the crossing: SOUTHBOUND leaves the mainland, NORTHBOUND enters it."
)
strawberry.enum(LaneClass, description="The kind of traffic a voucher or a lane is for.")
strawberry.enum(
    Jurisdiction,
    description="Where a plate was issued: Hong Kong MA1234 and Macao MA-12-34 are the same characters.",
)
strawberry.enum(
    TripState,
    description="DRAFT until the declaration breaks no rule; SUBMITTED while the agencies answer; UNDER_REVIEW by an "
    "officer; APPROVED with a voucher, or REJECTED; ARRIVED in a lane, HELD at a bay; CLEARED, TURNED_BACK or DETAINED "
    "there; WITHDRAWN by its driver or carrier; EXPIRED with its window.",
)
strawberry.enum(
    VoucherState,
    description="Only an ISSUED voucher admits a vehicle, once. SUPERSEDED: a newer one exists, or the trip is being "
    "changed. REVOKED: withdrawn by the office, or with its trip. SPENT: its vehicle was released.",
)
strawberry.enum(
    Presentation,
    description="LIVE: on a phone, with a part that changes every 30 s. PRINT: on paper, without.",
)
strawberry.enum(
    SealClass,
    description="How strong a seal is by ISO 17712; its maker prints I, S or H on it, in this order.",
)
strawberry.enum(SealingParty, description="Who put a seal on (UN/EDIFACT 9303).")
strawberry.enum(
    PackingGroup,
    description="How dangerous a substance is within its class (UN Model Regulations): I great, II medium, III minor.",
)
strawberry.enum(
    PartyRole, description="What a party is to the goods; the declarant answers for the declaration."
)
strawberry.enum(
    DocumentKind,
    description="IDENTITY_CARD of the mainland, Hong Kong, Macao or elsewhere; HOME_RETURN_PERMIT: Mainland Travel "
    "Permit for Hong Kong and Macao Residents; EXIT_ENTRY_PERMIT: of mainland residents, for Hong Kong and Macao; "
    "DANGEROUS_GOODS_CERTIFICATE: the driver's training certificate (ADR 8.2.1 or its national equal).",
)
strawberry.enum(
    ReferenceKind,
    description="UCR: Unique Consignment Reference (World Customs Organization). MANIFEST: the road cargo manifest.",
)
strawberry.enum(
    LeadTimePreset,
    description="How long before the planned arrival a declaration must be there. HONG_KONG: 30 minutes to 14 days; "
    "CHINA: 60 minutes; HONG_KONG_CHINA: of the two, that of the side the vehicle enters; UNITED_STATES: 60 minutes, "
    "UNITED_STATES_FAST: 30; NONE: no time is asked.",
)
