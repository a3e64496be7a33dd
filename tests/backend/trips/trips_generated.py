"""Trips drawn from a seed: sound declarations of every kind, and the same with planted faults. Pure.

`clean_trips` serves whoever needs trips that break no rule; `faulty_trips` says of each which faults are in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle
from random import Random

from backend.orders.model import DeclaredContainer, SealDetail
from backend.trips.model import (
    CrewMember,
    DangerousGoods,
    Declaration,
    DeclaredPlate,
    GoodsItem,
    Party,
    Reference,
)
from core.declarations import LeadTimePreset, PartyRole, ReferenceKind, SealClass, SealingParty
from core.identifiers.plates import Jurisdiction
from core.vouchers.claims import Direction
from core.words import Language
from simulator.players.vehicles import draw_container, draw_seal, draw_vehicle
from tests.backend.trips.fixtures import FAULTS, NOW, Fault, Group
from tests.backend.trips.fixtures.fault import Changes
from tests.backend.trips.fixtures.sound import BOOKS, CERTIFICATE, LICENCE, PAINT, PASSPORT, PERMIT

SEED = 20_261_125
NAMES = ("陈大文", "李四", "買買提·阿不都", "Chan Tai-man", "Ó Briain", "João d'Ávila", "黃嘉欣")
PHONES = ("+852 6123 4567", "13800138000", "+853-6612-3456", "００８５２ 9123 4567", "+44 20 7946 0958")
SINGLE_TYPES = (None, "22G1", "22G1", "42G1", "45R1", "L5G1", "22T6", "42U1")
GOODS = (
    BOOKS,
    PAINT,
    GoodsItem(
        description="Lychees", hs_code="0810.90", packages=900, package_kind="ct", gross_weight_kg=7_200
    ),
    GoodsItem(description="Gravel", package_kind="VR", gross_weight_kg=11_000, origin_country="cn"),
    GoodsItem(description="Machine parts", hs_code="8487.90.0000", packages=4, gross_weight_kg=3_100),
)
REFERENCES = (
    Reference(kind=ReferenceKind.UCR, number="6CN-44030019-AB"),
    Reference(kind=ReferenceKind.CUSTOMS_DECLARATION, number="5301 2026 1234 567890"),
    Reference(kind=ReferenceKind.MANIFEST, number="RM2026/0077"),
)
TRANSIT = Reference(kind=ReferenceKind.TRANSIT_DECLARATION, number="HK2026A00012345")
MOST_FAULTS = 3
TRIES = 1_000
IN_ORDER = (Group.CONTACT, Group.VEHICLE, Group.LOAD, Group.WINDOW, Group.ROUTE, Group.PEOPLE)
"""People last: whether the driver needs a certificate is a matter of the load."""


@dataclass(frozen=True)
class GeneratedTrip:
    """A declaration with the faults that were planted in it, and the lead time of its port."""

    declaration: Declaration
    planted: tuple[Fault, ...] = ()
    lead_time: LeadTimePreset = LeadTimePreset.NONE


def clean_trips(count: int, seed: int = SEED) -> Iterator[GeneratedTrip]:
    """Yield trips that break no rule, whatever their port's lead time."""
    random = Random(seed)
    for _ in range(count):
        preset = random.choice(tuple(LeadTimePreset))
        yield GeneratedTrip(draw_declaration(random), lead_time=preset)


def faulty_trips(count: int, seed: int = SEED) -> Iterator[GeneratedTrip]:
    """Yield trips with one to three faults, each of another group; every rule's fault comes in turn."""
    random = Random(seed)
    turns = cycle(random.sample(FAULTS, len(FAULTS)))
    for _ in range(count):
        yield _planted(random, next(turns))


def draw_declaration(random: Random) -> Declaration:
    """Return a sound declaration: as short as a driver in a hurry writes it, or with all there is to say."""
    start = NOW + timedelta(minutes=random.randrange(90, 13 * 24 * 60))
    drawn = Declaration(
        driver_name=random.choice(NAMES),
        driver_phone=random.choice(PHONES),
        direction=random.choice(tuple(Direction)),
        plates=_plates(random),
        crew=1,
        fever_free=random.random() < 0.98,
        window_start=start,
        window_end=start + timedelta(minutes=random.randrange(30, 24 * 60)),
        language=random.choice((None, *Language)),
    )
    for draw in (_load, _goods, _people, _route):
        drawn = drawn.model_copy(update=draw(random, drawn))
    return drawn


def _plates(random: Random) -> tuple[DeclaredPlate, ...]:
    return tuple(
        DeclaredPlate(
            jurisdiction=plate.jurisdiction, text=random.choice((plate.text, plate.display().lower()))
        )
        for plate in draw_vehicle(random).plates
    )


