"""Who asks, and the one transaction his request is."""

import hashlib
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

import orjson
from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError, PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern
from starlette.requests import HTTPConnection
from starlette.responses import Response

from backend.kit import eventlog
from backend.kit.clock import Clock
from backend.kit.database import Database, Row
from backend.kit.errors import RecordedRefusal
from backend.kit.eventlog import Author, Entry, Event
from backend.kit.live import Live
from backend.settings import Settings
from core.problems import ProblemCode, Refusal
from core.roles import Role
from core.states import Agency

T = TypeVar("T")
logger = logging.getLogger("clearlane")

SNAPSHOT = ReadConcern("snapshot")
LINEARIZABLE = ReadConcern("linearizable")
MAJORITY = WriteConcern("majority")
# Refusals that say "not now": the same key may be asked again with another outcome.
PASSING = frozenset({ProblemCode.BUSY, ProblemCode.RATE_LIMITED, ProblemCode.UNAUTHENTICATED})
KEY_LENGTHS = range(8, 65)


@dataclass(frozen=True)
class Actor:
    """The person, device or system behind a request."""

    role: Role
    id: str
    name: str = ""
    organisation: str | None = None
    agency: Agency | None = None
    lanes: tuple[str, ...] = ()
    session: str | None = None
    language: str = "en"


NOBODY = Actor(role=Role.ANONYMOUS, id="anonymous")


@dataclass
class UnitOfWork:
    """One attempt of one transaction. It may run twice, so whoever holds it does database work only."""

    actor: Actor
    now: datetime
    session: AsyncClientSession
    db: AsyncDatabase[Row]
    settings: Settings
    entries: list[Entry] = field(default_factory=list)
    after_commit_calls: list[Callable[[], Awaitable[None]]] = field(default_factory=list)

    def append(self, event: Event, *streams: str, evidence: Mapping[str, str] | None = None) -> None:
        """Append the event to each stream; written together with all others when the work is done."""
        author = Author(self.actor.role, self.actor.id)
        self.entries.append(
            Entry(event=event, streams=streams, author=author, at=self.now, evidence=evidence)
        )

    def after_commit(self, call: Callable[[], Awaitable[None]]) -> None:
        """Have `call` run once, when this attempt was the one that committed (messages, signals)."""
        self.after_commit_calls.append(call)


@dataclass(frozen=True)
class Services:
    """What all requests of one API process share."""

    settings: Settings
    database: Database
    clock: Clock
    live: Live


