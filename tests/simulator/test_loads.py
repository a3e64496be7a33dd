"""What the traffic declares of its loads breaks no rule, and is not always the same."""

import re
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest

from backend.trips import rules
from backend.trips.model import Declaration
from simulator.players.loads import load_of
from simulator.players.plans import BATTERIES, MACHINES, VEGETABLES, Plan, plans

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def in_the_model(value: Any) -> Any:
    """Return what is sent with the names that the model has."""
    if isinstance(value, dict):
        return {
            re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name): in_the_model(part)
            for name, part in value.items()
        }
    return [in_the_model(part) for part in value] if isinstance(value, list) else value


def declaration_of(plan: Plan) -> Declaration:
    """Return what the hub has once the driver has filled in what the order left open."""
    return Declaration.model_validate(
        {
            "driver_name": plan.driver_name,
            "driver_phone": plan.driver_phone,
            "direction": plan.direction,
            "plates": [vars(plate) for plate in plan.declared.plates],
            "containers": [
                {"number": number, "seals": [seal]}
                for number, seal in zip(plan.declared.containers, plan.seals, strict=True)
            ],
            "crew": 1,
            "fever_free": True,
            "goods_summary": plan.goods,
            "window_start": NOW,
            "window_end": NOW + timedelta(hours=3),
            **in_the_model(dict(load_of(plan))),
        }
    )


@pytest.fixture(scope="module")
def traffic() -> list[Plan]:
    """The first vehicles of a day."""
    return list(islice(plans(7, 20, 0), 120))


def test_no_load_of_the_traffic_breaks_a_rule(traffic: list[Plan]) -> None:
    broken = [(plan.reference, rules.examine(declaration_of(plan), NOW).failures) for plan in traffic]
    assert [(reference, failures) for reference, failures in broken if failures] == []


def test_some_loads_are_food_some_dangerous_and_some_in_transit(traffic: list[Plan]) -> None:
    declared = {plan.goods: declaration_of(plan) for plan in traffic}
    assert declared[VEGETABLES].goods_items[0].hs_code == "070490"
    dangerous = declared[BATTERIES].goods_items[0].dangerous
    assert dangerous is not None
    assert dangerous.un_number == "3481"
    assert declared[MACHINES].transit_countries in (("CN",), ("HK",))
    assert sum(not declaration.goods_items for declaration in declared.values()) == 3
