"""Canonical JSON and the hash chain: the same bytes from every program, for ever."""

import hashlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from core.canonical import GENESIS, canonical, chain_hash, millis, sha256_hex, truncate_ms
from core.roles import Role

MOMENT = datetime(2026, 11, 22, 17, 0, 0, 123_999, UTC)


def test_canonical_json_is_that_of_rfc_8785() -> None:
    # RFC 8785, 3.2.3: names sorted by UTF-16 code units
    value = {"€": "a", "\r": "b", "\ufb33": "c", "1": "d", "😀": "e", "\u0080": "f", "ö": "g"}
    assert canonical(value).decode() == (
        '{"\\r":"b","1":"d","\u0080":"f","ö":"g","€":"a","😀":"e","\ufb33":"c"}'
    )


LEAVES = st.none() | st.booleans() | st.integers(1 - 2**53, 2**53 - 1) | st.text()
ASCII_LEAVES = st.text(st.characters(max_codepoint=127)) | st.integers(1 - 2**53, 2**53 - 1)


@given(
    st.recursive(
        LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    )
    | st.dictionaries(st.text(st.characters(max_codepoint=127)), ASCII_LEAVES)
)
def test_the_quick_way_gives_the_bytes_of_the_strict_one(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]  # built of its own types


def test_times_enums_and_tuples_have_one_text() -> None:
    value = {"at": MOMENT, "role": Role.DRIVER, "none": None, "yes": True, "list": (1, "粤")}
    expected = '{"at":"2026-11-22T17:00:00.123Z","list":[1,"粤"],"none":null,"role":"DRIVER","yes":true}'
    assert canonical(value).decode() == expected


@pytest.mark.parametrize("value", [1.0, b"x", {1: "a"}, {"a": {1, 2}}, object(), [bytearray(b"x")]])
def test_what_other_programs_would_write_differently_has_no_canonical_form(value: object) -> None:
    with pytest.raises(TypeError):
        canonical({"value": value})


@pytest.mark.parametrize("value", [2**53, -(2**53), "\ud800", datetime(2026, 1, 1)])  # noqa: DTZ001
def test_values_that_do_not_survive_the_way_are_refused(value: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        canonical([value])


def test_a_time_is_cut_to_milliseconds_in_utc() -> None:
    local = MOMENT.astimezone(timezone(timedelta(hours=8)))
    assert millis(local) == "2026-11-22T17:00:00.123Z"
    assert truncate_ms(local) == datetime(2026, 11, 22, 17, 0, 0, 123_000, UTC)
    assert truncate_ms(local).tzinfo is UTC


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.timezones()))  # noqa: DTZ001
def test_a_time_reads_back_as_itself_cut_to_milliseconds(moment: datetime) -> None:
    assert datetime.fromisoformat(millis(moment)) == truncate_ms(moment)
    assert canonical(truncate_ms(moment)) == canonical(moment)


def test_the_chain_hash_is_sha256_of_the_event_and_what_was_before_it() -> None:
    text = '{"event":{"kind":"trip.submitted","seq":1},"prev":"' + GENESIS + '"}'
    expected = hashlib.sha256(text.encode()).hexdigest()
    assert chain_hash(GENESIS, {"seq": 1, "kind": "trip.submitted"}) == expected
    assert sha256_hex(text.encode()) == expected


def test_a_changed_or_moved_event_changes_every_hash_behind_it() -> None:
    first, second = {"seq": 1, "kind": "a"}, {"seq": 2, "kind": "b"}
    head = chain_hash(chain_hash(GENESIS, first), second)
    assert chain_hash(chain_hash(GENESIS, {**first, "kind": "c"}), second) != head
    assert chain_hash(chain_hash(GENESIS, second), first) != head


@pytest.mark.parametrize("prev", ["", "0" * 63, "G" * 64, "A" * 64, "0" * 64 + "\n"])
def test_an_event_follows_a_hash_and_nothing_else(prev: str) -> None:
    with pytest.raises(ValueError, match="64 lower-case hexadecimal digits"):
        chain_hash(prev, {})
