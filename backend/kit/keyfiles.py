"""Secrets on disk: made once, whole, and never overwritten."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def make_once(path: Path, content: Callable[[], bytes]) -> None:
    """Write the file unless it exists: linked into place whole, so that no other process reads half a key."""
    if path.exists():
        return
    handle, draft = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content())
            file.flush()
            os.fsync(file.fileno())  # what a lost key has signed nobody could verify
        path.hardlink_to(draft)
    except FileExistsError:
        return  # another process made it a moment earlier; that one counts
    finally:
        Path(draft).unlink()
