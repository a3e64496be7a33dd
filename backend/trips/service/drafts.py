"""What a driver does with his trip before it is submitted: open the link, fill in, submit."""

from collections.abc import Sequence
from dataclasses import dataclass

from bson import ObjectId

from backend.identity import service as identity
from backend.identity.service import Person
from backend.kit.context import UnitOfWork
from backend.orders import service as orders
from backend.orders.model import WorkOrder
from backend.orders.rules import Findings, RuleFailure
from backend.settings import Settings
from backend.sites import service as sites
from backend.trips import rules
from backend.trips.events import TripSubmitted
from backend.trips.model import Declaration, StoredFailure, Trip, VehicleTurn
from backend.trips.rules import Declared, Examination
from backend.trips.service import store
from backend.trips.service.storable import storable, stored
from backend.vouchers import service as vouchers
from core.problems import ProblemCode, Refusal
from core.roles import Role
from core.states import TripState
from core.words import Language

ACCOUNT_BYTES = 12
DRAFT_BYTES = 150_000


@dataclass(frozen=True)
class OpenedLink:
    """What a link opened."""

    order_id: str
    trip_id: str


@dataclass(frozen=True)
class DeclarationChange:
    """Values for a draft: only the fields named in `given` are changed, to nothing where the value is None."""

    values: Declaration
    given: frozenset[str]


@dataclass(frozen=True)
class Submission:
    """A submitted trip, or a draft with the rules it breaks."""

    trip: Trip
    failures: tuple[RuleFailure, ...]
    declared: Declared | None


async def open_link(unit: UnitOfWork, code: str, language: Language) -> OpenedLink:
    """Let the link's driver in: the first opening accepts the order and starts its trip, prefilled from it.

    The driver's account is a pseudonym of his phone number, so that a carrier's second order finds the same person.

    Raises:
        Refusal: LINK_UNKNOWN, LINK_USED, LINK_EXPIRED; ORDER_NOT_OPEN with `state`.
    """
    order = await orders.load_by_code(unit, code)
    if order is None:
        raise Refusal(ProblemCode.LINK_UNKNOWN, path=["code"])
    if order.state not in orders.OPEN:
        raise Refusal(ProblemCode.ORDER_NOT_OPEN, args={"state": order.state.value})
    driver = driver_of(unit.settings, order, language)
    if order.link.used_at is not None:
        if order.trip_id is None or not orders.is_driver_of(unit.actor, order):
            raise Refusal(ProblemCode.LINK_USED, path=["code"])
        return OpenedLink(order.id, order.trip_id)
    if unit.now >= order.link.expires_at:
        raise Refusal(ProblemCode.LINK_EXPIRED, path=["code"])
    trip = await store.load(unit, order.trip_id) if order.trip_id else None
    if trip is None or trip.state in store.ENDED:
        trip = await _start(unit, order, driver)
    else:
        await identity.end_sessions_of(
            unit, driver.id
        )  # a new link for a trip under way: another phone takes over
    await orders.accept(unit, order, driver.id, trip.id)
    return OpenedLink(order.id, trip.id)


def driver_of(settings: Settings, order: WorkOrder, language: Language) -> Person:
    """Return the person whom the order's link lets in: one for each carrier and phone number.

    A carrier sees the links of its orders and may name any number: nothing of another carrier's may hang on it.
    """
    whose = f"{order.carrier_id}\x00{order.driver_phone}"
    account = vouchers.pseudonym(settings, "account", whose)[:ACCOUNT_BYTES].hex()
    return Person(id=f"driver-{account}", role=Role.DRIVER, name=order.driver_name, language=language)


async def _start(unit: UnitOfWork, order: WorkOrder, driver: Person) -> Trip:
    trip = Trip(
        id=str(ObjectId()),
        order_id=order.id,
        reference=order.reference,
        checkpoint_id=order.checkpoint_id,
        carrier_id=order.carrier_id,
        driver_id=driver.id,
        state=TripState.DRAFT,
        declaration=Declaration(
            driver_name=order.driver_name,
            driver_phone=order.driver_phone,
            direction=order.direction,
            containers=order.containers,
            goods_summary=order.goods_summary,
            window_start=order.window_start,
            window_end=order.window_end,
            language=driver.language,
        ),
        created_at=unit.now,
        expires_at=order.window_end,
    )
    row = trip.model_dump(by_alias=True, exclude={"revision_id", "declaration"})
    row |= {"state": trip.state.value, "declaration": stored(trip.declaration), "search_ended": False}
    row |= store.search_fields(trip.id, trip.reference, trip.declaration)
    await unit.db[store.TRIPS].insert_one(row, session=unit.session)
    return trip


async def save(unit: UnitOfWork, trip_id: str, change: DeclarationChange) -> Trip:
    """Keep what the driver typed, right or wrong; failures of the last submission stay until they are mended.

    Raises:
        Refusal: NOT_FOUND; TRIP_NOT_DRAFT with `state`; TOO_LARGE when a draft grows beyond 150,000 bytes.
    """
    trip = await _own_draft(unit, trip_id)
    draft = merged(trip.declaration, change)
    examination = await _examined(unit, trip, draft)
    broken = {(failure.code, failure.path) for failure in examination.failures}
    still = tuple(failure for failure in trip.failures if (failure.code, failure.path) in broken)
    return await _keep(unit, trip, draft, still)


