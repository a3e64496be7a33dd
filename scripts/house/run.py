"""`scripts/run`: the database, the API, recognition workers, the lane agent and the simulator, until Ctrl-C."""

import argparse
import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from pymongo import MongoClient

from scripts.house import processes
from scripts.house.mongod import start_embedded, stop_embedded
from scripts.house.part_settings import LANES, settings_of_parts
from scripts.house.places import HOME, HouseError
from scripts.house.ports import is_free
from scripts.house.steps import say, step

LOGS = HOME / "logs"
RUN_ENVIRONMENT = HOME / "run.env"
START_SECONDS = 60.0
MADE_BY_A_START = (
    "agent",
    "devices",
    "heads",
    "keys",
    "logs",
    "messages.jsonl",
    "mongo",
    "simulator",
    "worker",
)
WORKERS = min(2, os.cpu_count() or 1)
"""A lane takes two pictures of a vehicle: two workers read them side by side, where there are cores for it."""


@dataclass(frozen=True)
class Plan:
    """What this start was asked for."""

    port: int
    simulator: bool
    reset: bool
    workers: int

    @property
    def ports(self) -> tuple[int, ...]:
        agent, simulator = self.port + 1, self.port + 2
        return (self.port, agent, simulator) if self.simulator else (self.port, agent)


def main(arguments: list[str]) -> int:
    began = time.monotonic()
    plan = _plan(arguments)
    try:
        with ExitStack() as stack:
            stack.enter_context(_only_start())
            _check_ports(plan)
            if plan.reset:
                _reset()
            children = _start_all(plan, stack)
            say(f"started in {time.monotonic() - began:.1f} s; Ctrl-C stops everything")
            say(_ready(plan))
            while True:
                processes.look_after(children)
    except KeyboardInterrupt:
        say("stopped")
        return 0


def _plan(arguments: list[str]) -> Plan:
    parser = argparse.ArgumentParser(prog="scripts/run", description=__doc__)
    parser.add_argument(
        "--no-simulator", action="store_true", help="no simulated devices, carriers and drivers"
    )
    parser.add_argument("--reset", action="store_true", help="begin with an empty database and new keys")
    parser.add_argument(
        "--workers",
        type=int,
        choices=range(1, 9),
        default=WORKERS,
        help="recognition workers (%(default)s here)",
    )
    chosen = parser.parse_args(arguments)
    text = os.environ.get("CLEARLANE_PORT", "8000")
    if not text.isdigit() or not 1024 <= int(text) <= 65_533:
        raise HouseError(f"CLEARLANE_PORT is {text!r}", "set it to a number from 1024 to 65533")
    return Plan(int(text), not chosen.no_simulator, chosen.reset, chosen.workers)


@contextmanager
def _only_start() -> Iterator[None]:
    """Hold the folder: two starts on one database and one journal would harm both."""
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise HouseError("Clearlane already runs from this folder", "stop that start first") from error
        yield


def _check_ports(plan: Plan) -> None:
    for port in plan.ports:
        if not is_free(port):
            do = "stop what listens there, or set CLEARLANE_PORT to the first of three free ports"
            raise HouseError(f"port {port} is taken", do)


def _reset() -> None:
    with step("empty the database and the keys"):
        uri = os.environ.get("CLEARLANE_MONGODB_URI")
        if uri:
            with MongoClient[dict[str, object]](uri, serverSelectionTimeoutMS=10_000) as client:
                client.drop_database(os.environ.get("CLEARLANE_DATABASE", "clearlane"))
        for name in MADE_BY_A_START:
            if (HOME / name).is_dir():
                shutil.rmtree(HOME / name)
            else:
                (HOME / name).unlink(missing_ok=True)


def _start_all(plan: Plan, stack: ExitStack) -> list[processes.Child]:
    """Start every part; whatever was started is ended when `stack` closes, the database last."""
    environment = settings_of_parts(HOME, plan.port)
    with step("database"):
        environment["CLEARLANE_MONGODB_URI"] = _database(stack)
    stack.enter_context(_settings_in_a_file(environment))
    children: list[processes.Child] = []
    stack.callback(lambda: processes.end(children))

    def begin(name: str, *arguments: str, **own: str) -> processes.Child:
        children.append(processes.start(name, arguments, os.environ | environment | own, LOGS))
        return children[-1]

    with step("API"):
        api = begin("api", "backend", "serve")
        processes.wait_until_served(api, plan.port, "/healthz", START_SECONDS)
    with step("recognition workers, lane agent" + (", simulator" if plan.simulator else "")):
        if plan.simulator:  # first: the agent asks it for the lanes' devices
            processes.wait_until_served(
                begin("simulator", "simulator"), plan.port + 2, "/control", START_SECONDS
            )
        for number in range(1, plan.workers + 1):
            begin(
                f"recognition worker {number}", "recognition", "work", CLEARLANE_WORKER_ID=f"worker-{number}"
            )
        agent = begin("lane agent", "kiosk.agent")
        processes.wait_until_served(agent, plan.port + 1, f"/lane/{LANES[0]}/", START_SECONDS)
    processes.look_after(children)
    return children


def _database(stack: ExitStack) -> str:
    given = os.environ.get("CLEARLANE_MONGODB_URI")
    if given:
        return given
    uri, process = start_embedded(HOME / "mongo")
    stack.callback(lambda: stop_embedded(process))
    return uri


@contextmanager
def _settings_in_a_file(environment: dict[str, str]) -> Iterator[None]:
    """Keep the settings where `python -m backend token` and `log verify` find them while this runs."""
    RUN_ENVIRONMENT.write_text("".join(f"{name}={value}\n" for name, value in environment.items()))
    RUN_ENVIRONMENT.chmod(0o600)
    try:
        yield
    finally:
        RUN_ENVIRONMENT.unlink(missing_ok=True)


def _ready(plan: Plan) -> str:
    hub, agent = f"http://localhost:{plan.port}", f"http://localhost:{plan.port + 1}"
    addresses = [f"{hub}{path}" for path in ("/demo/", "/", "/carrier/", "/officer/", "/graphql")]
    return " ".join(["ready", *addresses, *(f"{agent}/lane/{lane}/" for lane in LANES)])
