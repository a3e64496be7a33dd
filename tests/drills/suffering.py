"""The drill of the replica set as a whole: an API on three members, every fault in turn, the audit, the controls."""

import asyncio
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.house.places import ROOT, STATE, VENV_PYTHON
from tests.bench.figures import progress
from tests.bench.system import free_ports
from tests.drills import parts
from tests.drills.audit import Stored, doubled, lost
from tests.drills.controls import doubled_by_reading_first, lost_with_one_acknowledgement
from tests.drills.faults import Fault, Suffered, suffer
from tests.drills.replica_set import ReplicaSet
from tests.drills.visits import LANES, at_the_port, declared_vehicles

VERIFY_SECONDS = 120.0


@dataclass(frozen=True)
class Found:
    """What the drill found."""

    suffered: Sequence[Suffered]
    lost: Sequence[str]
    doubled: Sequence[str]
    differing: Sequence[str]
    """Replies that were another when asked again."""
    log_says: str
    """What `python -m backend log verify` printed; empty where it failed."""
    control_lost: int
    control_doubled: int

    @property
    def acknowledged(self) -> int:
        """How many writes were acknowledged in all."""
        return sum(len(one.ledger.acknowledged) for one in self.suffered)


async def drill(faults: Sequence[Fault], vehicles_a_lane: int, election_milliseconds: int) -> Found:
    """Have the set suffer these faults one after another, so many vehicles in each lane at each of them."""
    with TemporaryDirectory(dir=STATE, prefix="faults-") as folder:
        home, port = Path(folder), free_ports()
        replica_set = ReplicaSet(home / "set")
        with replica_set.started(election_milliseconds):
            api = parts.api(home, port, replica_set.uri)
            with parts.ended_afterwards(api):
                api.start()
                api.wait_until_served()
                suffered, differing = await _suffered(replica_set, home, port, faults, vehicles_a_lane)
                log_says = await asyncio.to_thread(_verified, api)
            stored = await asyncio.to_thread(Stored.read, replica_set)
            return Found(
                suffered=suffered,
                lost=[words for one in suffered for words in lost(stored, one.ledger)],
                doubled=list(doubled(stored)),
                differing=differing,
                log_says=log_says,
                control_lost=await asyncio.to_thread(lost_with_one_acknowledgement, replica_set),
                control_doubled=await doubled_by_reading_first(replica_set),
            )


async def _suffered(
    replica_set: ReplicaSet, home: Path, port: int, faults: Sequence[Fault], vehicles_a_lane: int
) -> tuple[list[Suffered], list[str]]:
    """Let all of it happen, then ask everything once more; return also what is answered otherwise then."""
    each = vehicles_a_lane * len(LANES)
    suffered: list[Suffered] = []
    async with at_the_port(f"http://localhost:{port}", home) as at_port:
        vehicles = await declared_vehicles(at_port.people, each * len(faults))
        progress(f"{len(vehicles)} vehicles are declared")
        for number, fault in enumerate(faults):
            coming = vehicles[number * each : (number + 1) * each]
            suffered.append(await suffer(replica_set, at_port, fault, coming))
            progress(f"{fault}: {suffered[-1].gap:.1f} s without an acknowledged write")
        return suffered, [words for one in suffered for words in await one.ledger.ask_again()]


def _verified(api: parts.Part) -> str:
    command = [str(VENV_PYTHON), "-m", "backend", "log", "verify"]
    done = subprocess.run(
        command, cwd=ROOT, env=api.environment, capture_output=True, timeout=VERIFY_SECONDS, check=False
    )
    return done.stdout.decode().strip() if done.returncode == 0 else ""
