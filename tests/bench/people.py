"""Carrier, driver, agencies and officer of a measurement: they do at once what people do in their own time."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any

from core.hub import DemoCredentials, Hub, HubProblem, TokenCredentials
from core.problems import ProblemCode
from core.states import Agency, ClearanceState
from simulator.players import carriers, documents
from simulator.players.keys import new_key
from simulator.players.phone import Phone, VoucherOnPhone
from simulator.players.plans import Plan, plans
from tests.bench.pages import sent_by

CHECKPOINT = "liantang"
SEED = 20_260_101


@dataclass(frozen=True)
class Declared:
    """A vehicle whose driver has his code on his phone."""

    plan: Plan
    trip_id: str
    phone: Phone


@dataclass(frozen=True)
class People:
    """Everybody who is signed in; drivers come by their links."""

    hub_url: str
    carrier: Hub
    officer: Hub
    agencies: tuple[Hub, ...]

    async def order(self, plan: Plan) -> str:
        """Send a work order and return its driver's link."""
        return await carriers.send_order(self.carrier, plan, CHECKPOINT)

    async def declare(self, plan: Plan, link: str) -> Declared:
        """Go the driver's whole way with what his app sends: link, draft, declaration, both answers, code."""
        asked = {
            "idempotencyKey": new_key(),
            "code": link.rpartition("/")[2],
            "language": plan.language,
        }
        async with Hub(self.hub_url) as stranger:
            opened = (await stranger.execute(documents.OPEN_LINK, {"input": asked}))["openWorkOrderLink"]
        trip_id, phone = opened["trip"]["id"], Phone.new(Random(plan.reference))
        async with Hub(self.hub_url, TokenCredentials(opened["session"]["token"])) as hub:
            named = {"tripId": trip_id, "declaration": _declaration(plan)}
            await hub.execute(
                sent_by("driver", "SaveDeclaration"), {"input": {"idempotencyKey": new_key(), **named}}
            )
            submitted = {"idempotencyKey": new_key(), **named, "anchors": phone.anchors}
            await hub.execute(sent_by("driver", "SubmitDeclaration"), {"input": submitted})
            for agency in self.agencies:
                await _clear(agency, trip_id)
            home = (await hub.execute(sent_by("driver", "DriverHome")))["driverHome"]
        phone.voucher = VoucherOnPhone.of(home["voucher"])
        return Declared(plan, trip_id, phone)

    async def empty_bays(self, reason: str) -> None:
        """The officer releases who was sent to a bay and sees them off: there are four bays only."""
        board = (await self.officer.execute(documents.BAYS, {"checkpoint": CHECKPOINT}))["laneBoard"]
        for card in board["bays"]:
            if card["passageId"] is None:
                continue
            decided = {"passageId": card["passageId"], "outcome": "RELEASE", "reason": reason}
            await self.officer.execute(documents.DECIDE, {"input": {"idempotencyKey": new_key(), **decided}})
            left = {"passageId": card["passageId"], "laneId": None, "way": "BARRIER"}
            left |= {"idempotencyKey": new_key(), "at": datetime.now(UTC).isoformat()}
            await self.officer.execute(documents.DEPART, {"input": left})


def loaded_vehicles() -> Iterator[Plan]:
    """Yield vehicles with a container, always the same ones: two plates or one, as the traffic has them."""
    return (plan for plan in plans(SEED, 1.0, 0) if plan.declared.containers)


@asynccontextmanager
async def signed_in(hub_url: str) -> AsyncIterator[People]:
    """Sign the demo's people in."""
    async with Hub(hub_url) as stranger:
        accounts = (await stranger.execute(documents.ACCOUNTS))["demoAccounts"]
    async with AsyncExitStack() as opened:

        async def enter(account: dict[str, Any]) -> Hub:
            credentials = DemoCredentials(account["role"], account["id"])
            return await opened.enter_async_context(Hub(hub_url, credentials))

        desks = [account for account in accounts if account["agency"] in list(Agency)]
        yield People(
            hub_url=hub_url,
            carrier=await enter(next(account for account in accounts if account["role"] == "CARRIER")),
            officer=await enter(next(account for account in accounts if account["role"] == "OFFICER")),
            agencies=tuple([await enter(account) for account in desks]),
        )


async def _clear(agency: Hub, trip_id: str) -> None:
    """Let the agency clear the trip, if the trip concerns it."""
    clear = {"idempotencyKey": new_key(), "tripId": trip_id, "state": ClearanceState.CLEAR}
    try:
        await agency.execute(sent_by("officer", "Answer"), {"input": clear})
    except HubProblem as problem:
        if problem.code != ProblemCode.CLEARANCE_NOT_YOURS:
            raise


def _declaration(plan: Plan) -> dict[str, object]:
    plates = [{"jurisdiction": plate.jurisdiction, "text": plate.text} for plate in plan.declared.plates]
    return {"plates": plates, "crew": 1, "feverFree": True, "language": plan.language}
