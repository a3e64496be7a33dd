"""A search is a few points of one index: it sorts nothing, and reads no more trips than it shows."""

import json

import pytest

from backend.kit.context import Services
from backend.trips.service import finding
from tests.bench.many_trips import known, states, template

MANY = 400
PAGE = 20


@pytest.mark.parametrize("text", ["csqu", "2026", "粤Z", "chan", "陈", "6123 4567", "C001-2026-000001"])
async def test_a_question_reads_no_more_trips_than_it_answers_and_sorts_nothing(
    api: Services, text: str
) -> None:
    like = template()
    rows = [
        trip.row(like, state, like["created_at"])
        for trip, state in zip(known(MANY), states(MANY), strict=True)
    ]
    await api.database.collection("trips").insert_many(rows, ordered=False)
    where = finding.condition(finding.understand(text))
    asked = {"find": "trips", "filter": where, "sort": dict(finding.ORDER), "limit": PAGE}
    told = await api.database.db.command("explain", asked, verbosity="executionStats")
    plan = json.dumps(told["queryPlanner"]["winningPlan"])
    assert '"COLLSCAN"' not in plan
    assert '"SORT"' not in plan
    stats = told["executionStats"]
    assert stats["totalDocsExamined"] <= stats["nReturned"] + 1
