"""The client of the schema for devices and the simulator; the one package in `core` that does I/O.

async with Hub(url, DeviceCredentials("agent-liantang", key)) as hub:
    data = await hub.execute(DOCUMENT, {"input": {...}})   # `__typename` in each root field
"""

from core.hub.answers import PROBLEM
from core.hub.captures import UploadedCapture
from core.hub.client import Hub
from core.hub.credentials import Credentials, DemoCredentials, DeviceCredentials, TokenCredentials
from core.hub.device_keys import device_key
from core.hub.errors import HubBroken, HubProblem, HubUnreachable
from core.hub.patience import Patience

__all__ = [
    "PROBLEM",
    "Credentials",
    "DemoCredentials",
    "DeviceCredentials",
    "Hub",
    "HubBroken",
    "HubProblem",
    "HubUnreachable",
    "Patience",
    "TokenCredentials",
    "UploadedCapture",
    "device_key",
]
