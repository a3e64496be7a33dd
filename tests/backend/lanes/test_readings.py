"""What workers find becomes facts of the passage, and never undoes what an officer said."""

from datetime import timedelta

from backend.captures.sweeps import end_leases
from backend.kit.clock import FixedClock
from backend.kit.context import Context, Services
from tests.backend.lanes.steps import (
    CONTAINER,
    FAIL,
    HOME_PLATE,
    PLATE,
    SUBMIT,
    Port,
    answer_input,
    count,
    upload,
)


async def test_a_worker_is_asked_about_what_the_voucher_declares(port: Port) -> None:
    passage_id = await port.opened(await port.approved())
    await upload(port.agent, lane="liantang-1", passage=passage_id, view="REAR")

    claimed = await port.claim()

    assert claimed["view"] == "REAR"
    assert [
        (subject["kind"], subject["text"], subject["jurisdiction"]) for subject in claimed["expected"]
    ] == [
        ("PLATE", PLATE, "CN"),
        ("PLATE", HOME_PLATE, "HK"),
        ("CONTAINER", CONTAINER, None),
    ]


async def test_facts_of_several_images_add_up_and_one_mismatch_stands(port: Port) -> None:
    passage_id = await port.opened(await port.approved())
    await port.seen(passage_id, **{PLATE: "UNSURE", HOME_PLATE: "UNSURE", CONTAINER: "MISMATCH"})
    await port.seen(passage_id, **{HOME_PLATE: "UNSURE"})

    facts = {fact["declared"]: fact["verdict"] for fact in (await port.passage(passage_id))["subjects"]}

    assert facts == {PLATE: "MATCH", HOME_PLATE: "UNSURE", CONTAINER: "MISMATCH"}


async def test_an_answer_that_comes_after_an_officers_word_leaves_it_standing(port: Port) -> None:
    passage_id = await port.opened(await port.approved())
    await upload(port.agent, lane="liantang-1", passage=passage_id)
    claimed = await port.claim()
    await port.measure(passage_id)
    await port.decide(passage_id, "RELEASE", "I read both plates myself")

    late = await port.read(claimed, **{PLATE: "MISMATCH"})
    released = await port.release(passage_id)

    assert late["state"] == "READ"
    assert released["passage"]["state"] == "RELEASED"
    assert released["passage"]["decision"]["reasons"] == [{"code": "OFFICER_RELEASED"}]


async def test_an_answer_that_comes_after_the_release_stays_with_its_image(port: Port, api: Services) -> None:
    passage_id = await port.opened(await port.approved())
    await port.seen(passage_id)
    await upload(port.agent, lane="liantang-1", passage=passage_id)
    claimed = await port.claim()
    released = await port.release(passage_id)
    facts = await count(api, "events", kind="passage.fact")

    late = await port.read(claimed, **{PLATE: "MISMATCH"})

    assert (late["state"], len(late["verdicts"])) == ("READ", 3)
    assert (await port.passage(passage_id))["subjects"] == released["passage"]["subjects"]
    assert await count(api, "events", kind="passage.fact") == facts


async def test_an_answer_for_a_vehicle_at_a_bay_reaches_the_officer_and_moves_nothing(port: Port) -> None:
    passage_id = await port.opened(await port.approved())
    await upload(port.agent, lane="liantang-1", passage=passage_id)
    claimed = await port.claim()
    await port.act("referPassage", passage_id, reasons=["PLATE_UNREAD"])

    await port.read(claimed)
    passage = await port.passage(passage_id)

    assert (passage["state"], passage["decision"]["outcome"]) == ("DIVERTED", "REFER")
    assert {fact["verdict"] for fact in passage["subjects"]} == {"MATCH"}


async def test_a_worker_that_was_too_slow_loses_its_lease_to_another(
    port: Port, api: Services, clock: FixedClock, system: Context
) -> None:
    passage_id = await port.opened(await port.approved())
    await upload(port.agent, lane="liantang-1", passage=passage_id)
    slow = await port.claim()
    assert await end_leases(system) == 0
    clock.advance(timedelta(seconds=21))
    assert await end_leases(system) == 1

    quick = await port.claim()
    refused = await port.read(slow, **{PLATE: "MISMATCH"})
    taken = await port.read(quick)

    assert (quick["id"], quick["attempt"]) == (slow["id"], 2)
    assert refused["code"] == "CAPTURE_LEASE_LOST"
    assert taken["state"] == "READ"
    assert {fact["verdict"] for fact in (await port.passage(passage_id))["subjects"]} == {"MATCH"}
    assert await count(api, "events", kind="passage.fact") == 1


async def test_the_same_answer_twice_makes_its_facts_once(port: Port, api: Services) -> None:
    passage_id = await port.opened(await port.approved())
    await upload(port.agent, lane="liantang-1", passage=passage_id)
    claimed = await port.claim()

    first, second = await port.read(claimed), await port.read(claimed)
    other = await port.read(claimed, **{PLATE: "MISMATCH"})

    assert first == second
    assert other["code"] == "KEY_REUSED"
    assert await count(api, "events", kind="passage.fact") == 1


async def test_an_answer_about_what_was_not_asked_is_refused_and_makes_no_fact(
    port: Port, api: Services
) -> None:
    passage_id = await port.opened(await port.approved())
    await upload(port.agent, lane="liantang-1", passage=passage_id)
    claimed = await port.claim()
    sound = answer_input(claimed, {})
    foreign = {**sound["verdicts"][0], "declared": "AB1234"}

    refused = await port.worker.ask(SUBMIT, input={**sound, "verdicts": [foreign]})

    assert (refused["code"], refused["path"]) == ("INVALID_INPUT", ["verdicts", "0", "declared"])
    assert (await port.passage(passage_id))["subjects"] == []
    assert await count(api, "events", kind="passage.fact") == 0


async def test_an_image_no_worker_can_read_is_given_up_after_three_attempts_and_the_lane_hears_of_it(
    port: Port, api: Services
) -> None:
    passage_id = await port.opened(await port.approved())
    await upload(port.agent, lane="liantang-1", passage=passage_id)
    states = []
    for _ in range(3):
        claimed = await port.claim()
        asked = {"captureId": claimed["id"], "lease": claimed["lease"], "reason": "the model fell over"}
        states.append((await port.worker.ask(FAIL, input=asked))["state"])

    assert states == ["WAITING", "WAITING", "FAILED"]
    assert (await port.claim())["__typename"] == "NothingWaiting"
    failed = await api.database.collection("events").find({"kind": "capture.failed"}).to_list(None)
    assert [(row["stream"], row["ids"]["passage_id"], row["facts"]) for row in failed] == [
        ("lane:liantang-1", passage_id, {"attempts": 3})
    ]
