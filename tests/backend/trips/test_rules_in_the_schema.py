"""The rules as the schema lists them: for anybody, from the code, in his language."""

from backend.trips.rules import LISTED
from core.problems import ProblemCode
from tests.backend.client import Client

RULE_LIST = """query($language: Language) { declarationRules(language: $language) {
  id subject code field args source example jurisdictions explanation message } }"""


async def test_anybody_reads_every_rule_of_the_code_in_its_order(nobody: Client) -> None:
    listed = await nobody.ask(RULE_LIST)
    assert [row["id"] for row in listed] == [rule.id for rule in LISTED]
    assert {row["code"] for row in listed} <= set(ProblemCode)
    assert all(row[name] for row in listed for name in ("subject", "field", "source", "example", "message"))


async def test_a_rule_is_explained_in_the_language_asked_for(nobody: Client) -> None:
    rows = {row["id"]: row for row in await nobody.ask(RULE_LIST, language="ZH_HANT")}
    assert rows["seal.required"] == {
        "id": "seal.required",
        "subject": "SEALS",
        "code": "SEAL_MISSING",
        "field": "containers.*.seals",
        "args": [],
        "source": "WCO SAFE Framework of Standards (seal integrity)",
        "example": "–",
        "jurisdictions": [],
        "explanation": "申報為重櫃的貨櫃須加封。",
        "message": "重櫃必須加封。請填寫封條號碼；如為吉櫃，請註明。",
    }
    assert rows["containers.twin"]["message"].count("…") == 1
