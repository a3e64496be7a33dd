"""What an operator sees of the workers' queue at /metrics."""

from collections.abc import Iterable
from datetime import datetime

from prometheus_client import Counter, Gauge, Histogram
from pymongo.asynchronous.database import AsyncDatabase

from backend.captures.model import Capture, CaptureState, VerdictRow
from backend.kit.context import Context
from backend.kit.database import Row
from backend.kit.metrics import REGISTRY
from core.problems import ProblemCode

WAITING = Gauge("clearlane_captures_waiting", "Images that wait for a worker", registry=REGISTRY)
OLDEST = Gauge(
    "clearlane_captures_oldest_seconds", "How long the oldest waiting image has waited", registry=REGISTRY
)
SET_ASIDE = Gauge(
    "clearlane_captures_set_aside", "Images no worker could read in the last try allowed", registry=REGISTRY
)
CPU = Histogram(
    "clearlane_capture_cpu_seconds",
    "Processor time to read an image",
    buckets=(0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2, 2.0, 4.0),
    registry=REGISTRY,
)
VERDICTS = Counter(
    "clearlane_capture_verdicts_total",
    "Verdicts on declared numbers; the share of UNSURE is what officers look at",
    ["kind", "verdict"],
    registry=REGISTRY,
)
FAILURES = Counter(
    "clearlane_capture_failures_total", "Tries that ended without a reading", ["reason"], registry=REGISTRY
)

LEASE_OVER = "the worker's lease ran out"
"""The reason of a try whose worker went silent."""
_SILENT, _OTHER = "LEASE_RAN_OUT", "OTHER"
_KNOWN = frozenset(code.value for code in ProblemCode)


def count_answer(verdicts: Iterable[VerdictRow], cpu_ms: int) -> None:
    """Count one image that was read; `cpu_ms` is processor time in milliseconds."""
    CPU.observe(cpu_ms / 1000)
    for verdict in verdicts:
        VERDICTS.labels(verdict.kind.value, verdict.verdict.value).inc()


def count_failure(reason: str) -> None:
    """Count one try that failed: by its problem, as a worker gone silent, or as another. Labels must stay few."""
    FAILURES.labels(_SILENT if reason == LEASE_OVER else reason if reason in _KNOWN else _OTHER).inc()


async def measure_queue(context: Context) -> int:
    """Bring the gauges of the queue up to date; return how many images wait."""
    waiting, oldest = await _queue(context.db, context.clock.now())
    WAITING.set(waiting)
    OLDEST.set(oldest)
    SET_ASIDE.set(await context.db[Capture.Settings.name].count_documents({"state": CaptureState.FAILED}))
    return waiting


async def _queue(db: AsyncDatabase[Row], now: datetime) -> tuple[int, float]:
    where = {"state": CaptureState.WAITING}
    captures = db[Capture.Settings.name]
    first = await captures.find_one(where, {"taken_at": 1}, sort=[("taken_at", 1)])
    if first is None:
        return 0, 0.0
    return await captures.count_documents(where), max((now - first["taken_at"]).total_seconds(), 0.0)
