"""One idempotency key that comes twice, to two processes, while its first request is still running."""

import pytest

from backend.kit.context import Services
from tests.backend.client import new_key
from tests.backend.interleaving import Point
from tests.backend.lanes.steps import REVOKE, Port, count, kinds, trip_state
from tests.backend.races.rivals import Place, Rivals, refusal
from tests.backend.steps import Answer, answer, voucher_of

STORING = 2
"""A refusal is stored in a second transaction, after the first was rolled back."""


@pytest.fixture(params=list(Point))
def rivals(port: Port, api: Services, request: pytest.FixtureRequest) -> Rivals:
    """The one key also comes again after the commit, before the answer: the answer may be lost."""
    return Rivals(port, api, request.param)


async def test_a_scan_repeated_while_it_is_running_opens_one_passage_and_is_answered_alike(
    rivals: Rivals, port: Port, api: Services
) -> None:
    journey = await port.approved()
    code, key = await port.code(journey), new_key()
    sent = {"idempotencyKey": key, "passageId": "01KB0000000000000000000000"}

    raced = await rivals.race(
        lambda place: place.port.scan(code, **sent), lambda place: place.port.scan(code, **sent)
    )

    assert raced.held == raced.other
    assert (raced.held["returned"], raced.held["passage"]["id"]) == (False, sent["passageId"])
    assert await count(api, "passages") == 1
    assert await kinds(api, "lane:liantang-1") == ["passage.opened"]


async def test_a_release_repeated_while_it_is_running_spends_once_and_is_answered_alike(
    rivals: Rivals, port: Port, api: Services
) -> None:
    passage_id = await port.opened(await port.approved())
    await port.seen(passage_id)
    key = new_key()

    raced = await rivals.race(
        lambda place: place.port.release(passage_id, key=key),
        lambda place: place.port.release(passage_id, key=key),
    )

    assert raced.held == raced.other
    assert raced.held["__typename"] == "PassageReleased"
    assert await count(api, "redemptions") == 1
    assert (await kinds(api, "lane:liantang-1")).count("passage.released") == 1
    assert await port.release(passage_id, key=key) == raced.held


async def test_another_content_under_a_running_key_is_refused_and_does_nothing(
    rivals: Rivals, port: Port, api: Services
) -> None:
    journeys = await port.approved(), await port.approved("HK 77")
    codes = [await port.code(journey) for journey in journeys]
    key = new_key()

    raced = await rivals.race(
        lambda place: place.port.scan(codes[0], "liantang-1", idempotencyKey=key),
        lambda place: place.port.scan(codes[1], "liantang-2", idempotencyKey=key),
    )

    won, lost = (raced.held, raced.other) if rivals.held_first else (raced.other, raced.held)
    assert won["passage"]["state"] == "MATCHING"
    assert refusal(lost) == ("KEY_REUSED", {})
    states = [await trip_state(api, journey) for journey in journeys]
    assert states == (["ARRIVED", "APPROVED"] if rivals.held_first else ["APPROVED", "ARRIVED"])
    assert await count(api, "passages") == 1


async def test_a_refusal_repeated_while_it_is_running_is_told_once_and_answered_alike(
    rivals: Rivals, port: Port, api: Services
) -> None:
    journey = await port.approved()
    code = await port.code(journey)
    revoked = {
        "idempotencyKey": new_key(),
        "voucherId": (await voucher_of(journey))["id"],
        "reason": "stolen",
    }
    assert (await port.officer.ask(REVOKE, input=revoked))["state"] == "REVOKED"
    sent = {"idempotencyKey": new_key(), "passageId": "01KB0000000000000000000000"}

    raced = await rivals.race(
        lambda place: place.port.scan(code, **sent),
        lambda place: place.port.scan(code, **sent),
        transaction=STORING,
    )

    assert refusal(raced.held) == refusal(raced.other) == ("CODE_REVOKED", {"state": "REVOKED"})
    assert await kinds(api, "lane:liantang-1") == ["scan.refused"]


async def test_one_key_has_one_answer_even_where_the_cause_of_its_refusal_ends_meanwhile(
    rivals: Rivals, port: Port, api: Services
) -> None:
    """The first request is refused; before that is stored, the hold is lifted and the same key comes again."""
    journey = await port.approved()
    passage_id = await port.opened(journey)
    await port.seen(passage_id)
    await answer(port.customs, journey.trip_id, "HOLD", hold={"kind": "AT_BAY", "reason": "weigh it"})
    key = new_key()

    async def lifted(place: Place) -> Answer:
        cleared = await answer(port.customs, journey.trip_id, "CLEAR")
        assert cleared["clearances"][0]["state"] == "CLEAR"
        return await place.port.release(passage_id, key=key)

    raced = await rivals.race(
        lambda place: place.port.release(passage_id, key=key), lifted, transaction=STORING
    )

    assert raced.held == raced.other
    assert await count(api, "redemptions") == 1 - rivals.held_first
    assert await port.release(passage_id, key=key) == raced.held
