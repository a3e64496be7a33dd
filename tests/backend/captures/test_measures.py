"""What an operator sees of the workers' queue, and an image that no worker survives."""

from datetime import timedelta

from backend.captures.measures import count_failure, measure_queue
from backend.captures.sweeps import end_leases
from backend.kit.clock import FixedClock
from backend.kit.context import Context
from backend.kit.metrics import REGISTRY
from tests.backend.lanes.steps import Port, upload

CAPTURE = "query($id: ID!) { capture(id: $id) { state failure } }"


def value(name: str, **labels: str) -> float:
    """A metric as it now stands; 0 before it was ever counted."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_the_length_and_the_age_of_the_queue_are_told(
    port: Port, clock: FixedClock, system: Context
) -> None:
    passage_id = await port.opened(await port.approved())
    await upload(port.agent, lane="liantang-1", passage=passage_id)
    clock.advance(timedelta(seconds=4))
    await upload(port.agent, lane="liantang-1", passage=passage_id)
    clock.advance(timedelta(seconds=3))

    assert await measure_queue(system) == 2
    assert value("clearlane_captures_waiting") == 2
    assert value("clearlane_captures_oldest_seconds") == 7

    await port.claim()
    await port.claim()
    assert await measure_queue(system) == 0
    assert value("clearlane_captures_oldest_seconds") == 0


async def test_an_image_that_no_worker_survives_is_set_aside_after_three_tries_and_says_why(
    port: Port, clock: FixedClock, system: Context
) -> None:
    silent = value("clearlane_capture_failures_total", reason="LEASE_RAN_OUT")
    passage_id = await port.opened(await port.approved())
    await upload(port.agent, lane="liantang-1", passage=passage_id)
    for attempt in range(3):
        claimed = await port.claim()
        assert claimed["__typename"] == "ClaimedCapture", attempt
        clock.advance(timedelta(seconds=21))
        assert await end_leases(system) == 1

    assert (await port.claim())["__typename"] == "NothingWaiting"
    capture = await port.officer.ask(CAPTURE, id=claimed["id"])
    assert capture == {"state": "FAILED", "failure": "the worker's lease ran out"}
    await measure_queue(system)
    assert value("clearlane_captures_set_aside") == 1
    assert value("clearlane_capture_failures_total", reason="LEASE_RAN_OUT") == silent + 3


def test_failures_are_told_apart_by_problem_and_whatever_else_a_worker_says_is_one_more_label() -> None:
    before = {
        reason: value("clearlane_capture_failures_total", reason=reason)
        for reason in ("IMAGE_BROKEN", "OTHER")
    }
    for reason in ("IMAGE_BROKEN", "RuntimeError", "AnythingAtAll", "a sentence"):
        count_failure(reason)
    after = {reason: value("clearlane_capture_failures_total", reason=reason) for reason in before}
    assert {reason: after[reason] - before[reason] for reason in before} == {"IMAGE_BROKEN": 1, "OTHER": 3}
