"""A lane refuses codes that have ended, and those of a revoked key, though its hub is away; it forgets none."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.kit.clock import FixedClock
from backend.settings import Settings
from core.problems import ProblemCode
from kiosk.agent import ended
from kiosk.agent.ended import EndedCodes, Told
from kiosk.agent.journal import Journal
from kiosk.agent.protocol import HubState, Phase
from kiosk.agent.settings import AgentSettings
from kiosk.agent.syncing import Syncing
from tests.backend.client import new_key
from tests.backend.lanes.steps import REVOKE, Port
from tests.backend.steps import Journey, put_on_paper, voucher_of
from tests.backend.vouchers.conftest import key_folder, keys
from tests.backend.vouchers.key_steps import Keys, revoke, signer
from tests.kiosk.lane import RunningLane, running
from tests.kiosk.proxy import Line
from tests.kiosk.rig import Rig, until

__all__ = ["key_folder", "keys"]


@pytest.fixture
async def lane(
    by_line: AgentSettings, settings_and_rig: tuple[AgentSettings, Rig], clock: FixedClock
) -> AsyncIterator[RunningLane]:
    """A lane at rest, on a line that can be cut."""
    async with running(by_line, settings_and_rig[1], clock) as lane:
        await lane.shows(Phase.REST)
        await until(lambda: lane.view.hub is HubState.ONLINE and syncing(lane).ended.version is not None)
        yield lane


def syncing(lane: RunningLane) -> Syncing:
    """Return what keeps the lane's knowledge new."""
    assert lane.agent.syncing is not None
    return lane.agent.syncing


async def take_back(port: Port, journey: Journey) -> str:
    """An officer revokes the trip's code; return the code as the phone still shows it."""
    code, voucher = await port.code(journey), await voucher_of(journey)
    asked = {"idempotencyKey": new_key(), "voucherId": voucher["id"], "reason": "reported stolen"}
    assert (await port.officer.ask(REVOKE, input=asked))["state"] == "REVOKED"
    return code


async def cut_off(lane: RunningLane, line: Line) -> None:
    """The hub goes away."""
    line.cut()
    await until(lambda: lane.view.hub is HubState.OFFLINE)


async def test_revoked_and_superseded_codes_are_refused_though_the_hub_is_away(
    port: Port, lane: RunningLane, line: Line
) -> None:
    revoked = await take_back(port, await port.approved())
    printed = await port.approved("HK 77")
    superseded = await port.code(printed)
    await put_on_paper(printed, (await voucher_of(printed))["id"])
    await syncing(lane).look()
    await cut_off(lane, line)

    await lane.rig.feel(approach=True)
    for code, reason in ((revoked, "CODE_REVOKED"), (superseded, "CODE_SUPERSEDED")):
        lane.scan(code)
        await lane.says(reason)
        await lane.refuses(code)
    assert lane.rig.commands == []


async def test_a_spent_code_is_refused_by_its_name_while_the_hub_is_away(
    port: Port, lane: RunningLane, line: Line
) -> None:
    await lane.rig.feel(approach=True)
    code = await port.code(await port.approved())
    lane.scan(code)
    await lane.seen(port)
    await lane.open_wide()
    await lane.rig.drive_out()
    await lane.shows(Phase.REST)
    await syncing(lane).look()
    await cut_off(lane, line)

    lane.scan(code)

    await lane.says("CODE_SPENT")
    assert lane.rig.commands == ["open", "close"]


async def test_a_lane_looks_by_itself(
    by_line: AgentSettings,
    settings_and_rig: tuple[AgentSettings, Rig],
    clock: FixedClock,
    port: Port,
    line: Line,
) -> None:
    often = by_line.model_copy(update={"sync_seconds": 0.1})
    async with running(often, settings_and_rig[1], clock) as lane:
        await lane.shows(Phase.REST)
        code = await take_back(port, await port.approved())
        await until(lambda: len(syncing(lane).ended.codes) == 1)
        await cut_off(lane, line)
        lane.scan(code)
        await lane.says("CODE_REVOKED")


