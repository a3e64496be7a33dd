"""Two requests at the same moment: who asks, in which process, and what is left when both have been answered."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields, replace
from typing import Any

from backend.kit import eventlog
from backend.kit.context import Services, system_context
from backend.kit.sweeps import Sweep
from tests.backend.client import Client
from tests.backend.desks import Desk
from tests.backend.interleaving import Point, Raced, race
from tests.backend.lanes.steps import Port
from tests.backend.steps import Answer, Journey


@dataclass(frozen=True)
class Place:
    """Everybody, at the desks of one API process."""

    port: Port
    services: Services

    @classmethod
    def of(cls, port: Port, services: Services) -> "Place":
        """Seat the port's people."""
        desks: dict[str, Any] = {
            field.name: Desk(person, services)
            for field in fields(port)
            if isinstance(person := getattr(port, field.name), Client)
        }
        return cls(replace(port, **desks), services)

    def journey(self, journey: Journey) -> Journey:
        """Seat the driver."""
        return replace(journey, driver=Desk(journey.driver, self.services))

    async def sweep(self, sweep: Sweep) -> int:
        """Let time do its work once."""
        return await sweep.run(system_context(self.services, sweep.name))


Request = Callable[[Place], Awaitable[Any]]


@dataclass(frozen=True)
class Rivals:
    """Races two requests at one point; ends with the log proved."""

    port: Port
    api: Services
    point: Point

    @property
    def held_first(self) -> bool:
        """Whether the held request commits before the other one."""
        return self.point in {Point.BEFORE_COMMIT, Point.AFTER_COMMIT}

    @property
    def collide(self) -> bool:
        """Whether both have read before either has committed: one of them must run again."""
        return self.point in {Point.BEFORE_WRITING, Point.BEFORE_COMMIT}

    async def race(self, held: Request, other: Request, *, transaction: int = 1) -> Raced[Any, Any]:
        """Race them and prove the log. Fails when the two should have collided and neither ran twice."""
        raced = await race(
            self.api,
            self.point,
            lambda services: held(Place.of(self.port, services)),
            lambda services: other(Place.of(self.port, services)),
            transaction=transaction,
        )
        twice = raced.held_attempts if self.point is Point.BEFORE_WRITING else raced.other_attempts
        assert twice > 1 or not self.collide, f"attempts: {raced.held_attempts} and {raced.other_attempts}"
        await self.proved()
        return raced

    async def proved(self) -> None:
        """Fail unless the log verifies."""
        verification = await eventlog.verify(self.api.database)
        assert verification.failure is None, verification.failure

    async def row(self, collection: str, **where: object) -> Answer:
        """Return the one stored row that matches."""
        rows = await self.api.database.collection(collection).find(where).to_list(None)
        assert len(rows) == 1, f"{len(rows)} rows of {collection} match {where}"
        return dict(rows[0])


def refusal(answer: Answer) -> tuple[str, dict[str, str]]:
    """Return the code and the arguments of a refusal. Fails where there is none, or where it has no sentence."""
    assert answer["__typename"] == "Problem", answer
    assert answer["message"].endswith("."), answer
    return answer["code"], {argument["name"]: argument["value"] for argument in answer["args"]}
