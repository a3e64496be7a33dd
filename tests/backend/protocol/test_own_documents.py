"""The limits let through whatever our own programs ask, with room to grow; and the cost is what it says."""

import importlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import OperationDefinitionNode, get_introspection_query, parse

from backend.kit.graphql.gate import (
    MOST_COST,
    MOST_COST_OF_MESSAGE,
    MOST_REMEMBERED_CHARACTERS,
    Gate,
    WrongDocument,
)
from backend.schema import make_schema
from scripts.house.places import ROOT
from tests.bench.pages import sent_by

LONGEST_PAGE = 50
APPS = ("driver", "carrier", "officer", "demo", "rules")
PROGRAMS = ("kiosk", "recognition", "simulator")
STARTS = ("query", "mutation", "subscription", "{")


@pytest.fixture(scope="module")
def gate() -> Gate:
    """The gate of our schema."""
    schema: Any = make_schema()._schema
    return Gate(schema)


def own_documents() -> Iterator[tuple[str, str]]:
    """Yield every document that our programs send, with its name."""
    modules = [path for program in PROGRAMS for path in (ROOT / program).rglob("documents.py")]
    assert len(modules) == len(PROGRAMS), "each program of ours has its documents in one place"
    for app in APPS:
        for node in parse((ROOT / "pwa/src" / app / "documents.graphql").read_text()).definitions:
            if isinstance(node, OperationDefinitionNode) and node.name:
                yield f"{app} {node.name.value}", sent_by(app, node.name.value)
    for path in modules:
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for constant, value in vars(importlib.import_module(name)).items():
            if isinstance(value, str) and value.lstrip().startswith(STARTS):
                yield f"{name} {constant}", value


def test_every_document_of_ours_costs_at_most_half_of_what_is_allowed(gate: Gate) -> None:
    shares = {
        f"{name} {operation}": weighed.weight.of({"first": LONGEST_PAGE}) / weighed.limit
        for name, document in own_documents()
        for operation, weighed in gate.look(document).operations.items()
    }
    assert {name: share for name, share in shares.items() if share > 0.5} == {}
    assert len(shares) > 70


def test_no_page_of_ours_asks_for_more_rows_than_that() -> None:
    sizes = [
        int(size)
        for path in (ROOT / "pwa/src").rglob("*")
        if path.suffix in {".ts", ".svelte"}
        for size in re.findall(r"const (?:PAGE|QUEUE|RECENT|PAGE_SIZE) = (\d+)", path.read_text())
    ]
    assert len(sizes) == 6
    assert max(sizes) <= LONGEST_PAGE


def test_the_schema_may_be_asked_for_as_tools_do(gate: Gate) -> None:
    passed = gate.look(get_introspection_query(input_value_deprecation=True))
    gate.look_at_request(passed, "IntrospectionQuery", None)


def cost(gate: Gate, query: str, **variables: object) -> int:
    """Return the cost of a document with one operation."""
    (weighed,) = gate.look(query).operations.values()
    return weighed.weight.of(variables)


ROWS = "edges { node { id } }"  # edges, node and id of each row


