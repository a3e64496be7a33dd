"""What time does to orders, and the turns in which files of orders are imported."""

from backend.kit.context import Context
from backend.kit.sweeps import Sweep
from backend.orders import service
from backend.orders.imports import service_work

TURNS_AT_ONCE = 200


async def import_orders(context: Context) -> int:
    """Bring the imports that wait further, one bounded step after the other."""
    for taken in range(TURNS_AT_ONCE):
        if not await service_work.turn(context):
            return taken
    return TURNS_AT_ONCE


SWEEPS = (
    Sweep("orders.expire", 60, service.expire_due),
    Sweep("orders.import", 1, import_orders),
    Sweep("orders.forget_imports", 3600, service_work.forget),
)
