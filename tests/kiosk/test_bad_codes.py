"""Every kind of bad code has its own words at the lane and its own entry in the log; none opens anything."""

from typing import Any

import pytest

from backend.kit.clock import FixedClock
from backend.kit.context import Services
from backend.vouchers.keys import keys_of
from core.vouchers.claims import Direction, LaneClass, Presentation
from core.words import Language, WordList, render
from kiosk.agent.devices.scanner import LONGEST_CODE
from kiosk.agent.protocol import FactName, FactStatus, LaneView, Phase
from tests.backend.lanes import codes as bad
from tests.backend.lanes.steps import Port
from tests.backend.lanes.test_refused_codes import passages, refused_scans
from tests.codes.mutants import genuine, mutants
from tests.kiosk.lane import LANE, RunningLane

KINDS = [
    (bad.not_ours, "CODE_NOT_OURS", "LANE"),
    (bad.cut_short, "CODE_MALFORMED", "LANE"),
    (bad.signature_changed, "CODE_FORGED", "LANE"),
    (bad.signed_by_a_stranger, "CODE_KEY_UNKNOWN", "LANE"),
    (bad.live_part_cut_off, "LIVE_MISSING", "LANE"),
    (bad.live_part_of_another_phone, "LIVE_FORGED", "LANE"),
    (bad.two_minutes_old, "LIVE_STALE", "LANE"),
    (bad.half_an_hour_ahead, "LIVE_AHEAD", "LANE"),
    (bad.revoked, "CODE_REVOKED", "HUB"),
    (bad.superseded, "CODE_SUPERSEDED", "HUB"),
]
NOT_FOR_THIS_LANE = [
    ({"checkpoint": 2}, "CODE_WRONG_CHECKPOINT"),
    ({"lane_class": LaneClass.PASSENGER}, "CODE_WRONG_LANE"),
    ({"presentation": Presentation.PRINT, "anchor": None}, "CODE_PRINT_NOT_ACCEPTED"),
]


async def refused(lane: RunningLane, code: str) -> LaneView:
    """Show a bad code at the lane and return what its face says."""
    lane.scan(code)
    view = await lane.shows(Phase.REFUSED)
    assert [(fact.name, fact.status) for fact in view.facts] == [(FactName.CODE, FactStatus.BAD)]
    assert view.plates == ()
    return view


def words(view: LaneView) -> set[str]:
    """Return what the face says, in each language; a dash for a value would be a sentence half said."""
    (reason,) = view.reasons
    said = {render(WordList.PROBLEMS, reason.code, reason.args, language) for language in Language}
    assert len(said) == 3
    assert not any("\u2013" in sentence for sentence in said)
    return said


@pytest.mark.parametrize(("make", "code", "found_by"), KINDS)
async def test_a_bad_code_has_its_own_words_and_its_own_entry_in_the_log(
    port: Port,
    api: Services,
    clock: FixedClock,
    lane: RunningLane,
    make: bad.BadCode,
    code: str,
    found_by: str,
) -> None:
    view = await refused(lane, await make(port, clock))

    assert [reason.code for reason in view.reasons] == [code]
    assert words(view)
    await lane.events(port, last="scan.refused")
    assert await refused_scans(api) == [(LANE, code, found_by)]
    assert lane.rig.commands == []
    assert await passages(api) == 0


@pytest.mark.parametrize(("changes", "code"), NOT_FOR_THIS_LANE)
async def test_a_genuine_code_for_elsewhere_is_refused_at_the_lane(
    port: Port, api: Services, clock: FixedClock, lane: RunningLane, changes: dict[str, Any], code: str
) -> None:
    claims = bad.never_issued(clock, **changes)
    view = await refused(lane, bad.shown(claims, keys_of(api.settings).signing, clock))

    assert [reason.code for reason in view.reasons] == [code]
    assert words(view)
    await lane.events(port, last="scan.refused")
    assert await refused_scans(api) == [(LANE, code, "LANE")]
    assert lane.rig.commands == []


async def test_a_code_of_tomorrow_and_one_of_yesterday_are_refused(
    api: Services, clock: FixedClock, lane: RunningLane
) -> None:
    sound = bad.never_issued(clock)
    for shift, code in ((1, "CODE_NOT_YET"), (-1, "CODE_EXPIRED")):
        moved = bad.never_issued(
            clock,
            not_before=sound.not_before + shift * (sound.expires - sound.not_before) * 2,
            expires=sound.expires + shift * (sound.expires - sound.not_before) * 2,
        )
        lane.scan(bad.shown(moved, keys_of(api.settings).signing, clock))
        await lane.says(code)
    assert lane.rig.commands == []


async def test_of_a_thousand_mutated_codes_each_is_refused_by_its_words_and_none_opens(
    port: Port, api: Services, clock: FixedClock, lane: RunningLane
) -> None:
    bad_codes = mutants(genuine(keys_of(api.settings).signing, clock.now()), 1000, seed=2026)
    for number, mutant in enumerate(bad_codes):
        by_scanner = number % 16 == 0 and mutant.text.isascii() and mutant.text.isprintable()
        if by_scanner and len(mutant.text) < LONGEST_CODE:
            await lane.rig.scan(mutant.text)
        else:
            lane.scan(mutant.text)
        (reason,) = (await lane.refuses(mutant.text)).reasons
        assert reason.code in mutant.expected, (mutant.family, mutant.text[:400])

    assert lane.rig.commands == []
    assert await passages(api) == 0

    lane.scan(await port.code(await port.approved()))
    await lane.shows(Phase.MATCHING)
    await lane.seen(port)
    await lane.open_wide()
    told = await api.database.collection("events").find({"kind": "scan.refused"}).to_list(None)
    assert {row["facts"]["found_by"] for row in told} == {"LANE"}
    assert len(told) < 100


async def test_a_good_code_shown_in_the_same_instant_as_bad_ones_is_accepted(
    port: Port, api: Services, lane: RunningLane
) -> None:
    code = await port.code(await port.approved())
    for number in range(50):
        lane.scan(f"foreign {number}")
    lane.scan(code)
    await lane.shows(Phase.MATCHING)
    assert await passages(api) == 1


async def test_a_good_code_is_accepted_behind_a_flood_from_the_scanner(port: Port, lane: RunningLane) -> None:
    code = await port.code(await port.approved())
    await lane.rig.scan("\r\n".join(f"foreign {number}" for number in range(3000)))
    await lane.rig.scan(code)
    await lane.shows(Phase.MATCHING)


async def test_the_other_direction_is_the_wrong_lane_where_a_lane_serves_one_only(
    port: Port, api: Services, clock: FixedClock, lane: RunningLane
) -> None:
    southbound = {"$set": {"lanes.$.policy.directions": [Direction.SOUTHBOUND.value]}}
    await api.database.collection("checkpoints").update_one({"lanes.id": LANE}, southbound)
    lane.look_up_site()
    await lane.knows(lambda site: site.policy.directions == frozenset({Direction.SOUTHBOUND}))
    northbound = bad.never_issued(clock, direction=Direction.NORTHBOUND)
    view = await refused(lane, bad.shown(northbound, keys_of(api.settings).signing, clock))
    assert [reason.code for reason in view.reasons] == ["CODE_WRONG_LANE"]
