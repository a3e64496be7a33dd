"""The schema, one line for each domain."""

from types import ModuleType

import strawberry
from strawberry.tools import merge_types

from backend.identity import schema as identity
from backend.kit.graphql import PageInfo, PermissionTable, build_schema
from backend.kit.graphql.permissions import KIT_PERMISSIONS
from backend.sites import schema as sites

DOMAINS: tuple[ModuleType, ...] = (
    identity,
    sites,
)


def _root(name: str) -> type | None:
    parts = tuple(getattr(domain, name) for domain in DOMAINS if hasattr(domain, name))
    return merge_types(name, parts) if parts else None


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
    )
