"""A port in which people and devices do anything in any order; each of them asks again when it hears nothing."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from aiohttp import ClientSession

from backend.app import SWEEPS
from backend.captures import service as captures
from backend.captures.images import ImageFacts
from backend.captures.model import CaptureView
from backend.kit.clock import FixedClock
from backend.kit.context import NOBODY, Actor, Services, UnitOfWork, system_context
from backend.kit.sweeps import Sweep
from backend.lanes import rules
from backend.lanes.model import Passage
from core.roles import Role
from core.states import Agency
from core.vouchers.keys import base64url
from tests.backend.client import new_key
from tests.backend.desks import Clerk
from tests.backend.interleaving import process
from tests.backend.lanes.steps import LANES, Port
from tests.backend.properties.faults import Faults
from tests.backend.steps import CREATE, OPEN, Answer, Journey, Phone, order_input, submit

T = TypeVar("T")
KEPT = frozenset({"accounts", "checkpoints"})
TIMES: dict[str, Sweep] = {sweep.name: sweep for sweep in SWEEPS}


@dataclass(frozen=True)
class Sent:
    """A request that was answered."""

    clerk: "Persistent"
    query: str
    variables: dict[str, object]
    answer: tuple[str, str | None]


class Persistent(Clerk):
    """Asks again with the same key when it hears nothing, and remembers what it asked."""

    def __init__(self, services: Services, http: ClientSession, actor: Actor, sent: list[Sent]) -> None:
        super().__init__(services, http, actor)
        self.sent = sent

    async def raw(self, query: str, **variables: object) -> dict[str, Any]:
        """Return the whole answer; the second one where the first did not come."""
        answer = await super().raw(query, **variables)
        if answer["errors"]:
            answer = await super().raw(query, **variables)
        asked = variables.get("input")
        if isinstance(asked, dict) and ("idempotencyKey" in asked or "readings" in asked):
            self.sent.append(Sent(self, query, variables, gist(answer)))
        return answer


def gist(answer: dict[str, Any]) -> tuple[str, str | None]:
    """Return what kind of answer it is, and the code of a refusal."""
    assert not answer["errors"], answer["errors"]
    (root,) = answer["data"].values()
    return root["__typename"], root.get("code")


@dataclass
class Truck:
    """A driver, his trip, and the phones that he has had."""

    journey: Journey
    phones: list[Phone]


@dataclass
class World:
    """The port, its trucks, and what was asked of the hub so far."""

    services: Services
    clock: FixedClock
    http: ClientSession
    faults: Faults = field(default_factory=Faults)
    trucks: list[Truck] = field(default_factory=list)
    claimed: list[Answer] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.hub = process(self.services, self.faults)
        self.port = Port(
            carrier=self.clerk(Role.CARRIER, "carrier-hengtong"),
            nobody=Persistent(self.hub, self.http, NOBODY, []),
            customs=self.clerk(Role.AGENCY, "agency-customs", agency=Agency.CUSTOMS),
            border=self.clerk(Role.AGENCY, "agency-border", agency=Agency.BORDER_INSPECTION),
            officer=self.clerk(Role.OFFICER, "officer-1"),
            agent=self.clerk(Role.LANE_AGENT, "agent-liantang", lanes=LANES),
            worker=self.clerk(Role.WORKER, "worker-1"),
            clock=self.clock,
        )

    def clerk(self, role: Role, identifier: str, **more: Any) -> Persistent:
        """Return somebody who asks this hub."""
        return Persistent(
            self.hub, self.http, Actor(role=role, id=identifier, name=identifier, **more), self.sent
        )

    async def empty(self) -> None:
        """Forget all but the port and its people."""
        db = self.services.database.db
        for name in await db.list_collection_names():
            if name not in KEPT:
                await db[name].delete_many({})

    async def order(self) -> None:
        """A carrier sends an order and its driver opens the link: another truck."""
        number = len(self.trucks) + 1
        asked = order_input(self.clock, driverPhone=f"+852 6000 000{number}")
        sent = await self.port.carrier.ask(CREATE, input=asked)
        code = sent["link"].rsplit("/", 1)[-1]
        opened = await self.port.nobody.ask(
            OPEN, input={"idempotencyKey": new_key(), "code": code, "language": "EN"}
        )
        trip = await self.row("trips", opened["trip"]["id"])
        driver = self.clerk(Role.DRIVER, trip["driver_id"])
        self.trucks.append(Truck(Journey(driver, Phone(), sent["order"]["id"], trip["_id"]), []))

    async def declare(self, truck: Truck, *, healthy: bool) -> None:
        """The driver submits, with a window from now on, from a fresh phone."""
        journey = Journey(truck.journey.driver, Phone(), truck.journey.order_id, truck.journey.trip_id)
        now = self.clock.now()
        window = {"windowStart": now.isoformat(), "windowEnd": (now + timedelta(hours=6)).isoformat()}
        plates = [{"jurisdiction": "HK", "text": f"HK {self.trucks.index(truck) + 1}"}]
        await submit(journey, plates=plates, feverFree=healthy, **window)
        truck.phones.append(journey.phone)

    async def code(self, truck: Truck, back: int = 0) -> str | None:
        """Return what the driver's phone shows now; `back` counts from his newest code to older ones."""
        subject = f"trip:{truck.journey.trip_id}"
        rows = self.services.database.db["vouchers"].find({"subject": subject}).sort("issued_at", -1)
        vouchers = await rows.to_list(None)
        if back >= len(vouchers):
            return None
        row = vouchers[back]
        anchor = base64url(row["anchor"])
        phone = next(phone for phone in truck.phones if anchor in phone.anchors)
        voucher = {"anchor": anchor, "partOne": row["part_one"], "notBefore": row["not_before"].isoformat()}
        return phone.code(voucher, self.clock.now())

    async def picture(self, passage: Answer, number: int) -> None:
        """A camera takes an image of the vehicle."""
        image = ImageFacts("image/jpeg", 64, 48, f"{number:064x}")

        async def keep(unit: UnitOfWork) -> None:
            seen = Passage.of(passage)
            new = captures.NewCapture(
                checkpoint_id=seen.checkpoint_id,
                view=CaptureView.FRONT,
                expected=rules.expected(seen),
                image=image,
                body=b"image",
                lane_id=seen.lane_id,
                passage_id=seen.id,
                trip_id=seen.trip_id,
            )
            await captures.store(unit, new)

        await system_context(self.services, "camera").transaction(keep)

    async def sweep(self, name: str) -> int:
        """Let time do one of its works."""
        return await TIMES[name].run(system_context(self.services, name))

    async def repeat(self, sent: Sent) -> None:
        """Ask an earlier request again, with its key. Fails when it does anything or is answered otherwise."""
        before = await self.count("events")
        again = gist(await Clerk.raw(sent.clerk, sent.query, **sent.variables))
        assert again == sent.answer, f"{sent.query[:40]}: first {sent.answer}, then {again}"
        assert await self.count("events") == before, f"{sent.query[:40]} did something a second time"

    async def rows(self, collection: str, **where: object) -> list[Answer]:
        """Return what is stored."""
        return await self.services.database.db[collection].find(where).sort("_id", 1).to_list(None)

    async def row(self, collection: str, identifier: str) -> Answer:
        """Return one stored row."""
        (row,) = await self.rows(collection, _id=identifier)
        return row

    async def count(self, collection: str) -> int:
        """Count stored rows."""
        return await self.services.database.db[collection].count_documents({})
