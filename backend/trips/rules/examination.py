"""Applies every rule to a declaration, and brings a sound one into canonical form. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from backend.orders.rules import RuleFailure, clean
from backend.trips.model import CrewMember, DangerousGoods, Declaration, GoodsItem, PersonDocument
from backend.trips.rules.case import Case, country, parsed, within_limits
from backend.trips.rules.catalogue import RULES
from backend.trips.rules.declared import Declared
from backend.trips.rules.people import expiry
from core.declarations import LeadTimePreset
from core.identifiers.containers import parse_container
from core.identifiers.documents import parse_document, parse_reference
from core.identifiers.goods import parse_hazard_class, parse_hs_code, parse_package_kind, parse_un_number
from core.words import Language


@dataclass(frozen=True)
class Examination:
    """What the rules found: the failures, or the declaration in canonical form."""

    failures: tuple[RuleFailure, ...]
    declared: Declared | None


def examine(
    declaration: Declaration, now: datetime, lead_time: LeadTimePreset = LeadTimePreset.NONE
) -> Examination:
    """Apply every rule that needs no other trip."""
    case = Case(within_limits(declaration), now, lead_time)
    failures = tuple(failure for rule in RULES for failure in rule.failures(case))
    return Examination(failures, None if failures else _declared(case))


def canonical(declaration: Declaration, now: datetime) -> Declared | None:
    """Return a declaration that was examined before in canonical form, without judging it again.

    A rule made stricter since must not stop a trip that was submitted under the former one.
    """
    return _declared(Case(declaration, now))


def _declared(case: Case) -> Declared | None:
    stated = case.declaration
    if (
        stated.direction is None
        or stated.crew is None
        or stated.fever_free is None
        or stated.window_start is None
        or stated.window_end is None
    ):
        return None  # never of one that was examined: each is a rule's failure
    return Declared(
        driver_name=case.shared.name,
        driver_phone=case.shared.phone,
        direction=stated.direction,
        plates=tuple(case.plates.values()),
        containers=case.shared.containers,
        crew=stated.crew,
        fever_free=stated.fever_free,
        goods_summary=clean(stated.goods_summary),
        window_start=stated.window_start,
        window_end=stated.window_end,
        language=stated.language or Language.EN,
        trailers=tuple(case.trailers.values()),
        goods_items=tuple(_item(item) for item in stated.goods_items),
        parties=tuple(
            party.model_copy(update={"name": clean(party.name), "country": country(party.country)})
            for party in stated.parties
        ),
        crew_members=tuple(_member(member) for member in stated.crew_members),
        driver_nationality=country(stated.driver_nationality),
        driver_documents=_documents(stated.driver_documents),
        departure_country=country(stated.departure_country),
        destination_country=country(stated.destination_country),
        transit_countries=tuple(country(code) or "" for code in stated.transit_countries),
        references=tuple(
            one.model_copy(update={"number": parsed(partial(parse_reference, one.kind), one.number)})
            for one in stated.references
        ),
    )


def _item(item: GoodsItem) -> GoodsItem:
    container = parsed(parse_container, item.container_number)
    return GoodsItem(
        description=clean(item.description),
        hs_code=parsed(parse_hs_code, item.hs_code),
        packages=item.packages,
        package_kind=parsed(parse_package_kind, item.package_kind),
        gross_weight_kg=item.gross_weight_kg,
        origin_country=country(item.origin_country),
        container_number=container.text if container else None,
        dangerous=_dangerous(item.dangerous) if item.dangerous else None,
    )


def _dangerous(stated: DangerousGoods) -> DangerousGoods:
    return DangerousGoods(
        un_number=parsed(parse_un_number, stated.un_number),
        hazard_class=parsed(parse_hazard_class, stated.hazard_class),
        packing_group=stated.packing_group,
    )


def _member(member: CrewMember) -> CrewMember:
    return CrewMember(
        name=clean(member.name),
        nationality=country(member.nationality),
        documents=_documents(member.documents),
    )


def _documents(stated: Iterable[PersonDocument]) -> tuple[PersonDocument, ...]:
    return tuple(_document(document) for document in stated)


def _document(document: PersonDocument) -> PersonDocument:
    issuer, day = country(document.issuing_country), expiry(document)
    return PersonDocument(
        kind=document.kind,
        number=parsed(partial(parse_document, document.kind, issuing_country=issuer), document.number),
        issuing_country=issuer,
        expires_on=day.isoformat() if day else None,
    )
