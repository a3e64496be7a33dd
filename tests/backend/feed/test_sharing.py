"""Subscribers who see the same share one execution, and nobody is shown what another may see."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import orjson
import pytest
import strawberry
from pymongo.errors import AutoReconnect
from strawberry.types.execution import PreExecutionError

from backend.feed.cards import once
from backend.kit.context import Actor, Context, Services
from backend.kit.eventlog import StoredEvent
from backend.kit.graphql import Info, build_schema, sharing
from backend.kit.graphql.permissions import PermissionTable
from backend.kit.graphql.sharing import OneForAll, SharingExecutor
from core.roles import Role
from tests.backend.client import Client
from tests.backend.feed.test_resume import LANE, happen, officers_context
from tests.backend.lanes.steps import EVENTS, Port
from tests.conftest import SignIn

__all__ = ["officers_context"]

OTHERWISE = """subscription($id: ID!, $after: [StreamPositionInput!], $long: Boolean!) {
  checkpointEvents(checkpointId: $id, after: $after) {
    __typename ... on CheckpointEventMessage { event { seq stream kind @include(if: $long) } } } }"""
TRIP = """subscription($id: ID!) { tripEvents(tripId: $id) { __typename
  ... on TripEventMessage { event { kind tripId } } } }"""
AFTER = [{"stream": LANE, "seq": 0}]


@pytest.fixture
def executions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The types of the messages for which a subscription's document was really executed."""
    executed: list[str] = []
    really = SharingExecutor.execute_operation

    def noted(executor: SharingExecutor, serially: bool | None = None) -> object:
        if executor.root_value is not None:
            executed.append(type(executor.root_value).__name__)
        return really(executor, serially)

    monkeypatch.setattr(SharingExecutor, "execute_operation", noted)
    return executed


async def heard(client: Client, document: str = EVENTS, count: int = 3, **variables: object) -> list[object]:
    """Return the first events of the lane that a subscriber hears."""
    asked = {"id": "liantang", "after": AFTER, **variables}
    async with client.listen(document, "checkpointEvents", **asked) as listener:
        assert (await listener.next())["__typename"] == "Ready"
        return [await listener.next() for _ in range(count)]


async def test_officers_with_one_document_share_one_execution_wherever_they_resume(
    officer: Client, sign_in: SignIn, officers_context: Context, executions: list[str]
) -> None:
    await happen(officers_context, 3)
    colleague = await sign_in(Role.OFFICER, "officer-2")
    mine = await heard(officer)
    theirs = await heard(colleague)
    last = await heard(colleague, count=1, after=[{"stream": LANE, "seq": 2}])

    assert mine == theirs
    assert last == mine[2:]
    assert executions.count("CheckpointEventMessage") == 3


async def test_another_document_and_another_choice_of_fields_get_their_own_answers(
    officer: Client, officers_context: Context, executions: list[str]
) -> None:
    await happen(officers_context, 1)
    [full] = await heard(officer, count=1)
    [long] = await heard(officer, OTHERWISE, 1, long=True)
    [short] = await heard(officer, OTHERWISE, 1, long=False)

    event = {"seq": 1, "stream": LANE}
    assert short == {"__typename": "CheckpointEventMessage", "event": event}
    assert long == {"__typename": "CheckpointEventMessage", "event": {**event, "kind": "scan.refused"}}
    assert full not in (long, short)
    assert executions.count("CheckpointEventMessage") == 3


async def test_whoever_asks_in_ever_new_ways_is_answered_and_fills_no_memory(
    officer: Client, officers_context: Context, executions: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "MOST_ANSWERS", 1)
    await happen(officers_context, 1)
    first = [await heard(officer, count=1) for _ in range(2)]
    more = [await heard(officer, OTHERWISE, 1, long=True) for _ in range(2)]

    assert first[0] == first[1]
    assert more[0] == more[1]
    assert executions.count("CheckpointEventMessage") == 1 + 2


async def test_an_agency_never_gets_an_officers_answer(
    port: Port, officers_context: Context, executions: list[str]
) -> None:
    journey = await port.approved()
    async with (
        port.officer.listen(EVENTS, "checkpointEvents", id="liantang") as officer,
        port.customs.listen(EVENTS, "checkpointEvents", id="liantang") as agency,
    ):
        await officer.next(), await agency.next()
        passage_id = await port.opened(journey)
        await port.seen(passage_id)
        await port.release(passage_id)
        seen = await officer.until(kind="passage.released", stream="lane:liantang-1")
        told = await agency.until(kind="passage.released", stream="lane:liantang-1")

    assert seen["card"]["plates"] == ["粤Z·DF15港", "UP 2643"]
    assert told == {**seen, "card": None}


