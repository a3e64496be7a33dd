"""The order of the house holds in the tree, and the rules themselves break when a breach is planted."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.contract import order, writers

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ("core", "backend", "recognition", "kiosk", "simulator")


def read(folders: tuple[str, ...], suffixes: tuple[str, ...]) -> dict[str, str]:
    """The tree's own sources by path; what tools generated or installed is left out."""
    return {
        path.relative_to(ROOT).as_posix(): path.read_text()
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.suffix in suffixes and not {"node_modules", "dist", "generated"} & set(path.parts)
    }


def test_every_import_follows_the_order_of_the_domains() -> None:
    sources = read(PYTHON, (".py",))
    assert len(sources) > 20
    assert order.python_violations(sources) == []


def test_only_a_domains_own_service_writes_its_collections() -> None:
    sources = read(("backend",), (".py",))
    assert len(writers.collections(sources)) >= 4
    assert writers.violations(sources) == []


def test_front_ends_import_ui_and_never_each_other() -> None:
    assert order.front_end_violations(read(order.FRONT_ENDS, (".ts", ".svelte", ".css", ".html"))) == []


@pytest.mark.parametrize(
    ("path", "source", "reason"),
    [
        ("core/canonical.py", "import backend.kit", "core must not import backend"),
        ("core/canonical.py", "import socket", "core is pure: socket does not belong in it"),
        (
            "core/canonical.py",
            "def f():\n    from pathlib import Path",
            "core is pure: pathlib does not belong",
        ),
        ("core/decision.py", "from core.hub import Hub", "only programs use core.hub"),
        ("backend/kit/live.py", "from backend.trips import model", "kit knows no domain"),
        (
            "backend/sites/service.py",
            "from backend.trips import service",
            "sites stands to the left of trips",
        ),
        ("backend/trips/service.py", "from backend.orders import policy", "of orders only"),
        ("backend/trips/service.py", "from backend.orders.schema import Order", "of orders only"),
        ("backend/trips/service.py", "from backend import feed", "trips stands to the left of feed"),
        ("backend/trips/service.py", "import backend.lanes.model", "trips stands to the left of lanes"),
        ("backend/trips/service.py", "from backend.trips.schema import TripType", "its GraphQL layer"),
        ("backend/trips/service.py", "import strawberry", "import strawberry"),
        ("backend/trips/service.py", "from backend.kit.graphql import Problem", "speak GraphQL"),
        ("backend/trips/service.py", "from backend.app import app", "only app.py wires"),
        ("backend/kit/paging.py", "import strawberry", "import strawberry"),
        ("backend/schema.py", "from backend.trips import service", "merges the domains' schema modules"),
        ("backend/settings.py", "from backend.trips import model", "settings.py knows no domain"),
        (
            "recognition/worker.py",
            "from backend.captures import model",
            "recognition must not import backend",
        ),
        ("recognition/worker.py", "from kiosk.agent import lane", "recognition must not import kiosk"),
        ("kiosk/agent/lane.py", "from backend.kit import clock", "kiosk must not import backend"),
        ("simulator/port.py", "from kiosk.agent import lane", "simulator must not import kiosk"),
        ("simulator/port.py", "from tests.core import keys", "simulator must not import tests"),
    ],
)
def test_a_planted_import_is_named(path: str, source: str, reason: str) -> None:
    (found,) = order.python_violations({path: source})
    assert found.startswith(f"{path}:")
    assert reason in found


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("core/hub/client.py", "import aiohttp"),
        ("core/words/__init__.py", "from importlib import resources"),
        ("backend/trips/service.py", "from backend.orders import model, service, events, rules"),
        ("backend/trips/service.py", "from backend.trips.rules import check"),
        ("backend/trips/schema.py", "from backend.orders.schema import Order\nimport strawberry"),
        ("backend/lanes/schema.py", "from backend.kit.graphql import Problem"),
        ("backend/app.py", "from backend.trips import http, service"),
        ("backend/schema.py", "from backend.trips import schema\nfrom backend.lanes.schema import Query"),
        ("kiosk/agent/lane.py", "from recognition.pipeline import read\nfrom core.decision import decide"),
    ],
)
def test_an_import_that_follows_the_order_is_left_alone(path: str, source: str) -> None:
    assert order.python_violations({path: source}) == []


