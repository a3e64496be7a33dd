"""The embedded MongoDB: primary at once, on the same port again, moved when a stranger has taken it."""

import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from scripts.house.mongod import start_embedded, stop_embedded
from scripts.house.ports import free_port, is_free

Start = Callable[..., tuple[str, subprocess.Popen[bytes]]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start the database of this test; whatever still runs at the end is stopped."""
    running: list[subprocess.Popen[bytes]] = []

    def begin(port: int | None = None) -> tuple[str, subprocess.Popen[bytes]]:
        uri, process = start_embedded(tmp_path / "mongo", port)
        running.append(process)
        return uri, process

    yield begin
    for process in running:
        stop_embedded(process)


def names(uri: str) -> list[str]:
    """Write through a transaction, which only a primary of a replica set takes; return all names kept."""
    with MongoClient[dict[str, Any]](uri, serverSelectionTimeoutMS=10_000) as client:
        rows = client["lane"]["rows"]
        with client.start_session() as session, session.start_transaction():
            rows.insert_one({"name": f"row {rows.count_documents({}, session=session)}"}, session=session)
        return [row["name"] for row in rows.find().sort("name")]


def test_data_and_port_outlast_a_restart(start: Start) -> None:
    uri, process = start()
    assert names(uri) == ["row 0"]
    stop_embedded(process)
    again, _ = start()
    assert again == uri
    assert names(again) == ["row 0", "row 1"]


def test_a_server_left_over_by_a_killed_start_is_ended_first(start: Start) -> None:
    uri, left_over = start()
    names(uri)
    again, _ = start()
    assert left_over.wait(timeout=20) == 0
    assert names(again) == ["row 0", "row 1"]


def test_the_set_moves_when_a_stranger_has_taken_its_port(start: Start) -> None:
    uri, process = start()
    names(uri)
    stop_embedded(process)
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind(("127.0.0.1", int(uri.rpartition(":")[2].partition("/")[0])))
        stranger.listen()
        moved, _ = start()
        assert moved != uri
        assert names(moved) == ["row 0", "row 1"]


def test_the_port_asked_for_is_the_port(start: Start) -> None:
    port = free_port()
    uri, _ = start(port)
    assert uri == f"mongodb://127.0.0.1:{port}/?replicaSet=rs0"
    assert not is_free(port)
