"""A change of state says what it saw: one statement, no read before."""

from collections.abc import Mapping
from typing import Any

from pymongo import ReturnDocument

from backend.kit.context import UnitOfWork
from backend.kit.database import Row, Rows


async def change_if(
    collection: Rows, where: Mapping[str, Any], change: Mapping[str, Any], unit: UnitOfWork
) -> Row | None:
    """Apply `change` ({"$set": ...}, ...) to the one document that still matches `where`.

    Returns the document as it now stands, or None when nothing matched: the caller names the refusal.
    """
    return await collection.find_one_and_update(
        where, change, return_document=ReturnDocument.AFTER, session=unit.session
    )
