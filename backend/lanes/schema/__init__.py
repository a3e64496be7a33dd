"""The lanes' part of the schema."""

from backend.lanes.schema.mutations import Mutation
from backend.lanes.schema.permissions import PERMISSIONS
from backend.lanes.schema.queries import Query

__all__ = ["PERMISSIONS", "Mutation", "Query"]
