"""The hub's commands: `python -m backend serve | schema | keys [list, ...] | log ... | search backfill | token`."""

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import sys
from pathlib import Path

from pydantic import ValidationError

# the settings of a `scripts/run` under way here; the environment's own come first
RUNNING = Path(os.environ.get("CLEARLANE_HOME", ".clearlane")) / "run.env"


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m backend", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="serve the API and the pages")
    commands.add_parser("schema", help="print the SDL, as committed in schema.graphql")
    _add_keys(
        commands.add_parser("keys", help="make the keys that are missing in CLEARLANE_KEYS, or change them")
    )
    _add_log(commands.add_parser("log", help="the event log: prove it, hand it out, the keys that sign it"))
    search = commands.add_parser(
        "search", help="give trips of before this version what a search finds them by"
    )
    search.add_argument("action", choices=["backfill"])
    token = commands.add_parser("token", help="demo mode only: a bearer token for scripts")
    token.add_argument(
        "--role", required=True, help="DRIVER, CARRIER, OFFICER, AGENCY, AUDITOR, LANE_AGENT or WORKER"
    )
    token.add_argument("--id", default=None, help="account or device id; by default the first of the role")
    chosen = parser.parse_args(arguments)
    try:
        return _run(chosen)
    except ValidationError as error:
        for failure in error.errors():
            name = "CLEARLANE_" + "_".join(str(part) for part in failure["loc"]).upper()
            print(f"setting {name}: {failure['msg']}" if failure["loc"] else failure["msg"], file=sys.stderr)
        return 2


def _add_keys(parser: argparse.ArgumentParser) -> None:
    from backend.vouchers import command

    command.add_arguments(parser)


def _add_log(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True)
    verify = actions.add_parser("verify", help="prove all streams, and that what was signed still stands")
    export = actions.add_parser("export", help="write events and signed heads as JSON lines")
    for action in (verify, export):
        action.add_argument("--stream", help="one stream, such as lane:liantang-1")
        action.add_argument("--heads", type=Path, help="a folder of signed heads; by default CLEARLANE_HEADS")
    export.add_argument("file", nargs="?", type=Path, help="by default standard output")
    actions.add_parser("key", help="print the public keys that sign heads")


def _run(chosen: argparse.Namespace) -> int:
    if chosen.command == "schema":
        from backend.schema import make_schema

        sys.stdout.write(make_schema().as_str() + "\n")
        return 0
    if chosen.command == "serve":
        return _serve()
    if chosen.command == "keys":
        return asyncio.run(_change_keys(chosen)) if chosen.action else _keys()
    if chosen.command == "log":
        from backend.kit.record import command
        from backend.settings import Settings

        return asyncio.run(command.run(chosen, Settings(_env_file=RUNNING)))
    if chosen.command == "search":
        return asyncio.run(_backfill())
    return asyncio.run(_token(chosen.role, chosen.id))


def _serve() -> int:
    from backend.app import application
    from backend.kit.serving import server
    from backend.settings import Settings

    settings = Settings()
    # uvicorn raises the signal that stopped it once more when all is closed: that is an orderly end, not a death
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    app = application(settings)
    serving = server(
        app,
        app.state.hub.ending,
        host=settings.host,
        port=settings.port,
        drain_seconds=settings.drain_seconds,
        trusted_proxies=settings.trusted_proxies,
        is_alone=True,
    )
    with contextlib.suppress(KeyboardInterrupt):  # told by Ctrl-C, all is closed by now
        serving.run()
    return 0


def _keys() -> int:
    from backend.kit.record import keys as record_keys
    from backend.settings import Settings
    from backend.vouchers import keys as voucher_keys

    settings = Settings()
    voucher_keys.make_missing_keys(settings.keys_directory)
    record_keys.signing_key(settings)
    key = voucher_keys.keys_of(settings).signing
    print(f"{settings.keys_directory}: vouchers are signed by {key.kid.hex()}")
    return 0


async def _change_keys(chosen: argparse.Namespace) -> int:
    from backend.app import standalone
    from backend.kit.clock import Clock
    from backend.settings import Settings
    from backend.trips import service as trips
    from backend.vouchers import command

    settings = Settings(_env_file=RUNNING)
    hub = command.Hub(settings, lambda: standalone(settings), trips.replace_compromised, Clock())
    return await command.run(chosen, hub)


async def _backfill() -> int:
    from backend.app import standalone
    from backend.settings import Settings
    from backend.trips import service

    async with standalone(Settings(_env_file=RUNNING)) as context:
        given = await service.give_keys(context.db)
    print(f"{given} trips can now be found")
    return 0


async def _token(role_name: str, account_id: str | None) -> int:
    from backend.app import standalone
    from backend.identity import service
    from backend.settings import Settings
    from core.roles import Role

    settings = Settings(_env_file=RUNNING)
    if not settings.demo:
        print("demo mode only: set CLEARLANE_DEMO=true", file=sys.stderr)
        return 2
    async with standalone(settings) as context:
        started = await context.transaction(
            lambda unit: service.script_session(unit, Role(role_name), account_id), streams=()
        )
    print(started.token)
    return 0


if __name__ == "__main__":
    sys.exit(main())
