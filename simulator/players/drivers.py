"""The drivers: each opens his link on his phone, declares, and waits for his code."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from random import Random

from core.hub import Hub, HubBroken, TokenCredentials
from simulator.players import documents
from simulator.players.keys import new_key
from simulator.players.loads import load_of
from simulator.players.phone import Phone, VoucherOnPhone
from simulator.players.plans import Plan

LOOK_SECONDS = 0.7
"""Between two looks of a driver at his phone."""
PATIENCE_SECONDS = 180.0
WAITING = frozenset({"SUBMITTED", "UNDER_REVIEW"})


class NoVoucher(Exception):
    """The trip ended, or stayed without approval for longer than a driver waits."""


class Driver:
    """A driver who has opened his link."""

    def __init__(self, hub: Hub, trip_id: str, phone: Phone) -> None:
        self.trip_id = trip_id
        self.phone = phone
        self._hub = hub

    async def declare(self, plan: Plan) -> None:
        """Complete the draft and submit it. Raises HubProblem, HubUnreachable, HubBroken (rules broken)."""
        plates = [{"jurisdiction": plate.jurisdiction, "text": plate.text} for plate in plan.declared.plates]
        declaration = {
            "plates": plates,
            "crew": 1,
            "feverFree": True,
            "language": plan.language,
            **load_of(plan),
        }
        asked = {
            "idempotencyKey": new_key(),
            "tripId": self.trip_id,
            "declaration": declaration,
            "anchors": self.phone.anchors,
        }
        answer = (await self._hub.execute(documents.SUBMIT, {"input": asked}))["submitDeclaration"]
        if answer["__typename"] != "Trip":
            raise HubBroken(f"the declaration of {plan.declared.name} breaks rules: {answer['failures']}")

    async def receive_voucher(self) -> None:
        """Wait until the code is on the phone. Raises NoVoucher, HubProblem, HubUnreachable or HubBroken."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._until_it_came()
        except TimeoutError as error:
            raise NoVoucher("no approval in three minutes") from error

    async def _until_it_came(self) -> None:
        while True:
            if await self._look():
                return
            await asyncio.sleep(LOOK_SECONDS)

    async def _look(self) -> bool:
        home = (await self._hub.execute(documents.HOME))["driverHome"]
        voucher = home["voucher"]
        if voucher is not None and voucher["partOne"] is not None:
            self.phone.ahead = datetime.fromisoformat(home["serverTime"]) - datetime.now(UTC)
            self.phone.voucher = VoucherOnPhone.of(voucher)
            return True
        state = home["trip"]["state"] if home["trip"] else "missing"
        if state not in WAITING and state != "APPROVED":
            raise NoVoucher(f"the trip is {state}")
        return False


@asynccontextmanager
async def opened(link: str, hub_url: str, plan: Plan, random: Random) -> AsyncIterator[Driver]:
    """Open a link on a phone of its own. Raises HubProblem, HubUnreachable or HubBroken."""
    asked = {
        "idempotencyKey": new_key(),
        "code": link.rpartition("/")[2],
        "language": plan.language,
    }
    async with Hub(hub_url) as stranger:
        data = (await stranger.execute(documents.OPEN_LINK, {"input": asked}))["openWorkOrderLink"]
    async with Hub(hub_url, TokenCredentials(data["session"]["token"])) as hub:
        yield Driver(hub, data["trip"]["id"], Phone.new(random))
