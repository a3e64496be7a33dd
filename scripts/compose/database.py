"""Makes the members one replica set and its two users, once; later starts find that done and change nothing.

Runs beside the first member, whose own machine alone may make a first user (MongoDB's localhost exception). That one is
alone at first, so that it and no other is primary when the user is made; then the others are taken in, one by one.
"""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import AutoReconnect, OperationFailure, ServerSelectionTimeoutError

from scripts.compose.secrets import HUB_USER, NAMES

Client = MongoClient[dict[str, Any]]

REPLICA_SET = "rs0"
ADMIN_USER = "admin"
HUB_DATABASE = "clearlane"
ADMIN_SECRET, HUB_SECRET = NAMES[1], NAMES[2]
ELECTION_MILLISECONDS = 2000
"""Without a sign of the primary for so long the others elect: lanes stand still for 6 to 9 s, and 12 to 31 s with the
default of 10 s (scripts/drill faults)."""
HEARTBEAT_MILLISECONDS = ELECTION_MILLISECONDS // 4
WAIT_SECONDS = 120.0
LOOK_SECONDS = 0.2
ALREADY_INITIATED = 23
NOT_ALLOWED = (13, 18)
"""Unauthorized, AuthenticationFailed."""
USER_EXISTS = 51003
NOT_NOW = (74, 103, 109, 308)
"""NodeNotFound, NewReplicaSetConfigurationIncompatible, ConfigurationInProgress, CurrentConfigNotCommittedYet."""


@dataclass(frozen=True)
class Wanted:
    """The set and its users' passwords."""

    address: str
    """The member beside which this runs."""
    members: tuple[str, ...]
    admin_password: str = field(repr=False)
    hub_password: str = field(repr=False)

    @classmethod
    def told(cls) -> "Wanted":
        """Read it from environment and secrets. Raises KeyError, FileNotFoundError."""
        folder = Path(os.environ["DATABASE_SECRETS"])
        return cls(
            address=os.environ["DATABASE_ADDRESS"],
            members=tuple(os.environ["DATABASE_MEMBERS"].split(",")),
            admin_password=(folder / ADMIN_SECRET).read_text().strip(),
            hub_password=(folder / HUB_SECRET).read_text().strip(),
        )

    def beside(self) -> Client:
        """Return a client of that member, without a user."""
        return Client(self.address, directConnection=True, serverSelectionTimeoutMS=5000)

    def whole(self) -> Client:
        """Return the administrator's client of the whole set."""
        return Client(
            list(self.members),
            replicaSet=REPLICA_SET,
            username=ADMIN_USER,
            password=self.admin_password,
            serverSelectionTimeoutMS=int(WAIT_SECONDS * 1000),
        )


def prepare(wanted: Wanted) -> list[str]:
    """Do what is not done yet and return it in words.

    Raises TimeoutError where no primary comes; OperationFailure where users are there and the secret is not theirs.
    """
    done = []
    with wanted.beside() as member:
        if _initiated(member, wanted.members[0]):
            done.append(f"{wanted.members[0]} begins the set")
        if _admin_made(member, wanted):
            done.append(f"user {ADMIN_USER} made")
    with wanted.whole() as client:
        done += [f"{host} taken in" for host in wanted.members if _taken_in(client, host)]
        # a new member has no vote, and is named to nobody, before it has all there is
        _until(lambda: set(wanted.members) <= _named(client), "all members with all there is")
        if _hub_user_set(client, wanted.hub_password):
            done.append(f"user {HUB_USER} set")
    return done


def _initiated(member: Client, host: str) -> bool:
    """Have the member begin a set of its own; False where it belongs to one."""
    _until(lambda: bool(member.admin.command("ping")), "the member beside this job")
    if member.admin.command("hello").get("setName"):
        return False
    settings = {
        "electionTimeoutMillis": ELECTION_MILLISECONDS,
        "heartbeatIntervalMillis": HEARTBEAT_MILLISECONDS,
    }
    config = {"_id": REPLICA_SET, "members": [{"_id": 0, "host": host}], "settings": settings}
    try:
        member.admin.command("replSetInitiate", config)
    except OperationFailure as failure:
        if failure.code != ALREADY_INITIATED:
            raise
        return False
    return True


def _admin_made(member: Client, wanted: Wanted) -> bool:
    """Make the first user; False where there are others: that was done before they came."""
    if len(member.admin.command("hello").get("hosts", ())) > 1:
        return False
    _until(lambda: bool(member.admin.command("hello")["isWritablePrimary"]), "a primary")
    try:
        member.admin.command(
            "createUser", ADMIN_USER, pwd=wanted.admin_password, roles=[{"role": "root", "db": "admin"}]
        )
    except OperationFailure as failure:
        if failure.code not in (*NOT_ALLOWED, USER_EXISTS):
            raise
        return False
    return True


def _taken_in(client: Client, host: str) -> bool:
    """Add a member to the set; False where it belongs to it."""
    config = client.admin.command("replSetGetConfig")["config"]
    if host in (member["host"] for member in config["members"]):
        return False
    _until(lambda: _added(client, host), f"a place in the set for {host}")
    return True


def _added(client: Client, host: str) -> bool:
    """Ask for it once; False where the set is not done with the change before, or does not reach it yet."""
    config = client.admin.command("replSetGetConfig")["config"]
    number = max(member["_id"] for member in config["members"]) + 1
    config |= {
        "version": config["version"] + 1,
        "members": [*config["members"], {"_id": number, "host": host}],
    }
    try:
        client.admin.command("replSetReconfig", config)
    except OperationFailure as failure:
        if failure.code not in NOT_NOW:
            raise
        return False
    return True


def _hub_user_set(client: Client, password: str) -> bool:
    """Make the hub's user, who may read and write the hub's database and nothing else; False where all is so."""
    roles = [{"role": "readWrite", "db": HUB_DATABASE}]
    if client.admin.command("usersInfo", HUB_USER)["users"]:
        if _lets_in(client, password):
            return False
        client.admin.command("updateUser", HUB_USER, pwd=password, roles=roles)
    else:
        client.admin.command("createUser", HUB_USER, pwd=password, roles=roles)
    return True


def _lets_in(client: Client, password: str) -> bool:
    host, port = client.primary or ("", 0)
    try:
        with Client(host, port, directConnection=True, username=HUB_USER, password=password) as tried:
            tried.admin.command("connectionStatus")
    except OperationFailure as failure:
        if failure.code == NOT_ALLOWED[1]:
            return False
        raise
    return True


def _named(client: Client) -> set[str]:
    return set(client.admin.command("hello")["hosts"])


def _until(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        try:
            if holds():
                return
        except (AutoReconnect, ServerSelectionTimeoutError):
            pass
        time.sleep(LOOK_SECONDS)
    raise TimeoutError(f"{what}: not within {WAIT_SECONDS:.0f} s")


def main() -> int:
    """Prepare it and say what was done."""
    done = prepare(Wanted.told())
    print("\n".join(done or ["the replica set and its users are there"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
