"""A short turn of the drill: 40 pages, 4 that stall, and what the evidence would say of a promise that broke."""

from tests.bench.system import api_alone
from tests.drills.following import Follower
from tests.drills.pressure import many_pages, stalled_readers


async def test_forty_pages_hear_everything_and_those_that_stalled_are_told_so_and_hear_the_rest() -> None:
    with api_alone() as alone:
        pages, heard = await many_pages(alone, seconds=2, count=40)
        stalls, told = await stalled_readers(alone, count=4, warm_up=0)

    assert pages.figures["deliveries"] == (40.0 * 40, "1")
    assert stalls.figures["told_resync"] == (4.0, "1")
    told.pop("a stalled page costs at most 1 MB")  # measured by the drill, on caches that are full
    assert {promise: broken for promise, broken in (heard | told).items() if broken} == {}


def message(seq: int) -> dict[str, object]:
    """Return an event as a page hears it."""
    event = {"stream": "lane:a", "seq": seq, "at": "2026-11-24T08:00:00+00:00"}
    return {"__typename": "CheckpointEventMessage", "event": event}


def test_the_evidence_names_what_is_missing_and_what_came_twice() -> None:
    page = Follower()
    page.hear({"__typename": "Ready", "positions": [{"stream": "lane:a", "seq": 4}]})
    for seq in (5, 7, 7, 8):
        page.hear(message(seq))

    assert page.wrong == ["lane:a: 7 came after 5", "lane:a: 7 came after 7"]
    assert page.heard == 4
