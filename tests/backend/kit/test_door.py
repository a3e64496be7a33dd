"""The door: limits, permissions by table, one plain line for what is our fault."""

import json
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from graphql import DocumentNode, GraphQLError, GraphQLObjectType, validate

from backend.kit.graphql.permissions import merge
from backend.kit.limits import GRAPHQL_BYTES
from backend.schema import make_schema, tables
from core.roles import Role
from tests.backend.client import PATIENCE, Client
from tests.conftest import ServedHub, SignIn


def test_every_field_is_in_the_permission_table_and_nothing_else_is() -> None:
    schema: Any = make_schema()._schema
    fields = {
        f"{name}.{field}"
        for name, kind in schema.type_map.items()
        if isinstance(kind, GraphQLObjectType) and not name.startswith("__")
        for field in kind.fields
    }
    assert fields == set(merge(*tables()))
    assert len(fields) > 100


def test_a_field_missing_in_the_table_stops_the_start() -> None:
    schema: Any = make_schema()._schema
    from backend.kit.graphql.permissions import check_complete

    flat = merge(*tables())
    del flat["Query.checkpoints"]
    flat["Query.nothing"] = frozenset({Role.OFFICER})
    assert check_complete(schema, flat) == [
        "Query.checkpoints is not in the permission table",
        "the permission table names Query.nothing, which does not exist",
    ]


def test_every_mutation_answers_refusals_as_data() -> None:
    schema: Any = make_schema()._schema
    for name, field in schema.mutation_type.fields.items():
        kind = getattr(field.type, "of_type", field.type)
        members = [member.name for member in getattr(kind, "types", [])]
        assert "Problem" in members or name == "signOut", name


async def test_a_body_that_is_too_large_is_refused_before_it_is_read(
    url: str, http: aiohttp.ClientSession
) -> None:
    body = json.dumps({"query": "{ serverTime } #" + "x" * GRAPHQL_BYTES})
    async with http.post(
        f"{url}/graphql", data=body, headers={"Content-Type": "application/json"}
    ) as response:
        assert response.status == 413
        assert (await response.json())["code"] == "TOO_LARGE"


@pytest.mark.parametrize("frame", ["[]", "1", "null", '"text"', "{", "\x00"])
async def test_a_frame_that_is_no_object_closes_the_socket_and_nothing_else(
    url: str, http: aiohttp.ClientSession, officer: Client, frame: str
) -> None:
    async with http.ws_connect(f"{url}/graphql", protocols=["graphql-transport-ws"]) as socket:
        await socket.send_str(frame)
        message = await socket.receive()
        assert message.type is aiohttp.WSMsgType.CLOSE
        assert message.data == 4400
    assert (await officer.ask("{ viewer { id } }"))["id"] == "officer-1"


async def test_a_socket_of_nobody_is_closed(url: str, http: aiohttp.ClientSession) -> None:
    async with http.ws_connect(f"{url}/graphql", protocols=["graphql-transport-ws"]) as socket:
        await socket.send_json({"type": "connection_init", "payload": {"token": "made up"}})
        message = await socket.receive()
        assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, 4403)


async def test_a_socket_that_says_nothing_is_closed(
    api: ServedHub, url: str, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.door, "connection_init_wait_timeout", timedelta(milliseconds=10))
    async with http.ws_connect(f"{url}/graphql", protocols=["graphql-transport-ws"]) as socket:
        message = await socket.receive(PATIENCE)
        assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, 4408)


async def test_127_0_0_1_sends_people_to_localhost(url: str, http: aiohttp.ClientSession) -> None:
    address = url.replace("localhost", "127.0.0.1") + "/officer/"
    async with http.get(address, headers={"Accept": "text/html"}, allow_redirects=False) as response:
        assert response.status == 307
        assert response.headers["Location"] == f"{url}/officer/"


async def test_health_names_the_parts(url: str, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{url}/healthz") as response:
        assert response.status == 200
        assert (await response.json()) == {
            "serves": True,
            "parts": {"live": "running", "sockets": "running", "database": "answers"},
        }


@pytest.mark.parametrize("query", ["{ nothing }", "{", "query { viewer { id { id } } }"])
async def test_a_wrong_query_is_told_why(nobody: Client, query: str) -> None:
    answer = await nobody.raw(query)
    assert answer["errors"][0]["message"]
    assert "Traceback" not in str(answer)


async def test_each_role_is_refused_what_is_not_his_and_told_so(sign_in: SignIn) -> None:
    query = """mutation($input: CreateWorkOrderInput!) { createWorkOrder(input: $input) {
      __typename ... on Problem { code } } }"""
    order = {
        "idempotencyKey": "key-00000001",
        "reference": "R",
        "direction": "SOUTHBOUND",
        "checkpointId": "liantang",
        "goodsSummary": "toys",
        "containers": [],
        "windowStart": "2030-01-01T00:00:00Z",
        "windowEnd": "2030-01-01T01:00:00Z",
        "driverName": "Wong",
        "driverPhone": "+85291234567",
    }
    for role in set(Role) - {Role.CARRIER, Role.SYSTEM}:
        asked = await sign_in(role)
        answer = await asked.ask(query, input=order)
        expected = "UNAUTHENTICATED" if role is Role.ANONYMOUS else "FORBIDDEN"
        assert answer == {"__typename": "Problem", "code": expected}, role


async def test_a_question_asked_again_is_not_validated_again(
    url: str, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    validated: list[DocumentNode] = []

    def counted(schema: Any, document: DocumentNode, rules: Any, max_errors: int) -> list[GraphQLError]:
        validated.append(document)
        return validate(schema, document, rules, max_errors)

    monkeypatch.setattr("backend.kit.graphql.gate.validate", counted)
    for _ in range(3):
        async with http.post(f"{url}/graphql", json={"query": "{ askedThrice: serverTime }"}) as response:
            assert (await response.json())["data"]["askedThrice"]
    assert len(validated) == 1


async def test_a_question_too_deep_or_with_too_many_names_is_refused_each_time(
    url: str, http: aiohttp.ClientSession
) -> None:
    deep = "{ checkpoints" + " { lanes" * 13 + " { id }" + " }" * 14
    wide = "{ " + " ".join(f"a{number}: serverTime" for number in range(31)) + " }"
    for query, word in ((deep, "depth"), (wide, "aliases")) * 2:
        async with http.post(f"{url}/graphql", json={"query": query}) as response:
            answer = await response.json()
        assert not answer.get("data")
        assert any(word in error["message"] for error in answer["errors"])
