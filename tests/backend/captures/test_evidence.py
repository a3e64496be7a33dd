"""The cut-out that a fact rests on: kept with it, shown to whom it concerns, and gone when its time is over."""

import base64
import hashlib
from datetime import timedelta
from typing import Any

import pytest

from backend.captures.images import MOST_CROP_BYTES
from backend.kit.clock import FixedClock
from backend.kit.context import Services
from backend.kit.limits import GRAPHQL_BYTES
from core.images import MOST_BYTES
from core.roles import Role
from tests.backend.client import Client
from tests.backend.lanes.steps import (
    CONTAINER,
    HOME_PLATE,
    PLATE,
    SUBMIT,
    Port,
    answer_input,
    count,
    picture,
    upload,
)
from tests.backend.steps import Answer
from tests.conftest import SignIn

EVIDENCE = """query($id: ID!) { evidence(id: $id) { id captureId takenAt kind declared verdict read
  box { x y width height } imageSha256 sha256 url } }"""
FACTS = "query($id: ID!) { passage(id: $id) { subjects { declared verdict captureId evidenceId } } }"
BOX = {"x": 10, "y": 20, "width": 30, "height": 12}


def piece(body: bytes | None = None) -> dict[str, Any]:
    """What a worker sends of a place in an image."""
    return {"box": BOX, "image": base64.b64encode(body or picture(60, 24)).decode()}


async def answered(port: Port, passage_id: str, *, crop: bytes, **verdicts: str) -> str:
    """A camera's image is read by a worker that sends a cut-out with every verdict but UNSURE; the capture's id."""
    await upload(port.agent, lane="liantang-1", passage=passage_id)
    claimed = await port.claim()
    asked = answer_input(claimed, verdicts)
    for verdict in asked["verdicts"]:
        verdict["evidence"] = piece(crop) if verdict["verdict"] != "UNSURE" else None
    read = await port.worker.ask(SUBMIT, input=asked)
    assert read["__typename"] == "Capture", read
    capture_id: str = claimed["id"]
    return capture_id


async def facts(port: Port, passage_id: str) -> dict[str, Answer]:
    """The passage's facts as the officer sees them, by declared number."""
    passage = await port.officer.ask(FACTS, id=passage_id)
    return {fact["declared"]: fact for fact in passage["subjects"]}


async def fetch(client: Client, evidence_id: str) -> tuple[int, bytes]:
    """Fetch a cut-out: status and bytes."""
    url = f"{client.url}/captures/evidence/{evidence_id}"
    async with client.http.get(url, headers=client.headers) as response:
        return response.status, await response.read()


async def refusals(client: Client, query: str, asked: str) -> set[str]:
    """The codes with which the fields are refused."""
    answer = await client.raw(query, id=asked)
    return {error["extensions"]["code"] for error in answer["errors"]}


async def test_what_a_fact_rests_on_is_kept_with_it_and_known_again_by_its_hashes(
    port: Port, api: Services
) -> None:
    passage_id = await port.opened(await port.approved())
    crop = picture(60, 24)
    capture_id = await answered(port, passage_id, crop=crop, **{HOME_PLATE: "UNSURE", CONTAINER: "MISMATCH"})

    known = await facts(port, passage_id)
    shown = await port.officer.ask(EVIDENCE, id=known[CONTAINER]["evidenceId"])
    capture = await api.database.collection("captures").find_one({"_id": capture_id})
    event = await api.database.collection("events").find_one({"kind": "passage.fact"})

    assert capture is not None
    assert event is not None
    assert known[HOME_PLATE]["evidenceId"] is None
    assert await count(api, "capture_evidence") == 2
    assert shown == {
        "id": known[CONTAINER]["evidenceId"],
        "captureId": capture_id,
        "takenAt": shown["takenAt"],
        "kind": "CONTAINER",
        "declared": CONTAINER,
        "verdict": "MISMATCH",
        "read": CONTAINER,
        "box": BOX,
        "imageSha256": capture["sha256"],
        "sha256": hashlib.sha256(crop).hexdigest(),
        "url": f"/captures/evidence/{known[CONTAINER]['evidenceId']}",
    }
    assert event["facts"]["image_sha256"] == capture["sha256"]
    assert event["facts"]["evidence_sha256"] == [hashlib.sha256(crop).hexdigest()] * 2
    assert await fetch(port.officer, known[PLATE]["evidenceId"]) == (200, crop)


async def test_an_image_that_changes_no_fact_leaves_no_cut_out(port: Port, api: Services) -> None:
    passage_id = await port.opened(await port.approved())
    first = await answered(port, passage_id, crop=picture(60, 24), **{CONTAINER: "UNSURE"})
    second = await answered(port, passage_id, crop=picture(60, 24))

    known = await facts(port, passage_id)

    assert {number: fact["captureId"] for number, fact in known.items()} == {
        PLATE: first,
        HOME_PLATE: first,
        CONTAINER: second,
    }
    assert await count(api, "capture_evidence", capture_id=first) == 2
    assert await count(api, "capture_evidence", capture_id=second) == 1
    assert (await fetch(port.officer, known[CONTAINER]["evidenceId"]))[0] == 200


