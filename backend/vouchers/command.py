"""The commands `python -m backend keys list | rotate | retire | revoke`."""

import argparse
import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pymongo.errors import PyMongoError

from backend.kit.clock import Clock
from backend.kit.context import Context
from backend.settings import Settings
from backend.vouchers import rotation, service
from backend.vouchers.rotation import HeldKey, KeysRefused, KeyState
from core.canonical import millis

PUBLISHED_SECONDS = 600
"""Ten times what a partner may keep the key set for, forty times what an agent lets pass between two looks at it."""


@dataclass(frozen=True)
class Hub:
    """What the commands work with; `opened` gives the database, `replace` gives trips of a revoked key other codes."""

    settings: Settings
    opened: Callable[[], AbstractAsyncContextManager[Context]]
    replace: Callable[[Context], Awaitable[int]]
    clock: Clock

    @property
    def directory(self) -> Path:
        """The folder of keys."""
        return self.settings.keys_directory


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what may be asked; without an action, missing keys are made."""
    actions = parser.add_subparsers(dest="action")
    actions.add_parser("list", help="the keys, and until when what they signed is good")
    rotate = actions.add_parser("rotate", help="publish a new key now, sign with it later")
    rotate.add_argument(
        "--after", type=float, default=PUBLISHED_SECONDS, metavar="SECONDS", help="by default %(default)s"
    )
    retire = actions.add_parser("retire", help="take away retired keys whose last voucher has expired")
    retire.add_argument("kid", nargs="?", help="only this one")
    revoke = actions.add_parser("revoke", help="a key is in strange hands: nothing it signed stays good")
    revoke.add_argument(
        "--emergency", required=True, metavar="KID", help="the key's name, 8 hexadecimal digits"
    )
    revoke.add_argument("--reason", default="", help="kept beside the keys")
    revoke.add_argument("--confirm", metavar="KID", help="the name once more, instead of being asked for it")


async def run(chosen: argparse.Namespace, hub: Hub) -> int:
    """Run the action and return its exit code: 1 where it was refused, 2 where the database did not answer."""
    try:
        match chosen.action:
            case "rotate":
                return _rotate(chosen.after, hub)
            case "retire":
                return await _retire(chosen.kid, hub)
            case "revoke":
                return await _revoke(chosen, hub)
            case _:
                return await _list(hub)
    except KeysRefused as refused:
        _complain(str(refused))
        return 1
    except PyMongoError as failure:
        _complain(f"the database could not be read: {failure}")
        return 2


async def _list(hub: Hub) -> int:
    keys = rotation.held(hub.directory, hub.clock.now())
    async with hub.opened() as context:
        for key in keys:
            _say(await _line(key, context))
    return 0


async def _line(key: HeldKey, context: Context) -> str:
    words = f"{key.key_id} {key.state:8} {key.file.name}"
    if key.signs_from is not None:
        return f"{words}, signs from {millis(key.signs_from)}"
    needed = await service.key_needed_until(context.db, key.key_id)
    return f"{words}, {_ends(needed)}" if needed else f"{words}, signed nothing that is kept"


def _ends(needed: datetime) -> str:
    if needed == service.WHILE_OPEN:
        return "a vehicle with a code of it is at the checkpoint"
    return f"what it signed is good until {millis(needed)}"


def _rotate(after: float, hub: Hub) -> int:
    key = rotation.rotate(hub.directory, hub.clock.now(), timedelta(seconds=max(after, 0.0)))
    when = f"signs from {millis(key.signs_from)}" if key.signs_from else "signs from now on"
    _say(f"key {key.key_id} is published and {when}")
    return 0


async def _retire(only: str | None, hub: Hub) -> int:
    now = hub.clock.now()
    keys = [key for key in rotation.held(hub.directory, now) if key.state is KeyState.RETIRED]
    names = [key.key_id for key in keys if only in (None, key.key_id)]
    if only is not None and not names:
        rotation.retire(hub.directory, only, now)  # says what it is instead
    kept = 0
    async with hub.opened() as context:
        for name in names:
            needed = await service.key_needed_until(context.db, name)
            if needed is not None and needed > now:
                _say(f"key {name} stays: {_ends(needed)}")
                kept += 1
                continue
            rotation.retire(hub.directory, name, now)
            _say(f"key {name} is taken away")
    return int(only is not None and kept > 0)


async def _revoke(chosen: argparse.Namespace, hub: Hub) -> int:
    """Bar the key by its file, which needs no database: the API processes do the rest when it answers."""
    key_id = chosen.emergency
    _say(f"key {key_id}: {await _counted(key_id, hub)} vouchers that it signed are good now.")
    _say("They stop working at once, at the hub and in every lane, printed ones too. Phones get other codes.")
    if (chosen.confirm or _asked("Type the key's name to revoke it: ")) != key_id:
        _complain("nothing was changed")
        return 1
    rotation.revoke(hub.directory, key_id, chosen.reason, hub.clock.now())
    _say(f"key {key_id} is revoked")
    try:
        async with hub.opened() as context:
            await service.tell_revoked_keys(context)
            replaced = 0
            while done := await hub.replace(context):
                replaced += done
    except PyMongoError:
        _say("The database does not answer: the API processes replace the codes as soon as it does.")
        return 0
    _say(f"{replaced} codes were replaced, or revoked where the phone has no seed left or is in a lane;")
    _say("API processes that run have taken the others.")
    return 0


async def _counted(key_id: str, hub: Hub) -> str:
    try:
        async with hub.opened() as context:
            return str(await service.count_issued_by_key(context.db, key_id))
    except PyMongoError:
        return "an unknown number of (the database does not answer)"


def _asked(question: str) -> str:
    _say(question)
    return sys.stdin.readline().strip()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _complain(line: str) -> None:
    sys.stderr.write(line + "\n")
