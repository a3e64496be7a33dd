"""The arithmetic of the measurements: a wrong percentile would be a wrong promise."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.bench.figures import Conditions, Measurement, bucket_bound, machine, percentile, spread
from tests.bench.hub_time import read
from tests.bench.milestones import place, steps
from tests.bench.pages import sent_by

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_a_percentile_is_one_of_the_values_and_enough_values_lie_at_or_below_it() -> None:
    values = [float(value) for value in range(30, 0, -1)]
    assert [percentile(values, share) for share in (0.5, 0.95, 1.0, 0.0)] == [15, 29, 30, 1]
    assert percentile([7.0], 0.95) == 7.0
    with pytest.raises(ValueError, match="nothing was measured"):
        percentile([], 0.5)


def test_nothing_measured_gives_no_figure() -> None:
    assert spread("wait", [], "ms") == {}
    assert spread("wait", [3.0, 1.0], "ms") == {
        "wait_p50": (1.0, "ms"),
        "wait_p95": (3.0, "ms"),
        "wait_max": (3.0, "ms"),
    }


def test_the_bound_of_a_histogram_is_never_below_the_true_percentile() -> None:
    assert bucket_bound({0.1: 94, 0.25: 95, 0.5: 100}, 0.95) == 0.25
    with pytest.raises(ValueError, match="empty histogram"):
        bucket_bound({0.1: 0}, 0.95)


def test_requests_are_summed_over_graphql_and_captures_only() -> None:
    text = "# TYPE clearlane_request_seconds histogram\n" + "".join(
        f'clearlane_request_seconds_bucket{{path="{path}",le="0.1"}} 1\n'
        f'clearlane_request_seconds_count{{path="{path}"}} 2\n'
        f'clearlane_request_seconds_sum{{path="{path}"}} 0.5\n'
        for path in ("/graphql", "/captures", "/metrics")
    )
    found = read(text)
    assert (found.requests, found.seconds, dict(found.up_to)) == (4, 1.0, {0.1: 2})
    assert (found - found).seconds == 0


def test_the_machine_is_named_by_what_it_is_and_not_by_where_it_stands() -> None:
    assert machine("model name: X\nflags\t: fpu hypervisor\n", 2) == "2-core virtual machine"
    assert machine("flags\t: fpu\n", 8) == "8-core machine"


def test_a_line_has_a_unit_for_each_figure() -> None:
    conditions = Conditions("scripts/bench scan", "2026-01-01", "2-core machine", 0.1)
    line = json.loads(Measurement("scan", "words", spread("wait", [1.234], "ms")).line(conditions))
    assert line["figures"]["wait_p95"] == 1.23
    assert set(line["units"]) == set(line["figures"])


def test_the_steps_of_a_passage_add_up_to_the_whole() -> None:
    def after(milliseconds: int) -> datetime:
        return NOON + timedelta(milliseconds=milliseconds)

    ids = {"passage_id": "P", "trip_id": "T"}
    captures, events = {"coll": "captures"}, {"coll": "events"}
    changes = [
        _change(events, after(50), fullDocument={"kind": "passage.opened", "ids": ids}),
        _change(captures, after(90), fullDocument={"_id": "C", "passage_id": "P"}),
        _change(captures, after(100), updated={"state": "CLAIMED"}),
        _change(captures, after(600), updated={"state": "READ", "cpu_ms": 480}),
        _change(events, after(640), fullDocument={"kind": "passage.released", "ids": ids}),
    ]
    passage = place(changes)["T"]
    assert [picture.processor_ms for picture in passage.awaited] == [480]
    found = steps(NOON, passage, after(655))
    assert list(found.values()) == [50, 40, 10, 500, 40, 15]
    assert sum(found.values()) == 655


def test_a_pages_query_travels_with_the_fragments_it_uses_and_no_others() -> None:
    query = sent_by("officer", "Trips")
    assert query.count("fragment TripRowOnDesk") == query.count("fragment PlateOnDesk") == 1
    assert "PassageOnDesk" not in query
    with pytest.raises(LookupError, match="NoSuchQuery"):
        sent_by("officer", "NoSuchQuery")


def _change(
    where: dict[str, str],
    at: datetime,
    *,
    fullDocument: dict[str, object] | None = None,  # noqa: N803 - the database's word
    updated: dict[str, object] | None = None,
) -> dict[str, object]:
    changed: dict[str, object] = {"ns": where, "wallTime": at, "documentKey": {"_id": "C"}}
    if fullDocument is not None:
        return changed | {"operationType": "insert", "fullDocument": fullDocument}
    return changed | {"operationType": "update", "updateDescription": {"updatedFields": updated}}
