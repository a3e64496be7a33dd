"""Asks a member what `mongosh --eval "quit(db.hello().ok ? 0 : 1)"` asks it: there is no mongosh here."""

import sys

from pymongo import MongoClient
from pymongo.errors import PyMongoError


def main(arguments: list[str]) -> int:
    """Return 0 where the member on `--port` answers."""
    port = int(arguments[arguments.index("--port") + 1])
    try:
        with MongoClient[dict[str, object]](
            "127.0.0.1", port, directConnection=True, serverSelectionTimeoutMS=2000
        ) as member:
            return 0 if member.admin.command("hello")["ok"] else 1
    except PyMongoError:
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
