"""A code on paper: it takes the phone's place, is drawn for its driver alone, and gives way to the phone again."""

import io
import xml.etree.ElementTree as ElementTree
from collections.abc import Awaitable, Callable

import pytest
import zxingcpp
from PIL import Image

from backend.kit.context import Services
from core.roles import Role
from core.vouchers import codec
from tests.backend.client import Client, new_key
from tests.backend.lanes.steps import REVOKE, Port
from tests.backend.steps import (
    AMEND,
    PRINT,
    REISSUE,
    VOUCHER,
    WITHDRAW,
    Answer,
    Journey,
    Phone,
    act,
    contents,
    kinds,
    put_on_paper,
    refused_codes,
    start,
    submit,
    voucher_of,
)
from tests.conftest import SignIn

PAPER_LANE = "liantang-3"


async def picture(client: Client, voucher_id: str, kind: str = "png") -> tuple[int, str, bytes]:
    """Fetch the picture of a code: status, type and body."""
    address = f"{client.url}/vouchers/{voucher_id}/code.{kind}"
    async with client.http.get(address, headers=client.headers) as response:
        return response.status, response.content_type, await response.read()


async def test_printing_supersedes_the_phones_code_and_keeps_its_time(
    journey: Journey, api: Services
) -> None:
    live = await voucher_of(journey)
    printed = await put_on_paper(journey, live["id"])
    assert (printed["state"], printed["presentation"], printed["anchor"]) == ("ISSUED", "PRINT", None)
    assert (printed["notBefore"], printed["expiresAt"]) == (live["notBefore"], live["expiresAt"])
    assert (await journey.driver.ask(VOUCHER, id=live["id"]))["state"] == "SUPERSEDED"
    assert (await voucher_of(journey))["id"] == printed["id"]
    told = await kinds(api, f"trip:{journey.trip_id}")
    assert told[-2:] == ["voucher.superseded", "voucher.issued"]


async def test_a_printed_code_says_what_the_phones_code_said(journey: Journey) -> None:
    live = await voucher_of(journey)
    printed = await put_on_paper(journey, live["id"])
    paper = await voucher_of(journey)
    said, says = codec.claims_of(live["partOne"]), codec.claims_of(paper["partOne"])
    assert printed["printText"] == codec.envelope(paper["partOne"], None)
    assert (says.plates, says.containers, says.trip_id) == (said.plates, said.containers, said.trip_id)
    assert (says.driver, says.crew, says.language) == (said.driver, said.crew, said.language)


async def test_paper_is_taken_where_policy_says_so_and_refused_elsewhere_and_the_old_code_is_superseded(
    port: Port,
) -> None:
    journey = await port.approved()
    screen = await port.code(journey)
    printed = await put_on_paper(journey, (await voucher_of(journey))["id"])

    assert (await port.scan(screen, PAPER_LANE))["code"] == "CODE_SUPERSEDED"
    assert (await port.scan(printed["printText"], "liantang-1"))["code"] == "CODE_PRINT_NOT_ACCEPTED"
    opened = await port.scan(printed["printText"], PAPER_LANE)
    passage_id = opened["passage"]["id"]
    await port.seen(passage_id, PAPER_LANE)
    released = await port.release(passage_id, lane=PAPER_LANE)
    assert released["passage"]["state"] == "RELEASED"
    await port.depart(passage_id, "BARRIER", PAPER_LANE)
    assert (await port.scan(printed["printText"], PAPER_LANE))["code"] == "CODE_SPENT"


async def test_going_back_to_the_phone_ends_the_paper(port: Port) -> None:
    journey = await port.approved()
    printed = await put_on_paper(journey, (await voucher_of(journey))["id"])
    phone = Phone()
    issued = await act(journey.driver, REISSUE, journey.trip_id, anchors=phone.anchors)
    assert (issued["state"], issued["anchor"]) == ("ISSUED", phone.anchors[0])
    assert (await port.scan(printed["printText"], PAPER_LANE))["code"] == "CODE_SUPERSEDED"
    live = await voucher_of(journey)
    assert (await port.scan(phone.code(live, port.clock.now()), PAPER_LANE))["__typename"] == "PassageOpened"


async def test_a_lost_paper_is_replaced_by_another_one(journey: Journey) -> None:
    first = await put_on_paper(journey, (await voucher_of(journey))["id"])
    second = await put_on_paper(journey, first["id"])
    assert (second["state"], second["presentation"]) == ("ISSUED", "PRINT")
    assert (await journey.driver.ask(VOUCHER, id=first["id"]))["state"] == "SUPERSEDED"


async def test_printing_asked_twice_with_one_key_prints_once(journey: Journey, api: Services) -> None:
    live, key = await voucher_of(journey), new_key()
    first = await put_on_paper(journey, live["id"], key)
    again = await put_on_paper(journey, live["id"], key)
    assert (first["id"], first["printText"]) == (again["id"], again["printText"])
    assert await api.database.collection("vouchers").count_documents({}) == 2


