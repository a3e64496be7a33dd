"""GraphQL over HTTP as its specification has it: every audit of graphql-http, and what they do not look at."""

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from graphql import GraphQLError
from strawberry.types import ExecutionResult

from backend.kit.graphql.http import shown
from scripts.house.places import ROOT
from tests.backend.protocol.conftest import CEILING_SECONDS, Process

AUDITS = 61
NEWER = "application/graphql-response+json"
PLAIN = "application/json"
WRONG_KIND = {"query": "query($id: ID!) { trip(id: $id) { id } }", "variables": {"id": {"no": "id"}}}


async def test_every_audit_of_graphql_over_http_is_passed(quiet: Process) -> None:
    script = Path(__file__).with_name("audits.mjs")
    auditor = await asyncio.create_subprocess_exec(
        "node", script, quiet.graphql, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await asyncio.wait_for(auditor.communicate(), CEILING_SECONDS)
    found = json.loads(output)
    assert [audit for audit in found if audit["status"] != "ok"] == []
    assert len({audit["id"] for audit in found}) == AUDITS
    assert auditor.returncode == 0


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, PLAIN),
        ("", PLAIN),
        ("*/*", PLAIN),
        ("application/*", PLAIN),
        (NEWER, NEWER),
        (f"{NEWER}, {PLAIN}", NEWER),
        (f"{PLAIN}, {NEWER}", NEWER),
        (f"{NEWER};q=0.5, {PLAIN};q=0.9", PLAIN),
        (f"{PLAIN};q=0.5, {NEWER};q=0.9", NEWER),
        (f"{NEWER};q=0, */*", PLAIN),
        (f"{PLAIN}, */*;q=0.1", PLAIN),
        (f"{PLAIN};q=0, */*", NEWER),
        (f"{NEWER}; charset=utf-8", NEWER),
        (f'{NEWER}; charset="UTF-8"', NEWER),
        ("APPLICATION/JSON", PLAIN),
        ("text/html, */*;q=0.8", PLAIN),
        ("text/html", None),
        ("text/event-stream", None),
        ("*/*;q=0", None),
        (f"{NEWER};q=2", None),
        (f"{NEWER};q=", None),
        (f"{PLAIN}; charset=latin-1", None),
        (";;;,,,", None),
    ],
)
async def test_the_answer_comes_as_the_client_wants_it_or_not_at_all(
    quiet: Process, accept: str | None, expected: str | None
) -> None:
    headers = {} if accept is None else {"Accept": accept}
    skipped = {"Accept"} if accept is None else set()
    async with (
        aiohttp.ClientSession(skip_auto_headers=skipped) as session,
        session.post(quiet.graphql, json={"query": "{ serverTime }"}, headers=headers) as response,
    ):
        assert response.status == (406 if expected is None else 200)
        assert response.headers["Content-Type"] == f"{expected or PLAIN}; charset=utf-8"
        told = await response.json(content_type=None)
    assert ("data" in told) == (expected is not None)


@pytest.mark.parametrize(
    "body",
    [
        WRONG_KIND,
        {"query": "query($id: ID!) { trip(id: $id) { id } }"},
        {
            "query": "query($n: Int!) { workOrders(first: $n) { edges { cursor } } }",
            "variables": {"n": "many"},
        },
        {
            "query": "query($n: Int!) { workOrders(first: $n) { edges { cursor } } }",
            "variables": {"n": 2**40},
        },
        {"query": "{"},
        {"query": "{ nothing }"},
        {"query": "{ ...nothing }"},
        {"query": "query a { serverTime } query b { serverTime }"},
        {"query": "query a { serverTime }", "operationName": "other"},
    ],
)
async def test_what_cannot_be_executed_is_400_in_the_newer_type_and_without_data_in_both(
    quiet: Process, http: aiohttp.ClientSession, body: dict[str, Any]
) -> None:
    for accept, status in ((NEWER, 400), (PLAIN, 200)):
        async with http.post(quiet.graphql, json=body, headers={"Accept": accept}) as response:
            told = await response.json(content_type=None)
            assert response.status == status, told
        assert told["errors"][0]["message"]
        assert "data" not in told


