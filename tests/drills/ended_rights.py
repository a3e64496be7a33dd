"""Rights that end while their owner's page listens: how long until its socket is closed."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any

from core.hub import Hub, TokenCredentials
from tests.bench.figures import Measurement, progress, spread
from tests.bench.system import Alone
from tests.drills.following import Follower, officers_token, until

Database = Any
PROMISED_SECONDS = 1.0
FORBIDDEN = 4403
EXPIRES_IN = timedelta(milliseconds=500)
OFFICER = "officer-1"
SEED = 20_261_124
BETWEEN_CHECKS = 0.5

End = Callable[[Alone, str], Awaitable[float]]
"""Ends what stands behind a token, and returns the moment from which it no longer holds, by the loop's clock."""


async def signed_out(alone: Alone, token: str) -> float:
    """The officer signs out, on another device."""
    async with Hub(alone.system.hub_url, TokenCredentials(token)) as hub:
        await hub.execute("mutation { signOut { ok } }")
    return _now()


async def revoked(alone: Alone, token: str) -> float:
    """The sign-in is taken away."""
    _rows(alone, "sign_ins").delete_one({"_id": _id(token)})
    return _now()


async def run_out(alone: Alone, token: str) -> float:
    """The sign-in's time is over."""
    until_then = datetime.now(UTC) + EXPIRES_IN
    _rows(alone, "sign_ins").update_one({"_id": _id(token)}, {"$set": {"expires_at": until_then}})
    await asyncio.sleep((until_then - datetime.now(UTC)).total_seconds())
    return _now()


async def changed_role(alone: Alone, _token: str) -> float:
    """The officer's account becomes an agency's."""
    _rows(alone, "accounts").update_one({"_id": OFFICER}, {"$set": {"role": "AGENCY"}})
    return _now()


WAYS: dict[str, End] = {
    "signed_out": signed_out,
    "revoked": revoked,
    "run_out": run_out,
    "changed_role": changed_role,
}


async def closes(alone: Alone, trials: int) -> tuple[Measurement, dict[str, list[str]]]:
    """End a right again and again, in every way, and measure until the socket is closed."""
    figures: dict[str, tuple[float, str]] = {}
    random = Random(SEED)
    broken: list[str] = []
    for name, end in WAYS.items():
        progress(f"{name}, {trials} times")
        waits = [await _trial(alone, end, random) for _ in range(trials)]
        broken += [f"{name}: {wait:.2f} s" for wait in waits if wait > PROMISED_SECONDS]
        figures |= spread(name, [wait * 1000 for wait in waits], "ms")
    figures["trials"] = (float(trials * len(WAYS)), "1")
    meaning = "from the end of a right to the close of the socket that came with it"
    return Measurement("live.ended_rights", meaning, figures), {
        "an ended right ends its stream within 1 s": broken
    }


async def _trial(alone: Alone, end: End, random: Random) -> float:
    token = await officers_token(alone.system.hub_url, OFFICER)
    page = Follower()
    await page.follow(alone.system.port, token)
    await until(lambda: page.ready > 0)
    assert page.socket is not None  # it follows
    await asyncio.sleep(random.uniform(0, BETWEEN_CHECKS))  # at any moment of the hub's own rhythm
    over = await end(alone, token)
    closed = await until(page.socket.ended.is_set)
    _rows(alone, "accounts").update_one({"_id": OFFICER}, {"$set": {"role": "OFFICER"}})
    if not closed or page.socket.code != FORBIDDEN:
        page.socket.close()
        return float("inf")
    return page.socket.ended_at - over


def _rows(alone: Alone, name: str) -> Database:
    return alone.database["clearlane"][name]


def _id(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _now() -> float:
    return asyncio.get_running_loop().time()
