"""graphql-transport-ws: what is well-formed is answered, and what is wrong in it is told without closing the socket."""

from typing import Any

import pytest

from backend.kit.graphql.shape import MOST_FIELDS
from tests.backend.protocol.conftest import Process
from tests.backend.protocol.frames import message, signed_in, still_serves, subscribed

MOST_OPERATIONS = 20


async def test_complete_of_an_unknown_id_changes_nothing(quiet: Process, token: str) -> None:
    async with signed_in(quiet.port, token) as socket:
        await socket.send(*[message(type="complete", id=f"unknown {number}") for number in range(100)])
        await still_serves(socket)


@pytest.mark.parametrize(
    ("payload", "word"),
    [
        ({"query": "{"}, "Syntax Error"),
        ({"query": "\0"}, "Syntax Error"),
        ({"query": "subscription { nothing }"}, "Cannot query field"),
        ({"query": "{ ...nothing }"}, "Unknown fragment"),
        ({"query": "query a { serverTime } query b { serverTime }"}, "operationName"),
        ({"query": "{ serverTime }", "operationName": "b"}, "operationName"),
        ({"query": "fragment f on Query { serverTime }"}, "f"),
        ({"query": f"{{ {'serverTime ' * (MOST_FIELDS + 1)} }}"}, "at most"),
        ({"query": "query($id: ID!) { trip(id: $id) { id } }", "variables": {"id": []}}, "$id"),
        ({"query": "subscription($id: ID!) { tripEvents(tripId: $id) { __typename } }"}, "$id"),
        (
            {"query": "subscription { a: captureWaiting { __typename } b: captureWaiting { __typename } }"},
            "one",
        ),
        ({"query": "{ serverTime }", "variables": {"a": list(range(6000))}}, "values"),
    ],
)
async def test_a_wrong_document_is_told_why_and_the_socket_stays(
    quiet: Process, token: str, payload: dict[str, Any], word: str
) -> None:
    async with signed_in(quiet.port, token) as socket:
        await socket.send(subscribed(payload=payload))
        told = await socket.told()
        errors = told["payload"] if told["type"] == "error" else told["payload"]["errors"]
        assert word in errors[0]["message"]
        assert errors[0].get("extensions", {}).get("code") != "INTERNAL"
        if told["type"] == "next":
            assert (await socket.told())["type"] == "complete"
        await still_serves(socket)


async def test_of_thousands_of_subscriptions_twenty_begin_and_the_others_are_told(
    quiet: Process, token: str
) -> None:
    asked = 3000
    async with signed_in(quiet.port, token) as socket:
        await socket.send(*[subscribed(id=str(number)) for number in range(asked)])
        refused: set[str] = set()
        begun: set[str] = set()
        while len(refused) + len(begun) < asked:
            told = await socket.told()
            if told["type"] == "error":
                assert told["payload"][0]["extensions"] == {"code": "TOO_MANY", "args": {"limit": "20"}}
                refused.add(told["id"])
            else:
                assert told["payload"]["data"]["checkpointEvents"]["__typename"] == "Ready"
                begun.add(told["id"])
        assert begun == {str(number) for number in range(MOST_OPERATIONS)}
        await socket.send(*[message(type="complete", id=number) for number in begun])
        await still_serves(socket)


async def test_a_client_that_goes_in_the_middle_of_everything_leaves_no_trace(
    quiet: Process, token: str
) -> None:
    for number in range(10):
        async with signed_in(quiet.port, token) as socket:
            await socket.send(*[subscribed(id=str(each)) for each in range(number)])
            await socket.send(
                *[subscribed(id=f"q{each}", payload={"query": "{ serverTime }"}) for each in range(9)]
            )
    async with signed_in(quiet.port, token) as socket:
        await still_serves(socket)
