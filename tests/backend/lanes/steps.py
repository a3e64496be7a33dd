"""The steps at a lane, through the schema and the image door, as a lane's agent and a worker take them."""

import asyncio
import io
from dataclasses import dataclass, replace
from typing import Any

from PIL import Image
from ulid import ULID

from backend.kit.clock import Clock
from backend.kit.context import Services
from core.roles import Role
from tests.backend.client import Client, new_key
from tests.backend.steps import PLATES, PROBLEM, Answer, Journey, answer, start, submit, voucher_of
from tests.conftest import SignIn

LANES = ("liantang-1", "liantang-2", "liantang-3")
PLATE = "粤ZDF15港"
HOME_PLATE = "UP2643"
CONTAINER = "CSQU3054383"

PASSAGE = """... on Passage { id state lane: place { kind id } places { kind id } plates { text display } containers
  temperature clockAhead subjects { kind declared verdict read captureId } clearances { agency state holdKind }
  captureIds decision { outcome byOfficer reasons { code } } releasedAt leftLaneAt exitedAt version }"""
OPENED = f"""mutation($input: OpenPassageInput!) {{ openPassage(input: $input) {{ __typename
  ... on PassageOpened {{ returned passage {{ {PASSAGE} }} }} {PROBLEM} }} }}"""
RELEASED = f"""mutation($input: PassageKeyInput!) {{ releasePassage(input: $input) {{ __typename
  ... on PassageReleased {{ openUntil passage {{ {PASSAGE} }} }} {PROBLEM} }} }}"""
CLAIM = f"""mutation {{ claimCapture {{ __typename ... on ClaimedCapture {{ id lease leaseExpiresAt url view attempt
  expected {{ kind text jurisdiction }} }} ... on NothingWaiting {{ waiting }} {PROBLEM} }} }}"""
RENEW = f"""mutation($input: LeaseInput!) {{ renewCapture(input: $input) {{ __typename
  ... on ClaimedCapture {{ lease leaseExpiresAt }} {PROBLEM} }} }}"""
CAPTURE = (
    """... on Capture { id state readings { kind text confidence } verdicts { declared verdict read } }"""
)
SUBMIT = f"""mutation($input: SubmitReadingsInput!) {{ submitReadings(input: $input) {{ __typename
  {CAPTURE} {PROBLEM} }} }}"""
FAIL = f"""mutation($input: FailCaptureInput!) {{ failCapture(input: $input) {{ __typename {CAPTURE} {PROBLEM} }} }}"""
REFUSAL = f"""mutation($input: ReportRefusalInput!) {{ reportRefusal(input: $input) {{ __typename
  ... on RefusalRecorded {{ code }} {PROBLEM} }} }}"""
REVOKE = f"""mutation($input: RevokeVoucherInput!) {{ revokeVoucher(input: $input) {{ __typename
  ... on Voucher {{ id state }} {PROBLEM} }} }}"""
PASSAGE_QUERY = f"query($id: ID!) {{ passage(id: $id) {{ {PASSAGE} }} }}"

EVENTS = """subscription($id: ID!, $after: [StreamPositionInput!]) {
  checkpointEvents(checkpointId: $id, after: $after) {
    __typename
    ... on Ready { positions { stream seq } }
    ... on Resync { reason }
    ... on CheckpointEventMessage {
      event { id kind stream seq passageId laneId bayId facts { name value } }
      card { laneId bayId passageId state plates }
    }
    ... on LanePresence { laneId agentSeenAt }
  }
}"""


def mutation(name: str, input_type: str) -> str:
    """Return the document of a mutation that answers with the passage."""
    return f"mutation($input: {input_type}!) {{ {name}(input: $input) {{ __typename {PASSAGE} {PROBLEM} }} }}"