def _load(random: Random, drawn: Declaration) -> Changes:
    count = random.choices((0, 1, 2), (15, 70, 15))[0]
    types = ("22G1",) * count if count > 1 else (random.choice(SINGLE_TYPES),) * count
    trailers = (DeclaredPlate(jurisdiction=Jurisdiction.CN, text=f"沪A{random.randrange(1000, 9999)}挂"),)
    return {
        "containers": tuple(_container(random, size_type) for size_type in types),
        "goods_summary": "Mixed goods" if count else random.choice((None, "Empty truck")),
        "trailers": trailers if random.random() < 0.3 else (),
    }


def _container(random: Random, size_type: str | None) -> DeclaredContainer:
    number, seal = draw_container(random), draw_seal(random)
    detail = SealDetail(
        number=seal, seal_class=SealClass.HIGH_SECURITY, sealing_party=random.choice(tuple(SealingParty))
    )
    return DeclaredContainer(
        number=random.choice((number, number.lower(), f"{number[:4]} {number[4:10]} {number[10]}")),
        seals=(seal,),
        seal_details=(detail,) if random.random() < 0.5 else (),
        size_type=size_type,
        loaded=random.choice((None, True)),
    )


def _goods(random: Random, drawn: Declaration) -> Changes:
    if not drawn.containers or random.random() < 0.3:
        return {}
    place = random.choice(drawn.containers)
    number = place.number if len(drawn.containers) > 1 or random.random() < 0.5 else None
    items = [
        item.model_copy(update={"container_number": number})
        for item in random.sample(GOODS, random.randint(1, 4))
    ]
    if random.random() < 0.1:
        gas = DangerousGoods(un_number="UN 1072", hazard_class="2.2")
        items[0] = items[0].model_copy(update={"dangerous": gas})
    roles = [
        PartyRole.CONSIGNOR,
        PartyRole.CONSIGNEE,
        *random.sample([PartyRole.DECLARANT], random.randint(0, 1)),
    ]
    parties = tuple(
        Party(role=role, name=f"{role.value} Ltd", country=random.choice(("CN", "hk", "VN")))
        for role in roles
    )
    return {"goods_items": tuple(items), "parties": parties}


def _people(random: Random, drawn: Declaration) -> Changes:
    named = random.randint(0, 2)
    crew = tuple(
        CrewMember(
            name=random.choice(NAMES),
            nationality=random.choice(("CN", "HK", None)),
            documents=(PERMIT.model_copy(update={"number": f"H{random.randrange(10**9, 10**10)}"}),),
        )
        for _ in range(named)
    )
    trained = any(item.dangerous for item in drawn.goods_items)
    papers = (LICENCE, *((CERTIFICATE,) if trained else ()), *random.sample([PASSPORT], random.randint(0, 1)))
    return {
        "crew": named + 1 if named else random.randint(1, 3),
        "crew_members": crew,
        "driver_nationality": random.choice((None, "CN", "hk")),
        "driver_documents": papers if trained or random.random() < 0.5 else (),
    }


def _route(random: Random, drawn: Declaration) -> Changes:
    references = tuple(random.sample(REFERENCES, random.randint(0, 3)))
    ends = ("CN", "VN") if drawn.direction is Direction.SOUTHBOUND else ("TH", "CN")
    if random.random() < 0.4:
        return {"references": references}
    if random.random() < 0.5:
        return {"departure_country": ends[0], "destination_country": ends[1], "references": references}
    return {
        "departure_country": ends[0],
        "destination_country": ends[1],
        "transit_countries": tuple(random.sample(("HK", "mo", "LA"), random.randint(1, 3))),
        "references": (TRANSIT, *references),
    }


def _planted(random: Random, first: Fault) -> GeneratedTrip:
    """Return a trip with this fault, and perhaps others of other groups."""
    faults = {first.group: first}
    for group in random.sample(IN_ORDER, random.randint(0, MOST_FAULTS - 1)):
        # a port's lead time hangs on the direction, and belongs to the first fault
        alone = Group.ROUTE if first.lead_time is not LeadTimePreset.NONE else None
        if group not in faults and group is not alone:
            others = [one for one in FAULTS if one.group is group and one.lead_time is LeadTimePreset.NONE]
            faults[group] = random.choice(others)
    in_order = [faults[group] for group in IN_ORDER if group in faults]
    for _ in range(TRIES):
        declaration, planted = draw_declaration(random), []
        for fault in in_order:
            try:
                declaration = fault.planted(declaration)
            except LookupError:  # nothing to plant it in
                continue
            planted.append(fault)
        if first in planted:
            return GeneratedTrip(declaration, tuple(planted), first.lead_time)
    raise LookupError(f"no trip was drawn that {first.rule} could be planted in")
