"""Starts and stops the embedded MongoDB: a replica set of one on loopback, for demo and tests only."""

import os
import select
import shutil
import signal
import socket
import subprocess
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from scripts.house.fetch import explained
from scripts.house.mongod_binary import Binary, find_mongod
from scripts.house.places import HouseError

REPLICA_SET = "rs0"
START_MS = 30_000  # a cold disk after a crash replays its journal first
NOT_YET_INITIALISED = 94


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def start_embedded(directory: Path, port: int | None = None) -> tuple[str, subprocess.Popen[bytes]]:
    """Start mongod over `directory`, wait until it is primary, return its URI and process.

    The first port is kept in `directory/port`: the same data on another port never becomes primary by
    itself. If a stranger holds that port, another is chosen and the set is reconfigured by force.
    Raises HouseError when there is no mongod or it does not start.
    """
    binary = find_mongod()
    if binary is None:
        raise HouseError("there is no MongoDB server", "run scripts/setup, or set CLEARLANE_MONGODB_URI")
    with explained(directory / "data"):
        (directory / "data").mkdir(parents=True, exist_ok=True)
        _stop_left_over(directory)
        chosen = port or _kept_port(directory)
        (directory / "port").write_text(str(chosen))
    process = _launch(binary, directory, chosen)
    try:
        _make_primary(chosen)
    except PyMongoError as error:
        stop_embedded(process)
        raise HouseError(
            f"the embedded MongoDB did not start ({type(error).__name__})", f"read {directory / 'mongod.log'}"
        ) from error
    return f"mongodb://127.0.0.1:{chosen}/?replicaSet={REPLICA_SET}", process


def stop_embedded(process: subprocess.Popen[bytes]) -> None:
    """End a mongod started here; it writes its data down first."""
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _kept_port(directory: Path) -> int:
    kept = directory / "port"
    if kept.exists() and is_free(number := int(kept.read_text())):
        return number
    return free_port()


def _launch(binary: Binary, directory: Path, port: int) -> subprocess.Popen[bytes]:
    environment = dict(os.environ)
    if binary.libraries:
        environment["LD_LIBRARY_PATH"] = str(binary.libraries)
    command = [str(binary.path), "--dbpath", str(directory / "data"), "--port", str(port)]
    command += ["--bind_ip", "127.0.0.1", "--nounixsocket", "--replSet", REPLICA_SET, "--quiet"]
    command += ["--wiredTigerCacheSizeGB", "0.5", "--oplogSize", "990"]
    command += ["--setParameter", "diagnosticDataCollectionEnabled=false"]
    with (directory / "mongod.log").open("wb") as log:
        return subprocess.Popen(
            [*dies_with_parent(), *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in the terminal ends the API first, then this
        )


def dies_with_parent() -> list[str]:
    """The prefix that ends a child when its parent is killed, where the system has it (util-linux)."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM"] if setpriv else []


def _make_primary(port: int) -> None:
    with MongoClient[dict[str, Any]](
        "127.0.0.1", port, directConnection=True, serverSelectionTimeoutMS=START_MS
    ) as node:
        member = {"_id": 0, "host": f"127.0.0.1:{port}"}
        try:
            status = node.admin.command("replSetGetConfig")
        except OperationFailure as refusal:
            if refusal.code != NOT_YET_INITIALISED:
                raise
            node.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": [member]})
        else:
            config = status["config"]
            if config["members"][0]["host"] != member["host"]:
                moved = config | {"version": config["version"] + 1, "members": [member]}
                node.admin.command("replSetReconfig", moved, force=True)
    with MongoClient[dict[str, Any]](
        "127.0.0.1", port, replicaSet=REPLICA_SET, serverSelectionTimeoutMS=START_MS
    ) as client:
        client.admin.command("ping")


def _stop_left_over(directory: Path) -> None:
    """End the mongod that a killed start left on this folder: two on one folder cannot be."""
    lock = directory / "data" / "mongod.lock"
    pid = lock.read_text().strip() if lock.exists() else ""
    if not pid.isdigit():
        return
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        if str(directory / "data").encode() in command:
            handle = os.pidfd_open(int(pid))
            signal.pidfd_send_signal(handle, signal.SIGTERM)
            _wait_for_end(handle)
    except (FileNotFoundError, ProcessLookupError):
        return


def _wait_for_end(handle: int) -> None:
    waiting = select.poll()
    waiting.register(handle, select.POLLIN)
    waiting.poll(20_000)
    os.close(handle)
