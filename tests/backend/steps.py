"""The steps that bring a trip to where a test begins, all of them through the schema, as its people take them."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from backend.kit.clock import Clock
from backend.kit.context import Services
from core.roles import Role
from core.vouchers import codec, live
from core.vouchers.keys import base64url
from tests.backend.client import Client, new_key

Answer = dict[str, Any]

PROBLEM = "... on Problem { code message path args { name value } }"
TRIP = """... on Trip { id state version voucherId rejectionReason failures { code path } declaration {
  driverName driverPhone direction plates { jurisdiction text display kind } containers { number seals } crew
  feverFree goodsSummary windowStart windowEnd language } }"""
REVIEW = """... on TripReview { version trip { id state voucherId version } reviewReasons { rule message }
  clearances { agency state inspection hold { kind reason place visitOrder } }
  approval { byRule decidedBy reasons { rule message } } voucher { id state } }"""

CREATE = f"""mutation($input: CreateWorkOrderInput!) {{ createWorkOrder(input: $input) {{ __typename
  ... on WorkOrderSent {{ link order {{ id state reference driverPhone carrierName tripId linkExpiresAt
    containers {{ number seals }} }} }} {PROBLEM} }} }}"""
OPEN = f"""mutation($input: OpenWorkOrderLinkInput!) {{ openWorkOrderLink(input: $input) {{ __typename
  ... on WorkOrderOpened {{ session {{ token viewer {{ id role name }} }} order {{ id state }} trip {{ {TRIP} }} }}
  {PROBLEM} }} }}"""
SAVE = f"""mutation($input: SaveDeclarationInput!) {{ saveDeclaration(input: $input) {{ __typename
  {TRIP} {PROBLEM} }} }}"""
SUBMIT = f"""mutation($input: SubmitDeclarationInput!) {{ submitDeclaration(input: $input) {{ __typename {TRIP}
  ... on DeclarationIncomplete {{ trip {{ {TRIP} }} failures {{ code message path args {{ name value }} }} }}
  {PROBLEM} }} }}"""
ANSWER = f"""mutation($input: AnswerClearanceInput!) {{ answerClearance(input: $input) {{ __typename
  {REVIEW} {PROBLEM} }} }}"""
APPROVE = f"""mutation($input: ApproveTripInput!) {{ approveTrip(input: $input) {{ __typename
  {REVIEW} {PROBLEM} }} }}"""
REJECT = f"""mutation($input: RejectTripInput!) {{ rejectTrip(input: $input) {{ __typename {REVIEW} {PROBLEM} }} }}"""
AMEND = (
    f"""mutation($input: AmendTripInput!) {{ amendTrip(input: $input) {{ __typename {TRIP} {PROBLEM} }} }}"""
)
WITHDRAW = (
    f"""mutation($input: TripKeyInput!) {{ withdrawTrip(input: $input) {{ __typename {TRIP} {PROBLEM} }} }}"""
)
REISSUE = f"""mutation($input: ReissueVoucherInput!) {{ reissueVoucher(input: $input) {{ __typename
  ... on Voucher {{ id state anchor }} {PROBLEM} }} }}"""
PRINT = f"""mutation($input: PrintVoucherInput!) {{ printVoucher(input: $input) {{ __typename
  ... on Voucher {{ id state presentation printText anchor notBefore expiresAt }} {PROBLEM} }} }}"""
VOUCHER = """query($id: ID!) { voucher(id: $id) { id tripId state presentation notBefore expiresAt partOne anchor } }"""
TRIP_QUERY = f"query($id: ID!) {{ trip(id: $id) {{ {TRIP} }} }}"

PLATES = ({"jurisdiction": "CN", "text": "粤Z·DF15港"}, {"jurisdiction": "HK", "text": "UP 2643"})
CONTAINER = "CSQU3054383"


@dataclass(frozen=True)
class Phone:
    """What a driver's phone keeps: four seeds, of which one's anchor is in the present code."""

    seeds: tuple[bytes, ...] = field(default_factory=lambda: tuple(secrets.token_bytes(16) for _ in range(4)))

    @cached_property
    def anchors(self) -> list[str]:
        """What the phone sends. Kept, since each takes 2,880 hashes."""
        return [base64url(live.anchor(seed)) for seed in self.seeds]

    def code(self, voucher: Answer, now: datetime) -> str:
        """Return the text its screen shows at this moment."""
        seed = self.seeds[self.anchors.index(voucher["anchor"])]
        step = live.step_at(datetime.fromisoformat(voucher["notBefore"]), now)
        return codec.envelope(voucher["partOne"], live.LiveProof(step, live.proof(seed, step)))


@dataclass(frozen=True)
class Journey:
    """A driver with his phone and his trip."""

    driver: Client
    phone: Phone
    order_id: str
    trip_id: str


def order_input(clock: Clock, **changes: object) -> Answer:
    """Return a sound order with a window of six hours from now on."""
    return {
        "idempotencyKey": new_key(),
        "reference": "HT-2026-0001",
        "direction": "SOUTHBOUND",
        "checkpointId": "liantang",
        "goodsSummary": "Household goods, 120 cartons",
        "containers": [{"number": CONTAINER, "seals": ["HS123456"]}],
        "windowStart": clock.now().isoformat(),
        "windowEnd": (clock.now() + timedelta(hours=6)).isoformat(),
        "driverName": "陈大文",
        "driverPhone": "+852 6123 4567",
        **changes,
    }


def declaration(**changes: object) -> Answer:
    """Return what a driver adds to a prefilled draft."""
    return {"plates": list(PLATES), "crew": 1, "feverFree": True, **changes}


async def send_order(carrier: Client, clock: Clock, **changes: object) -> Answer:
    """Create an order and return it with its link."""
    sent: Answer = await carrier.ask(CREATE, input=order_input(clock, **changes))
    return sent


async def open_link(client: Client, link: str, key: str | None = None) -> Answer:
    """Open a link as this client."""
    code = link.rsplit("/", 1)[-1]
    asked = {"idempotencyKey": key or new_key(), "code": code, "language": "ZH_HANS"}
    opened: Answer = await client.ask(OPEN, input=asked)
    return opened


async def start(carrier: Client, nobody: Client, clock: Clock, **changes: object) -> Journey:
    """Send an order and let its driver open the link: the trip is a DRAFT."""
    sent = await send_order(carrier, clock, **changes)
    opened = await open_link(nobody, sent["link"])
    driver = Client(nobody.url, nobody.http, opened["session"]["token"])
    return Journey(driver, Phone(), sent["order"]["id"], opened["trip"]["id"])


async def save(journey: Journey, values: Answer, key: str | None = None) -> Answer:
    """Save fields of the draft."""
    asked = {"idempotencyKey": key or new_key(), "tripId": journey.trip_id, "declaration": values}
    saved: Answer = await journey.driver.ask(SAVE, input=asked)
    return saved


async def submit(journey: Journey, key: str | None = None, **changes: object) -> Answer:
    """Submit the draft with sound additions, or with these."""
    asked = {
        "idempotencyKey": key or new_key(),
        "tripId": journey.trip_id,
        "declaration": declaration(**changes),
        "anchors": journey.phone.anchors,
    }
    submitted: Answer = await journey.driver.ask(SUBMIT, input=asked)
    return submitted


async def answer(agency: Client, trip_id: str, state: str = "CLEAR", **more: object) -> Answer:
    """Answer for the agency."""
    asked = {"idempotencyKey": new_key(), "tripId": trip_id, "state": state, **more}
    answered: Answer = await agency.ask(ANSWER, input=asked)
    return answered


async def act(client: Client, mutation: str, trip_id: str, key: str | None = None, **more: object) -> Answer:
    """Ask one of the mutations that name a trip."""
    done: Answer = await client.ask(
        mutation, input={"idempotencyKey": key or new_key(), "tripId": trip_id, **more}
    )
    return done


async def put_on_paper(journey: Journey, voucher_id: str, key: str | None = None) -> Answer:
    """The driver prints the code he sees."""
    return await act(journey.driver, PRINT, journey.trip_id, key, voucherId=voucher_id)


async def voucher_of(journey: Journey) -> Answer:
    """Return the present voucher of the trip as its driver sees it."""
    trip = await journey.driver.ask(TRIP_QUERY, id=journey.trip_id)
    voucher: Answer = await journey.driver.ask(VOUCHER, id=trip["voucherId"])
    return voucher


def refused_codes(*allowed: Role, **others: str) -> dict[Role, str]:
    """Return what every role but the allowed ones is told: FORBIDDEN, a stranger UNAUTHENTICATED, or as named."""
    told = {Role.ANONYMOUS: "UNAUTHENTICATED"} | {Role(role): code for role, code in others.items()}
    return {role: told.get(role, "FORBIDDEN") for role in Role if role not in {*allowed, Role.SYSTEM}}


async def contents(services: Services) -> dict[str, list[Answer]]:
    """Return all that is stored, but for sign-ins and kept replies: what a refusal must leave as it was."""
    kept: dict[str, list[Answer]] = {}
    for name in await services.database.db.list_collection_names():
        if name not in {"sign_ins", "replies"}:
            kept[name] = await services.database.collection(name).find({}).sort("_id", 1).to_list(None)
    return kept


async def kinds(services: Services, stream: str) -> list[str]:
    """Return the kinds of a stream's events, in order."""
    rows = services.database.collection("events").find({"stream": stream}).sort("seq", 1)
    return [row["kind"] async for row in rows]
