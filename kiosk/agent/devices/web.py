"""Asking devices that speak HTTP, with a limit on time and on size."""

import json
from typing import Any

import aiohttp

from kiosk.agent.devices.base import DeviceFault, DeviceSilent, DeviceStatus, Health


async def ask(
    session: aiohttp.ClientSession, method: str, url: str, *, health: Health, seconds: float, limit: int
) -> bytes:
    """Return the body of the device's answer, at most `limit` bytes.

    Raises:
        DeviceSilent: no connection or no whole answer in `seconds`.
        DeviceFault: a status other than 200, or a body past the limit.
    """
    try:
        async with session.request(method, url, timeout=aiohttp.ClientTimeout(total=seconds)) as reply:
            body = await _bounded(reply.content, limit)
            status = reply.status
    except (aiohttp.ClientConnectionError, TimeoutError, OSError) as error:
        health.note(DeviceStatus.SILENT)
        raise DeviceSilent(f"{health.name} is silent: {error!r}") from error
    except aiohttp.ClientError as error:
        health.note(DeviceStatus.FAULT)
        raise DeviceFault(f"{health.name} does not speak HTTP: {error!r}") from error
    if status != 200 or len(body) > limit:
        health.note(DeviceStatus.FAULT)
        raise DeviceFault(f"{health.name} answers {status} with {len(body)} bytes")
    return body


async def ask_json(
    session: aiohttp.ClientSession, method: str, url: str, *, health: Health, seconds: float
) -> dict[str, Any]:
    """Return the JSON object a device answers; raises DeviceSilent or DeviceFault."""
    body = await ask(session, method, url, health=health, seconds=seconds, limit=4096)
    try:
        answer = json.loads(body)
    except ValueError as error:
        health.note(DeviceStatus.FAULT)
        raise DeviceFault(f"{health.name} answers no JSON") from error
    if not isinstance(answer, dict):
        health.note(DeviceStatus.FAULT)
        raise DeviceFault(f"{health.name} answers no object")
    return answer


async def _bounded(content: aiohttp.StreamReader, limit: int) -> bytes:
    """Read up to one byte more than the limit, which tells the caller that there was more."""
    body = bytearray()
    while len(body) <= limit:
        part = await content.read(limit + 1 - len(body))
        if not part:
            break
        body += part
    return bytes(body)
