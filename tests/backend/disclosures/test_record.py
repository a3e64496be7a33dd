"""Whoever of the office is shown personal data stands in the record before he sees it, and the auditor reads it."""

from typing import Any

import pytest

from backend.disclosures import service as disclosures
from backend.kit import eventlog
from backend.kit.clock import FixedClock
from backend.kit.context import Services
from core.problems import ProblemCode, Refusal
from core.roles import Role
from tests.backend.client import Client
from tests.backend.steps import Journey, contents, kinds, refused_codes, start, submit
from tests.conftest import SignIn

ROWS = """query($reader: ID, $trip: ID, $order: ID, $question: String, $first: Int, $after: String) {
  disclosures(readerId: $reader, tripId: $trip, orderId: $order, question: $question, first: $first, after: $after) {
  edges { node { readerId readerRole readerName asked tripIds orderIds question kinds found stream seq } }
  pageInfo { hasNextPage endCursor } } }"""
WITH_NAME = "query($id: ID!) { trip(id: $id) { state declaration { driverName driverPhone } } }"
WITHOUT = "query($id: ID!) { trip(id: $id) { state reference declaration { plates { text } containers { number } } } }"
SEARCH = "query($text: String!) { searchTrips(text: $text) { edges { node { trip { id } } } } }"


@pytest.fixture
async def auditor(sign_in: SignIn) -> Client:
    """Auditor Ho."""
    return await sign_in(Role.AUDITOR, "auditor-1")


@pytest.fixture
async def journey(carrier: Client, nobody: Client, clock: FixedClock) -> Journey:
    """A driver with a submitted trip."""
    begun = await start(carrier, nobody, clock)
    await submit(begun)
    return begun


async def rows(auditor: Client, **wanted: object) -> list[dict[str, Any]]:
    """Return a page of the record."""
    return [edge["node"] for edge in (await auditor.ask(ROWS, **wanted))["edges"]]


async def test_opening_a_trip_with_its_drivers_name_is_recorded_once(
    officer: Client, auditor: Client, journey: Journey
) -> None:
    await officer.ask(WITH_NAME, id=journey.trip_id)
    assert await rows(auditor) == [
        {
            "readerId": "officer-1",
            "readerRole": "OFFICER",
            "readerName": "Officer Wong 黃",
            "asked": ["trip"],
            "tripIds": [journey.trip_id],
            "orderIds": [],
            "question": None,
            "kinds": [],
            "found": None,
            "stream": "reader:officer-1",
            "seq": 1,
        }
    ]


async def test_a_list_without_personal_data_is_not_recorded_and_one_with_it_names_each_trip(
    officer: Client, auditor: Client, carrier: Client, nobody: Client, clock: FixedClock, journey: Journey
) -> None:
    other = await start(carrier, nobody, clock, driverPhone="+852 6123 4500")
    await officer.ask('{ trips(checkpointId: "liantang") { edges { node { id declaration { crew } } } } }')
    await officer.ask(WITHOUT, id=journey.trip_id)
    assert await rows(auditor) == []
    await officer.ask(
        '{ trips(checkpointId: "liantang") { edges { node { declaration { driverPhone } } } } }'
    )
    (row,) = await rows(auditor)
    assert row["asked"] == ["trips"]
    assert sorted(row["tripIds"]) == sorted([journey.trip_id, other.trip_id])


async def test_agencies_are_recorded_too_and_drivers_and_carriers_with_their_own_are_not(
    customs: Client, carrier: Client, auditor: Client, journey: Journey
) -> None:
    await journey.driver.ask(WITH_NAME, id=journey.trip_id)
    await carrier.ask(
        "query($id: ID!) { workOrder(id: $id) { driverName driverPhone } }", id=journey.order_id
    )
    assert await rows(auditor) == []
    await customs.ask(
        "query($id: ID!) { tripReview(tripId: $id) { trip { declaration { driverName } } } }",
        id=journey.trip_id,
    )
    assert [(row["readerId"], row["readerRole"], row["asked"]) for row in await rows(auditor)] == [
        ("agency-customs", "AGENCY", ["tripReview"])
    ]


async def test_an_officer_who_opens_an_order_is_recorded_with_the_order(
    officer: Client, auditor: Client, journey: Journey
) -> None:
    await officer.ask(
        "query($id: ID!) { workOrder(id: $id) { driverName driverPhone } }", id=journey.order_id
    )
    assert [row["orderIds"] for row in await rows(auditor, order=journey.order_id)] == [[journey.order_id]]


async def test_a_search_is_recorded_with_what_it_showed_and_never_with_its_words(
    api: Services, officer: Client, auditor: Client, journey: Journey
) -> None:
    await officer.ask(SEARCH, text="陳大文")
    await officer.ask(SEARCH, text="no such driver")
    nothing, shown = await rows(auditor)
    assert (nothing["tripIds"], nothing["found"]) == ([], 0)
    assert (shown["tripIds"], shown["found"], shown["asked"]) == ([journey.trip_id], 1, ["searchTrips"])
    assert "DRIVER_NAME" in shown["kinds"]
    stored = str(await api.database.collection("events").find({"kind": "disclosure.made"}).to_list())
    assert "大文" not in stored
    assert "such" not in stored
    assert (
        await api.database.collection("event_evidence").count_documents(
            {"values.question": {"$exists": True}}
        )
        == 0
    )


