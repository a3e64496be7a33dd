"""The hub's own word on how long its requests took: its /metrics, before and after."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

FAMILY = "clearlane_request_seconds"
ASKED = frozenset({"/graphql", "/captures"})


@dataclass(frozen=True)
class HubTime:
    """All requests so far: their number, their seconds, and how many took up to each bound (cumulative)."""

    requests: float
    seconds: float
    up_to: Mapping[float, float]

    def __sub__(self, before: "HubTime") -> "HubTime":
        up_to = {bound: count - before.up_to.get(bound, 0.0) for bound, count in self.up_to.items()}
        return HubTime(self.requests - before.requests, self.seconds - before.seconds, up_to)


def read(metrics: str) -> HubTime:
    """Read what /metrics says of the requests for GraphQL and captures."""
    requests = seconds = 0.0
    up_to: defaultdict[float, float] = defaultdict(float)
    for family in text_string_to_metric_families(metrics):
        for sample in family.samples if family.name == FAMILY else ():
            if sample.labels["path"] not in ASKED:
                continue
            if sample.name == f"{FAMILY}_sum":
                seconds += sample.value
            elif sample.name == f"{FAMILY}_count":
                requests += sample.value
            elif sample.name == f"{FAMILY}_bucket":
                up_to[float(sample.labels["le"])] += sample.value
    return HubTime(requests, seconds, up_to)


async def ask(session: aiohttp.ClientSession, hub_url: str) -> HubTime:
    """Ask the hub now; subscriptions are not among its requests."""
    async with session.get(f"{hub_url}/metrics") as reply:
        return read(await reply.text())
