"""Leases that ran out: the image goes back into the queue, or is given up. And the measures of that queue."""

from backend.captures import measures, service
from backend.captures.model import Capture
from backend.kit.context import Context, UnitOfWork
from backend.kit.sweeps import Sweep
from core.problems import ProblemCode, Refusal


async def end_leases(context: Context) -> int:
    """Take back every image whose worker has gone silent, and wake the others."""
    ended = 0
    for capture in await service.overdue(context.db, context.clock.now()):

        async def take_back(unit: UnitOfWork, capture: Capture = capture) -> Capture:
            return await service.take_back(unit, capture)

        try:
            await context.transaction(take_back, streams=await service.streams_of(context.db, capture.id))
            ended += 1
        except Refusal as refusal:
            if refusal.code is not ProblemCode.CAPTURE_LEASE_LOST:  # lost means: its worker answered just now
                raise
    if ended:
        await service.wake_workers(context.live)
    return ended


SWEEPS: tuple[Sweep, ...] = (
    Sweep("capture leases", 2, end_leases),
    Sweep("capture queue", 5, measures.measure_queue),
)
