"""An import belongs to its carrier: nobody else sends one, sees one or touches one."""

from backend.kit.clock import FixedClock
from backend.kit.context import Context, Services
from core.roles import Role
from tests.backend.client import Client
from tests.backend.orders.imports.files import (
    COLUMNS,
    HEAD,
    IMPORT,
    IMPORTS,
    ROWS,
    cancel,
    checked,
    correct,
    fetched,
    file_of,
    rows,
    sent,
    sound,
    start,
)
from tests.backend.steps import contents, refused_codes
from tests.conftest import SignIn


async def test_nobody_but_a_carrier_imports_and_nothing_changes(
    sign_in: SignIn, carrier: Client, system: Context, clock: FixedClock, api: Services
) -> None:
    job = await checked(carrier, system, file_of([sound(clock, 1), sound(clock, 2, goods="")]))
    before = await contents(api)
    for role, code in refused_codes(Role.CARRIER).items():
        somebody = await sign_in(role)
        status, refused = await sent(somebody, file_of([sound(clock, 3)]))
        assert (role, status, refused["code"]) == (role, 401 if code == "UNAUTHENTICATED" else 403, code)
        told = [
            await start(somebody, job["id"], only_good=True),
            await cancel(somebody, job["id"]),
            await correct(somebody, job["id"], 3, goods="Toys"),
        ]
        assert (role, [one["code"] for one in told]) == (role, [code] * 3)
        for query, variables in (
            (IMPORT, {"id": job["id"]}),
            (IMPORTS, {"first": 10}),
            (ROWS, {"id": job["id"], "state": "WRONG", "first": 10}),
            (COLUMNS, {}),
        ):
            answer = await somebody.raw(query, **variables)
            assert (role, answer["errors"][0]["extensions"]["code"]) == (role, code)
        assert (await fetched(somebody, f"/imports/{job['id']}/errors.csv"))[0] in {401, 403}
    assert await contents(api) == before


async def test_another_carriers_import_looks_as_if_it_did_not_exist(
    sign_in: SignIn, carrier: Client, system: Context, clock: FixedClock, api: Services
) -> None:
    job = await checked(carrier, system, file_of([sound(clock, 1), sound(clock, 2, goods="")]))
    other = await sign_in(Role.CARRIER, "carrier-kwaichung")
    before = await contents(api)
    for import_id in (job["id"], "f" * 24, "no id at all", "\x00"):
        assert await other.ask(IMPORT, id=import_id) is None
        assert await other.ask(ROWS, id=import_id, state="WRONG", first=10) is None
        told = [
            await start(other, import_id, only_good=True),
            await cancel(other, import_id),
            await correct(other, import_id, 3, goods="Toys"),
        ]
        assert [one["code"] for one in told] == ["NOT_FOUND"] * 3
    assert (await fetched(other, f"/imports/{job['id']}/errors.csv"))[0] == 404
    assert (await other.ask(IMPORTS, first=10))["edges"] == []
    after = await contents(api)
    assert {name: after[name] for name in after if name != "replies"} == {
        name: before[name] for name in before if name != "replies"
    }


async def test_two_carriers_may_use_the_same_references(
    sign_in: SignIn, carrier: Client, system: Context, clock: FixedClock
) -> None:
    other = await sign_in(Role.CARRIER, "carrier-kwaichung")
    for client in (carrier, other):
        job = await checked(client, system, file_of([sound(clock, 1)]))
        assert (job["good"], (await start(client, job["id"]))["state"]) == (1, "IMPORTING")


async def test_hostile_files_and_corrections_are_refused_or_told_and_harm_nobody(
    carrier: Client, system: Context, clock: FixedClock
) -> None:
    for body, status, code in (
        (b"", 422, "IMPORT_EMPTY"),
        (b"PK\x03\x04", 415, "IMPORT_NOT_CSV"),
        (b"\xff\xff\xff", 415, "IMPORT_ENCODING"),
        (b"a,b\n1,2", 422, "IMPORT_COLUMNS"),
        (b"x" * (4 * 1024 * 1024 + 1), 413, "TOO_LARGE"),
        (",".join(HEAD).encode() + b'\n"', 422, "IMPORT_BROKEN"),
    ):
        answered, refused = await sent(carrier, body)
        assert (answered, refused["code"]) == (status, code)
    assert (await sent(carrier, b"x", encoding="EBCDIC"))[1]["code"] == "INVALID_INPUT"

    hostile = sound(clock, 1, goods="\x00\u202e$where", driver_name="{$gt: 1}", reference="x" * 9_000)
    body = file_of([sound(clock, 2, goods="$ne"), hostile | {"goods": "\u202e" * 400}])
    job = await checked(carrier, system, body)
    assert (job["good"], job["wrong"]) == (1, 1)
    (row,) = await rows(carrier, job["id"])
    assert [each["column"] for each in row["failures"]] == ["reference", "goods", "driver_name"]
    corrected = await correct(carrier, job["id"], 3, goods="\x00 a sign", reference="y" * 70_000)
    assert corrected["row"]["failures"][0]["code"] == "FIELD_TOO_LONG"
    refused = await correct(carrier, job["id"], 3, **{"$set": "x"})
    assert (refused["code"], refused["path"]) == ("INVALID_INPUT", ["cells"])
    assert (await correct(carrier, job["id"], 99, goods="x"))["code"] == "NOT_FOUND"


async def test_everybody_may_have_the_template(nobody: Client) -> None:
    status, text = await fetched(nobody, "/imports/template.csv?language=zh-Hant")
    assert (status, text.splitlines()[0].split(",")[:2]) == (200, ["\ufeff參考號", "方向"])