@dataclass
class Context:
    """One request or one socket: its actor and its way to the database.

    `app` is the front end that speaks (X-Clearlane-App). `connection` and `connection_params` belong to a socket,
    `response` to a request: whoever signs somebody in sets the cookie on it.
    """

    services: Services
    actor: Actor = NOBODY
    trace_id: str = field(default_factory=lambda: secrets.token_hex(8))
    app: str | None = None
    connection_params: Mapping[str, Any] | None = None
    connection: HTTPConnection | None = None
    response: Response | None = None

    @property
    def db(self) -> AsyncDatabase[Row]:
        """The database, for reading outside a transaction."""
        return self.services.database.db

    @property
    def clock(self) -> Clock:
        """The process's clock."""
        return self.services.clock

    @property
    def settings(self) -> Settings:
        """The process's settings."""
        return self.services.settings

    @property
    def live(self) -> Live:
        """The process's reader of changes."""
        return self.services.live

    def acting_as(self, actor: Actor) -> "Context":
        """Return the same request with another actor (a sign-in during the request)."""
        return replace(self, actor=actor)

    async def transaction(
        self, work: Callable[[UnitOfWork], Awaitable[T]], *, streams: Iterable[str] = ()
    ) -> T:
        """Run `work` in one transaction, again if another writer was quicker.

        `streams` are those it will append to; their locks keep this process's writers from colliding.
        A RecordedRefusal's event is written in a second transaction before the refusal is raised on.
        """
        try:
            return await self._attempt(work, streams)
        except RecordedRefusal as refusal:
            await self._record(refusal)
            raise

    async def once(
        self,
        mutation: str,
        key: str,
        payload: object,
        reply: type[T],
        work: Callable[[UnitOfWork], Awaitable[T]],
        *,
        streams: Iterable[str] = (),
    ) -> T:
        """Run `work` at most once for this actor, mutation and key; a repetition gets the first answer.

        `reply` is the type that pydantic stores and revives. Raises Refusal KEY_REUSED when the key came with
        another payload, INVALID_INPUT for a key that is too short or too long, and the stored refusal if that
        was the first answer.
        """
        if len(key) not in KEY_LENGTHS:
            raise Refusal(
                ProblemCode.INVALID_INPUT, path=["idempotencyKey"], args={"reason": "8 to 64 characters"}
            )
        replies = Replies(self, mutation, key, payload)
        adapter: TypeAdapter[T] = TypeAdapter(reply)
        if (stored := await replies.find()) is not None:
            return revive(stored, adapter)

        async def work_and_reply(unit: UnitOfWork) -> T:
            result = await work(unit)
            await replies.store(unit, {"reply": adapter.dump_json(result, by_alias=True).decode()})
            return result

        try:
            return await self._attempt(work_and_reply, streams)
        except (DuplicateKeyError, Refusal) as failure:
            # The same key, a moment earlier, elsewhere; whatever a majority has, be it a moment old.
            if (stored := await replies.find(LINEARIZABLE)) is not None:
                return revive(stored, adapter)
            if isinstance(failure, Refusal) and (stored := await self._refuse(failure, replies)) is not None:
                return revive(stored, adapter)
            raise

    async def _attempt(self, work: Callable[[UnitOfWork], Awaitable[T]], streams: Iterable[str]) -> T:
        database = self.services.database
        attempt: list[UnitOfWork] = []

        async def callback(session: AsyncClientSession) -> T:
            unit = UnitOfWork(self.actor, self.clock.now(), session, database.db, self.settings)
            attempt[:] = [unit]
            result = await work(unit)
            # last, so that the streams' heads are held for the shortest time
            await eventlog.append(unit.db, session, unit.entries)
            return result

        async with database.locks.held(streams), database.session() as session:
            result = await session.with_transaction(callback, read_concern=SNAPSHOT, write_concern=MAJORITY)
        for call in attempt[0].after_commit_calls:
            await self._afterwards(call)
        return result

    async def _afterwards(self, call: Callable[[], Awaitable[None]]) -> None:
        """What is committed is committed: a message that fails must not make its answer unknown."""
        try:
            await call()
        except PyMongoError as failure:
            logger.warning("trace %s: not told after the commit (%s)", self.trace_id, type(failure).__name__)

    async def _record(self, refusal: RecordedRefusal) -> None:
        async def write(unit: UnitOfWork) -> None:
            unit.append(refusal.event, *refusal.streams)

        await self._attempt(write, refusal.streams)

    async def _refuse(self, refusal: Refusal, replies: "Replies") -> Row | None:
        """Store the refusal and tell the log; return the answer that was stored under this key meanwhile, if any."""
        recorded = refusal if isinstance(refusal, RecordedRefusal) else None
        # A stranger's is not kept either: whoever tries codes would fill the store.
        if refusal.code in PASSING or self.actor.role is Role.ANONYMOUS:
            if recorded:
                await self._record(recorded)
            return None

        async def write(unit: UnitOfWork) -> None:
            body = {"code": refusal.code.value, "path": list(refusal.path), "args": refusal.args}
            await replies.store(unit, {"refusal": body})
            if recorded:
                unit.append(recorded.event, *recorded.streams)

        try:
            await self._attempt(write, recorded.streams if recorded else ())
        except DuplicateKeyError:
            logger.info("an answer was stored a moment earlier under this key")
            return await replies.find(LINEARIZABLE)
        return None


class Replies:
    """The stored answer to one idempotency key of one actor and mutation."""

    def __init__(self, context: Context, mutation: str, key: str, payload: object) -> None:
        actor = context.actor
        scope = f"{actor.role.value}\x00{actor.id}\x00{mutation}\x00{key}"
        self._id = hashlib.sha256(scope.encode()).hexdigest()
        plain = orjson.dumps(to_jsonable_python(payload), option=orjson.OPT_SORT_KEYS)
        self._payload_hash = hashlib.sha256(plain).hexdigest()
        self._rows = context.db["replies"]

    async def find(self, read_concern: ReadConcern | None = None) -> Row | None:
        """Return the stored answer, once a majority of the members has it: before that it may still be lost.

        Raises Refusal KEY_REUSED if it belongs to another payload.
        """
        rows = self._rows.with_options(read_concern=read_concern) if read_concern else self._rows
        stored = await rows.find_one({"_id": self._id})
        if stored is not None and stored["payload"] != self._payload_hash:
            raise Refusal(ProblemCode.KEY_REUSED, path=["idempotencyKey"])
        return stored

    async def store(self, unit: UnitOfWork, answer: Mapping[str, Any]) -> None:
        """Keep the answer, in the transaction that makes it true. Raises DuplicateKeyError if there is one."""
        row = {"_id": self._id, "payload": self._payload_hash, "at": unit.now, **answer}
        await self._rows.insert_one(row, session=unit.session)


def revive(stored: Row, adapter: TypeAdapter[T]) -> T:
    """Give the stored answer again: return the reply or raise the refusal."""
    if refusal := stored.get("refusal"):
        raise Refusal(ProblemCode(refusal["code"]), path=refusal["path"], args=refusal["args"])
    return adapter.validate_json(stored["reply"])


def system_context(services: Services, name: str) -> Context:
    """Return the context in which the hub itself acts (deadlines, expiries)."""
    return Context(services, Actor(role=Role.SYSTEM, id=name, name=name))
