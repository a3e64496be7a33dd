"""The carriers: they send work orders; the driver gets the link."""

from datetime import datetime, timedelta

from core.hub import Hub
from simulator.players import documents
from simulator.players.keys import new_key
from simulator.players.plans import Plan

WINDOW = timedelta(hours=4)


async def send_order(hub: Hub, plan: Plan, checkpoint: str) -> str:
    """Send the order and return its driver's link. Raises HubProblem, HubUnreachable or HubBroken."""
    now = datetime.fromisoformat((await hub.execute(documents.SERVER_TIME))["serverTime"])
    containers = [
        {"number": number, "seals": [seal]}
        for number, seal in zip(plan.declared.containers, plan.seals, strict=True)
    ]
    order = {
        "idempotencyKey": new_key(),
        "reference": plan.reference,
        "direction": plan.direction,
        "checkpointId": checkpoint,
        "goodsSummary": plan.goods,
        "containers": containers,
        "windowStart": now.isoformat(),
        "windowEnd": (now + WINDOW).isoformat(),
        "driverName": plan.driver_name,
        "driverPhone": plan.driver_phone,
    }
    sent = await hub.execute(documents.CREATE_ORDER, {"input": order})
    link: str = sent["createWorkOrder"]["link"]
    return link
