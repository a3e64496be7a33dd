"""What may happen in a night, drawn by hypothesis: visits as they go, with everything that may go wrong between."""

from hypothesis import strategies as st

from core.passages import Outcome, Verdict
from tests.kiosk.night.devices import Mood
from tests.kiosk.night.hub import Way
from tests.kiosk.night.process import VOUCHERS
from tests.kiosk.night.world import Step

MOST_STEPS = 40
PAUSES = st.sampled_from((0.0, 0.01, 0.06, 0.11, 0.3, 1.0, 2.5, 6.0, 9.0, 16.0, 61.0))
WAYS = st.sampled_from([*Way, Way.GOOD, Way.ANSWER_LOST, Way.ANSWER_LOST])

waits = st.builds(Step, st.just("wait"), PAUSES)
DEAD = st.sampled_from((0.0, 0.0, 0.5, 5.0, 61.0))
kills = st.one_of(
    st.builds(Step, st.just("kill"), st.tuples(st.integers(0, 40), DEAD)),
    st.builds(Step, st.just("kill_after"), st.tuples(st.integers(0, 30), DEAD)),
    st.builds(Step, st.just("kill_after"), st.tuples(st.integers(0, 8), DEAD)),
)
"""After so many turns of the loop, or so many waits for hub, devices and disk: at any point where the lane waits.
Then it is dead for some seconds."""
scans = st.builds(Step, st.just("scan"), st.integers(0, VOUCHERS - 1))
loops = st.builds(Step, st.just("loops"), st.tuples(st.booleans(), st.booleans(), st.booleans()))
ways = st.builds(Step, st.just("ways"), st.lists(WAYS, min_size=1, max_size=4))
cuts = st.builds(Step, st.just("cut"), PAUSES)
barriers = st.builds(Step, st.just("barrier"), st.sampled_from([*Mood, Mood.GOOD, Mood.GOOD]))
others = st.one_of(
    st.builds(Step, st.just("seen"), st.sampled_from(Verdict)),
    st.builds(Step, st.just("officer"), st.sampled_from((Outcome.RELEASE, Outcome.REFER, Outcome.REFUSE))),
    st.just(Step("bad")),
    st.just(Step("bad")),
    st.builds(Step, st.just("revoke"), st.integers(0, VOUCHERS - 1)),
    st.builds(Step, st.just("again"), st.integers(0, 6)),
    st.builds(Step, st.just("thermometer"), st.booleans()),
    st.builds(Step, st.sampled_from(("out", "aside")), PAUSES),
)
troubles = st.one_of(waits, kills, ways, cuts, barriers, loops, scans, others)


between = st.one_of(st.just(list[Step]()), st.just(list[Step]()), st.lists(troubles, min_size=1, max_size=2))
"""Most of a visit goes as it should: a night in which nothing works never comes to the barrier."""
blows = st.one_of(
    st.just(list[Step]()),
    ways.map(lambda step: [step]),
    st.builds(lambda way: [Step("ways", [way])], WAYS),
    st.builds(lambda after: [after], kills),
)
"""What strikes the very next question: set just before it is asked."""
outages = st.one_of(st.just(list[Step]()), st.just(list[Step]()), st.builds(lambda cut: [cut], cuts))


@st.composite
def visits(draw: st.DrawFn) -> list[Step]:
    """One vehicle comes, shows its code, is read and drives off; between any two of these there may be trouble."""
    voucher = draw(st.integers(0, VOUCHERS - 1))
    verdict = draw(st.sampled_from((Verdict.MATCH, Verdict.MATCH, Verdict.MATCH, Verdict.MISMATCH)))
    barrier = draw(st.sampled_from([*Mood, Mood.GOOD, Mood.GOOD, Mood.GOOD]))
    course = [
        [Step("barrier", Mood.GOOD), Step("wait", draw(st.sampled_from((2.5, 2.5, 12.0, 0.0))))],
        [Step("loops", (True, False, False)), *draw(blows), Step("scan", voucher), *draw(between)],
        [Step("wait", 0.5), Step("barrier", barrier), *draw(blows), Step("seen", verdict), *draw(outages)],
        [Step("wait", draw(st.sampled_from((0.0, 0.2, 3.0)))), *draw(between), *draw(blows)],
        [Step(draw(st.sampled_from(("out", "out", "out", "aside"))), 1.5), *draw(outages), Step("wait", 1.0)],
    ]
    return [step for part in course for step in part]


nights = st.lists(st.one_of(visits(), st.lists(troubles, max_size=4)), min_size=1, max_size=4).map(
    lambda parts: [step for part in parts for step in part][:MOST_STEPS]
)
"""A whole night."""
