"""The journal: on disk before the deed, in order, and what a restart makes of each stage."""

import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.agent.devices.base import ArmPosition
from kiosk.agent.journal import DepartureWay, Journal, JournalOrder, Stage, Visit
from kiosk.agent.restart import Restart, first_step

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def visit(name: str = "01K0000000000000000000VISIT", lane: str = "liantang-1") -> Visit:
    """Return a visit as it begins."""
    return Visit(name, lane, Stage.ASKED, name, "CL1:TEXT", NOW)


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[Journal]:
    """An empty journal."""
    journal = Journal(tmp_path / "journal.sqlite")
    yield journal
    await journal.close()


async def test_each_stage_is_found_again_by_the_next_process(journal: Journal, tmp_path: Path) -> None:
    async def found() -> Visit | None:
        other = Journal(tmp_path / "journal.sqlite")
        try:
            return await other.unfinished("liantang-1")
        finally:
            await other.close()

    begun = visit()
    await journal.asked(begun)
    assert await found() == begun
    await journal.named(begun.id, "01KANOTHERPASSAGE")
    await journal.releasing(begun.id, "release-key-1")
    asked = await found()
    assert asked is not None
    assert (asked.stage, asked.passage_id, asked.release_key) == (
        Stage.ASKED,
        "01KANOTHERPASSAGE",
        "release-key-1",
    )
    await journal.granted(begun.id, NOW + timedelta(minutes=1))
    granted = await found()
    assert granted is not None
    assert (granted.stage, granted.granted_until) == (Stage.GRANTED, NOW + timedelta(minutes=1))
    await journal.opening(begun.id)
    opening = await found()
    assert opening is not None
    assert opening.stage is Stage.OPENING
    await journal.opened(begun.id)
    opened = await found()
    assert opened is not None
    assert opened.stage is Stage.OPENED
    await journal.left(begun.id, DepartureWay.BARRIER, NOW)
    assert await found() is None


async def test_a_departure_is_kept_until_the_hub_knows_and_its_code_is_forgotten(journal: Journal) -> None:
    begun = visit()
    await journal.asked(begun)
    await journal.left(begun.id, DepartureWay.TO_BAY, NOW)
    (left,) = await journal.unreported("liantang-1")
    assert (left.way, left.left_at, left.code) == (DepartureWay.TO_BAY, NOW, "")
    await journal.reported(begun.id)
    assert await journal.unreported("liantang-1") == []


async def test_a_visit_the_hub_never_opened_is_reported_to_nobody(journal: Journal) -> None:
    begun = visit()
    await journal.asked(begun)
    await journal.left(begun.id, DepartureWay.NONE, NOW)
    assert await journal.unreported("liantang-1") == []


async def test_lanes_do_not_see_each_others_visits(journal: Journal) -> None:
    await journal.asked(visit(lane="liantang-2"))
    assert await journal.unfinished("liantang-1") is None


async def test_a_stage_out_of_order_is_refused(journal: Journal) -> None:
    begun = visit()
    await journal.asked(begun)
    with pytest.raises(JournalOrder):
        await journal.opening(begun.id)
    with pytest.raises(JournalOrder):
        await journal.opened(begun.id)
    await journal.granted(begun.id, NOW)
    with pytest.raises(JournalOrder):
        await journal.granted(begun.id, NOW)
    await journal.left(begun.id, DepartureWay.BARRIER, NOW)
    with pytest.raises(JournalOrder):
        await journal.opening(begun.id)


async def test_the_file_survives_a_power_cut_by_its_settings(journal: Journal, tmp_path: Path) -> None:
    await journal.asked(visit())
    with sqlite3.connect(tmp_path / "journal.sqlite") as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    other.close()


async def test_a_journal_that_cannot_be_read_is_kept_aside_and_a_new_one_begins(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    path.write_bytes(b"half a page of something else" * 200)
    journal = Journal(path)
    assert await journal.unfinished("liantang-1") is None
    await journal.asked(visit())
    await journal.close()
    assert path.with_suffix(".broken").read_bytes().startswith(b"half a page")


async def test_only_the_last_visits_are_kept(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite", kept_visits=3)
    for number in range(4):
        begun = visit(f"01K{number:020d}")
        await journal.asked(begun)
        await journal.left(begun.id, DepartureWay.NONE, NOW)
    await journal.forget_old("liantang-1")
    with pytest.raises(sqlite3.IntegrityError):
        await journal.asked(visit(f"01K{1:020d}"))
    first = visit(f"01K{0:020d}")
    await journal.asked(first)
    assert await journal.unfinished("liantang-1") == first
    await journal.close()


def at(stage: Stage, until: datetime | None = None) -> Visit:
    """Return a visit left at this stage."""
    return Visit("v", "liantang-1", stage, "v", "CL1:TEXT", NOW, granted_until=until)


SOON, PAST = NOW + timedelta(seconds=30), NOW - timedelta(seconds=1)


@pytest.mark.parametrize(
    ("left_at", "arm", "first"),
    [
        (at(Stage.ASKED), ArmPosition.CLOSED, Restart.ASK_AGAIN),
        (at(Stage.ASKED), None, Restart.ASK_AGAIN),
        (at(Stage.GRANTED, SOON), ArmPosition.CLOSED, Restart.OPEN),
        (at(Stage.GRANTED, SOON), None, Restart.OPEN),
        (at(Stage.GRANTED, PAST), ArmPosition.CLOSED, Restart.OFFICER),
        (at(Stage.OPENING, SOON), ArmPosition.OPEN, Restart.WATCH),
        (at(Stage.OPENING, SOON), ArmPosition.OPENING, Restart.WATCH),
        (at(Stage.OPENING, PAST), ArmPosition.OPEN, Restart.WATCH),
        (at(Stage.OPENING, SOON), ArmPosition.CLOSED, Restart.OPEN),
        (at(Stage.OPENING, PAST), ArmPosition.CLOSED, Restart.OFFICER),
        (at(Stage.OPENING, SOON), ArmPosition.CLOSING, Restart.OFFICER),
        (at(Stage.OPENING, SOON), None, Restart.OFFICER),
        (at(Stage.OPENED, PAST), ArmPosition.OPEN, Restart.WATCH),
    ],
)
def test_the_first_step_after_a_restart(left_at: Visit, arm: ArmPosition | None, first: Restart) -> None:
    assert first_step(left_at, NOW, arm, stands=True) is first
    assert first_step(left_at, NOW, arm, stands=None) is first
    gone = Restart.OFFICER if first is Restart.OPEN else first
    assert first_step(left_at, NOW, arm, stands=False) is gone


async def test_a_sound_journal_that_another_process_holds_is_not_laid_aside(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    journal = Journal(path)
    await journal.asked(visit())
    await journal.close()
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        Journal(path)
    holder.close()
    assert not path.with_suffix(".broken").exists()
    again = Journal(path)
    assert await again.unfinished("liantang-1") == visit()
    await again.close()
