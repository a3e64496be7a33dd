"""While the database is away every request is told so in time: an unknown outcome, to be asked again."""

import logging

from pymongo.errors import PyMongoError
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.kit.database import is_away

UNAVAILABLE = "UNAVAILABLE"
SENTENCE = "The database does not answer. What was asked may have happened: ask again with the same key."

logger = logging.getLogger("clearlane.database")


class Away:
    """ASGI middleware: a request that fails for want of the database is answered with 503."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request; one whose answer has begun breaks off."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def noted(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except PyMongoError as failure:
            if has_begun or not is_away(failure):
                raise
            logger.warning("%s was not answered (%s)", scope["path"], type(failure).__name__)
            body = {"code": UNAVAILABLE, "message": SENTENCE, "args": {}}
            await JSONResponse(body, status_code=503, headers={"Retry-After": "1"})(scope, receive, send)
