"""How facts add up: keeping only the one that counts must change no decision."""

from collections.abc import Sequence
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from backend.captures.model import VerdictRow
from backend.lanes.model import SubjectRow
from backend.lanes.rules import merged
from core.passages import (
    ClearanceFact,
    DecisionInput,
    LanePolicy,
    SubjectFact,
    SubjectKind,
    TemperatureBand,
    Verdict,
    decide,
)
from core.states import Agency, ClearanceState, InspectionNeed
from core.vouchers.live import LiveState

DECLARED = {"粤ZDF15港": SubjectKind.PLATE, "UP2643": SubjectKind.PLATE, "CSQU3054383": SubjectKind.CONTAINER}
IMAGES = st.lists(st.dictionaries(st.sampled_from(sorted(DECLARED)), st.sampled_from(Verdict)), max_size=6)


def rows(image: dict[str, Verdict]) -> list[VerdictRow]:
    """Return a worker's verdicts on one image."""
    return [
        VerdictRow(kind=DECLARED[declared], declared=declared, verdict=verdict, score=0.0, read=None)
        for declared, verdict in image.items()
    ]


def added_up(images: Sequence[dict[str, Verdict]]) -> tuple[SubjectRow, ...]:
    """Return the facts after all these images."""
    facts: tuple[SubjectRow, ...] = ()
    for number, image in enumerate(images):
        facts = merged(facts, rows(image), f"capture-{number}")
    return facts


def decision_on(facts: tuple[SubjectFact, ...], waited: float) -> object:
    """Return what is decided on these facts, all else being well."""
    return decide(
        DecisionInput(
            plates=("粤ZDF15港", "UP2643"),
            containers=("CSQU3054383",),
            live=LiveState.FRESH,
            clearances=(ClearanceFact(Agency.CUSTOMS, ClearanceState.CLEAR),),
            inspection=InspectionNeed.NOT_REQUIRED,
            facts=facts,
            policy=LanePolicy(),
            waited_seconds=waited,
            temperature=TemperatureBand.NORMAL,
        )
    )


@given(images=IMAGES, waited=st.sampled_from([0.0, 60.0]))
def test_the_facts_that_count_decide_as_all_facts_do(images: list[dict[str, Verdict]], waited: float) -> None:
    everything = tuple(
        SubjectFact(row.kind, row.declared, row.verdict, row.read, f"capture-{number}")
        for number, image in enumerate(images)
        for row in rows(image)
    )
    kept = tuple(row.fact() for row in added_up(images))

    assert decision_on(kept, waited) == decision_on(everything, waited)


def test_facts_add_up_alike_in_any_order_and_name_the_image_they_come_from() -> None:
    images = [{"UP2643": Verdict.UNSURE}, {"UP2643": Verdict.MISMATCH}, {"UP2643": Verdict.MATCH}]

    for order in permutations(range(3)):
        facts = added_up([images[place] for place in order])
        assert [(fact.declared, fact.verdict) for fact in facts] == [("UP2643", Verdict.MISMATCH)]
        assert facts[0].capture_id == f"capture-{order.index(1)}"
    assert added_up(images[:1])[0].capture_id == "capture-0"
