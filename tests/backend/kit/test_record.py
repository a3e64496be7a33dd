"""The log proves itself, to the hub and to a stranger: each kind of tampering is named at its first bad row."""

import pytest

from backend.kit.record.proof import Verification
from backend.kit.record.scan import Unreadable
from core.canonical import millis
from tests.backend.kit import forging
from tests.backend.kit.forging import OTHER, STREAM, Forge, setting
from tests.backend.kit.kept import MINUTE, Kept


async def test_an_untouched_log_verifies_with_its_counts(kept: Kept) -> None:
    await kept.happen(OTHER)
    found = await kept.verify()
    assert found == Verification(7 + 1, 2, None, 2, 0, millis(kept.clock.now()), 1)
    until = f"2 signed statements up to {found.until}, 1 events not signed yet"
    assert await kept.stranger() == f"ok 8 events in 2 streams, {until}"


CHANGED = "its content was changed after it was written"
REWRITTEN = "one of #3 to #5 was rewritten, and all after it rehashed"
KIND = "of the kind that was written"


@pytest.mark.parametrize(
    ("forge", "place", "said"),
    [
        (setting(facts__result="another"), "lane:test#3", CHANGED),
        (setting(site="elsewhere"), "lane:test#3", CHANGED),
        (setting(actor__id="another"), "lane:test#3", CHANGED),
        (setting(facts__more="a fact"), "lane:test#3", CHANGED),
        (setting(evidence__plate="0" * 64), "lane:test#3", CHANGED),
        (setting(facts__result="\x00"), "lane:test#3", CHANGED),
        (forging.changed_time, "lane:test#3", CHANGED),
        (forging.text_that_is_none, "lane:test#3", CHANGED),
        (forging.time_beyond_all_years, "lane:test#3", f"its field at is not {KIND}"),
        (setting(facts__result=2**60), "lane:test#3", CHANGED),
        (forging.rehashed_row, "lane:test#4", "does not continue the hash of its predecessor"),
        (forging.removed_middle, "lane:test#4", "follows number 2, so events between them are missing"),
        (forging.swapped_rows, "lane:test#2", CHANGED),
        (forging.stream_renamed, "lane:other#1", CHANGED),
        (forging.hash_in_capitals, "lane:test#3", "its hash or its predecessor's is not one"),
        (forging.field_gone, "lane:test#3", "lacks its field evidence"),
        (forging.second("site"), "lane:test#3", "has a field second site that no event has"),
        (setting(note="a word"), "lane:test#3", "has a field note that no event has"),
        (forging.cut_tail, "lane:test#5", "its head was signed at {signed}, the log ends with #4"),
        (forging.cut_tail_and_head, "lane:test#5", "its head was signed at {signed}, the log ends with #4"),
        (forging.row_moved, "lane:test#5", "its head was signed at {signed}, the log ends with #4"),
        (
            forging.recomputed,
            "lane:test#5",
            f"its head signed at {{signed}} is not what the log has now: {REWRITTEN}",
        ),
        (forging.head_behind, "lane:test#5", "the stream's head says it should go on or end otherwise"),
        (forging.head_ahead, "lane:test#5", "the stream's head says it should go on or end otherwise"),
        (forging.head_gone, "lane:test#5", "the stream's head says it should go on or end otherwise"),
        (
            forging.stream_gone,
            "trip:test#2",
            "its head was signed at {before}, the log has no event of this stream",
        ),
        (
            forging.rows_gone,
            "trip:test#2",
            "its head was signed at {before}, the log has no event of this stream",
        ),
    ],
)
async def test_tampering_is_named_at_its_first_bad_row_by_the_hub_and_by_a_stranger(
    kept: Kept, forge: Forge, place: str, said: str
) -> None:
    now = kept.clock.now()
    words = said.format(signed=millis(now), before=millis(now - MINUTE))
    await forge(kept.db)
    assert (await kept.verify()).failure == f"{place}: {words}"
    assert (await kept.stranger()).startswith(f"BAD {place}: ")


@pytest.mark.parametrize(
    ("forge", "said"),
    [
        (forging.time_as_text, "its field at is not of the kind that was written"),
        (forging.renamed_id, "is stored under the name of lane:test#0003"),
        (forging.other_evidence, "the plate kept for it is not the one it was written with"),
    ],
)
async def test_what_no_export_shows_is_named_by_the_hub(kept: Kept, forge: Forge, said: str) -> None:
    await forge(kept.db)
    assert (await kept.verify()).failure == f"lane:test#3: {said}"
    assert (await kept.stranger()).startswith("ok 7 events in 2 streams")


@pytest.mark.parametrize("forge", [forging.erased_evidence, forging.number_as_long])
async def test_what_may_be_leaves_the_log_proven(kept: Kept, forge: Forge) -> None:
    await forge(kept.db)
    assert (await kept.verify()).failure is None
    assert (await kept.stranger()).startswith("ok 7 events in 2 streams")


async def test_a_fraction_among_the_facts_is_named(kept: Kept) -> None:
    await setting(facts__result=3.5)(kept.db)
    assert (await kept.verify()).failure == f"lane:test#3: its field facts is not {KIND}"
    assert await kept.stranger() == "BAD a number 3.5 that is not whole"


@pytest.mark.parametrize("seq", [3.0, "3", None, [3]])
async def test_a_number_that_is_none_is_named_and_not_exported(kept: Kept, seq: object) -> None:
    await setting(seq=seq)(kept.db)
    assert (await kept.verify()).failure == "lane:test#3: its stream or its number is none"
    with pytest.raises(Unreadable):
        await kept.exported()


async def test_a_number_given_twice_is_named_and_nothing_is_mended_on_the_way(kept: Kept) -> None:
    row = await forging.row_of(kept.db, 3)
    await kept.db["events"].drop_index("stream_1_seq_1")
    try:
        await kept.db["events"].insert_one({**row, "_id": "lane:test#3 again"})
        failure = (await kept.verify()).failure
        assert failure is not None
        assert failure.startswith("lane:test#3: ")
        assert "stream_1_seq_1" not in await kept.db["events"].index_information()
        assert (await kept.stranger()).startswith("BAD lane:test#3: ")
    finally:
        await kept.db["events"].delete_one({"_id": "lane:test#3 again"})
        await kept.db["events"].create_index([("stream", 1), ("seq", 1)], unique=True)


async def test_a_row_put_in_behind_the_back_of_whoever_signs_is_named(kept: Kept) -> None:
    await forging.put_in_at_the_end(kept.db)
    assert (await kept.verify()).failure == (
        f"lane:test#6: is older than the statement of {millis(kept.clock.now())}, but no statement knows it"
    )


async def test_a_cut_tail_younger_than_the_last_statement_is_told_by_the_streams_own_head(kept: Kept) -> None:
    await kept.happen(STREAM)
    await kept.db["events"].delete_one({"_id": "lane:test#6"})
    assert (await kept.verify()).failure == (
        "lane:test#5: the stream's head says it should go on or end otherwise"
    )
