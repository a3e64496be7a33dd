"""Files of work orders, and the steps a carrier takes with them, through the doors he takes."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from backend.kit.clock import Clock
from backend.kit.context import Context, Services
from backend.orders import sweeps
from tests.backend.client import Client, new_key
from tests.backend.steps import PROBLEM

Answer = dict[str, Any]
Cells = Mapping[str, str]

HEAD = (
    "reference", "direction", "checkpoint", "goods", "container1", "seals1", "container2", "seals2",
    "arrival_from", "arrival_until", "driver_name", "driver_phone",
)  # fmt: skip
ZONE = ZoneInfo("Asia/Hong_Kong")
JOB = """id fileName state encoding separator ignoredColumns rows checked good wrong known created told onlyGood
  sameAs"""
IMPORT = f"query($id: ID!) {{ orderImport(id: $id) {{ {JOB} }} }}"
IMPORTS = "query($first: Int!) { orderImports(first: $first) { edges { node { id } } } }"
COLUMNS = "{ importColumns { name needed example texts { language label meaning } } }"
ROW = "number state orderId cells { column text } failures { column code message args { name value } }"
ROWS = f"""query($id: ID!, $state: ImportRowState!, $first: Int!) {{
  importRows(importId: $id, state: $state, first: $first) {{ edges {{ node {{ {ROW} }} }} }} }}"""
START = f"""mutation($input: StartOrderImportInput!) {{ startOrderImport(input: $input) {{ __typename
  ... on OrderImport {{ {JOB} }} {PROBLEM} }} }}"""
CANCEL = f"""mutation($input: OrderImportKeyInput!) {{ cancelOrderImport(input: $input) {{ __typename
  ... on OrderImport {{ {JOB} }} {PROBLEM} }} }}"""
CORRECT = f"""mutation($input: CorrectImportRowInput!) {{ correctImportRow(input: $input) {{ __typename
  ... on ImportRowCorrected {{ row {{ {ROW} }} orderImport {{ {JOB} }} }} {PROBLEM} }} }}"""


def local(moment: datetime) -> str:
    """Return the moment as a spreadsheet at the checkpoint shows it."""
    return moment.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")


def sound(clock: Clock, number: int = 1, **changes: str) -> dict[str, str]:
    """Return a row without an error; `number` makes its reference and phone its own."""
    return {
        "reference": f"HT-{number:05}",
        "direction": "southbound",
        "checkpoint": "liantang",
        "goods": "Household goods, 120 cartons",
        "container1": "CSQU3054383",
        "seals1": "HS123456",
        "arrival_from": local(clock.now()),
        "arrival_until": local(clock.now() + timedelta(hours=6)),
        "driver_name": "陈大文",
        "driver_phone": f"+85261{number:06}",
        **changes,
    }


def file_of(rows: Iterable[Cells], head: Sequence[str] = HEAD, separator: str = ",") -> bytes:
    """Return the rows as a file in UTF-8, its first row as in `head` (the columns are those of HEAD)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator)
    writer.writerow(head)
    writer.writerows([row.get(column, "") for column in HEAD] for row in rows)
    return out.getvalue().encode()


async def sent(client: Client, body: bytes, key: str | None = None, **query: str) -> tuple[int, Answer]:
    """Send a file; return the status and the answer."""
    headers = client.headers | {"Idempotency-Key": key or new_key()}
    address = f"{client.url}/imports"
    params = {"name": "orders.csv", **query}
    async with client.http.post(address, data=io.BytesIO(body), params=params, headers=headers) as response:
        answer: Answer = await response.json()
        return response.status, answer


async def fetched(client: Client, path: str) -> tuple[int, str]:
    """Fetch a file."""
    async with client.http.get(f"{client.url}{path}", headers=client.headers) as response:
        return response.status, (await response.read()).decode()


async def checked(client: Client, system: Context, body: bytes) -> Answer:
    """Send a file and have its rows checked."""
    status, answer = await sent(client, body)
    assert status == 201, answer
    await sweeps.import_orders(system)
    return await seen(client, answer["id"])


async def seen(client: Client, import_id: str) -> Answer:
    """Return the import as its carrier sees it."""
    found: Answer = await client.ask(IMPORT, id=import_id)
    return found


async def rows(client: Client, import_id: str, state: str = "WRONG", first: int = 100) -> list[Answer]:
    """Return its rows in one state."""
    found = await client.ask(ROWS, id=import_id, state=state, first=first)
    return [edge["node"] for edge in found["edges"]]


async def start(client: Client, import_id: str, *, only_good: bool = False, key: str | None = None) -> Answer:
    """Ask that the rows become orders."""
    asked = {"idempotencyKey": key or new_key(), "importId": import_id, "onlyGood": only_good}
    answer: Answer = await client.ask(START, input=asked)
    return answer


async def cancel(client: Client, import_id: str) -> Answer:
    """Cancel the import."""
    answer: Answer = await client.ask(CANCEL, input={"idempotencyKey": new_key(), "importId": import_id})
    return answer


async def correct(
    client: Client, import_id: str, number: int, key: str | None = None, **cells: str
) -> Answer:
    """Put other texts into cells of a row."""
    asked = {
        "idempotencyKey": key or new_key(),
        "importId": import_id,
        "number": number,
        "cells": [{"column": column, "text": text} for column, text in cells.items()],
    }
    answer: Answer = await client.ask(CORRECT, input=asked)
    return answer


async def imported(client: Client, system: Context, body: bytes) -> Answer:
    """Send a sound file and have it imported to its end."""
    job = await checked(client, system, body)
    assert (await start(client, job["id"]))["state"] == "IMPORTING"
    await sweeps.import_orders(system)
    return await seen(client, job["id"])


def messages(api: Services) -> list[dict[str, str]]:
    """Return what went out by the message port."""
    path = api.settings.messages_path
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


async def orders(api: Services) -> int:
    """Return how many orders exist."""
    return await api.database.collection("work_orders").count_documents({})
