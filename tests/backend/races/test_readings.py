"""A worker's answer that comes late: beside an officer's decision, beside another worker."""

from datetime import timedelta

from backend.captures.sweeps import SWEEPS
from backend.kit.clock import FixedClock
from backend.kit.context import Services
from tests.backend.lanes.steps import CLAIM, HOME_PLATE, PLATE, RENEW, Port, count, kinds, upload
from tests.backend.races.rivals import Place, Rivals, refusal
from tests.backend.steps import Answer

LEASES = next(sweep for sweep in SWEEPS if sweep.name == "capture leases")
LANE = "lane:liantang-1"


async def claimed(port: Port) -> tuple[str, Answer]:
    """A vehicle in the first lane and its only image, leased to the worker."""
    passage_id = await port.opened(await port.approved())
    assert (await upload(port.agent, lane="liantang-1", passage=passage_id)).status == 201
    return passage_id, await port.claim()


async def test_a_late_mismatch_beside_an_officers_release_is_kept_and_overruled(
    rivals: Rivals, port: Port, api: Services
) -> None:
    passage_id, image = await claimed(port)

    raced = await rivals.race(
        lambda place: place.port.read(image, **{PLATE: "MISMATCH"}),
        lambda place: place.port.decide(passage_id, "RELEASE"),
    )

    assert (raced.held["state"], raced.other["state"]) == ("READ", "ASSISTING")
    passage = await rivals.row("passages")
    verdicts = {fact["declared"]: fact["verdict"] for fact in passage["subjects"]}
    assert (verdicts[PLATE], verdicts[HOME_PLATE]) == ("MISMATCH", "MATCH")
    assert passage["decision"]["outcome"] == "RELEASE"
    assert sorted(await kinds(api, LANE)) == ["passage.decided", "passage.fact", "passage.opened"]
    released = await port.release(passage_id)
    assert released["passage"]["decision"]["reasons"] == [{"code": "OFFICER_RELEASED"}]


async def test_a_late_match_beside_an_officers_refusal_opens_nothing(
    rivals: Rivals, port: Port, api: Services
) -> None:
    passage_id, image = await claimed(port)

    raced = await rivals.race(
        lambda place: place.port.read(image), lambda place: place.port.decide(passage_id, "REFUSE")
    )

    assert (raced.held["state"], raced.other["state"]) == ("READ", "REFUSED")
    assert (await kinds(api, LANE)).count("passage.fact") == int(rivals.held_first)
    assert refusal(await port.release(passage_id)) == ("PASSAGE_NOT_OPEN", {"state": "REFUSED"})
    assert await count(api, "redemptions") == 0


async def test_a_late_mismatch_beside_the_lanes_release_stops_it_or_changes_nothing_decided(
    rivals: Rivals, port: Port, api: Services
) -> None:
    passage_id = await port.opened(await port.approved())
    await port.seen(passage_id)
    assert (await upload(port.agent, lane="liantang-1", passage=passage_id)).status == 201
    image = await port.claim()

    raced = await rivals.race(
        lambda place: place.port.read(image, **{PLATE: "MISMATCH"}),
        lambda place: place.port.release(passage_id),
    )

    assert raced.held["state"] == "READ"
    passage = await rivals.row("passages")
    verdicts = {fact["declared"]: fact["verdict"] for fact in passage["subjects"]}
    if rivals.held_first:
        stopped = {"outcome": "REFER", "reasons": "PLATE_MISMATCH"}
        assert refusal(raced.other) == ("NOT_RELEASABLE", stopped)
        assert (passage["state"], verdicts[PLATE]) == ("MATCHING", "MISMATCH")
    else:
        assert raced.other["passage"]["state"] == "RELEASED"
        assert (passage["state"], verdicts[PLATE]) == ("RELEASED", "MATCH")
    assert await count(api, "redemptions") == 1 - rivals.held_first


async def test_a_worker_whose_image_another_one_has_by_now_is_told_so(
    rivals: Rivals, port: Port, api: Services, clock: FixedClock
) -> None:
    passage_id, image = await claimed(port)
    clock.advance(timedelta(seconds=20))

    async def taken_over(place: Place) -> Answer:
        await place.sweep(LEASES)
        again: Answer = await place.port.worker.ask(CLAIM)
        return again

    raced = await rivals.race(lambda place: place.port.read(image, **{PLATE: "MISMATCH"}), taken_over)

    if rivals.held_first:
        assert (raced.held["state"], raced.other["__typename"]) == ("READ", "NothingWaiting")
    else:
        assert refusal(raced.held) == ("CAPTURE_LEASE_LOST", {"capture": image["id"]})
        assert (raced.other["id"], raced.other["attempt"]) == (image["id"], 2)
        assert (await port.read(raced.other))["state"] == "READ"
    passage = await rivals.row("passages", _id=passage_id)
    seen = {fact["declared"]: fact["verdict"] for fact in passage["subjects"]}
    assert seen[PLATE] == ("MISMATCH" if rivals.held_first else "MATCH")
    assert (await kinds(api, LANE)).count("passage.fact") == 1


async def test_a_worker_that_renews_in_time_keeps_its_image(
    rivals: Rivals, port: Port, clock: FixedClock
) -> None:
    """The sweep has found the lease over; before it comes to it, the worker renews."""
    _, image = await claimed(port)
    clock.advance(timedelta(seconds=20))

    async def renew(place: Place) -> Answer:
        renewed: Answer = await place.port.worker.ask(
            RENEW, input={"captureId": image["id"], "lease": image["lease"]}
        )
        return renewed

    raced = await rivals.race(lambda place: place.sweep(LEASES), renew)

    assert raced.held == int(rivals.held_first)
    if rivals.held_first:
        assert refusal(raced.other) == ("CAPTURE_LEASE_LOST", {"capture": image["id"]})
    else:
        assert raced.other["lease"] == image["lease"]
        assert (await port.read(image))["state"] == "READ"


async def test_two_workers_that_claim_at_once_get_two_images(rivals: Rivals, port: Port) -> None:
    passage_id = await port.opened(await port.approved())
    posted = [await upload(port.agent, lane="liantang-1", passage=passage_id) for _ in range(2)]

    raced = await rivals.race(
        lambda place: place.port.worker.ask(CLAIM), lambda place: place.port.worker.ask(CLAIM)
    )

    assert {raced.held["id"], raced.other["id"]} == {answer.body["id"] for answer in posted}
