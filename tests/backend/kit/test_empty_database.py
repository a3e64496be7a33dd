"""Several processes may start at the same time on a database that holds nothing yet."""

import asyncio

from backend.kit.context import Services
from backend.kit.database import KIT_COLLECTIONS, open_database


async def test_processes_that_start_together_on_an_empty_database_all_open_it(api: Services) -> None:
    names = [f"{api.database.db.name}_empty_{number}" for number in range(3)]
    uri = api.settings.mongodb_uri
    for name in names:
        opened = await asyncio.gather(*(open_database(uri, name, []) for _ in range(4)))
        made = set(await opened[0].db.list_collection_names())
        await opened[0].client.drop_database(name)
        for database in opened:
            await database.close()
        assert made == set(KIT_COLLECTIONS)
