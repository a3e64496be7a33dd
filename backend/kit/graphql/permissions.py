"""One table says which role may use which field; what is missing in it is refused and fails a test.

An entry is `"Query.trip": roles` for a root field, or `"Trip": {"id state": roles, "phone": other_roles}` for the
fields of a type. Roles are checked here; whose trip it is, the domain's policy checks.
"""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from graphql import GraphQLError, GraphQLField, GraphQLObjectType, GraphQLSchema, default_field_resolver

from backend.kit.context import Context
from backend.kit.graphql.types import Problem
from core.problems import ProblemCode, Refusal
from core.roles import Role

Roles: TypeAlias = frozenset[Role]
PermissionTable: TypeAlias = Mapping[str, Roles | Mapping[str, Roles]]

ROOTS = ("Query", "Mutation", "Subscription")
EVERYBODY: Roles = frozenset(Role)


def flatten(table: PermissionTable) -> dict[str, Roles]:
    """Return `Type.field -> roles`. Raises ValueError when a field is listed twice."""
    flat: dict[str, Roles] = {}
    for name, entry in table.items():
        entries = {name: entry} if isinstance(entry, frozenset) else _fields(name, entry)
        for key, roles in entries.items():
            if key in flat:
                raise ValueError(f"{key} is listed twice in the permission table")
            flat[key] = roles
    return flat


def _fields(type_name: str, entry: Mapping[str, Roles]) -> dict[str, Roles]:
    return {f"{type_name}.{field}": roles for fields, roles in entry.items() for field in fields.split()}


def merge(*tables: PermissionTable) -> dict[str, Roles]:
    """Return one flat table of all domains. Raises ValueError for a field listed twice."""
    flat: dict[str, Roles] = {}
    for table in tables:
        for key, roles in flatten(table).items():
            if key in flat:
                raise ValueError(f"{key} is listed by two domains")
            flat[key] = roles
    return flat


def check_complete(schema: GraphQLSchema, flat: Mapping[str, Roles]) -> list[str]:
    """Return, in words, each field missing in the table and each entry that names no field."""
    existing = {f"{kind.name}.{field}" for kind in _object_types(schema) for field in kind.fields}
    missing = [f"{name} is not in the permission table" for name in sorted(existing - set(flat))]
    stale = [
        f"the permission table names {name}, which does not exist" for name in sorted(set(flat) - existing)
    ]
    return missing + stale


def enforce(schema: GraphQLSchema, flat: Mapping[str, Roles]) -> None:
    """Put the check in front of every root field, and of each type's field that not everybody may read."""
    for kind in _object_types(schema):
        for name, field in kind.fields.items():
            roles = flat.get(f"{kind.name}.{name}", frozenset())
            if roles == EVERYBODY:
                continue
            if kind.name == "Subscription":
                field.subscribe = _guarded_stream(field, roles)
            elif kind.name == "Mutation":
                field.resolve = _guarded_mutation(field, roles)
            else:
                field.resolve = _guarded(field, roles)


def _object_types(schema: GraphQLSchema) -> list[GraphQLObjectType]:
    return [
        kind
        for name, kind in schema.type_map.items()
        if isinstance(kind, GraphQLObjectType) and not name.startswith("__")
    ]


def refusal_for(context: Context, roles: Roles) -> Refusal | None:
    """Return why this actor may not use a field of these roles, or None when he may."""
    if context.actor.role in roles:
        return None
    if context.actor.role is Role.ANONYMOUS:
        return Refusal(ProblemCode.UNAUTHENTICATED)
    return Refusal(ProblemCode.FORBIDDEN, args={"needs": ", ".join(sorted(role.value for role in roles))})


def as_error(refusal: Refusal) -> GraphQLError:
    """Return the refusal as an entry of `errors`, for fields that cannot answer with a Problem."""
    return GraphQLError(
        refusal.message,
        original_error=refusal,
        extensions={"code": refusal.code.value, "args": refusal.args},
    )


def _guarded(field: GraphQLField, roles: Roles) -> Callable[..., Any]:
    inner = field.resolve or default_field_resolver

    def resolve(source: Any, info: Any, **kwargs: Any) -> Any:
        if refusal := refusal_for(info.context, roles):
            raise as_error(refusal)
        return inner(source, info, **kwargs)

    return resolve


def _guarded_mutation(field: GraphQLField, roles: Roles) -> Callable[..., Any]:
    inner = field.resolve or default_field_resolver

    async def resolve(source: Any, info: Any, **kwargs: Any) -> Any:
        if refusal := refusal_for(info.context, roles):
            return Problem.of(refusal)
        result = inner(source, info, **kwargs)
        return await result if inspect.isawaitable(result) else result

    return resolve


def _guarded_stream(field: GraphQLField, roles: Roles) -> Callable[..., Any]:
    inner = field.subscribe
    if inner is None:
        raise TypeError("a subscription field without a stream")

    async def subscribe(source: Any, info: Any, **kwargs: Any) -> Any:
        if refusal := refusal_for(info.context, roles):
            raise as_error(refusal)
        result = inner(source, info, **kwargs)
        return await result if inspect.isawaitable(result) else result

    return subscribe


KIT_PERMISSIONS: PermissionTable = {
    "Problem": {"code message path args": EVERYBODY},
    "ProblemArgument": {"name value": EVERYBODY},
    "PageInfo": {"hasNextPage hasPreviousPage startCursor endCursor": EVERYBODY},
}
