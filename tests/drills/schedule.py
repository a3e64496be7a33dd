"""Who is killed in which phase of which vehicle's passage: drawn from a seed, so that a drill can be run again."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from random import Random

MOST_SECONDS_DOWN = 3.0
"""A supervisor brings a part back within this time."""


class Victim(StrEnum):
    """What is killed."""

    API = "api"
    WORKER = "worker"
    AGENT = "agent"
    DATABASE = "database"


class Phase(StrEnum):
    """How far a passage has come, as it is seen from outside."""

    SCANNED = "SCANNED"
    """The code has been handed to the scanner."""
    OPENED = "OPENED"
    CAPTURED = "CAPTURED"
    CLAIMED = "CLAIMED"
    READ = "READ"
    RELEASED = "RELEASED"
    """The release stands in the database."""
    UNHEARD = "UNHEARD"
    """The command is on its way to the barrier and the arm never hears it."""
    COMMANDED = "COMMANDED"
    """The arm has its command; whoever sent it has no answer yet."""
    OPEN = "OPEN"
    LEAVING = "LEAVING"
    """The vehicle is on the loop behind the barrier."""
    LEFT = "LEFT"


@dataclass(frozen=True)
class Kill:
    """Kill the victim when the passage of the `vehicle`-th vehicle, or the next one possible, is in that phase."""

    victim: Victim
    phase: Phase
    vehicle: int
    seconds_down: float
    also: tuple[Victim, ...] = ()
    """Who dies in the same moment."""


Due = tuple[Victim, Phase]
TOGETHER: tuple[tuple[Victim, Phase, tuple[Victim, ...]], ...] = (
    (Victim.AGENT, Phase.RELEASED, (Victim.API,)),
    (Victim.DATABASE, Phase.RELEASED, (Victim.AGENT,)),
    (Victim.AGENT, Phase.COMMANDED, (Victim.DATABASE,)),
    (Victim.AGENT, Phase.UNHEARD, (Victim.API,)),
    (Victim.API, Phase.CLAIMED, (Victim.WORKER,)),
    (Victim.AGENT, Phase.LEAVING, (Victim.API, Victim.DATABASE, Victim.WORKER)),
)
"""A power cut takes more than one of them."""


def every_pair() -> list[Due]:
    """Return each victim in each phase; only an agent that dies with its command leaves it unheard."""
    return [
        (victim, phase)
        for victim, phase in product(Victim, Phase)
        if phase is not Phase.UNHEARD or victim is Victim.AGENT
    ]


def one_of_each(random: Random) -> list[Due]:
    """Return each victim once, in a phase of its own."""
    phases = random.sample([phase for phase in Phase if phase is not Phase.UNHEARD], len(Victim))
    return list(zip(Victim, phases, strict=True))


def spread_over(pairs: Iterable[Due], vehicles: int, random: Random, *, together: bool = False) -> list[Kill]:
    """Return the kills in the order of the vehicles they befall, in random order over the first nine tenths of them.

    The last tenth must get through a system that nobody disturbs any more.
    """
    alone: list[tuple[Victim, Phase, tuple[Victim, ...]]] = [(victim, phase, ()) for victim, phase in pairs]
    drawn = [*alone, *(TOGETHER if together else ())]
    random.shuffle(drawn)
    befallen = sorted(random.sample(range(1, max(vehicles * 9 // 10, len(drawn) + 1)), len(drawn)))
    return [
        Kill(victim, phase, vehicle, round(random.uniform(0.0, MOST_SECONDS_DOWN), 2), also)
        for (victim, phase, also), vehicle in zip(drawn, befallen, strict=True)
    ]
