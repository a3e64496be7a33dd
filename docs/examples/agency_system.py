"""An agency's own system at Clearlane: it hears of new trips, reads its queue and answers, up to 20 trips a message.

    pip install aiohttp
    python agency_system.py http://localhost:8000 --checkpoint liantang --token TOKEN [--once]

The token belongs to the agency's account (in the demo: `python -m backend token --role AGENCY --id agency-customs`).
`--once` answers what waits now and ends. Replace `verdict` by what your agency decides; the rest may stay.

What to know: the queue is the truth and the subscription only says when to look, so a lost connection loses nothing.
Each message has an idempotency key of its own; send the same message with the same key until it is answered. Every
answer of a message is taken or refused by itself: CLEARANCE_DECIDED means that it was said already, TRIP_STATE that
the trip is no longer there to be answered for.
"""

import argparse
import asyncio
import uuid
from collections.abc import AsyncIterator
from typing import Any

import aiohttp

MOST_ANSWERS = 20
AGAIN_SECONDS = 5.0
NEWS = frozenset({"Ready", "Resync", "trip.submitted", "question.answered", "question.withdrawn"})
"""After these there may be something to answer: a connection, a gap in it, and events."""

QUEUE = """query ($first: Int!) { agencyQueue(states: [PENDING], first: $first) {
  counts { state trips late }
  edges { node { late questionOpen clearance { deadline }
    review { trip { id reference declaration { goodsSummary goodsItems { description hsCode } } } } } } } }"""
ANSWER = """mutation ($input: AnswerClearancesInput!) { answerClearances(input: $input) { __typename
  ... on ClearancesTaken { results { __typename ... on ClearanceTaken { tripId tripState clearance { state } }
    ... on Problem { code message path } } }
  ... on Problem { code message path } } }"""
EVENTS = """subscription ($checkpoint: ID!) { checkpointEvents(checkpointId: $checkpoint) { __typename
  ... on CheckpointEventMessage { event { kind tripId } } } }"""


def verdict(trip: dict[str, Any]) -> dict[str, Any]:
    """Return the answer for a trip: here all is clear but tobacco, which is seen at a bay."""
    codes = [item["hsCode"] or "" for item in trip["declaration"]["goodsItems"]]
    if any(code.startswith("24") for code in codes):
        hold = {"kind": "AT_BAY", "reason": "Duty stamps to be checked", "legalReference": "Cap. 109 s.11"}
        return {"tripId": trip["id"], "state": "HOLD", "hold": hold | {"visitOrder": 1}}
    return {"tripId": trip["id"], "state": "CLEAR"}


class AgencySystem:
    """One agency's connection."""

    def __init__(self, http: aiohttp.ClientSession, url: str, token: str) -> None:
        self._http = http
        self._url = url
        self._token = token

    async def answer_all(self) -> list[dict[str, Any]]:
        """Answer for every trip that waits and has no open question of ours; return what became of each answer."""
        results: list[dict[str, Any]] = []
        while True:
            queue = await self._ask(QUEUE, {"first": MOST_ANSWERS})
            waiting = [edge["node"] for edge in queue["edges"] if not edge["node"]["questionOpen"]]
            if not waiting:
                return results
            answers = [verdict(entry["review"]["trip"]) for entry in waiting]
            said = await self._ask(
                ANSWER, {"input": {"idempotencyKey": uuid.uuid4().hex, "answers": answers}}
            )
            if said["__typename"] == "Problem":
                raise RuntimeError(f"{said['code']}: {said['message']}")
            results += said["results"]
            if all(result["__typename"] == "Problem" for result in said["results"]):
                return results  # nothing of it was taken: look again with the next news

    async def work(self, checkpoint: str) -> None:
        """Answer for ever, at each piece of news and after each new connection."""
        while True:
            try:
                await self._listen(checkpoint)
            except (aiohttp.ClientError, TimeoutError) as error:
                print(f"not connected: {error}", flush=True)
            await asyncio.sleep(AGAIN_SECONDS)

    async def _listen(self, checkpoint: str) -> None:
        async for kind in self._news(checkpoint):
            if kind in NEWS:
                await self.answer_all()

    async def _ask(self, document: str, variables: dict[str, Any]) -> dict[str, Any]:
        body = {"query": document, "variables": variables}
        bearer = {"Authorization": f"Bearer {self._token}"}
        async with self._http.post(f"{self._url}/graphql", json=body, headers=bearer) as response:
            answer = await response.json(content_type=None)
        if answer.get("errors"):
            raise RuntimeError(answer["errors"][0]["message"])
        found: dict[str, Any] = next(iter(answer["data"].values()))
        return found

    async def _news(self, checkpoint: str) -> AsyncIterator[str]:
        """Yield the kind of each message (graphql-transport-ws) until the connection ends."""
        address = self._url.replace("http", "ws", 1) + "/graphql"
        async with self._http.ws_connect(address, protocols=["graphql-transport-ws"]) as socket:
            await socket.send_json({"type": "connection_init", "payload": {"token": self._token}})
            subscription = {"query": EVENTS, "variables": {"checkpoint": checkpoint}}
            async for frame in socket:
                message = frame.json()
                if message["type"] == "connection_ack":
                    await socket.send_json({"id": "1", "type": "subscribe", "payload": subscription})
                elif message["type"] == "ping":
                    await socket.send_json({"type": "pong"})
                elif message["type"] == "next":
                    told = message["payload"]["data"]["checkpointEvents"]
                    yield (told.get("event") or {"kind": told["__typename"]})["kind"]


async def main() -> None:
    """Read the command line and work."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("url")
    arguments.add_argument("--checkpoint", default="liantang")
    arguments.add_argument("--token", required=True)
    arguments.add_argument("--once", action="store_true", help="answer what waits now, and end")
    given = arguments.parse_args()
    async with aiohttp.ClientSession() as http:
        system = AgencySystem(http, given.url, given.token)
        if not given.once:
            await system.work(given.checkpoint)
        for result in await system.answer_all():
            print(result.get("tripId") or f"{result['code']}: {result['message']}", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
