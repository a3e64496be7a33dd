"""A request made to keep the hub busy is refused before anything is executed, and told why."""

import json
from typing import Any

import aiohttp
import pytest
from pymongo import AsyncMongoClient

from tests.backend.protocol.conftest import Process
from tests.backend.protocol.hostile import HOSTILE, Hostile

LONGEST_ANSWER = 32 * 1024


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.name)
async def test_a_hostile_request_is_refused_before_it_is_executed_and_told_why(
    quiet: Process, http: aiohttp.ClientSession, hostile: Hostile
) -> None:
    headers = {"Content-Type": "application/json", "Accept": "application/graphql-response+json"}
    async with http.post(quiet.graphql, data=hostile.body, headers=headers) as response:
        assert response.status == 400
        assert len(await response.read()) < LONGEST_ANSWER
        answer = await response.json(content_type=None)
    assert "data" not in answer
    first = answer["errors"][0]
    assert hostile.told in (first["message"], first.get("extensions", {}).get("code")) or (
        hostile.told in first["message"]
    )


def test_no_two_hostile_requests_are_the_same() -> None:
    assert (
        len({hostile.name for hostile in HOSTILE})
        == len({hostile.body for hostile in HOSTILE})
        == len(HOSTILE)
    )
    assert len(HOSTILE) >= 60


async def test_of_all_hostile_mutations_not_one_was_executed(
    quiet: Process, http: aiohttp.ClientSession, mongodb_uri: str
) -> None:
    signing_in = [hostile.body for hostile in HOSTILE if b"demoSignIn" in hostile.body]
    one = {
        "query": 'mutation { demoSignIn(input: { role: OFFICER, accountId: "officer-1" }) { __typename } }'
    }
    async with AsyncMongoClient[dict[str, Any]](mongodb_uri) as client:
        sign_ins = client[quiet.database]["sign_ins"]
        before = await sign_ins.count_documents({})
        for body in [*signing_in, json.dumps(one).encode()]:
            await http.post(quiet.graphql, data=body, headers={"Content-Type": "application/json"})
        assert await sign_ins.count_documents({}) == before + 1
    assert len(signing_in) == 2
