"""The lane's key set: a hub that does not answer holds up no code, and a new key is found."""

import asyncio
from pathlib import Path
from typing import cast

import pytest

from core.hub import Hub
from core.passages import LanePolicy
from core.problems import ProblemCode, Refusal
from core.vectors.issuer import CLAIMS, KEY, KEYS, NOW, TEXT, UNKNOWN_KEY, live_text
from core.vouchers.codec import issue
from core.vouchers.keys import KeySet
from kiosk.agent.checking import accepted
from kiosk.agent.keys import KeyRing
from kiosk.agent.passage import LaneSite

STRANGERS = live_text(issue(CLAIMS, UNKNOWN_KEY))
SITE = LaneSite(
    lane_id="liantang-1",
    name="1",
    open=True,
    policy=LanePolicy(),
    checkpoint_number=CLAIMS.checkpoint,
    bays={},
)


class KeyPage:
    """The hub's page of keys; it answers once `answers` is set."""

    def __init__(self, keys: KeySet) -> None:
        self.keys = keys
        self.asked = 0
        self.answers = asyncio.Event()

    async def get_json(self, _path: str) -> object:
        """Give the key set, or nothing for a long time."""
        self.asked += 1
        await self.answers.wait()
        return self.keys.to_jwks()


def ring_of(page: KeyPage, cache: Path, keys: KeySet) -> KeyRing:
    """Return the ring of a lane that knows these keys."""
    ring = KeyRing(cast(Hub, page), cache / "jwks.json")
    ring.keys = keys
    return ring


async def test_invented_key_names_hold_up_no_other_code_while_the_hub_hangs(tmp_path: Path) -> None:
    page = KeyPage(KEYS)
    ring = ring_of(page, tmp_path, KEYS)
    async with asyncio.timeout(20):
        for _ in range(200):
            with pytest.raises(Refusal) as refused:
                await accepted(STRANGERS, SITE, ring, NOW)
            assert refused.value.code is ProblemCode.CODE_KEY_UNKNOWN
        assert await accepted(TEXT, SITE, ring, NOW) == CLAIMS
    assert page.asked == 1


async def test_a_code_of_a_new_key_is_accepted_as_soon_as_the_hub_tells_of_the_key(tmp_path: Path) -> None:
    page = KeyPage(KeySet.of(KEY, UNKNOWN_KEY))
    page.answers.set()
    assert await accepted(STRANGERS, SITE, ring_of(page, tmp_path, KEYS), NOW) == CLAIMS


async def test_a_code_shown_again_finds_what_a_slow_hub_brought_meanwhile(tmp_path: Path) -> None:
    page = KeyPage(KeySet.of(KEY, UNKNOWN_KEY))
    ring = ring_of(page, tmp_path, KEYS)
    with pytest.raises(Refusal):
        await accepted(STRANGERS, SITE, ring, NOW)
    page.answers.set()
    assert await ring.look()
    assert await accepted(STRANGERS, SITE, ring, NOW) == CLAIMS
