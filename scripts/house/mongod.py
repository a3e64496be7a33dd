"""Starts and stops the embedded MongoDB: a replica set of one on loopback, for demo and tests only."""

import os
import select
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pymongo import MongoClient, ReadPreference
from pymongo.errors import PyMongoError

from scripts.house.fetch import explained
from scripts.house.mongod_binary import Binary, find_mongod
from scripts.house.places import HouseError, shown
from scripts.house.ports import free_port, is_free

Client = MongoClient[dict[str, Any]]
REPLICA_SET = "rs0"
START_MS = 30_000  # a cold disk after a crash replays its journal first
TRANSACTION_SECONDS = 5
"""What a killed API leaves open ends after it, and half of it; the server's own 60 s would hold up a lane as long."""


def start_embedded(directory: Path, port: int | None = None) -> tuple[str, subprocess.Popen[bytes]]:
    """Start mongod over `directory`, wait until it is primary, return its URI and process.

    The first port is kept in `directory/port`: the same data on another port never becomes primary by
    itself. If a stranger holds that port, another is chosen and written into the set's configuration.
    Raises HouseError when there is no mongod or it does not start.
    """
    binary = find_mongod()
    if binary is None:
        raise HouseError("there is no MongoDB server", "run scripts/setup, or set CLEARLANE_MONGODB_URI")
    with explained(directory / "data"):
        (directory / "data").mkdir(parents=True, exist_ok=True)
        _stop_left_over(directory)
        kept = _kept_port(directory)
        chosen = port or (kept if kept and is_free(kept) else free_port())
        if kept not in (None, chosen):
            stop_embedded(_launch(binary, directory, chosen, then=_move))
        process = _launch(binary, directory, chosen, "--replSet", REPLICA_SET, then=_make_primary)
        (directory / "port").write_text(str(chosen))
    return f"mongodb://127.0.0.1:{chosen}/?replicaSet={REPLICA_SET}", process


def stop_embedded(process: subprocess.Popen[bytes]) -> None:
    """End a mongod started here; it writes its data down first."""
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def dies_with_parent() -> list[str]:
    """The prefix that ends a child when its parent is killed, where the system has it (util-linux)."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM"] if setpriv else []


def _kept_port(directory: Path) -> int | None:
    kept = directory / "port"
    return int(kept.read_text()) if kept.exists() else None


def _launch(
    binary: Binary, directory: Path, port: int, *options: str, then: Callable[[int], None]
) -> subprocess.Popen[bytes]:
    """Start mongod and do `then` as its first use; a start that fails leaves no process."""
    environment = dict(os.environ)
    if binary.libraries:
        environment["LD_LIBRARY_PATH"] = str(binary.libraries)
    command = [str(binary.path), "--dbpath", str(directory / "data"), "--port", str(port), *options]
    command += ["--bind_ip", "127.0.0.1", "--nounixsocket", "--quiet", "--wiredTigerCacheSizeGB", "0.5"]
    command += ["--oplogSize", "990", "--setParameter", "diagnosticDataCollectionEnabled=false"]
    command += ["--setParameter", f"transactionLifetimeLimitSeconds={TRANSACTION_SECONDS}"]
    with (directory / "mongod.log").open("wb") as log:
        process = subprocess.Popen(
            [*dies_with_parent(), *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in the terminal ends the API first, then this
        )
    try:
        then(port)
    except PyMongoError as error:
        stop_embedded(process)
        what = f"the embedded MongoDB did not start ({type(error).__name__})"
        raise HouseError(what, f"read {shown(directory / 'mongod.log')}") from error
    return process


def _make_primary(port: int) -> None:
    with _connect(port) as node:
        local = node.get_database("local", read_preference=ReadPreference.NEAREST)
        if local["system.replset"].find_one() is None:
            members = [{"_id": 0, "host": f"127.0.0.1:{port}"}]
            node.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": members})
    with _connect(port, REPLICA_SET) as client:
        client.admin.command("ping")  # selecting a server waits for the primary


def _move(port: int) -> None:
    """Write the new address into the configuration of the set, while no set is running."""
    with _connect(port) as node:
        node["local"]["system.replset"].update_one({}, {"$set": {"members.0.host": f"127.0.0.1:{port}"}})


def _connect(port: int, replica_set: str | None = None) -> Client:
    direct = replica_set is None
    return MongoClient(
        "127.0.0.1", port, directConnection=direct, replicaSet=replica_set, serverSelectionTimeoutMS=START_MS
    )


def _stop_left_over(directory: Path) -> None:
    """End the mongod that a killed start left on this folder: two on one folder cannot be."""
    lock = directory / "data" / "mongod.lock"
    pid = lock.read_text().strip() if lock.exists() else ""
    if not pid.isdigit():
        return
    try:
        if str(directory / "data").encode() not in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
            return
        handle = os.pidfd_open(int(pid))
        signal.pidfd_send_signal(handle, signal.SIGTERM)
    except (FileNotFoundError, ProcessLookupError):
        return
    ended = select.poll()
    ended.register(handle, select.POLLIN)
    ended.poll(20_000)
    os.close(handle)
