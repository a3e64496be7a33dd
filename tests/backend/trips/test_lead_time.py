"""A port may want the declaration some time before the vehicle; the demo's port wants none."""

from datetime import timedelta

import pytest

from backend.kit.clock import FixedClock
from backend.kit.context import Services
from backend.sites.model import Checkpoint
from backend.trips.rules import window
from core.declarations import LeadTimePreset
from core.vouchers.claims import Direction
from tests.backend.client import Client
from tests.backend.steps import Journey, save, submit

LEAD_TIMES = "{ checkpoints { id leadTime } }"


async def test_the_demo_port_asks_for_no_time_and_says_so(nobody: Client) -> None:
    assert await nobody.ask(LEAD_TIMES) == [{"id": "liantang", "leadTime": "NONE"}]


async def test_a_port_under_hong_kongs_law_refuses_what_comes_20_minutes_ahead_until_the_window_is_later(
    journey: Journey, api: Services, clock: FixedClock
) -> None:
    checkpoints = api.database.collection(Checkpoint.Settings.name)
    await checkpoints.update_one({"_id": "liantang"}, {"$set": {"lead_time": LeadTimePreset.HONG_KONG.value}})
    soon = (clock.now() + timedelta(minutes=20)).isoformat()
    refused = await submit(journey, windowStart=soon)
    assert [(one["code"], one["path"], one["args"]) for one in refused["failures"]] == [
        ("LEAD_TIME_SHORT", ["declaration", "windowStart"], [{"name": "minutes", "value": "30"}])
    ]
    later = (clock.now() + timedelta(minutes=40)).isoformat()
    assert (await save(journey, {"windowStart": later}))["failures"] == []
    assert (await submit(journey, windowStart=later))["state"] == "SUBMITTED"


@pytest.mark.parametrize("preset", sorted(set(LeadTimePreset) - {LeadTimePreset.NONE}))
def test_every_preset_knows_both_directions(preset: LeadTimePreset) -> None:
    assert set(window.LEAD_TIMES[preset]) == set(Direction)


def test_the_presets_ask_what_the_laws_ask() -> None:
    minutes = {
        (preset.value, direction.value): int(times.latest / timedelta(minutes=1))
        for preset, directions in window.LEAD_TIMES.items()
        for direction, times in directions.items()
    }
    assert minutes == {
        ("HONG_KONG", "SOUTHBOUND"): 30,
        ("HONG_KONG", "NORTHBOUND"): 30,
        ("CHINA", "SOUTHBOUND"): 60,
        ("CHINA", "NORTHBOUND"): 60,
        ("HONG_KONG_CHINA", "SOUTHBOUND"): 30,
        ("HONG_KONG_CHINA", "NORTHBOUND"): 60,
        ("UNITED_STATES", "SOUTHBOUND"): 60,
        ("UNITED_STATES", "NORTHBOUND"): 60,
        ("UNITED_STATES_FAST", "SOUTHBOUND"): 30,
        ("UNITED_STATES_FAST", "NORTHBOUND"): 30,
    }
    assert window.HONG_KONG.earliest == timedelta(days=14)