async def submit(
    unit: UnitOfWork, trip_id: str, change: DeclarationChange, anchors: Sequence[str]
) -> Submission:
    """Apply the rules to the draft as changed; submit it if it breaks none, keep it with its failures if it does.

    Raises:
        Refusal: NOT_FOUND; TRIP_NOT_DRAFT with `state`; TOO_LARGE.
    """
    trip = await _own_draft(unit, trip_id)
    draft = merged(trip.declaration, change)
    examination = await _examined(unit, trip, draft)
    findings = Findings(list(examination.failures))
    chains = rules.examine_anchors(findings, anchors)
    if await store.used_anchors(unit, chains, trip_id):
        findings.add(ProblemCode.ANCHOR_REUSED, "anchors")
    declared = examination.declared
    if declared is not None:
        await _refuse_second_trip(unit, findings, trip, declared)
    if findings.failures or declared is None:
        failures = tuple(findings.failures)
        kept = tuple(StoredFailure(code=one.code, path=one.path, args=dict(one.args)) for one in failures)
        return Submission(await _keep(unit, trip, draft, kept), failures, None)
    submitted = await _submit(unit, trip, declared, chains)
    return Submission(submitted, (), declared)


async def _examined(unit: UnitOfWork, trip: Trip, draft: Declaration) -> Examination:
    """Apply the rules as of now: an amended declaration must be there as long before the vehicle as a first one."""
    checkpoint = await sites.checkpoint(trip.checkpoint_id, unit.session)
    return rules.examine(draft, unit.now, checkpoint.lead_time)


async def _submit(unit: UnitOfWork, trip: Trip, declared: Declared, chains: Sequence[bytes]) -> Trip:
    values = {
        "state": TripState.SUBMITTED.value,
        "declaration": stored(declared.declaration()),
        **store.search_fields(trip.id, trip.reference, declared.declaration()),
        "failures": [],
        "anchors": list(chains),
        "vehicles": list(declared.vehicles),
        "submitted_at": unit.now,
        "expires_at": declared.window_end,
    }
    submitted = await store.changed(
        unit, trip.id, [TripState.DRAFT], {"$set": values}, ProblemCode.TRIP_NOT_DRAFT
    )
    evidence = {
        "driver": f"{declared.driver_name} {declared.driver_phone}",
        "plates": " ".join(declared.vehicles),
        "containers": " ".join(container.number for container in declared.containers),
    }
    unit.append(TripSubmitted(**store.names(submitted)), store.stream_of(trip.id), evidence=evidence)
    return submitted


async def _refuse_second_trip(unit: UnitOfWork, findings: Findings, trip: Trip, declared: Declared) -> None:
    """Note TRIP_DUPLICATE when a vehicle has another live trip the same way in an overlapping window.

    Raising the vehicle's turn first makes two submissions of the same moment conflict, so that one sees the other.
    """
    for vehicle in sorted(declared.vehicles):
        turn = vouchers.pseudonym(unit.settings, "vehicle", vehicle).hex()
        await unit.db[VehicleTurn.Settings.name].update_one(
            {"_id": turn}, {"$inc": {"turns": 1}}, upsert=True, session=unit.session
        )
    other = await unit.db[store.TRIPS].find_one(
        {
            "_id": {"$ne": trip.id},
            "vehicles": {"$in": list(declared.vehicles)},
            "state": {"$in": store.values(store.LIVE)},
            "declaration.direction": declared.direction.value,
            "declaration.window_start": {"$lt": declared.window_end},
            "declaration.window_end": {"$gt": declared.window_start},
        },
        session=unit.session,
    )
    if other is not None:
        pairs = zip(declared.vehicles, declared.plates, strict=True)
        shared = next(plate for vehicle, plate in pairs if vehicle in other["vehicles"])
        findings.add(rules.OTHER_TRIP.code, rules.PLACE, rules.OTHER_TRIP.field, text=shared.display())


async def _own_draft(unit: UnitOfWork, trip_id: str) -> Trip:
    trip = await store.load_own(unit, trip_id)
    if trip.state is not TripState.DRAFT:
        raise Refusal(ProblemCode.TRIP_NOT_DRAFT, args={"state": trip.state.value})
    return trip


async def _keep(
    unit: UnitOfWork, trip: Trip, draft: Declaration, failures: tuple[StoredFailure, ...]
) -> Trip:
    if len(draft.model_dump_json()) > DRAFT_BYTES:
        raise Refusal(ProblemCode.TOO_LARGE, path=[rules.PLACE], args={"limit": str(DRAFT_BYTES)})
    values = {
        "declaration": stored(draft),
        **store.search_fields(trip.id, trip.reference, draft),
        "failures": [failure.model_dump(mode="json") for failure in failures],
    }
    return await store.changed(unit, trip.id, [TripState.DRAFT], {"$set": values}, ProblemCode.TRIP_NOT_DRAFT)


def merged(draft: Declaration, change: DeclarationChange) -> Declaration:
    """Return the draft with the given fields changed to what is storable of them."""
    stated = storable(change.values)
    return draft.model_copy(update={name: getattr(stated, name) for name in change.given})