@dataclass(frozen=True)
class Port:
    """The people and devices of a test: whoever brings a trip to approval, three lanes' agent and a worker."""

    carrier: Client
    nobody: Client
    customs: Client
    border: Client
    officer: Client
    agent: Client
    worker: Client
    clock: Clock

    async def next_shift(self, sign_in: SignIn) -> "Port":
        """Return the port with fresh sign-ins, when the clock has run past the old ones."""
        return replace(
            self,
            officer=await sign_in(Role.OFFICER, "officer-1"),
            agent=await sign_in(Role.LANE_AGENT, "agent-liantang", LANES),
            worker=await sign_in(Role.WORKER, "worker-1"),
        )

    def with_agent(self, client: Client) -> "Port":
        """Return the port with somebody else in the agent's place."""
        return replace(self, agent=client)

    def with_officer(self, client: Client) -> "Port":
        """Return the port with somebody else in the officer's place."""
        return replace(self, officer=client)

    async def officer_reports(self, passage_id: str, way: str) -> Answer:
        """An officer sees a vehicle leave its bay."""
        asked = {
            "idempotencyKey": new_key(),
            "passageId": passage_id,
            "way": way,
            "at": self.clock.now().isoformat(),
        }
        document = mutation("reportDeparture", "ReportDepartureInput")
        reported: Answer = await self.officer.ask(document, input=asked)
        return reported

    async def approved(self, plate: str = "UP 2643", **ordered: object) -> Journey:
        """Return a trip that both agencies have cleared; its voucher is issued. Every call needs a plate of its own."""
        phone = f"+852 6{sum(map(ord, plate)) % 10_000_000:07d}"
        journey = await start(self.carrier, self.nobody, self.clock, **{"driverPhone": phone, **ordered})
        plates = list(PLATES) if plate == "UP 2643" else [{"jurisdiction": "HK", "text": plate}]
        submitted = await submit(journey, plates=plates)
        assert submitted["__typename"] == "Trip", submitted
        await answer(self.customs, journey.trip_id)
        approved = await answer(self.border, journey.trip_id)
        assert approved["trip"]["state"] == "APPROVED"
        return journey

    async def code(self, journey: Journey) -> str:
        """Return what the driver's phone shows now."""
        return journey.phone.code(await voucher_of(journey), self.clock.now())

    async def scan(self, code: str, lane: str = "liantang-1", **more: object) -> Answer:
        """Show a code at a lane."""
        asked = {
            "idempotencyKey": new_key(),
            "passageId": str(ULID()),
            "laneId": lane,
            "code": code,
            "scannedAt": self.clock.now().isoformat(),
            **more,
        }
        opened: Answer = await self.agent.ask(OPENED, input=asked)
        return opened

    async def opened(self, journey: Journey, lane: str = "liantang-1") -> str:
        """Open the trip's passage and return its id."""
        opened = await self.scan(await self.code(journey), lane)
        assert opened["__typename"] == "PassageOpened", opened
        passage_id: str = opened["passage"]["id"]
        return passage_id

    async def act(
        self, name: str, passage_id: str, lane: str | None = "liantang-1", **more: object
    ) -> Answer:
        """Ask one of the agent's mutations about a passage."""
        asked = {"idempotencyKey": new_key(), "passageId": passage_id, "laneId": lane, **more}
        done: Answer = await self.agent.ask(mutation(name, INPUTS[name]), input=asked)
        return done

    async def depart(self, passage_id: str, way: str, lane: str | None = "liantang-1") -> Answer:
        """The vehicle leaves the lane."""
        return await self.act("reportDeparture", passage_id, lane, way=way, at=self.clock.now().isoformat())

    async def measure(self, passage_id: str, band: str = "NORMAL") -> Answer:
        """Report a temperature."""
        asked = {"idempotencyKey": new_key(), "passageId": passage_id, "band": band}
        document = mutation("reportTemperature", "ReportTemperatureInput")
        measured: Answer = await self.agent.ask(document, input=asked)
        return measured

    async def release(self, passage_id: str, lane: str = "liantang-1", key: str | None = None) -> Answer:
        """Ask for the release."""
        asked = {"idempotencyKey": key or new_key(), "passageId": passage_id, "laneId": lane}
        released: Answer = await self.agent.ask(RELEASED, input=asked)
        return released

    async def decide(self, passage_id: str, outcome: str, reason: str = "seen with my own eyes") -> Answer:
        """An officer decides."""
        asked = {"idempotencyKey": new_key(), "passageId": passage_id, "outcome": outcome, "reason": reason}
        decided: Answer = await self.officer.ask(mutation("decidePassage", "DecidePassageInput"), input=asked)
        return decided

    async def passage(self, passage_id: str) -> Answer:
        """Return the passage as the officer sees it."""
        found: Answer = await self.officer.ask(PASSAGE_QUERY, id=passage_id)
        return found

    async def claim(self) -> Answer:
        """Claim the next image."""
        claimed: Answer = await self.worker.ask(CLAIM)
        return claimed

    async def read(self, claimed: Answer, **verdicts: str) -> Answer:
        """Answer for a claimed image; a declared number not named here is a MATCH."""
        asked = answer_input(claimed, verdicts)
        read: Answer = await self.worker.ask(SUBMIT, input=asked)
        return read

    async def seen(self, passage_id: str, lane: str = "liantang-1", **verdicts: str) -> None:
        """A camera's image is posted, read by the worker, and the temperature is measured."""
        posted = await upload(self.agent, lane=lane, passage=passage_id)
        assert posted.status == 201, posted.body
        claimed = await self.claim()
        assert claimed["id"] == posted.body["id"]
        read = await self.read(claimed, **verdicts)
        assert read["__typename"] == "Capture", read
        await self.measure(passage_id)