TRIP_MODEL = 'class Trip(Document):\n    state: str\n    class Settings:\n        name = "trips"\n'
ORDER_MODEL = 'class WorkOrder(Document):\n    class Settings:\n        name = "work_orders"\n'
MODELS = {"backend/trips/model.py": TRIP_MODEL, "backend/orders/model.py": ORDER_MODEL}
CONSTANT = {"backend/orders/service.py": "ORDERS = WorkOrder.Settings.name\n"}


@pytest.mark.parametrize(
    ("path", "body", "reason"),
    [
        ("backend/trips/schema.py", 'await unit.db["trips"].insert_one({})', "only service.py writes"),
        (
            "backend/trips/policy.py",
            "await change_if(Trip.get_pymongo_collection(), {}, {}, unit)",
            "only service.py",
        ),
        ("backend/trips/service.py", 'await unit.db["work_orders"].delete_one({})', "a collection of orders"),
        (
            "backend/trips/service.py",
            "await WorkOrder.get_pymongo_collection().update_one({}, {})",
            "of orders",
        ),
        (
            "backend/trips/service.py",
            "rows = unit.db[ORDERS]\n    await rows.update_one({}, {})",
            "of orders",
        ),
        (
            "backend/trips/service.py",
            "await change_if(unit.db[ORDERS], {}, {}, unit)",
            "a collection of orders",
        ),
        ("backend/trips/service.py", 'order = await WorkOrder.get("x")\n    await order.save()', "of orders"),
        ("backend/trips/service.py", "await order.save()", "a collection of orders"),
    ],
)
def test_a_planted_write_is_named(path: str, body: str, reason: str) -> None:
    source = f"async def change(unit: UnitOfWork, order: WorkOrder) -> None:\n    {body}\n"
    (found,) = writers.violations({**MODELS, **CONSTANT, path: source})
    assert found.startswith(f"{path}:")
    assert reason in found


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("backend/trips/service.py", 'await unit.db["trips"].insert_one({})'),
        ("backend/trips/service.py", 'await unit.db["work_orders"].find_one({})'),
        ("backend/trips/service.py", "await trip.save()"),
        ("backend/trips/schema.py", "await service.update(unit)"),
        ("backend/trips/rules.py", 'text.replace("a", "b")'),
        ("backend/kit/eventlog.py", 'await db["events"].insert_one({})'),
    ],
)
def test_a_write_in_its_own_place_is_left_alone(path: str, body: str) -> None:
    source = f"async def change(unit: UnitOfWork, trip: Trip, text: str) -> None:\n    {body}\n"
    assert writers.violations({**MODELS, path: source}) == []


@pytest.mark.parametrize(
    ("sources", "target"),
    [
        ({"ui/src/client.ts": 'import { a } from "../../pwa/src/driver/trip"'}, "pwa/src/driver/trip"),
        ({"kiosk/page/src/app.ts": 'import { a } from "@clearlane/pwa/src/live"'}, "pwa/src/live"),
        (
            {"pwa/src/driver/App.svelte": 'import B from "../officer/Board.svelte"'},
            "pwa/src/officer/Board.svelte",
        ),
        ({"pwa/src/driver/app.ts": 'const b = await import("../officer/board")'}, "pwa/src/officer/board"),
    ],
)
def test_a_planted_front_end_import_is_named(sources: Mapping[str, str], target: str) -> None:
    (found,) = order.front_end_violations(sources)
    assert found.endswith(f"must not import {target}")


def test_front_end_imports_of_ui_and_of_ones_own_app_are_left_alone() -> None:
    source = (
        'import { ask } from "@clearlane/ui"\nimport T from "./Trip.svelte"\nimport "../../ui/src/t.css"\n'
    )
    assert order.front_end_violations({"pwa/src/driver.ts": source, "pwa/src/driver/a.ts": source}) == []
