"""One connection of a subscription: over graphql-transport-ws, from its opening to its loss."""

from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

import aiohttp
from gql import GraphQLRequest
from gql.transport.aiohttp_websockets import AIOHTTPWebsocketsTransport
from gql.transport.exceptions import TransportConnectionFailed, TransportError, TransportQueryError

from core.hub.answers import Answer, data_of, root
from core.hub.cancelling import cancellation_kept
from core.hub.errors import HubUnreachable, query_failure
from core.hub.patience import Patience

NO_LINE = (aiohttp.ClientError, TimeoutError, OSError)


class NotLetIn(HubUnreachable):
    """The hub took the connection and closed it before it let anybody in: so looks a sign-in that has ended."""


async def messages(
    hub_url: str,
    request: GraphQLRequest,
    *,
    token: str | None,
    session: aiohttp.ClientSession | None,
    patience: Patience,
) -> AsyncGenerator[Answer, None]:
    """Yield the root field of each message until the hub ends the subscription.

    Raises HubUnreachable when the connection is lost (NotLetIn: or refused), HubProblem, HubBroken.
    """
    transport = AIOHTTPWebsocketsTransport(
        url=f"ws{hub_url.removeprefix('http')}/graphql",
        subprotocols=["graphql-transport-ws"],
        heartbeat=patience.answer_seconds,
        connect_timeout=patience.answer_seconds,
        ack_timeout=patience.answer_seconds,
        close_timeout=1,
        ssl_close_timeout=None,
        init_payload={"token": token} if token else {},
        session=session,
    )
    # No farewell for each subscription: the socket closes with it, and a farewell into a dead socket would
    # hide that the listener was cancelled.
    results = transport.subscribe(request, send_stop=False)
    try:
        await _connect(transport)
        async with aclosing(results):
            async for result in results:
                yield root(data_of(result))
    except TransportQueryError as error:
        raise query_failure(str(error), error.errors or ()) from error
    except (TransportError, *NO_LINE) as error:
        raise HubUnreachable(f"{hub_url} closed the line: {error!r}") from error
    finally:
        with suppress(TransportError, OSError):
            await transport.close()


async def _connect(transport: AIOHTTPWebsocketsTransport) -> None:
    try:
        with cancellation_kept():
            await transport.connect()
    except TransportConnectionFailed as error:
        if isinstance(error.__cause__, NO_LINE):  # no connection at all: nothing was said about who we are
            raise
        raise NotLetIn(f"{transport.url} lets nobody in with this sign-in: {error!r}") from error
