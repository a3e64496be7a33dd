"""One deadline for all that a request asks of the database: a lane does not wait longer than 4 s for its answer."""

from collections.abc import AsyncIterator

import pymongo
from strawberry.extensions import SchemaExtension


class InTime(SchemaExtension):
    """Bounds an HTTP request as a whole; on a socket, which lives for hours, each operation is bounded by itself."""

    async def on_operation(self) -> AsyncIterator[None]:
        """Run the operation within the database's patience."""
        context = self.execution_context.context
        if context.connection is not None:
            yield
            return
        with pymongo.timeout(context.services.database.patience):
            yield
