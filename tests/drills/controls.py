"""The drill's own control: done wrongly, the same faults and races do lose and double, or the drill proves nothing."""

import asyncio
from contextlib import suppress

from pymongo import AsyncMongoClient, MongoClient
from pymongo.errors import PyMongoError

from tests.backend.client import new_key
from tests.drills.replica_set import Client, ReplicaSet

DATABASE = "control"
VOUCHERS = 20
REDEEMERS = 8


def lost_with_one_acknowledgement(replica_set: ReplicaSet) -> int:
    """Write to a primary that is cut off, content with its own word (w: 1); return how many writes are lost."""
    primary = replica_set.primary()
    acknowledged: set[str] = set()
    with suppress(PyMongoError), _content(replica_set.uri_of(primary)) as client:
        releases = client[DATABASE]["releases"]
        releases.insert_one({"_id": new_key()})  # it is connected when the cut comes
        replica_set.cut_off(primary, from_clients=False)
        while True:  # until it notices that nobody follows it
            key = new_key()
            releases.insert_one({"_id": key})
            acknowledged.add(key)
    replica_set.primary(other_than=primary)
    replica_set.heal()
    replica_set.standing()
    with replica_set.client(readConcernLevel="majority") as client:
        kept = {row["_id"] for row in client[DATABASE]["releases"].find({})}
    return len(acknowledged - kept)


async def doubled_by_reading_first(replica_set: ReplicaSet) -> int:
    """Redeem vouchers by reading, deciding and then writing, many at once; return how many opened twice or more."""
    client: AsyncMongoClient[dict[str, object]] = AsyncMongoClient(replica_set.uri, w="majority")
    async with client:
        vouchers = client[DATABASE]["vouchers"]
        await vouchers.insert_many({"_id": number, "state": "ISSUED"} for number in range(VOUCHERS))

        async def opens(number: int) -> bool:
            found = await vouchers.find_one({"_id": number})
            if found is None or found["state"] != "ISSUED":
                return False
            await vouchers.update_one({"_id": number}, {"$set": {"state": "SPENT"}})
            return True

        opened = [
            sum(await asyncio.gather(*(opens(number) for _ in range(REDEEMERS))))
            for number in range(VOUCHERS)
        ]
    return sum(times > 1 for times in opened)


def _content(uri: str) -> Client:
    return MongoClient(uri, w=1, retryWrites=False, serverSelectionTimeoutMS=5000, socketTimeoutMS=30_000)