INPUTS = {
    "referPassage": "ReferPassageInput",
    "refusePassage": "ReferPassageInput",
    "reportDeparture": "ReportDepartureInput",
    "reportBarrier": "ReportBarrierInput",
}


def answer_input(claimed: Answer, verdicts: dict[str, str]) -> Answer:
    """Return a worker's answer to what it was asked."""
    return {
        "captureId": claimed["id"],
        "lease": claimed["lease"],
        "readings": [
            {
                "kind": "PLATE",
                "text": HOME_PLATE,
                "jurisdiction": "HK",
                "confidence": 0.93,
                "box": {"x": 10, "y": 20, "width": 120, "height": 40},
            }
        ],
        "verdicts": [
            {
                "kind": subject["kind"],
                "declared": subject["text"],
                "verdict": verdicts.get(subject["text"], "MATCH"),
                "score": -0.5,
                "read": subject["text"],
            }
            for subject in claimed["expected"]
        ],
        "cpuMilliseconds": 640,
    }


@dataclass(frozen=True)
class Posted:
    """What the image door answered."""

    status: int
    body: Any


async def upload(client: Client, body: bytes | None = None, **query: str) -> Posted:
    """Post an image; without a body a fresh small JPEG from the front camera."""
    query = {"view": "FRONT", **query}
    image = io.BytesIO(body if body is not None else picture())
    headers = {**client.headers, "Content-Type": "application/octet-stream"}
    async with client.http.post(
        f"{client.url}/captures", params=query, data=image, headers=headers
    ) as response:
        return Posted(response.status, await response.json(content_type=None))


def picture(width: int = 64, height: int = 48, kind: str = "JPEG") -> bytes:
    """Return a sound image with random content, so that no two are the same."""
    stream = io.BytesIO()
    Image.effect_noise((width, height), 80).convert("RGB").save(stream, kind)
    return stream.getvalue()


async def together(*coroutines: Any) -> list[Any]:
    """Run them at the same time."""
    return list(await asyncio.gather(*coroutines))


async def count(api: Services, collection: str, **where: object) -> int:
    """Count stored rows."""
    return await api.database.collection(collection).count_documents(where)


async def kinds(api: Services, stream: str) -> list[str]:
    """Return the kinds of a stream's events, in order."""
    rows = await api.database.collection("events").find({"stream": stream}).sort("seq", 1).to_list(None)
    return [row["kind"] for row in rows]


async def trip_state(api: Services, journey: Journey) -> str:
    """Return where the trip stands."""
    row = await api.database.collection("trips").find_one({"_id": journey.trip_id})
    assert row is not None
    return str(row["state"])