@pytest.mark.parametrize(
    ("query", "variables", "expected"),
    [
        ("{ serverTime }", {}, 50),
        ("{ a: serverTime b: serverTime }", {}, 100),
        ("mutation { signOut { ok } }", {}, 3001),
        (f"{{ workOrders(first: 7) {{ {ROWS} }} }}", {}, 50 + 7 * 3),
        (f"{{ workOrders {{ {ROWS} }} }}", {}, 50 + 20 * 3),
        (f"query($n: Int!) {{ workOrders(first: $n) {{ {ROWS} }} }}", {"n": 9}, 50 + 9 * 3),
        (f"query($n: Int!) {{ workOrders(first: $n) {{ {ROWS} }} }}", {"n": 0}, 50 + 1 * 3),
        (f"query($n: Int!) {{ workOrders(first: $n) {{ {ROWS} }} }}", {"n": -(10**30)}, 50 + 1 * 3),
        (f"query($n: Int!) {{ workOrders(first: $n) {{ {ROWS} }} }}", {"n": 10**30}, 50 + 10**30 * 3),
        (f"query($n: Int!) {{ workOrders(first: $n) {{ {ROWS} }} }}", {}, 50 + 20 * 3),
        (f"query($n: Int!) {{ workOrders(first: $n) {{ {ROWS} }} }}", {"n": "9"}, 50 + 100 * 3),
        (f"query($n: Int!) {{ workOrders(first: $n) {{ {ROWS} }} }}", {"n": True}, 50 + 100 * 3),
        (f"query($n: Int! = 5) {{ workOrders(first: $n) {{ {ROWS} }} }}", {}, 50 + 5 * 3),
        (f"query($n: Int! = 5) {{ workOrders(first: $n) {{ {ROWS} }} }}", {"n": 6}, 50 + 6 * 3),
        ("{ checkpoints { id lanes { id name } } }", {}, 50 + 3 * (1 + 1 + 3 * 2)),
        (f"query($n: Int!) {{ workOrders(first: $n) {{ {ROWS} }} }}", {"n": None}, 50 + 100 * 3),
        (f"{{ workOrders @skip(if: true) {{ {ROWS} }} }}", {}, 50 + 20 * 3),
        (f"{{ ...f }} fragment f on Query {{ workOrders {{ ...g }} }} fragment g on WorkOrderConnection {{ {ROWS} }}",
         {}, 50 + 20 * 3),
        (f"{{ ... on Query {{ ... {{ workOrders {{ ... {{ {ROWS} }} }} }} }} }}", {}, 50 + 20 * 3),
        ("""{ workOrders(first: 10) { edges { node { containers { number seals } } } } }""",
         {}, 50 + 10 * (1 + 1 + 1 + 3 * 2)),
        ('subscription { laneFeed(laneId: "a") { __typename } }', {}, 51),
    ],
)  # fmt: skip
def test_what_a_document_costs(gate: Gate, query: str, variables: dict[str, Any], expected: int) -> None:
    assert cost(gate, query, **variables) == expected


def test_the_refusal_says_the_cost_and_the_limit(gate: Gate) -> None:
    passed = gate.look(f"query($n: Int!) {{ workOrders(first: $n) {{ {ROWS} }} }}")
    allowed = (MOST_COST - 50) // 3
    gate.look_at_request(passed, None, {"n": allowed})
    with pytest.raises(WrongDocument) as caught:
        gate.look_at_request(passed, None, {"n": allowed + 1})
    (error,) = caught.value.errors
    told = str(50 + (allowed + 1) * 3)
    assert error.extensions == {"code": "QUERY_TOO_COSTLY", "args": {"cost": told, "limit": str(MOST_COST)}}
    assert told in error.message
    assert str(MOST_COST) in error.message


def test_the_largest_operation_named_is_the_one_that_counts(gate: Gate) -> None:
    passed = gate.look(
        "query small { serverTime } query large { workOrders(first: 9000) { edges { cursor } } }"
    )
    gate.look_at_request(passed, "small", None)
    with pytest.raises(WrongDocument):
        gate.look_at_request(passed, "large", None)


def test_what_is_paid_for_each_message_may_cost_less(gate: Gate) -> None:
    asked = (
        "subjects { kind declared read } clearances { agency state } places { kind id since } plates { text }"
    )
    many = " ".join(f"a{number}: passage {{ {asked} }}" for number in range(30))
    document = f'subscription {{ laneFeed(laneId: "a") {{ ... on LaneFeedMessage {{ {many} }} }} }}'
    with pytest.raises(WrongDocument) as caught:
        gate.look_at_request(gate.look(document), None, None)
    (error,) = caught.value.errors
    assert error.extensions is not None
    assert error.extensions["args"]["limit"] == str(MOST_COST_OF_MESSAGE)


def test_only_short_documents_are_remembered(gate: Gate) -> None:
    short = "{ onlyHere: serverTime }"
    assert gate.look(short) is gate.look(short)
    long = f"{short} #{'x' * MOST_REMEMBERED_CHARACTERS}"
    assert gate.look(long) is not gate.look(long)
