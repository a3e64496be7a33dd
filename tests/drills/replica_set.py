"""Three mongods on loopback, each behind a door: a member can be killed, frozen, cut off and told to step down."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import psutil
from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from scripts.house.mongod import REPLICA_SET, dies_with_parent
from scripts.house.mongod_binary import find_mongod
from scripts.house.places import HouseError
from scripts.house.ports import free_port
from tests.drills.doors import CLIENT, Cut, Doors

T = TypeVar("T")
Client = MongoClient[dict[str, Any]]

MEMBERS = 3
WAIT_SECONDS = 90.0  # a ceiling against hanging
LOOK_SECONDS = 0.1
STEP_DOWN_SECONDS = 20
BRIEFLY: dict[str, Any] = {
    "serverSelectionTimeoutMS": 1000,
    "connectTimeoutMS": 1000,
    "socketTimeoutMS": 1000,
}
STANDING = frozenset({"PRIMARY", "SECONDARY"})


@dataclass
class Member:
    """One mongod of the set, through all its starts."""

    index: int
    port: int
    folder: Path
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it and return at once. Raises HouseError where there is no mongod."""
        binary = find_mongod()
        if binary is None:
            raise HouseError("there is no MongoDB server", "run scripts/setup")
        (self.folder / "data").mkdir(parents=True, exist_ok=True)
        command = [*dies_with_parent(), str(binary.path), "--dbpath", str(self.folder / "data")]
        command += ["--port", str(self.port), "--replSet", REPLICA_SET, "--bind_ip", "127.0.0.1"]
        command += ["--nounixsocket", "--quiet", "--wiredTigerCacheSizeGB", "0.25", "--oplogSize", "64"]
        command += ["--setParameter", "diagnosticDataCollectionEnabled=false"]
        command += ["--setParameter", "transactionLifetimeLimitSeconds=5"]
        libraries = {"LD_LIBRARY_PATH": str(binary.libraries)} if binary.libraries else {}
        with (self.folder / "mongod.log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                env={**os.environ, **libraries},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def running(self) -> subprocess.Popen[bytes]:
        """Its process. Raises RuntimeError where it was not started."""
        if self.process is None:
            raise RuntimeError(f"member {self.index} was not started")
        return self.process

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        self.running.kill()
        self.running.wait()

    def freeze(self) -> None:
        """SIGSTOP: it holds its connections and says nothing."""
        self.running.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        self.running.send_signal(signal.SIGCONT)

    def end(self) -> None:
        """End it in whatever state it is; nobody needs its data afterwards."""
        self._watched.close()
        if self.process is not None and self.process.poll() is None:
            self.kill()

    @contextmanager
    def direct(self, **options: Any) -> Iterator[Client]:
        """A client of this member alone, past its door."""
        given = {**BRIEFLY, "socketTimeoutMS": 30_000, **options}
        with Client("127.0.0.1", self.port, directConnection=True, **given) as client:
            yield client

    def says_primary(self) -> bool:
        """Whether it takes itself for the primary; False where it does not answer."""
        try:
            return bool(self._watched.admin.command("hello")["isWritablePrimary"])
        except PyMongoError:
            return False

    @cached_property
    def _watched(self) -> Client:
        """One client for all the looking: a fresh one each time costs more than the drill itself."""
        return Client("127.0.0.1", self.port, directConnection=True, **BRIEFLY)

    def source_ports(self) -> set[int]:
        """The ports its connections come from."""
        if self.process is None or self.process.poll() is not None:
            return set()
        try:
            return {link.laddr.port for link in psutil.Process(self.process.pid).net_connections("tcp")}
        except psutil.NoSuchProcess:  # it has ended this very moment
            return set()


class ReplicaSet:
    """Three members; everybody, they themselves too, reaches them through their doors only."""

    def __init__(self, folder: Path) -> None:
        self.members = [Member(index, free_port(), folder / f"member-{index}") for index in range(MEMBERS)]
        self._doors = Doors([member.port for member in self.members], self._whose)

    @property
    def uri(self) -> str:
        """The set's address for clients."""
        hosts = ",".join(f"127.0.0.1:{port}" for port in self._doors.ports)
        return f"mongodb://{hosts}/?replicaSet={REPLICA_SET}"

    def uri_of(self, member: Member) -> str:
        """The address of one member, through its door and for itself alone."""
        return f"mongodb://127.0.0.1:{self._doors.ports[member.index]}/?directConnection=true"

    def primary(self, other_than: Member | None = None) -> Member:
        """Wait for a primary, if need be for another one than this, and return it."""
        there = [member for member in self.members if member is not other_than]
        return until(lambda: next((member for member in there if member.says_primary()), None), "a primary")

    def standing(self) -> None:
        """Wait until all members are there and one of them is primary."""
        until(self._is_standing, "three standing members")

    def cut_off(self, member: Member, *, from_clients: bool, silent: bool = False) -> None:
        """Cut a member off from the other two, or from everybody."""
        others = [other.index for other in self.members if other is not member]
        if from_clients:
            others.append(CLIENT)
        self._doors.cut(Cut.around(member.index, others, silent=silent))

    def hide(self, member: Member) -> None:
        """Let clients hear nothing more of a member, on open connections and new ones; the members go on."""
        self._doors.cut(Cut.around(member.index, [CLIENT], silent=True))

    def heal(self) -> None:
        """Let everybody through again."""
        self._doors.heal()

    def step_down(self, member: Member) -> None:
        """Tell the primary to step down, and not to stand again for a while."""
        with member.direct() as client:
            client.admin.command(
                "replSetStepDown", STEP_DOWN_SECONDS, secondaryCatchUpPeriodSecs=STEP_DOWN_SECONDS // 2
            )

    def step_up(self, other_than: Member) -> None:
        """Have another member than this stand and win."""
        there = [member for member in self.members if member is not other_than]
        until(lambda: any(_stood(member) for member in there), "an election")
        self.primary(other_than)

    @contextmanager
    def client(self, **options: Any) -> Iterator[Client]:
        """A client of the whole set."""
        with Client(self.uri, serverSelectionTimeoutMS=60_000, tz_aware=True, **options) as client:
            yield client

    @contextmanager
    def started(self, election_milliseconds: int) -> Iterator["ReplicaSet"]:
        """Start and initiate it; end it with the block."""
        with ExitStack() as stack:
            stack.enter_context(self._doors.opened())
            for member in self.members:
                stack.callback(member.end)
                member.start()
            self._initiate(election_milliseconds)
            until(lambda: _stood(self.members[0]), "the first election")
            self.standing()
            yield self

    def _initiate(self, election_milliseconds: int) -> None:
        for member in self.members:
            until(lambda member=member: _answers(member), f"member {member.index}")  # type: ignore[misc]
        hosts = [
            {"_id": member.index, "host": f"127.0.0.1:{self._doors.ports[member.index]}"}
            for member in self.members
        ]
        settings = {
            "electionTimeoutMillis": election_milliseconds,
            "heartbeatIntervalMillis": min(2000, election_milliseconds // 4),
        }
        with self.members[0].direct() as client:
            client.admin.command(
                "replSetInitiate", {"_id": REPLICA_SET, "members": hosts, "settings": settings}
            )

    def _whose(self, source: int) -> int:
        return next((member.index for member in self.members if source in member.source_ports()), CLIENT)

    def _is_standing(self) -> bool:
        try:
            with self.primary().direct(socketTimeoutMS=5000) as client:
                status = client.admin.command("replSetGetStatus")
        except PyMongoError:
            return False
        states = [member["stateStr"] for member in status["members"]]
        return len(states) == MEMBERS and STANDING.issuperset(states)


def _stood(member: Member) -> bool:
    try:
        with member.direct() as client:
            client.admin.command("replSetStepUp")
    except PyMongoError:  # not now: asked again
        return False
    return True


def _answers(member: Member) -> bool:
    try:
        with member.direct() as client:
            client.admin.command("ping")
    except OperationFailure:
        return True
    except PyMongoError:
        if member.running.poll() is not None:
            raise
        return False
    return True


def until(look: Callable[[], T | None], what: str, seconds: float = WAIT_SECONDS) -> T:
    """Look again and again; return what was found. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(LOOK_SECONDS)
    raise TimeoutError(f"{what}: not within {seconds:.0f} s")