async def test_a_cut_out_is_for_officers_and_for_its_lane_and_nobody_else_learns_that_it_is_there(
    port: Port, sign_in: SignIn
) -> None:
    journey = await port.approved()
    passage_id = await port.opened(journey)
    await answered(port, passage_id, crop=picture(60, 24))
    evidence_id = (await facts(port, passage_id))[PLATE]["evidenceId"]
    elsewhere = await sign_in(Role.LANE_AGENT, "agent-elsewhere", lanes=("liantang-2",))

    for client in (port.officer, port.agent):
        assert (await fetch(client, evidence_id))[0] == 200
        assert (await client.ask(EVIDENCE, id=evidence_id))["id"] == evidence_id
    assert (await fetch(elsewhere, evidence_id))[0] == 404
    assert await elsewhere.ask(EVIDENCE, id=evidence_id) is None
    for client in (port.worker, port.customs, port.carrier, journey.driver):
        assert (await fetch(client, evidence_id))[0] == 404
        assert await refusals(client, EVIDENCE, evidence_id) == {"FORBIDDEN"}
    assert (await fetch(port.nobody, evidence_id))[0] == 401
    assert (await fetch(port.officer, f"{evidence_id}9"))[0] == 404
    for client in (port.customs, journey.driver):
        assert await refusals(client, FACTS, passage_id) == {"FORBIDDEN"}


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"image": "no base64!"}, "INVALID_INPUT", ["verdicts", "0", "evidence", "image"]),
        ({"image": base64.b64encode(b"no picture").decode()}, "IMAGE_TYPE", None),
        ({"image": base64.b64encode(picture()[:-200]).decode()}, "IMAGE_BROKEN", None),
        (
            {"image": base64.b64encode(bytes(17_000)).decode()},
            "INVALID_INPUT",
            ["verdicts", "0", "evidence", "image"],
        ),
        ({"box": {**BOX, "x": 40}}, "INVALID_INPUT", ["verdicts", "0", "evidence", "box"]),
        ({"box": {**BOX, "y": -1}}, "INVALID_INPUT", ["verdicts", "0", "evidence", "box"]),
        ({"box": {**BOX, "width": 0}}, "INVALID_INPUT", ["verdicts", "0", "evidence", "box"]),
    ],
    ids=["no base64", "no picture", "cut off", "too long", "beyond the edge", "before the edge", "no width"],
)
async def test_a_cut_out_that_shows_nothing_of_the_image_is_refused_and_nothing_is_kept(
    port: Port, api: Services, change: dict[str, Any], code: str, path: list[str] | None
) -> None:
    passage_id = await port.opened(await port.approved())
    await upload(port.agent, lane="liantang-1", passage=passage_id)
    claimed = await port.claim()
    asked = answer_input(claimed, {})
    asked["verdicts"][0]["evidence"] = {**piece(), **change}

    refused = await port.worker.ask(SUBMIT, input=asked)

    assert refused["code"] == code
    assert path is None or refused["path"] == path
    assert await count(api, "capture_evidence") == 0
    assert await count(api, "captures", state="CLAIMED") == 1
    assert await facts(port, passage_id) == {}


async def test_a_doubt_comes_without_a_cut_out(port: Port, api: Services) -> None:
    passage_id = await port.opened(await port.approved())
    await upload(port.agent, lane="liantang-1", passage=passage_id)
    asked = answer_input(await port.claim(), {PLATE: "UNSURE"})
    asked["verdicts"][0]["evidence"] = piece()

    refused = await port.worker.ask(SUBMIT, input=asked)

    assert (refused["code"], refused["path"]) == ("INVALID_INPUT", ["verdicts", "0", "evidence"])
    assert await count(api, "capture_evidence") == 0


async def test_the_cut_out_outlives_its_image_and_then_goes_too(
    port: Port, clock: FixedClock, sign_in: SignIn
) -> None:
    passage_id = await port.opened(await port.approved())
    capture_id = await answered(port, passage_id, crop=picture(60, 24))
    evidence_id = (await facts(port, passage_id))[PLATE]["evidenceId"]

    clock.advance(timedelta(days=8))
    later = await port.next_shift(sign_in)
    gone = await later.officer.http.get(
        f"{later.officer.url}/captures/{capture_id}", headers=later.officer.headers
    )
    kept = await fetch(later.officer, evidence_id)
    clock.advance(timedelta(days=173))
    last = await port.next_shift(sign_in)

    assert gone.status == 404
    assert kept[0] == 200
    assert (await fetch(last.officer, evidence_id))[0] == 404
    assert await last.officer.ask(EVIDENCE, id=evidence_id) is None


def test_nine_cut_outs_of_the_largest_size_fit_into_one_request() -> None:
    assert 9 * len(base64.b64encode(bytes(MOST_CROP_BYTES))) < GRAPHQL_BYTES - 32 * 1024
    assert MOST_CROP_BYTES < MOST_BYTES