async def test_a_lane_that_starts_without_its_hub_remembers_what_it_knew(
    by_line: AgentSettings,
    settings_and_rig: tuple[AgentSettings, Rig],
    clock: FixedClock,
    port: Port,
    line: Line,
) -> None:
    journey = await port.approved()
    await take_back(port, journey)
    voucher_id = bytes.fromhex((await voucher_of(journey))["id"])
    async with running(by_line, settings_and_rig[1], clock) as lane:
        await until(lambda: lane.agent.syncing is not None and bool(syncing(lane).ended.codes))
        before = syncing(lane).ended.version
    line.cut()
    async with running(by_line, settings_and_rig[1], clock) as lane:
        await until(lambda: lane.agent.syncing is not None)
        known = syncing(lane).ended
        assert known.version == before
        assert known.refusal(voucher_id, hub_away=True) is ProblemCode.CODE_REVOKED


async def test_a_revoked_key_is_heard_live_and_its_codes_are_refused_here_and_without_the_hub(
    port: Port, lane: RunningLane, line: Line, keys: Keys, settings: Settings
) -> None:
    journey = await port.approved()
    stolen = await port.code(journey)
    old = bytes.fromhex(signer(settings))
    await revoke(keys, old.hex())
    await until(lambda: old in syncing(lane).keys.keys.revoked)

    await lane.rig.feel(approach=True)
    lane.scan(stolen)
    await lane.says("CODE_KEY_REVOKED")
    lane.scan(await port.code(journey))
    await lane.shows(Phase.MATCHING)
    await lane.seen(port)
    await lane.open_wide()
    await lane.rig.drive_out()
    await lane.shows(Phase.REST)

    await cut_off(lane, line)
    lane.scan(stolen)
    await lane.says("CODE_KEY_REVOKED")
    assert lane.rig.commands == ["open", "close"]


async def test_a_lane_has_a_new_key_before_a_code_is_signed_with_it(
    port: Port, lane: RunningLane, line: Line, keys: Keys, settings: Settings, clock: FixedClock
) -> None:
    assert (await keys("rotate", "--after", "0"))[0] == 0
    await syncing(lane).look()
    code = await port.code(await port.approved())
    await cut_off(lane, line)
    lane.scan(code)
    waiting = await lane.shows(Phase.ASSIST)
    assert [reason.code for reason in waiting.reasons] == ["OFFLINE_NEEDS_OFFICER"]


A, B, C = b"a" * 12, b"b" * 12, b"c" * 12
REVOKED, SUPERSEDED, SPENT = ProblemCode.CODE_REVOKED, ProblemCode.CODE_SUPERSEDED, ProblemCode.CODE_SPENT


async def test_a_whole_list_replaces_what_is_known_and_a_part_is_added_also_on_disk(tmp_path: Path) -> None:
    lists = (
        Told("1", True, {A: REVOKED, B: SPENT}),
        Told("2", False, {C: SUPERSEDED, A: REVOKED}),
        Told("3", True, {C: SUPERSEDED}),
    )
    expected = ({A: REVOKED, B: SPENT}, {A: REVOKED, B: SPENT, C: SUPERSEDED}, {C: SUPERSEDED})
    known = EndedCodes()
    for told, codes in zip(lists, expected, strict=True):
        journal = Journal(tmp_path / "journal.sqlite")
        await ended.load(journal)
        known.hear(told)
        await ended.keep(journal, told)
        assert known.codes == codes
        assert await ended.load(journal) == known
        await journal.close()


@pytest.mark.parametrize("packed", ["AAAA", "*" * 16, "AAAAAAAAAAAAAAA"])
def test_a_list_that_makes_no_sense_is_refused_whole(packed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - binascii has its own words
        Told.of({"version": "1", "whole": True, "revoked": "", "superseded": packed, "spent": ""})


def test_that_a_code_was_spent_is_said_by_the_hub_while_it_is_there() -> None:
    known = EndedCodes("1", {A: SPENT, B: REVOKED})
    assert [known.refusal(each, hub_away=False) for each in (A, B, C)] == [None, REVOKED, None]
    assert [known.refusal(each, hub_away=True) for each in (A, B, C)] == [SPENT, REVOKED, None]
