"""Each part is killed once in the middle of 20 passages; and the evidence would tell if a promise had broken."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import cv2
import pytest

from kiosk.agent.journal import Stage
from tests.drills.book import Line
from tests.drills.drivers import Outcome, Stay
from tests.drills.evidence import Record, broken
from tests.drills.gates import Command
from tests.drills.killing import drill
from tests.drills.schedule import Phase, Victim, every_pair, one_of_each, spread_over
from tests.drills.witness import Seen

SEED = 20_261_124
LANE = "liantang-1"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


async def test_each_part_is_killed_in_the_middle_of_twenty_passages_and_every_promise_holds() -> None:
    cv2.setNumThreads(1)  # as the simulator does
    random = Random(SEED)
    drilled = await drill(20, spread_over(one_of_each(random), 20, random))
    assert broken(drilled.record) == []
    assert sorted(made.kill.victim for made in drilled.made) == sorted(Victim)
    assert len(drilled.record.stays) == 20
    assert all(death.back_after is not None for death in drilled.deaths)


def test_the_schedule_kills_each_part_in_each_phase_and_is_the_same_for_the_same_seed() -> None:
    kills = spread_over(every_pair(), 200, Random(SEED), together=True)
    assert kills == spread_over(every_pair(), 200, Random(SEED), together=True)
    alone = [kill for kill in kills if not kill.also]
    assert len({(kill.victim, kill.phase) for kill in alone}) == len(alone) == 41
    assert len(kills) - len(alone) == 6
    assert {phase for victim, phase in every_pair() if victim is Victim.AGENT} == set(Phase)
    assert max(kill.vehicle for kill in kills) < 180


# ---- the control: evidence that could not fail would prove nothing


def event(kind: str, at: datetime, stream: str = f"lane:{LANE}", number: int = 1) -> dict[str, object]:
    ids = {"trip_id": "T", "passage_id": "P", "lane_id": LANE}
    return {"_id": f"{stream}#{number}", "stream": stream, "kind": kind, "at": at, "ids": ids, "hash": kind}


EVENTS = (
    event("passage.opened", NOON),
    event("passage.released", NOON + timedelta(seconds=2), number=2),
    event("barrier.opened", NOON + timedelta(seconds=4), number=3),
    event("passage.exited", NOON + timedelta(seconds=6), number=4),
)
COMMAND = Command(LANE, NOON + timedelta(seconds=3), "T", heard=True, began=True)
VISIT = Line("V", LANE, Stage.LEFT, "P", NOON + timedelta(seconds=60), "BARRIER", reported=True)
STAY = Stay("T", LANE, Outcome.PASSED, (), 3.0, shown=1)
SOUND = Record(
    vehicles=1,
    stays=(STAY,),
    commands=(COMMAND,),
    journal=(VISIT,),
    reports_waiting=0,
    events=EVENTS,
    passages=({"_id": "P", "voucher_id": "C", "occupied_lane": None, "occupied_bay": None},),
    redemptions=({"_id": "C", "passage_id": "P"},),
    seen=tuple(Seen(str(row["_id"]), str(row["hash"])) for row in EVENTS),
    died_by_themselves=(),
    kills_not_made=(),
    log_says="ok 4 events in 1 streams",
)


def without(kind: str) -> Sequence[dict[str, object]]:
    return tuple(row for row in EVENTS if row["kind"] != kind)


def test_a_sound_record_breaks_no_promise() -> None:
    assert broken(SOUND) == []
    swallowed = replace(COMMAND, at=NOON + timedelta(seconds=2.5), heard=False, began=False)
    assert broken(replace(SOUND, commands=(swallowed, COMMAND))) == []


@pytest.mark.parametrize(
    ("record", "told"),
    [
        (replace(SOUND, commands=(replace(COMMAND, at=NOON),)), "before the release of T"),
        (replace(SOUND, commands=(replace(COMMAND, trip_id="U"),)), "for U without a release"),
        (replace(SOUND, commands=(replace(COMMAND, lane_id="other"),)), "lane other was opened"),
        (replace(SOUND, commands=(COMMAND, COMMAND)), "opened 2 times for T"),
        (replace(SOUND, commands=(COMMAND, replace(COMMAND, began=False))), "opened 2 times for T"),
        (replace(SOUND, commands=()), "a barrier that opened 0 times"),
        (replace(SOUND, events=(*EVENTS, EVENTS[1])), "was released 2 times"),
        (replace(SOUND, events=without("passage.released")), "the database does not know"),
        (replace(SOUND, redemptions=()), "the database does not know"),
        (replace(SOUND, events=without("passage.exited")), "its departure is not in the log"),
        (replace(SOUND, events=without("barrier.opened")), "the log does not say so"),
        (replace(SOUND, reports_waiting=2), "2 reports never came"),
        (replace(SOUND, seen=(Seen("lane:other#9", "hash"),)), "was committed and is not there"),
        (replace(SOUND, seen=(Seen(f"lane:{LANE}#1", "another"),)), "was committed and is not there"),
        (replace(SOUND, journal=(replace(VISIT, stage=Stage.OPENED),)), "stays at OPENED"),
        (replace(SOUND, journal=(replace(VISIT, reported=False),)), "not reported"),
        (replace(SOUND, journal=(VISIT, replace(VISIT, visit_id="W"))), "2 visits are of passage P"),
        (replace(SOUND, journal=(replace(VISIT, way="TURN_BACK"),)), "1 vehicles passed"),
        (replace(SOUND, passages=(*SOUND.passages, *SOUND.passages)), "2 passages were opened for voucher C"),
        (replace(SOUND, stays=(replace(STAY, outcome=Outcome.GAVE_UP),)), "nothing happened for T"),
        (replace(SOUND, stays=(replace(STAY, outcome=Outcome.BAY),)), "without a reason"),
        (replace(SOUND, stays=()), "0 of 1 vehicles came through"),
        (replace(SOUND, died_by_themselves=(Victim.API,)), "the api died by itself"),
        (
            replace(SOUND, kills_not_made=tuple(spread_over([(Victim.API, Phase.READ)], 2, Random(1)))),
            "not made",
        ),
        (replace(SOUND, log_says=""), "log verify of 4 events: failed"),
        (replace(SOUND, log_says="ok 2 events in 1 streams"), "log verify of 4 events"),
    ],
)
def test_the_evidence_tells_each_broken_promise(record: Record, told: str) -> None:
    assert any(told in words for words in broken(record))
