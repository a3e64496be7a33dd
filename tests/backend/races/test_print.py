"""A code that is put on paper while it is scanned, revoked, or printed by somebody else; paper that is revoked."""

from backend.kit.context import Services
from tests.backend.client import new_key
from tests.backend.lanes.steps import REVOKE, Port, count, kinds, trip_state
from tests.backend.races.rivals import Place, Rivals, refusal
from tests.backend.steps import REISSUE, Answer, Journey, Phone, put_on_paper, voucher_of

PAPER_LANE = "liantang-3"


async def revoke(place: Place, voucher_id: str) -> Answer:
    """An officer takes the code back."""
    asked = {"idempotencyKey": new_key(), "voucherId": voucher_id, "reason": "reported stolen"}
    revoked: Answer = await place.port.officer.ask(REVOKE, input=asked)
    return revoked


async def test_a_code_printed_while_it_is_scanned_is_in_the_lane_or_on_paper_never_both(
    rivals: Rivals, port: Port, api: Services
) -> None:
    journey = await port.approved()
    code, live = await port.code(journey), await voucher_of(journey)

    raced = await rivals.race(
        lambda place: place.port.scan(code), lambda place: put_on_paper(place.journey(journey), live["id"])
    )

    if rivals.held_first:
        assert refusal(raced.other) == ("TRIP_NOT_APPROVED", {"state": "ARRIVED"})
        assert (await rivals.row("vouchers"))["frozen_by"] == raced.held["passage"]["id"]
        assert await trip_state(api, journey) == "ARRIVED"
    else:
        assert refusal(raced.held) == ("CODE_SUPERSEDED", {"state": "SUPERSEDED"})
        assert raced.other["presentation"] == "PRINT"
        assert (await count(api, "passages"), await trip_state(api, journey)) == (0, "APPROVED")
        assert (await rivals.row("vouchers", state="ISSUED"))["_id"] == raced.other["id"]


async def test_a_code_revoked_while_it_is_printed_is_revoked_or_on_paper_and_each_is_told(
    rivals: Rivals, port: Port, api: Services
) -> None:
    journey = await port.approved()
    live = await voucher_of(journey)

    raced = await rivals.race(
        lambda place: put_on_paper(place.journey(journey), live["id"]),
        lambda place: revoke(place, live["id"]),
    )

    if rivals.held_first:
        assert raced.held["presentation"] == "PRINT"
        assert refusal(raced.other) == ("VOUCHER_STATE", {"state": "SUPERSEDED"})
        assert await count(api, "vouchers", state="ISSUED") == 1
    else:
        assert refusal(raced.held) == ("VOUCHER_STATE", {"state": "REVOKED"})
        assert (await rivals.row("vouchers"))["state"] == "REVOKED"


async def test_of_two_prints_at_once_one_sheet_is_good(rivals: Rivals, port: Port, api: Services) -> None:
    journey = await port.approved()
    live = await voucher_of(journey)

    async def printing(place: Place) -> Answer:
        return await put_on_paper(place.journey(journey), live["id"])

    raced = await rivals.race(printing, printing)

    first, second = (raced.held, raced.other) if rivals.held_first else (raced.other, raced.held)
    assert first["presentation"] == "PRINT"
    assert refusal(second) == ("VOUCHER_STATE", {"state": "SUPERSEDED"})
    assert (await rivals.row("vouchers", state="ISSUED"))["_id"] == first["id"]
    told = await kinds(api, f"trip:{journey.trip_id}")
    assert (told.count("voucher.issued"), told.count("voucher.superseded")) == (2, 1)


async def test_paper_revoked_while_it_is_scanned_opens_nothing_or_lets_nobody_through(
    rivals: Rivals, port: Port, api: Services
) -> None:
    journey = await port.approved()
    paper = await put_on_paper(journey, (await voucher_of(journey))["id"])

    raced = await rivals.race(
        lambda place: place.port.scan(paper["printText"], PAPER_LANE),
        lambda place: revoke(place, paper["id"]),
    )

    assert raced.other["state"] == "REVOKED"
    if rivals.held_first:
        passage_id = raced.held["passage"]["id"]
        await port.seen(passage_id, PAPER_LANE)
        told = refusal(await port.release(passage_id, PAPER_LANE))
        assert told == ("NOT_RELEASABLE", {"outcome": "REFUSE", "reasons": "VOUCHER_REVOKED"})
    else:
        assert refusal(raced.held) == ("CODE_REVOKED", {"state": "REVOKED"})
        assert await count(api, "passages") == 0
    assert await count(api, "redemptions") == 0


async def test_a_code_brought_back_to_the_phone_while_its_paper_is_scanned_is_good_in_one_place(
    rivals: Rivals, port: Port, api: Services
) -> None:
    journey = await port.approved()
    paper = await put_on_paper(journey, (await voucher_of(journey))["id"])
    phone = Phone()

    async def bring_back(place: Place) -> Answer:
        taken: Journey = place.journey(journey)
        asked = {"idempotencyKey": new_key(), "tripId": taken.trip_id, "anchors": phone.anchors}
        brought: Answer = await taken.driver.ask(REISSUE, input=asked)
        return brought

    raced = await rivals.race(lambda place: place.port.scan(paper["printText"], PAPER_LANE), bring_back)

    if rivals.held_first:
        assert refusal(raced.other) == ("TRIP_NOT_APPROVED", {"state": "ARRIVED"})
        assert await count(api, "vouchers", state="ISSUED", frozen_by=raced.held["passage"]["id"]) == 1
    else:
        assert refusal(raced.held) == ("CODE_SUPERSEDED", {"state": "SUPERSEDED"})
        assert raced.other["anchor"] == phone.anchors[0]
