"""Strangers who try codes: refused each time in words, and nothing of them is kept."""

from backend.kit.context import Services
from tests.backend.client import Client, new_key
from tests.backend.steps import open_link


async def test_refusals_of_strangers_are_not_kept(nobody: Client, api: Services) -> None:
    key = new_key()
    for _ in range(5):
        assert (await open_link(nobody, "guessed"))["code"] == "LINK_UNKNOWN"
    assert (await open_link(nobody, "guessed", key))["code"] == "LINK_UNKNOWN"
    assert (await open_link(nobody, "another", key))["code"] == "LINK_UNKNOWN"

    assert await api.database.collection("replies").count_documents({}) == 0
