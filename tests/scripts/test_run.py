"""A start brings everything up, holds its folder, and leaves nothing running when it is told to stop."""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts.house.ports import free_port, is_free

ROOT = Path(__file__).resolve().parents[2]
CEILING_SECONDS = 120


@dataclass(frozen=True)
class Started:
    """A `scripts/run` after its set-up, with its data in `home`."""

    process: subprocess.Popen[str]
    port: int
    home: Path
    said: list[str]

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `python -m arguments...` beside the start, told nothing but where its data lie."""
        return subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env=environment(self.home, self.port),
            capture_output=True,
            text=True,
            timeout=CEILING_SECONDS,
            check=False,
        )


def environment(home: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLEARLANE_")}
    return kept | {"CLEARLANE_SET_UP": "1", "CLEARLANE_HOME": str(home), "CLEARLANE_PORT": str(port)}


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    home = tmp_path_factory.mktemp("home")
    port = next(port for port in iter(free_port, None) if is_free(port + 1))
    process = subprocess.Popen(
        [sys.executable, "-m", "scripts.house", "run", "--no-simulator"],
        cwd=ROOT,
        env=environment(home, port),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    said = []
    with closing(process.stdout):
        for line in process.stdout:
            said.append(line.rstrip())
            if line.startswith(("ready", "clearlane:")):
                break
        yield Started(process, port, home, said)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=CEILING_SECONDS)


def test_it_ends_with_ready_and_the_addresses_the_demo_first(started: Started) -> None:
    hub, agent = f"http://localhost:{started.port}", f"http://localhost:{started.port + 1}"
    assert started.said[-1].split() == [
        "ready",
        *(f"{hub}{path}" for path in ("/demo/", "/", "/carrier/", "/officer/", "/graphql")),
        *(f"{agent}/lane/liantang-{number}/" for number in (1, 2, 3)),
    ]


def test_the_addresses_answer(started: Started) -> None:
    pages = [word for word in started.said[-1].split()[1:] if not word.endswith("/graphql")]
    for address in [f"http://localhost:{started.port}/healthz", *pages]:
        with urllib.request.urlopen(address, timeout=CEILING_SECONDS) as answer:
            assert answer.status == 200, address


def test_scripts_get_a_token_and_prove_the_log_without_further_settings(started: Started) -> None:
    token = started.call("backend", "token", "--role", "OFFICER")
    assert (token.returncode, token.stderr) == (0, "")
    assert len(token.stdout.strip()) >= 16
    proof = started.call("backend", "log", "verify")
    assert proof.returncode == 0
    assert re.match(r"ok \d+ events in \d+ streams, [1-9]\d* signed statements up to ", proof.stdout)
    key = started.call("backend", "log", "key")
    assert key.stdout.splitlines()[1] == "-----BEGIN PUBLIC KEY-----"


def test_a_second_start_of_the_same_folder_is_refused(started: Started) -> None:
    second = started.call("scripts.house", "run", "--no-simulator")
    assert second.returncode == 1
    assert second.stderr.splitlines() == [
        "clearlane: Clearlane already runs from this folder: stop that start first"
    ]


def test_interrupted_it_stops_everything_and_exits_cleanly(started: Started) -> None:
    database = int((started.home / "mongo" / "port").read_text())
    started.process.send_signal(signal.SIGINT)
    assert started.process.wait(timeout=CEILING_SECONDS) == 0
    assert all(is_free(port) for port in (started.port, started.port + 1, database))
    assert not (started.home / "run.env").exists()
