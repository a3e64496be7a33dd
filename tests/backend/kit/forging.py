"""What somebody with all rights in the database could do to the log, one hand movement each."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from bson import CodecOptions, DatetimeMS, Int64, encode
from bson.raw_bson import RawBSONDocument
from pymongo.asynchronous.database import AsyncDatabase

from backend.kit.eventlog import row_hash

STREAM = "lane:test"
OTHER = "trip:test"
Db = AsyncDatabase[dict[str, Any]]
Forge = Callable[[Db], Awaitable[None]]


async def row_of(db: Db, seq: int, stream: str = STREAM) -> dict[str, Any]:
    """Return a row as it is stored."""
    row = await db["events"].find_one({"_id": f"{stream}#{seq}"})
    assert row is not None
    return row


def setting(**fields: object) -> Forge:
    """Write other fields into row 3."""

    async def forge(db: Db) -> None:
        await db["events"].update_one(
            {"_id": f"{STREAM}#3"}, {"$set": {name.replace("__", "."): new for name, new in fields.items()}}
        )

    return forge


async def changed_time(db: Db) -> None:
    """Change when it happened, by the least there is."""
    await setting(at=(await row_of(db, 3))["at"] + timedelta(milliseconds=1))(db)


async def time_beyond_all_years(db: Db) -> None:
    """Store a time in the year 20000: the driver refuses to read it."""
    await setting(at=DatetimeMS(569_000_000_000_000))(db)


async def time_as_text(db: Db) -> None:
    """Write the time as text of the same canonical form: the hash does not see it."""
    at: datetime = (await row_of(db, 3))["at"]
    await setting(at=at.isoformat(timespec="milliseconds").replace("+00:00", "Z"))(db)


async def number_as_long(db: Db) -> None:
    """Store the same number in eight bytes."""
    await setting(seq=Int64(3))(db)


async def text_that_is_none(db: Db) -> None:
    """Store bytes that are no UTF-8: the driver refuses to read them."""
    row = await row_of(db, 3)
    await db["events"].delete_one({"_id": row["_id"]})
    raw = encode({**row, "site": "????"}).replace(b"????", b"\xff\xfe\xfd\xfc")
    await db["events"].with_options(CodecOptions(RawBSONDocument)).insert_one(RawBSONDocument(raw))


def second(name: str) -> Forge:
    """Put another value of a field before it: the driver reads the last one, the server's queries find the first."""

    async def forge(db: Db) -> None:
        row = await row_of(db, 3)
        await db["events"].delete_one({"_id": row["_id"]})
        other = "?" * len(name)
        doubled = encode({"_id": row.pop("_id"), other: "elsewhere", **row})
        raw = RawBSONDocument(doubled.replace(f"{other}\0".encode(), f"{name}\0".encode()))
        await db["events"].with_options(CodecOptions(RawBSONDocument)).insert_one(raw)
        assert await db["events"].count_documents({name: "elsewhere"}) == 1

    return forge


async def hash_in_capitals(db: Db) -> None:
    """Write the hash in capitals."""
    await setting(hash=(await row_of(db, 3))["hash"].upper())(db)


async def field_gone(db: Db) -> None:
    """Take a field away."""
    await db["events"].update_one({"_id": f"{STREAM}#3"}, {"$unset": {"evidence": ""}})


async def renamed_id(db: Db) -> None:
    """Store the row under another name."""
    row = await row_of(db, 3)
    await db["events"].delete_one({"_id": row["_id"]})
    await db["events"].insert_one({**row, "_id": f"{STREAM}#0003"})


async def rehashed_row(db: Db) -> None:
    """Change a row and give it a hash that fits its content again."""
    row = await row_of(db, 3)
    row["facts"] = {"result": "another"}
    row["hash"] = row_hash(row)
    await db["events"].replace_one({"_id": row["_id"]}, row)


async def removed_middle(db: Db) -> None:
    """Take a row away."""
    await db["events"].delete_one({"_id": f"{STREAM}#3"})


