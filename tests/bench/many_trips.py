"""100,000 trips as a port has them after ten days, and what is known of each: always the same ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from backend.kit.database import Row
from backend.orders.model import DeclaredContainer
from backend.trips import search_keys
from backend.trips.model import Declaration, DeclaredPlate
from backend.trips.service.storable import stored
from core.identifiers.containers import check_digit
from core.identifiers.plates import Jurisdiction
from core.states import TripState, VoucherState
from core.vouchers.claims import Direction, Presentation

SEED = 20_261_125
BEGAN = datetime(2026, 11, 15, tzinfo=UTC)
TRIPS_OF_A_VEHICLE = 5
STILL_GOING_ON = 0.03
CHARACTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
LETTERS = "ABCDEFGHJKLMNPRSTUVWXY"
OWNERS = ("CSQU", "MSKU", "TCLU", "OOLU", "CMAU", "HLXU", "TGHU", "EMCU", "COSU", "MSCU")
SURNAMES = ("陈", "黄", "李", "梁", "张", "刘", "林", "吴", "何", "郑", "苏", "邓", "叶", "冯", "谭")
GIVEN = ("伟明", "志强", "国华", "家明", "建军", "永康", "文杰", "俊辉", "德胜", "海涛", "振邦", "锦荣")
LATIN_SURNAMES = ("Chan", "Wong", "Lee", "Leung", "Cheung", "Lau", "Lam", "Ng", "Ho", "Cheng", "Kwok")
LATIN_GIVEN = ("Tai Man", "Siu Ming", "Ka Fai", "Wai Keung", "Chi Hung", "Kwok Wah", "Yiu Tong", "Hoi Yan")
CARRIERS = 200


@dataclass(frozen=True)
class Known:
    """One trip as somebody knows it."""

    trip_id: str
    voucher_id: str
    reference: str
    declaration: Declaration

    def row(self, template: Row, state: TripState, begun_at: datetime) -> Row:
        """Return the trip's row as its domain writes it."""
        keys = search_keys.keys(self.trip_id, self.reference, self.declaration)
        return template | {
            "_id": self.trip_id,
            "reference": self.reference,
            "state": state.value,
            "declaration": stored(self.declaration),
            "voucher_id": self.voucher_id,
            "created_at": begun_at,
            "search_keys": keys,
            "search_version": search_keys.VERSION,
            "search_ended": state is TripState.CLEARED,
        }

    def voucher(self, state: TripState, issued_at: datetime) -> Row:
        """Return its voucher's row."""
        ended = state is TripState.CLEARED
        return {
            "_id": self.voucher_id,
            "subject": f"trip:{self.trip_id}",
            "site": "liantang",
            "holder": "driver-bench",
            "state": (VoucherState.SPENT if ended else VoucherState.ISSUED).value,
            "presentation": Presentation.LIVE.value,
            "part_one": "BENCH",
            "anchor": None,
            "not_before": issued_at,
            "expires_at": issued_at + timedelta(hours=24),
            "issued_at": issued_at,
        }


def known(count: int) -> Iterator[Known]:
    """Yield so many trips, oldest first; five of each vehicle and its driver."""
    random = Random(SEED)
    vehicles = [_vehicle(random) for _ in range(max(count // TRIPS_OF_A_VEHICLE, 1))]
    for number in range(count):
        plates, name, phone = vehicles[random.randrange(len(vehicles))]
        begun = int((BEGAN + timedelta(seconds=8.64 * number)).timestamp())
        declaration = Declaration(
            driver_name=name,
            driver_phone=phone,
            direction=Direction.SOUTHBOUND,
            plates=plates,
            containers=tuple(_container(random) for _ in range(random.choice((1, 1, 2)))),
            crew=1,
            fever_free=True,
            goods_summary="Household goods, 120 cartons",
        )
        yield Known(
            trip_id=f"{begun:08x}{random.getrandbits(40):010x}{number:06x}",
            voucher_id=f"{random.getrandbits(96):024x}",
            reference=f"C{random.randrange(CARRIERS):03d}-2026-{number:06d}",
            declaration=declaration,
        )


def states(count: int) -> Iterator[TripState]:
    """Yield the states of so many trips: the newest ones are still going on."""
    first_live = int(count * (1 - STILL_GOING_ON))
    for number in range(count):
        yield TripState.CLEARED if number < first_live else TripState.APPROVED


def template() -> Row:
    """Return what all rows have alike."""
    return {
        "order_id": None,
        "checkpoint_id": "liantang",
        "carrier_id": "carrier-hengtong",
        "driver_id": "driver-bench",
        "version": 1,
        "failures": [],
        "anchors": [],
        "vehicles": [],
        "created_at": BEGAN,
        "submitted_at": BEGAN,
        "decided_at": BEGAN,
        "expires_at": None,
        "rejection_reason": None,
    }


def _vehicle(random: Random) -> tuple[tuple[DeclaredPlate, ...], str, str]:
    middle = "".join(random.choices(CHARACTERS, k=4))
    home = f"{''.join(random.choices(LETTERS, k=2))}{random.randint(1, 9999)}"
    plates = (
        DeclaredPlate(jurisdiction=Jurisdiction.CN, text=f"粤Z{middle}港"),
        DeclaredPlate(jurisdiction=Jurisdiction.HK, text=home),
    )
    chinese = random.random() < 0.5
    name = (
        random.choice(SURNAMES) + random.choice(GIVEN)
        if chinese
        else f"{random.choice(LATIN_SURNAMES)} {random.choice(LATIN_GIVEN)}"
    )
    return plates, name, f"+8526{random.randrange(10_000_000):07d}"


def _container(random: Random) -> DeclaredContainer:
    first = f"{random.choice(OWNERS)}{random.randrange(1_000_000):06d}"
    return DeclaredContainer(number=f"{first}{check_digit(first)}")
