"""What the drivers of the traffic declare of their loads beside a summary: most nothing, some all that it takes."""

from collections.abc import Mapping

from core.vouchers.claims import Direction
from simulator.players.plans import BATTERIES, MACHINES, VEGETABLES, Plan

HONG_KONG, MAINLAND, VIETNAM = "HK", "CN", "VN"
DESTINATION = {Direction.SOUTHBOUND: HONG_KONG, Direction.NORTHBOUND: MAINLAND}


def load_of(plan: Plan) -> Mapping[str, object]:
    """Return what the declaration says of the goods: food for quarantine, dangerous goods, goods in transit."""
    if plan.goods == VEGETABLES:
        return _vegetables(plan)
    if plan.goods == BATTERIES:
        return _batteries(plan)
    if plan.goods == MACHINES:
        return _machines(plan)
    return {}


def _vegetables(plan: Plan) -> Mapping[str, object]:
    item = {
        "description": plan.goods,
        "hsCode": "070490",
        "packages": 800,
        "packageKind": "CT",
        "grossWeightKg": 8000,
        "originCountry": MAINLAND,
    }
    grower = _party("CONSIGNOR", "Huizhou Growers 惠州菜场", MAINLAND)
    market = _party("CONSIGNEE", "Sheung Shui Market 上水街市", HONG_KONG)
    return {"goodsItems": [item], "parties": [grower, market]}


def _batteries(plan: Plan) -> Mapping[str, object]:
    item = {
        "description": plan.goods,
        "hsCode": "850760",
        "packages": 320,
        "packageKind": "CT",
        "grossWeightKg": 4160,
        "originCountry": MAINLAND,
        "dangerous": {"unNumber": "3481", "hazardClass": "9"},
    }
    documents = [
        {"kind": "DRIVING_LICENCE", "number": f"A{plan.driver_phone[-7:]}"},
        {"kind": "DANGEROUS_GOODS_CERTIFICATE", "number": f"DG{plan.driver_phone[-7:]}"},
    ]
    maker = _party("CONSIGNOR", "Dongguan Cells 东莞电池厂", MAINLAND)
    dealer = _party("CONSIGNEE", "Kwun Tong Electronics 觀塘電子", HONG_KONG)
    return {
        "goodsItems": [item],
        "parties": [maker, dealer],
        "driverDocuments": documents,
    }


def _machines(plan: Plan) -> Mapping[str, object]:
    item = {
        "description": plan.goods,
        "hsCode": "848340",
        "packages": 6,
        "packageKind": "CR",
        "grossWeightKg": 5400,
        "originCountry": VIETNAM,
    }
    transit = {"kind": "TRANSIT_DECLARATION", "number": f"T{plan.driver_phone[-7:]}"}
    destination = DESTINATION[plan.direction]
    on_the_way = MAINLAND if destination == HONG_KONG else HONG_KONG
    maker = _party("CONSIGNOR", "Hai Phong Gears", VIETNAM)
    factory = _party("CONSIGNEE", "Delta Machine Works 三角洲機械", destination)
    return {
        "goodsItems": [item],
        "parties": [maker, factory],
        "departureCountry": VIETNAM,
        "transitCountries": [on_the_way],
        "destinationCountry": destination,
        "references": [transit],
    }


def _party(role: str, name: str, country: str) -> Mapping[str, object]:
    return {"role": role, "name": name, "country": country}
