"""What happens to the database at night: its primary is killed, frozen, cut off or told to step down."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tests.bench.people import Declared
from tests.drills.ledger import Ledger
from tests.drills.replica_set import Member, ReplicaSet
from tests.drills.visits import LANES, Port

MORE_ACKNOWLEDGED = 10
"""So many writes are acknowledged before the fault, after it and after its end: the gap lies between writes."""
SETTLED_SECONDS = 120.0  # a ceiling against hanging


class Fault(StrEnum):
    """What happens to the primary."""

    KILLED = "killed"
    FROZEN = "frozen"
    SPLIT = "split: the members do not reach it, the API does"
    CUT_OFF = "cut off from everybody, silently"
    STEPPED_DOWN = "stepped down"


@dataclass(frozen=True)
class Suffered:
    """One fault and how the hub came through it."""

    fault: Fault
    gap: float
    """Longest time without an acknowledged write, in seconds."""
    election: float
    """Until another member said that it is primary."""
    ledger: Ledger


def inject(replica_set: ReplicaSet, primary: Member, fault: Fault) -> None:
    """Let it happen."""
    happenings: dict[Fault, Callable[[], None]] = {
        Fault.KILLED: primary.kill,
        Fault.FROZEN: primary.freeze,
        Fault.SPLIT: lambda: replica_set.cut_off(primary, from_clients=False),
        Fault.CUT_OFF: lambda: replica_set.cut_off(primary, from_clients=True, silent=True),
        Fault.STEPPED_DOWN: lambda: replica_set.step_down(primary),
    }
    happenings[fault]()


def heal(replica_set: ReplicaSet, primary: Member, fault: Fault) -> None:
    """Undo it; called in the main thread, since a mongod ends with the thread that started it."""
    if fault is Fault.KILLED:
        primary.start()
    elif fault is Fault.FROZEN:
        primary.thaw()
    replica_set.heal()


async def suffer(replica_set: ReplicaSet, port: Port, fault: Fault, vehicles: Sequence[Declared]) -> Suffered:
    """Let the fault happen while vehicles pass in two lanes, heal it, and see all of them through."""
    ledger, ending = Ledger(), asyncio.Event()
    primary = await asyncio.to_thread(replica_set.primary)
    async with asyncio.timeout(SETTLED_SECONDS), asyncio.TaskGroup() as traffic:
        traffic.create_task(port.report_refusals(ledger, ending))
        lanes = [
            traffic.create_task(_lane(port, ledger, lane_id, vehicles[index :: len(LANES)]))
            for index, lane_id in enumerate(LANES)
        ]
        await ledger.more(MORE_ACKNOWLEDGED)
        began = time.monotonic()
        try:
            await asyncio.to_thread(inject, replica_set, primary, fault)
            await asyncio.to_thread(replica_set.primary, primary)
            elected = time.monotonic()
            await ledger.more(MORE_ACKNOWLEDGED)
        finally:
            heal(replica_set, primary, fault)
        await asyncio.wait(lanes)
        await asyncio.to_thread(replica_set.standing)
        await ledger.more(MORE_ACKNOWLEDGED)
        ended = time.monotonic()
        ending.set()
    return Suffered(fault, ledger.longest_gap(began, ended), elected - began, ledger)


async def _lane(port: Port, ledger: Ledger, lane_id: str, vehicles: Sequence[Declared]) -> None:
    for declared in vehicles:
        await port.pass_through(declared, lane_id, ledger)
