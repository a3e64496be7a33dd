"""The people of the demo port, who sign in without a proof (demo mode only)."""

from collections.abc import Mapping
from types import MappingProxyType

from backend.identity.model import Account
from backend.identity.sessions import Person
from core.roles import Role
from core.states import Agency
from core.words import Language

PORT = "Liantang Port 莲塘口岸"

DEMO_PEOPLE = (
    Person(
        id="carrier-hengtong",
        role=Role.CARRIER,
        name="Chan Siu-ming 陳小明",
        organisation="Hengtong Logistics 恒通物流",
    ),
    Person(
        id="carrier-kwaichung",
        role=Role.CARRIER,
        name="Lau Wing 劉穎",
        organisation="Kwai Chung Haulage 葵涌貨運",
        language=Language.ZH_HANT,
    ),
    Person(id="officer-1", role=Role.OFFICER, name="Officer Wong 黃", organisation=PORT),
    Person(
        id="officer-2", role=Role.OFFICER, name="Officer Li 李", organisation=PORT, language=Language.ZH_HANS
    ),
    Person(
        id="agency-customs", role=Role.AGENCY, name="Customs 海关", organisation=PORT, agency=Agency.CUSTOMS
    ),
    Person(
        id="agency-border",
        role=Role.AGENCY,
        name="Border inspection 边检",
        organisation=PORT,
        agency=Agency.BORDER_INSPECTION,
    ),
    Person(
        id="agency-health", role=Role.AGENCY, name="Health 卫生检疫", organisation=PORT, agency=Agency.HEALTH
    ),
    Person(
        id="agency-transport",
        role=Role.AGENCY,
        name="Transport 運輸",
        organisation=PORT,
        agency=Agency.TRANSPORT,
        language=Language.ZH_HANT,
    ),
    Person(
        id="agency-quarantine",
        role=Role.AGENCY,
        name="Quarantine 动植物检疫",
        organisation=PORT,
        agency=Agency.QUARANTINE,
        language=Language.ZH_HANS,
    ),
    Person(id="auditor-1", role=Role.AUDITOR, name="Auditor Ho 何", organisation=PORT),
)

DEMO_LANES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"agent-liantang": ("liantang-1", "liantang-2", "liantang-3")}
)
"""The lanes a demo agent is given when it is enrolled."""


def accounts() -> list[Account]:
    """Return the accounts to store; call it after beanie knows its models."""
    return [
        Account(
            id=person.id,
            role=person.role,
            name=person.name,
            organisation=person.organisation,
            agency=person.agency,
            language=person.language,
        )
        for person in DEMO_PEOPLE
    ]