async def test_of_one_code_only_one_paper_is_made_and_the_second_asker_is_told(
    journey: Journey, api: Services
) -> None:
    live = await voucher_of(journey)
    await put_on_paper(journey, live["id"])
    before = await contents(api)
    refused = await put_on_paper(journey, live["id"])
    assert (refused["code"], refused["path"]) == ("VOUCHER_STATE", ["voucherId"])
    assert refused["args"] == [{"name": "state", "value": "SUPERSEDED"}]
    assert await contents(api) == before


async def test_nobody_but_its_driver_prints_a_code_and_nothing_changes(
    journey: Journey, sign_in: SignIn, api: Services
) -> None:
    live = await voucher_of(journey)
    before = await contents(api)
    for role, code in refused_codes(DRIVER="NOT_FOUND").items():
        refused = await act(await sign_in(role), PRINT, journey.trip_id, voucherId=live["id"])
        assert (role, refused["code"]) == (role, code)
    assert await contents(api) == before


async def test_a_code_of_another_trip_or_of_none_is_not_printed(port: Port, api: Services) -> None:
    mine, other = await port.approved(), await port.approved("HK 77")
    foreign = (await voucher_of(other))["id"]
    before = await contents(api)
    for voucher_id in (foreign, "f" * 24):
        refused = await put_on_paper(mine, voucher_id)
        assert (refused["code"], refused["path"]) == ("NOT_FOUND", ["voucherId"])
    assert await contents(api) == before


async def revoked(journey: Journey, officer: Client, voucher_id: str) -> None:
    """An officer takes the code back."""
    asked = {"idempotencyKey": new_key(), "voucherId": voucher_id, "reason": "reported stolen"}
    assert (await officer.ask(REVOKE, input=asked))["state"] == "REVOKED"


async def amended(journey: Journey, _officer: Client, _voucher_id: str) -> None:
    """The driver changes his declaration."""
    assert (await act(journey.driver, AMEND, journey.trip_id))["state"] == "DRAFT"


async def withdrawn(journey: Journey, _officer: Client, _voucher_id: str) -> None:
    """The driver gives the trip up."""
    assert (await act(journey.driver, WITHDRAW, journey.trip_id))["state"] == "WITHDRAWN"


@pytest.mark.parametrize(
    ("end", "code"),
    [(revoked, "VOUCHER_STATE"), (amended, "TRIP_NOT_APPROVED"), (withdrawn, "TRIP_NOT_APPROVED")],
)
async def test_a_code_that_is_no_longer_good_is_not_printed(
    journey: Journey,
    officer: Client,
    api: Services,
    end: Callable[[Journey, Client, str], Awaitable[None]],
    code: str,
) -> None:
    live = await voucher_of(journey)
    await end(journey, officer, live["id"])
    before = await contents(api)
    assert (await put_on_paper(journey, live["id"]))["code"] == code
    assert await contents(api) == before


async def test_before_the_approval_there_is_nothing_to_print(
    carrier: Client, nobody: Client, port: Port
) -> None:
    journey = await start(carrier, nobody, port.clock)
    await submit(journey)
    assert (await put_on_paper(journey, "f" * 24))["code"] == "NOT_FOUND"


async def test_a_printed_code_is_drawn_for_its_driver_and_reads_back(journey: Journey) -> None:
    printed = await put_on_paper(journey, (await voucher_of(journey))["id"])
    status, media_type, body = await picture(journey.driver, printed["id"])
    assert (status, media_type) == (200, "image/png")
    image = Image.open(io.BytesIO(body)).convert("L")
    (read,) = zxingcpp.read_barcodes(image)
    assert read.text == printed["printText"]
    quiet = image.crop((0, 0, image.width, 48))
    assert quiet.getextrema() == (255, 255)

    status, media_type, body = await picture(journey.driver, printed["id"], "svg")
    assert (status, media_type) == (200, "image/svg+xml")
    assert ElementTree.fromstring(body).tag.endswith("svg")


async def test_nobody_else_gets_the_picture_and_a_live_or_ended_code_has_none(
    journey: Journey, sign_in: SignIn
) -> None:
    live = await voucher_of(journey)
    assert (await picture(journey.driver, live["id"]))[0] == 409
    printed: Answer = await put_on_paper(journey, live["id"])
    for role in Role:
        if role is not Role.SYSTEM:
            status, _, body = await picture(await sign_in(role), printed["id"])
            assert (role, status) == (role, 401 if role is Role.ANONYMOUS else 404)
            assert printed["printText"].encode() not in body
    assert (await picture(journey.driver, printed["id"], "gif"))[0] == 404
    await act(journey.driver, REISSUE, journey.trip_id, anchors=Phone().anchors)
    assert (await picture(journey.driver, printed["id"]))[0] == 409