async def test_the_auditor_finds_who_asked_for_these_words_in_any_spelling(
    officer: Client, auditor: Client, journey: Journey
) -> None:
    await officer.ask(SEARCH, text="陳大文")
    await officer.ask(SEARCH, text="UP 2643")
    assert [row["seq"] for row in await rows(auditor, question="陈大文")] == [1]
    assert [row["seq"] for row in await rows(auditor, question="up-2643")] == [2]
    assert await rows(auditor, question="UP 2644") == []


async def test_the_record_is_read_by_reader_by_trip_and_page_by_page(
    officer: Client, auditor: Client, sign_in: SignIn, journey: Journey
) -> None:
    second = await sign_in(Role.OFFICER, "officer-2")
    for client in (officer, second, officer):
        await client.ask(WITH_NAME, id=journey.trip_id)
    await officer.ask(SEARCH, text="nothing here")
    assert [row["seq"] for row in await rows(auditor, reader="officer-1")] == [3, 2, 1]
    assert [row["readerId"] for row in await rows(auditor, trip=journey.trip_id)].count("officer-2") == 1
    assert len(await rows(auditor, trip=journey.trip_id)) == 3
    page = await auditor.ask(ROWS, first=3)
    rest = await auditor.ask(ROWS, first=3, after=page["pageInfo"]["endCursor"])
    streams = [(edge["node"]["stream"], edge["node"]["seq"]) for edge in page["edges"] + rest["edges"]]
    assert sorted(streams) == [
        ("reader:officer-1", 1), ("reader:officer-1", 2), ("reader:officer-1", 3), ("reader:officer-2", 1),
    ]  # fmt: skip
    told = await auditor.raw(ROWS, reader="officer-1", trip=journey.trip_id)
    assert told["errors"][0]["extensions"]["code"] == "INVALID_INPUT"


async def test_several_questions_on_one_socket_are_each_recorded_before_their_answer(
    officer: Client, auditor: Client, journey: Journey
) -> None:
    async with officer.connected() as socket:
        for name in ("1", "2"):
            payload = {"query": WITH_NAME, "variables": {"id": journey.trip_id}}
            await socket.send_json({"id": name, "type": "subscribe", "payload": payload})
            while (message := await socket.receive_json())["type"] != "next":
                continue
            assert message["payload"]["data"]["trip"]["declaration"]["driverName"] == "陈大文"
            assert len(await rows(auditor)) == int(name)


async def test_what_cannot_be_recorded_is_not_shown(
    officer: Client, auditor: Client, journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise Refusal(ProblemCode.BUSY)

    with monkeypatch.context() as broken:
        broken.setattr(disclosures, "stream_of", full)
        for document, variables in ((WITH_NAME, {"id": journey.trip_id}), (SEARCH, {"text": "UP2643"})):
            told = await officer.raw(document, **variables)
            assert told["data"] is None
            assert [error["extensions"]["code"] for error in told["errors"]] == ["BUSY"]
    assert await rows(auditor) == []
    assert (await officer.ask(WITH_NAME, id=journey.trip_id))["declaration"]["driverName"] == "陈大文"


async def test_the_record_is_a_chain_of_the_log_that_nobody_at_the_checkpoint_hears(
    api: Services, officer: Client, journey: Journey
) -> None:
    await officer.ask(WITH_NAME, id=journey.trip_id)
    await officer.ask(SEARCH, text="UP2643")
    assert await kinds(api, "reader:officer-1") == ["disclosure.made", "disclosure.made"]
    listed = await officer.ask('{ events(checkpointId: "liantang", first: 100) { edges { node { kind } } } }')
    assert "disclosure.made" not in {edge["node"]["kind"] for edge in listed["edges"]}
    log = api.database.collection("events")
    assert (await eventlog.verify(api.database)).failure is None
    await log.update_one({"_id": "reader:officer-1#1"}, {"$set": {"facts.subjects": []}})
    assert "reader:officer-1" in str((await eventlog.verify(api.database)).failure)


async def test_only_the_auditor_reads_the_record_and_he_reads_no_trip(
    api: Services, auditor: Client, officer: Client, sign_in: SignIn, journey: Journey
) -> None:
    await officer.ask(WITH_NAME, id=journey.trip_id)
    before = await contents(api)
    for role, code in refused_codes(Role.AUDITOR).items():
        told = await (await sign_in(role)).raw(ROWS)
        assert told["data"] is None
        assert [error["extensions"]["code"] for error in told["errors"]] == [code], role
    told = await auditor.raw(WITH_NAME, id=journey.trip_id)
    assert [error["extensions"]["code"] for error in told["errors"]] == ["FORBIDDEN"]
    assert await contents(api) == before
