"""The page's TypeScript is made from the agent's messages, and the agent's questions fit the hub's schema."""

from graphql import build_schema, parse, validate

from backend.schema import make_schema
from kiosk.agent import documents
from kiosk.agent.__main__ import PROTOCOL_FILE, main
from kiosk.agent.typescript import typescript

DOCUMENTS = (
    documents.SITE,
    documents.PASSAGE_BY_ID,
    documents.OPEN_PASSAGE,
    documents.RELEASE_PASSAGE,
    documents.REFER_PASSAGE,
    documents.REFUSE_PASSAGE,
    documents.REPORT_TEMPERATURE,
    documents.REPORT_DEPARTURE,
    documents.REPORT_BARRIER,
    documents.REPORT_REFUSAL,
    documents.LANE_FEED,
)


def test_the_types_of_the_page_are_those_of_the_agent() -> None:
    written = PROTOCOL_FILE.read_text(encoding="utf-8")
    assert written == typescript(), "run `python -m kiosk.agent protocol --write`"


def test_an_unknown_command_says_which_there_are() -> None:
    assert main(["open-the-barrier"]) == 2


def test_every_question_of_the_lane_fits_the_schema() -> None:
    schema = build_schema(make_schema().as_str())
    wrong = {document: validate(schema, parse(document)) for document in DOCUMENTS}
    assert {document: errors for document, errors in wrong.items() if errors} == {}
