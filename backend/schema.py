"""The schema, one line for each domain."""

from types import ModuleType

import strawberry
from strawberry.tools import merge_types

from backend.captures import schema as captures
from backend.clearances import schema as clearances
from backend.disclosures import schema as disclosures
from backend.feed import schema as feed
from backend.figures import schema as figures
from backend.identity import schema as identity
from backend.kit.graphql import PageInfo, PermissionTable, build_schema
from backend.kit.graphql.permissions import KIT_PERMISSIONS
from backend.lanes import schema as lanes
from backend.orders import schema as orders
from backend.orders import schema_imports as order_imports
from backend.search import schema as search
from backend.sites import schema as sites
from backend.trips import schema as trips
from backend.vouchers import schema as vouchers

DOMAINS: tuple[ModuleType, ...] = (
    identity,
    sites,
    vouchers,
    disclosures,
    orders,
    order_imports,
    trips,
    clearances,
    captures,
    lanes,
    search,
    figures,
    feed,
)


def _root(name: str) -> type:
    return merge_types(name, tuple(getattr(domain, name) for domain in DOMAINS if hasattr(domain, name)))


def tables() -> list[PermissionTable]:
    """Return the permission tables of kit and of all domains."""
    return [KIT_PERMISSIONS, *(domain.PERMISSIONS for domain in DOMAINS)]


def make_schema() -> strawberry.Schema:
    """Build the schema. Raises ValueError when a field is missing in the permission table."""
    return build_schema(
        query=_root("Query"),
        mutation=_root("Mutation"),
        subscription=_root("Subscription"),
        types=[PageInfo],
        tables=tables(),
        personal=[domain.PERSONAL for domain in DOMAINS if hasattr(domain, "PERSONAL")],
        record=disclosures.record,
    )
