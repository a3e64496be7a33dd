"""The door between GraphQL and the domains; with the domains' schema.py, the only place that imports strawberry."""

from backend.kit.graphql import enums as enums
from backend.kit.graphql.disclosing import PersonalTable
from backend.kit.graphql.permissions import PermissionTable, check_complete, enforce
from backend.kit.graphql.sockets import Sockets
from backend.kit.graphql.types import (
    Edge,
    Info,
    PageInfo,
    Problem,
    ProblemArgument,
    arguments,
    expected_errors,
    page_info,
)
from backend.kit.graphql.view import GraphQLDoor, build_schema

__all__ = [
    "Edge",
    "GraphQLDoor",
    "Info",
    "PageInfo",
    "PermissionTable",
    "PersonalTable",
    "Problem",
    "ProblemArgument",
    "Sockets",
    "arguments",
    "build_schema",
    "check_complete",
    "enforce",
    "expected_errors",
    "page_info",
]