async def swapped_rows(db: Db) -> None:
    """Let two rows change places."""
    two, three = await row_of(db, 2), await row_of(db, 3)
    await db["events"].delete_many({"_id": {"$in": [two["_id"], three["_id"]]}})
    await db["events"].insert_many(
        [
            {**three, "_id": two["_id"], "seq": 2, "prev": two["prev"]},
            {**two, "_id": three["_id"], "seq": 3, "prev": three["prev"]},
        ]
    )


async def cut_tail(db: Db) -> None:
    """Take the last row away."""
    await db["events"].delete_one({"_id": f"{STREAM}#5"})


async def cut_tail_and_head(db: Db) -> None:
    """Take the last row away and let the head say so."""
    await cut_tail(db)
    await head_of(db, 4)


async def head_of(db: Db, seq: int) -> None:
    """Let the head be that of an earlier row."""
    row = await row_of(db, seq)
    await db["stream_heads"].update_one({"_id": STREAM}, {"$set": {"seq": seq, "hash": row["hash"]}})


async def head_behind(db: Db) -> None:
    """Let the head fall behind its rows."""
    await head_of(db, 4)


async def head_ahead(db: Db) -> None:
    """Let the head promise a row there never was."""
    await db["stream_heads"].update_one({"_id": STREAM}, {"$inc": {"seq": 1}})


async def head_gone(db: Db) -> None:
    """Take the head away."""
    await db["stream_heads"].delete_one({"_id": STREAM})


async def recomputed(db: Db) -> None:
    """Tell another story from row 3 on: every hash after it anew, the head too. Nothing in the database tells."""
    previous = (await row_of(db, 2))["hash"]
    for seq in (3, 4, 5):
        row = await row_of(db, seq)
        row["facts"], row["prev"] = {"result": "another"} if seq == 3 else row["facts"], previous
        previous = row["hash"] = row_hash(row)
        await db["events"].replace_one({"_id": row["_id"]}, row)
    await head_of(db, 5)


async def stream_gone(db: Db) -> None:
    """Take a whole stream away, its head too."""
    await db["events"].delete_many({"stream": OTHER})
    await db["stream_heads"].delete_one({"_id": OTHER})


async def rows_gone(db: Db) -> None:
    """Take all rows of a stream away."""
    await db["events"].delete_many({"stream": OTHER})


async def stream_renamed(db: Db) -> None:
    """Give a whole stream another name."""
    for seq in range(1, 6):
        row = await row_of(db, seq)
        await db["events"].delete_one({"_id": row["_id"]})
        await db["events"].insert_one({**row, "_id": f"lane:other#{seq}", "stream": "lane:other"})
    head = await db["stream_heads"].find_one_and_delete({"_id": STREAM})
    assert head is not None
    await db["stream_heads"].insert_one({**head, "_id": "lane:other"})


async def row_moved(db: Db) -> None:
    """Move the last row to another stream's end, rehashed to fit there, both heads too."""
    row, end = await row_of(db, 5), await row_of(db, 2, OTHER)
    await cut_tail_and_head(db)
    row |= {"_id": f"{OTHER}#3", "stream": OTHER, "seq": 3, "prev": end["hash"]}
    row["hash"] = row_hash(row)
    await db["events"].insert_one(row)
    await db["stream_heads"].update_one({"_id": OTHER}, {"$set": {"seq": 3, "hash": row["hash"]}})


async def put_in_at_the_end(db: Db) -> None:
    """Put in a row of yesterday with a fitting head, and hide the change from whoever signs."""
    end = await row_of(db, 5)
    row = end | {"_id": f"{STREAM}#6", "seq": 6, "prev": end["hash"], "at": end["at"] - timedelta(days=1)}
    row["hash"] = row_hash(row)
    await db["events"].insert_one(row)
    await db["stream_heads"].update_one(
        {"_id": STREAM}, {"$set": {"seq": 6, "hash": row["hash"]}, "$unset": {"changed": ""}}
    )


async def other_evidence(db: Db) -> None:
    """Change the plate a decision rested on."""
    row = await row_of(db, 3)
    await db["event_evidence"].update_one(
        {"_id": row["event_id"]}, {"$set": {"values.plate.value": "粤B99999"}}
    )


async def erased_evidence(db: Db) -> None:
    """Erase a person, as he may ask."""
    await db["event_evidence"].delete_many({})
