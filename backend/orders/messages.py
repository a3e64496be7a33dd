"""The message port: how a link reaches a driver. In the demo it is a file, one JSON object a line."""

import asyncio
import json
from pathlib import Path

from backend.settings import Settings


async def send_link(settings: Settings, to: str, link: str, language: str) -> None:
    """Hand the link over. Call it after the commit: a message cannot be taken back."""
    if not settings.demo:
        return  # no gateway belongs to the hub yet: the carrier passes on the link he was shown
    line = json.dumps({"to": to, "link": link, "language": language}, ensure_ascii=False)
    await asyncio.to_thread(_append, settings.messages_path, line)


def _append(path: Path, line: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