async def test_a_refusal_during_execution_is_an_answer(quiet: Process, http: aiohttp.ClientSession) -> None:
    body = {"query": '{ serverTime laneBoard(checkpointId: "liantang") { at } }'}
    async with http.post(quiet.graphql, json=body, headers={"Accept": NEWER}) as response:
        assert response.status == 200
        told = await response.json(content_type=None)
    assert told["data"] is None
    assert told["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize(("code", "status"), [("INTERNAL", 500), ("UNAVAILABLE", 503), ("FORBIDDEN", 400)])
def test_what_failed_on_our_side_before_the_execution_is_no_fault_of_the_request(
    code: str, status: int
) -> None:
    error = GraphQLError("why", extensions={"code": code})
    body, found = shown(ExecutionResult(data=None, errors=[error]), NEWER)
    assert (found, list(body)) == (status, ["errors"])


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"", "JSON"),
        (b"{", "JSON"),
        (b'{"query": "{ serverTime }"} more', "JSON"),
        (b'{"query": "\xff"}', "JSON"),
        (b'{"query": "\\ud800"}', "JSON"),
        (b'{"query": NaN}', "JSON"),
        (b"[" * 100_000, "JSON"),
        (b'{"query": "{ serverTime }", "variables": ' + b'{"a":' * 30_000 + b"1" + b"}" * 30_001, "JSON"),
        (b'[{"query": "{ serverTime }"}]', "list"),
        (b"[]", "list"),
        (b"null", "object"),
        (b'"text"', "object"),
        (b"{}", "query"),
        (b'{"query": ""}', "query"),
        (b'{"query": null}', "query"),
        (b'{"query": ["{ serverTime }"]}', "query"),
        (b'{"query": "{ serverTime }", "operationName": 1}', "operationName"),
        (b'{"query": "{ serverTime }", "variables": [1]}', "variables"),
        (b'{"query": "{ serverTime }", "extensions": "x"}', "extensions"),
        (b'{"query": "subscription { captureWaiting { __typename } }"}', "graphql-transport-ws"),
    ],
)
async def test_a_body_that_is_no_request_is_400_and_told_why(
    quiet: Process, http: aiohttp.ClientSession, body: bytes, word: str
) -> None:
    async with http.post(quiet.graphql, data=body, headers={"Content-Type": PLAIN}) as response:
        assert response.status == 400
        told = await response.json()
    assert word in told["errors"][0]["message"]
    assert list(told) == ["errors"]


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=latin-1",
        "application/jsonp",
        "text/plain; application/json",
        "application/graphql",
        "",
    ],
)
async def test_what_a_foreign_page_can_send_unasked_is_never_executed(
    quiet: Process, http: aiohttp.ClientSession, content_type: str
) -> None:
    body = json.dumps({"query": "mutation { signOut { __typename } }"})
    headers = {"Content-Type": content_type, "Origin": "https://elsewhere.example"}
    async with http.post(quiet.graphql, data=body, headers=headers) as response:
        assert response.status == 415
        assert PLAIN in (await response.json())["errors"][0]["message"]


@pytest.mark.parametrize("content_type", [PLAIN, f"{PLAIN};charset=utf-8", f'{PLAIN} ; charset="UTF8"'])
async def test_json_may_say_its_encoding(
    quiet: Process, http: aiohttp.ClientSession, content_type: str
) -> None:
    body = json.dumps({"query": '{ __type(name: "粤Z") { name } }'}, ensure_ascii=False).encode()
    async with http.post(quiet.graphql, data=body, headers={"Content-Type": content_type}) as response:
        assert (await response.json()) == {"data": {"__type": None}}


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE"])
async def test_another_method_is_told_which_there_are(
    quiet: Process, http: aiohttp.ClientSession, method: str
) -> None:
    async with http.request(method, quiet.graphql, json={"query": "{ serverTime }"}) as response:
        assert (response.status, response.headers["Allow"]) == (405, "GET, POST")
        assert "Access-Control-Allow-Origin" not in response.headers


async def test_a_query_may_come_by_get_and_is_kept_by_nobody(
    quiet: Process, http: aiohttp.ClientSession
) -> None:
    asked = {"query": "query($n: String!) { __type(name: $n) { name } }", "variables": '{"n": "Trip"}'}
    async with http.get(quiet.graphql, params=asked) as response:
        assert response.headers["Cache-Control"] == "no-store"
        assert (await response.json()) == {"data": {"__type": {"name": "Trip"}}}


@pytest.mark.parametrize(
    ("asked", "status", "word"),
    [
        ({"query": "mutation { signOut { __typename } }"}, 405, "POST"),
        ({"query": "subscription { captureWaiting { __typename } }"}, 400, "graphql-transport-ws"),
        ({}, 400, "query"),
        ({"query": "{ serverTime }", "variables": "{"}, 400, "variables"),
        ({"query": "{ serverTime }", "variables": "[1]"}, 400, "variables"),
        ({"query": "{ serverTime }", "extensions": "1"}, 400, "extensions"),
    ],
)
async def test_what_get_may_not_ask_is_refused(
    quiet: Process, http: aiohttp.ClientSession, asked: dict[str, str], status: int, word: str
) -> None:
    async with http.get(quiet.graphql, params=asked) as response:
        assert response.status == status
        assert word in (await response.json())["errors"][0]["message"]
        assert response.headers.get("Allow") == ("POST" if status == 405 else None)
