"""`python -m kiosk.agent` runs the lanes; `python -m kiosk.agent protocol` prints the page's TypeScript types."""

import sys
from pathlib import Path

from kiosk.agent.runtime import run
from kiosk.agent.typescript import typescript

PROTOCOL_FILE = Path(__file__).parents[1] / "page" / "src" / "protocol.ts"


def main(arguments: list[str]) -> int:
    """Run one command and return the exit status."""
    match arguments:
        case []:
            return run()
        case ["protocol"]:
            print(typescript(), end="")
            return 0
        case ["protocol", "--write"]:
            PROTOCOL_FILE.write_text(typescript(), encoding="utf-8")
            return 0
        case _:
            print(__doc__, file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
