"""A stream waits for a database that is away, and for nothing else."""

import pytest
from pymongo.errors import AutoReconnect, OperationFailure

from backend.feed import patience
from backend.feed.patience import patiently


async def test_what_a_stream_reads_is_asked_for_until_the_database_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(patience, "AGAIN_SECONDS", 0.0)
    answers: list[Exception | str] = [AutoReconnect("gone"), AutoReconnect("still gone"), "the row"]

    async def read() -> str:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert await patiently(read) == "the row"
    assert answers == []


async def test_a_question_that_is_wrong_is_not_asked_twice() -> None:
    asked = 0

    async def read() -> str:
        nonlocal asked
        asked += 1
        raise OperationFailure("unknown operator", code=2)

    with pytest.raises(OperationFailure):
        await patiently(read)
    assert asked == 1
