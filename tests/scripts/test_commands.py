"""A command that cannot go on says in one line what is in the way and what to do, and exits with 1."""

import os
import random
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.house.ports import KEEPABLE, is_free

ROOT = Path(__file__).resolve().parents[2]
CEILING_SECONDS = 60


def call(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        arguments,
        cwd=ROOT,
        env={name: value for name, value in (os.environ | environment).items() if value},
        capture_output=True,
        text=True,
        timeout=CEILING_SECONDS,
        check=False,
    )


def start(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`scripts/run` after its set-up, with its data apart from the working tree's."""
    settings = {"CLEARLANE_SET_UP": "1", "CLEARLANE_HOME": str(tmp_path / "home")}
    return call(sys.executable, "-m", "scripts.house", "run", *arguments, **(settings | environment))


@pytest.fixture
def path_without_node(tmp_path: Path) -> Path:
    """A PATH with a shell's few words and Python, and nothing else."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "python3").symlink_to(Path(sys.executable).resolve())
    for name in ("sh", "dirname"):
        (folder / name).symlink_to(shutil.which(name) or name)
    return folder


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port that somebody listens on; the one before it is free."""
    port = next(
        port for port in random.sample(KEEPABLE, len(KEEPABLE)) if is_free(port) and is_free(port - 1)
    )
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", port))
        listener.listen()
        yield port


def test_a_taken_port_is_named_and_nothing_is_started(tmp_path: Path, taken_port: int) -> None:
    ended = start(tmp_path, CLEARLANE_PORT=str(taken_port))
    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [
        f"clearlane: port {taken_port} is taken: stop what listens there, "
        "or set CLEARLANE_PORT to the first of three free ports"
    ]
    assert not (tmp_path / "home" / "mongo").exists()


def test_the_lane_agents_port_is_looked_at_before_anything_starts(tmp_path: Path, taken_port: int) -> None:
    ended = start(tmp_path, CLEARLANE_PORT=str(taken_port - 1))
    assert ended.returncode == 1
    assert f"port {taken_port} is taken" in ended.stderr


@pytest.mark.parametrize("text", ["eight", "80", "65535"])
def test_a_port_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    ended = start(tmp_path, CLEARLANE_PORT=text)
    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [
        f"clearlane: CLEARLANE_PORT is '{text}': set it to a number from 1024 to 65533"
    ]


def test_missing_node_is_named(path_without_node: Path) -> None:
    ended = call("scripts/setup", PATH=str(path_without_node))
    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [
        "clearlane: Node 20.19 or later is missing: install nodejs and npm, then start again"
    ]


def test_an_old_node_is_refused_with_its_version(path_without_node: Path) -> None:
    node = path_without_node / "node"
    node.write_text("#!/bin/sh\necho v18.19.1\n")
    node.chmod(0o755)
    ended = call("scripts/setup", PATH=str(path_without_node))
    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [
        "clearlane: Node 18.19 is too old: install Node 20.19 or later, then start again"
    ]


def test_missing_python_is_named(path_without_node: Path) -> None:
    (path_without_node / "python3").unlink()
    ended = call("scripts/setup", PATH=str(path_without_node))
    assert ended.returncode == 1
    assert ended.stderr.startswith("clearlane: Python 3.11 or later is missing")


def test_the_doctor_names_what_is_missing_and_exits_with_1(path_without_node: Path) -> None:
    ended = call("scripts/doctor", PATH=str(path_without_node))
    assert ended.returncode == 1
    assert (
        "  bad tools: Node 20.19 or later is missing: install nodejs and npm, then start again"
        in ended.stdout
    )
    assert ended.stdout.splitlines()[-1].startswith("doctor: ")


@pytest.mark.parametrize(
    "asked", [["scripts/setup", "--help"], [sys.executable, "-m", "scripts.house", "-h"]]
)
def test_help_names_every_command_and_sets_nothing_up(asked: list[str], path_without_node: Path) -> None:
    told = call(*asked, PATH=str(path_without_node))
    assert told.returncode == 0
    assert told.stdout.splitlines()[0] == "The commands of Clearlane:"
    named = {line.split()[0] for line in told.stdout.splitlines()[1:]}
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "scripts").iterdir() if path.is_file()}
    assert named == files - {"scripts/__init__.py"}


def test_an_unknown_command_is_refused_with_the_known_ones() -> None:
    ended = call(sys.executable, "-m", "scripts.house", "dance")
    assert ended.returncode == 1
    assert ended.stderr.startswith("clearlane: no command dance: choose from: setup run test")


def test_an_unknown_runner_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    ended = call(sys.executable, "-m", "scripts.house", "test", "everything", CLEARLANE_SET_UP="1")
    assert ended.returncode == 1
    assert "choose from: check python pages journeys" in ended.stderr


@pytest.mark.parametrize("command", ["bench", "drill"])
def test_a_program_that_does_not_exist_is_named_and_the_others_are_offered(command: str) -> None:
    ended = call(sys.executable, "-m", "scripts.house", command, "nothing-of-that-name", CLEARLANE_SET_UP="1")
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"clearlane: no {command} nothing-of-that-name: choose from: ")
    assert ended.stdout == ""
