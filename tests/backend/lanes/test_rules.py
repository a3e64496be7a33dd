"""How facts add up: keeping only what may yet count must change no decision."""

from collections.abc import Sequence
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from backend.captures.model import VerdictRow
from backend.lanes.model import SubjectRow
from backend.lanes.rules import counting, merged
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
READ = [None, "粤ZDF16港", "粤ZDF25港", "UP2648", "CSQU3054388", "UP2643"]
SEEN = st.tuples(st.sampled_from(Verdict), st.sampled_from(READ))
IMAGES = st.lists(st.dictionaries(st.sampled_from(sorted(DECLARED)), SEEN), max_size=8)
Image = dict[str, tuple[Verdict, str | None]]


def rows(image: Image) -> list[VerdictRow]:
    """Return a worker's verdicts on one image."""
    return [
        VerdictRow(kind=DECLARED[declared], declared=declared, verdict=verdict, score=0.0, read=read)
        for declared, (verdict, read) in image.items()
    ]


def added_up(images: Sequence[Image]) -> tuple[SubjectRow, ...]:
    """Return the facts that count after all these images."""
    sightings: tuple[SubjectRow, ...] = ()
    for number, image in enumerate(images):
        sightings = merged(sightings, rows(image), f"capture-{number}")
    return counting(sightings)


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
def test_the_facts_that_count_decide_as_all_facts_do(images: list[Image], waited: float) -> None:
    everything = tuple(
        SubjectFact(row.kind, row.declared, row.verdict, row.read, f"capture-{number}")
        for number, image in enumerate(images)
        for row in rows(image)
    )
    kept = tuple(row.fact() for row in added_up(images))

    assert decision_on(kept, waited) == decision_on(everything, waited)


def test_facts_add_up_alike_in_any_order_and_name_the_image_they_come_from() -> None:
    verdicts = (Verdict.UNSURE, Verdict.MISMATCH, Verdict.MATCH)
    images: list[Image] = [{"UP2643": (verdict, None)} for verdict in verdicts]

    for order in permutations(range(3)):
        facts = added_up([images[place] for place in order])
        assert [(fact.declared, fact.verdict) for fact in facts] == [("UP2643", Verdict.MISMATCH)]
        assert facts[0].capture_id == f"capture-{order.index(1)}"
    assert added_up(images[:1])[0].capture_id == "capture-0"


def test_one_lucky_image_among_many_that_read_the_twin_is_no_match_whatever_their_order() -> None:
    lucky: Image = {"UP2643": (Verdict.MATCH, "UP2643")}
    twin: Image = {"UP2643": (Verdict.UNSURE, "UP2648")}
    for images in set(permutations([0, 1, 1])):
        [fact] = added_up([(lucky, twin)[image] for image in images])
        assert (fact.verdict, fact.read) == (Verdict.UNSURE, "UP2648")
        assert fact.capture_id == f"capture-{images.index(1)}"
    [fact] = added_up([lucky, twin, twin, lucky])
    assert (fact.verdict, fact.read, fact.capture_id) == (Verdict.MATCH, "UP2643", "capture-0")


def test_other_vehicles_that_cameras_read_beside_it_outvote_no_match() -> None:
    stranger: Image = {"UP2643": (Verdict.UNSURE, "XA2554")}
    own: Image = {"UP2643": (Verdict.MATCH, "UP2643")}
    images = [*5 * [stranger], own]
    assert [fact.verdict for fact in added_up(images)] == [Verdict.MATCH]
    assert len(merged((), [row for image in images for row in rows(image)], "capture-0")) == 2


@given(images=IMAGES, more=SEEN)
def test_a_verdict_depends_on_no_order(images: list[Image], more: tuple[Verdict, str | None]) -> None:
    every = [*images, {"UP2643": more}]
    forward, backward = added_up(every), added_up(every[::-1])
    assert {(fact.declared, fact.verdict) for fact in forward} == {
        (fact.declared, fact.verdict) for fact in backward
    }
