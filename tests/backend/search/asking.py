"""Asking the search, and reading its answers."""

from typing import Any

from tests.backend.client import Client

SEARCH = """query($text: String!, $first: Int, $after: String) {
  searchTrips(text: $text, first: $first, after: $after) {
  kinds edges { cursor node { passageId matches { kind text } trip { id state reference } } }
  pageInfo { hasNextPage endCursor } } }"""


async def search(client: Client, text: str, **more: object) -> dict[str, Any]:
    """Return the whole answer. Fails on errors."""
    answer: dict[str, Any] = await client.ask(SEARCH, text=text, **more)
    return answer


async def found(client: Client, text: str, **more: object) -> list[str]:
    """Return the ids of the trips found, in order."""
    return [edge["node"]["trip"]["id"] for edge in (await search(client, text, **more))["edges"]]


async def reasons(client: Client, text: str) -> list[tuple[str, str]]:
    """Return why the only trip was found. Fails where there is none or another one."""
    (edge,) = (await search(client, text))["edges"]
    return [(match["kind"], match["text"]) for match in edge["node"]["matches"]]
