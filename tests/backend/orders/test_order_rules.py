"""The rules that an order and a declaration share."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from backend.orders import rules
from backend.orders.model import DeclaredContainer
from backend.orders.rules import Findings
from core.problems import ProblemCode

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
GOOD = "CSQU3054383"
OTHER = "MSKU1234565"


def codes(findings: Findings) -> list[tuple[str, tuple[str, ...]]]:
    return [(failure.code.value, failure.path) for failure in findings.failures]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("+852 6123 4567", "+85261234567"),
        ("+853-6612-3456", "+85366123456"),
        ("+86 138 0013 8000", "+8613800138000"),
        ("13800138000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("00852 (6123) 4567", "+85261234567"),
        ("+44 20 7946 0958", "+442079460958"),
    ],
)
def test_a_phone_number_is_kept_as_e164(typed: str, stored: str) -> None:
    findings = Findings()
    assert rules.phone(findings, typed, "driverPhone") == stored
    assert findings.failures == []


@pytest.mark.parametrize(
    "typed", ["61234567", "+852 123", "+86 12345678901", "call me", "+852612345678", "😀", "+٨٥٢٦١٢٣٤٥٦٧"]
)
def test_what_is_no_phone_number_is_named(typed: str) -> None:
    findings = Findings()
    rules.phone(findings, typed, "driverPhone")
    assert codes(findings) == [("PHONE_INVALID", ("driverPhone",))]


@pytest.mark.parametrize("typed", [None, "", "   ", "\u0000"])
def test_a_missing_phone_number_is_a_missing_contact(typed: str | None) -> None:
    findings = Findings()
    rules.phone(findings, typed, "driverPhone")
    assert codes(findings) == [("CONTACT_MISSING", ("driverPhone",))]


@pytest.mark.parametrize(
    "name", ["陈大文", "陳大文", "Chan Tai-man", "Ó Briain", "João d'Ávila", "買買提·阿不都"]
)
def test_a_name_in_any_script_is_a_name(name: str) -> None:
    findings = Findings()
    assert rules.person_name(findings, name, "driverName") == name
    assert findings.failures == []


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "🚚🚚", "A1", "12345", "...", "name; drop"])
def test_what_no_person_is_called_is_refused(name: str) -> None:
    findings = Findings()
    rules.person_name(findings, name, "driverName")
    assert codes(findings) == [("INVALID_INPUT", ("driverName",))]


def test_a_long_text_names_its_limit() -> None:
    findings = Findings()
    rules.required_text(findings, "x" * 10_000, 60, "driverName")
    assert [dict(failure.args) for failure in findings.failures] == [{"limit": "60"}]


@pytest.mark.parametrize(
    ("container", "code", "field"),
    [
        (DeclaredContainer(number="CSQU3054384"), ProblemCode.CONTAINER_CHECK_DIGIT, ("number",)),
        (DeclaredContainer(number="ABC"), ProblemCode.CONTAINER_FORMAT, ("number",)),
        (DeclaredContainer(number=""), ProblemCode.FIELD_REQUIRED, ("number",)),
        (DeclaredContainer(number=" ", seals=("HS1234",)), ProblemCode.SEAL_WITHOUT_CONTAINER, ("number",)),
        (DeclaredContainer(number=GOOD, seals=("!",)), ProblemCode.SEAL_FORMAT, ("seals", "0")),
        (
            DeclaredContainer(number=GOOD, seals=("HS1234", "hs-1234")),
            ProblemCode.SEAL_DUPLICATE,
            ("seals", "1"),
        ),
        (DeclaredContainer(number=GOOD, seals=("HS1",) * 7), ProblemCode.TOO_MANY, ("seals",)),
    ],
)
def test_a_wrong_container_is_named_with_its_field(
    container: DeclaredContainer, code: ProblemCode, field: tuple[str, ...]
) -> None:
    findings = Findings()
    rules.containers(findings, [DeclaredContainer(number=OTHER), container], "containers")
    assert codes(findings) == [(code.value, ("containers", "1", *field))]


def test_a_container_twice_in_other_spelling_is_a_duplicate() -> None:
    findings = Findings()
    rules.containers(
        findings, [DeclaredContainer(number=GOOD), DeclaredContainer(number="csqu 305438-3")], "containers"
    )
    assert codes(findings) == [("CONTAINER_DUPLICATE", ("containers", "1", "number"))]


def test_full_width_and_spaced_numbers_become_canonical() -> None:
    findings = Findings()
    found = rules.containers(
        findings, [DeclaredContainer(number="ＣＳＱＵ ３０５４３８ ３", seals=("hs 1234",))], "c"
    )
    assert found == (DeclaredContainer(number=GOOD, seals=("HS1234",)),)
    assert findings.failures == []


def test_more_than_four_containers_are_too_many() -> None:
    findings = Findings()
    rules.containers(findings, [DeclaredContainer(number=GOOD)] * 5, "containers")
    assert [(failure.code, dict(failure.args)) for failure in findings.failures] == [
        (ProblemCode.TOO_MANY, {"limit": "4"})
    ]


@pytest.mark.parametrize(
    ("start", "end", "code", "field"),
    [
        (None, NOW, "WINDOW_MISSING", "windowStart"),
        (NOW, None, "WINDOW_MISSING", "windowEnd"),
        (NOW, NOW, "WINDOW_ORDER", "windowEnd"),
        (NOW - timedelta(hours=2), NOW, "WINDOW_PAST", "windowEnd"),
        (NOW + timedelta(days=30, seconds=1), NOW + timedelta(days=31), "WINDOW_TOO_FAR", "windowStart"),
        (NOW, NOW + timedelta(hours=24, seconds=1), "WINDOW_TOO_LONG", "windowEnd"),
    ],
)
def test_a_wrong_window_is_named_with_its_field(
    start: datetime | None, end: datetime | None, code: str, field: str
) -> None:
    findings = Findings()
    rules.window(findings, start, end, NOW)
    assert codes(findings) == [(code, (field,))]


def test_a_window_that_has_begun_and_lasts_a_day_is_sound() -> None:
    findings = Findings()
    rules.window(findings, NOW - timedelta(hours=1), NOW + timedelta(hours=23), NOW)
    assert findings.failures == []


@pytest.mark.parametrize(
    ("moment", "stored"),
    [
        (datetime(2026, 11, 22, 16, 0, tzinfo=timezone(timedelta(hours=8))), NOW),
        (datetime(2026, 11, 22, 8, 0), NOW),  # noqa: DTZ001 - a time without an offset is the case
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), datetime(2000, 1, 1, tzinfo=UTC)),
        (datetime(9999, 12, 31, 23, tzinfo=timezone(-timedelta(hours=12))), datetime(2100, 1, 1, tzinfo=UTC)),
    ],
)
def test_any_moment_becomes_one_that_can_be_stored(moment: datetime, stored: datetime) -> None:
    assert rules.instant(moment) == stored


def test_halves_of_characters_and_control_characters_are_not_stored() -> None:
    assert rules.clean("a\ud800b\x00c\u0301 ") == "a\ufffdbć"
