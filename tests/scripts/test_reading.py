"""The house's own checks find what is planted, and leave alone what is right."""

import pytest

from scripts.house.addresses import named
from scripts.house.limits import passed


def function(lines: int, head: str = "def arrive():") -> str:
    return "\n".join([head, *["    pass"] * (lines - 1)])


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("\n".join(["x = 1"] * 301), "301 lines in a file, 300 allowed"),
        (function(41), "arrive: 41 lines in a function, 40 allowed"),
        (function(41, "async def arrive():"), "arrive: 41 lines in a function, 40 allowed"),
        ("def scan(a, b, c, d, e, f): pass", "scan: 6 positional parameters, 5 allowed"),
        (
            "def f():\n if a:\n  for b in c:\n   with d:\n    while e:\n     pass",
            "f: nested 4 deep, 3 allowed",
        ),
    ],
)
def test_a_passed_limit_is_named(source: str, reason: str) -> None:
    assert [found for _, found in passed(source, ".py")] == [reason]


@pytest.mark.parametrize(
    "source",
    [
        "\n".join(["x = 1"] * 300),
        "# long: one table, split nowhere\n" + "\n".join(["x = 1"] * 300),
        function(40),
        function(41, "def arrive():  # long: one formula"),
        "def scan(self, a, b, c, d, e, *, f, g): pass",
        "def f():\n if a:\n  pass\n elif b:\n  pass\n elif c:\n  pass\n elif d:\n  pass\n elif e:\n  pass",
        "def f():\n if a:\n  for b in c:\n   with d:\n    pass",
    ],
)
def test_what_keeps_to_the_limits_or_says_why_not_is_left_alone(source: str) -> None:
    assert list(passed(source, ".py")) == []


def test_a_long_page_is_named_too() -> None:
    assert [reason for _, reason in passed("a\n" * 301, ".svelte")] == ["301 lines in a file, 300 allowed"]


REGISTRY = "https://registry." + "npmjs.org/idb"
MACHINE = "/ho" + "me/driver/clearlane/a.py"


@pytest.mark.parametrize(
    ("text", "locked", "reason"),
    [
        (f'"resolved": "{REGISTRY}"', False, "names a package registry"),
        ("--index-url https://example.test/simple", True, "names a package registry"),
        (f"see {MACHINE}", False, "holds a path of this machine"),
    ],
)
def test_an_address_that_ties_the_repository_is_named(text: str, locked: bool, reason: str) -> None:
    assert named("first line\n" + text, locked=locked) == [(2, reason)]


def test_other_addresses_are_left_alone() -> None:
    text = (
        "http://localhost:8000/demo/\n/usr/bin/chromium\nhttps://example.test/\n--index-url is a word here\n"
    )
    assert named(text) == []