async def test_what_drivers_hear_is_executed_for_each_of_them(port: Port, executions: list[str]) -> None:
    journey = await port.approved()
    async with (
        journey.driver.listen(TRIP, "tripEvents", id=journey.trip_id) as phone,
        journey.driver.listen(TRIP, "tripEvents", id=journey.trip_id) as tablet,
    ):
        await phone.next(), await tablet.next()
        await port.opened(journey)
        assert await phone.until(kind="trip.arrived") == await tablet.until(kind="trip.arrived")

    assert executions.count("TripEventMessage") == 2


async def test_a_card_that_could_not_be_fetched_is_fetched_for_the_next_who_asks(
    officers_context: Context,
) -> None:
    await happen(officers_context, 1)
    event = StoredEvent.of(await officers_context.db["events"].find_one({"stream": LANE}) or {})
    attempts: list[str] = []

    async def row(_context: Context, asked: StoredEvent) -> str:
        attempts.append(asked.stream)
        if len(attempts) == 1:
            raise AutoReconnect("the primary went away")
        return "row"

    with pytest.raises(AutoReconnect):
        await once(officers_context, event, row)
    rows = await asyncio.gather(*(once(officers_context, event, row) for _ in range(3)))

    assert (rows, len(attempts)) == (["row"] * 3, 2)


@strawberry.type
class Person:
    """Something that differs from one subscriber to another."""

    @strawberry.field
    def me(self, info: Info) -> str:
        """Say who asks."""
        return info.context.actor.id


@strawberry.type
class Notice(OneForAll):
    """A message that would show one person to all."""

    kind: str
    to: Person


@strawberry.type
class Word(OneForAll):
    """A message of which officers may read more than agencies."""

    plain: str
    secret: str | None


@strawberry.type
class Query:
    """Nothing."""

    nothing: str = ""


@strawberry.type
class Mutation:
    """Nothing."""

    nothing: str = ""


@strawberry.type
class Leaking:
    """A stream that must not start."""

    @strawberry.subscription
    async def notices(self) -> AsyncGenerator[Notice, None]:
        """Tell all the same."""
        yield Notice(kind="", to=Person())


SAID = Word(plain="arrived", secret="粤ZDF15港")


@strawberry.type
class Subscription:
    """One and the same object for everybody."""

    @strawberry.subscription
    async def words(self) -> AsyncGenerator[Word, None]:
        """Say it."""
        yield SAID


OFFICERS, OFFICE = frozenset({Role.OFFICER}), frozenset({Role.OFFICER, Role.AGENCY})
NOTHING: PermissionTable = {"Query.nothing": OFFICERS, "Mutation.nothing": OFFICERS}


async def test_two_roles_never_share_even_the_same_object(api: Services) -> None:
    table: PermissionTable = {
        **NOTHING,
        "Subscription.words": OFFICE,
        "Word": {"plain": OFFICE, "secret": OFFICERS},
    }
    schema = build_schema(query=Query, mutation=Mutation, subscription=Subscription, types=[], tables=[table])

    async def said_to(role: Role) -> tuple[object, bool]:
        context = Context(api, Actor(role=role, id=role.value))
        results = await schema.subscribe("subscription { words { plain secret } }", context_value=context)
        assert not isinstance(results, PreExecutionError)
        async with aclosing(results):
            result = await anext(results)
        return orjson.loads(orjson.dumps(result.data))["words"], bool(result.errors)

    officers = [await said_to(Role.OFFICER) for _ in range(2)]

    assert officers == [({"plain": "arrived", "secret": "粤ZDF15港"}, False)] * 2
    assert await said_to(Role.AGENCY) == ({"plain": "arrived", "secret": None}, True)


async def test_a_shared_message_with_a_resolver_below_it_does_not_start() -> None:
    table: PermissionTable = {
        **NOTHING,
        "Subscription.notices": OFFICERS,
        "Notice": {"kind to": OFFICERS},
        "Person.me": OFFICERS,
    }
    with pytest.raises(
        ValueError, match=r"Person\.me is within a shared message and is not a plain attribute"
    ):
        build_schema(query=Query, mutation=Mutation, subscription=Leaking, types=[], tables=[table])
