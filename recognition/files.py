"""Image files named on a command line: their bytes, and the line a command says about each."""

import json
import sys
from collections.abc import Mapping
from io import TextIOWrapper
from pathlib import Path

from core.images import MOST_BYTES
from core.problems import Refusal

STANDARD_INPUT = Path("-")


def bytes_of(file: Path) -> bytes:
    """The bytes of the file, or what stands on standard input for `-`; never more than one above the limit.

    Raises:
        OSError: as the operating system says it.
    """
    if file == STANDARD_INPUT:
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    with file.open("rb") as stream:
        return stream.read(MOST_BYTES + 1)


def why(error: OSError | Refusal) -> str:
    """One line saying why a file could not be read or written."""
    said = f"{error.code.value}: {error.message}" if isinstance(error, Refusal) else error.strerror
    return " ".join((said or str(error)).split())


def one_line(answer: Mapping[str, object]) -> str:
    """The answer as one line of JSON."""
    return json.dumps(answer, ensure_ascii=False)


def say(line: str) -> None:
    """Prints a line at once, so that whoever reads the other end of a pipe need not wait for the next images."""
    print(line, flush=True)  # noqa: T201


def speak_utf_8() -> None:
    """Standard output as UTF-8 whatever the locale.

    A name that is no UTF-8 comes out escaped (\\udcff, which is an escape of JSON, too), and ends no run.
    """
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
