"""HTTP below GraphQL: bodies that lie, dawdle or never end, hosts that are not ours, paths nobody serves."""

import asyncio
import json
from urllib.parse import urlsplit

import aiohttp
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from backend.kit.heads import MOST_HEAD_BYTES
from backend.kit.limits import GRAPHQL_BYTES, BodyLimit
from tests.backend.client import PATIENCE
from tests.backend.protocol.conftest import Process

QUERY = b'{"query": "{ serverTime }"}'
POST = "POST /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"


async def answers(port: int, sent: bytes, *, has_ended: bool = False) -> bytes:
    """Send these bytes and return all that comes until the hub closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(sent)
        await writer.drain()
        if has_ended:
            writer.write_eof()
        return await asyncio.wait_for(reader.read(), PATIENCE)
    finally:
        writer.close()


async def is_cut_off(port: int, sent: bytes) -> bool:
    """Send these bytes and tell whether the hub closes; its words may be lost where more was on its way."""
    try:
        return statuses(await answers(port, sent)) == [400]
    except ConnectionResetError:
        return True


def statuses(answer: bytes) -> list[int]:
    """Return the status of each answer."""
    return [int(part[:3]) for part in answer.split(b"HTTP/1.1 ")[1:]]


def chunk(content: bytes) -> bytes:
    """Return one chunk of a body."""
    return b"%x\r\n%s\r\n" % (len(content), content)


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        pytest.param(f"Content-Length: {len(QUERY)}", QUERY, [200], id="as it should be"),
        pytest.param(f"Content-Length: {len(QUERY)}", QUERY + b"more\r\n\r\n", [200], id="more than it says"),
        pytest.param(f"Content-Length: {len(QUERY) - 1}", QUERY, [400], id="one byte more than it says"),
        pytest.param("Content-Length: 10000000", b"", [413], id="says too much"),
        pytest.param(f"Content-Length: {'9' * 5000}", b"", [400], id="says a number of 5,000 digits"),
        pytest.param(f"Content-Length: {2**64}", b"", [400], id="says more than a machine can count"),
        pytest.param("Content-Length: -1", QUERY, [400], id="says less than nothing"),
        pytest.param("Content-Length: 27.0", QUERY, [400], id="says no whole number"),
        pytest.param("Content-Length: 0x1b", QUERY, [400], id="says it in another notation"),
        pytest.param("Content-Length: 27\r\nContent-Length: 28", QUERY, [400], id="says two lengths"),
        pytest.param("Content-Length: 27\r\nTransfer-Encoding: chunked", chunk(QUERY) + b"0\r\n\r\n", [400],
                     id="says a length and chunks"),
        pytest.param("Transfer-Encoding: chunked", chunk(QUERY) + b"0\r\n\r\n", [200], id="in chunks"),
        pytest.param("Transfer-Encoding: chunked", b"".join(chunk(b"%c" % each) for each in QUERY) + b"0\r\n\r\n",
                     [200],
                     id="in chunks of one byte"),
        pytest.param("Transfer-Encoding: chunked", b"zz\r\n" + QUERY, [400], id="in a chunk without a length"),
        pytest.param("Transfer-Encoding: chunked", b"ffffffffffffffffff\r\n" + QUERY, [400],
                     id="in a chunk longer than a machine can count"),
        pytest.param("Transfer-Encoding: chunked", chunk(b" " * 65536) * 5, [413], id="in chunks that go too far"),
        pytest.param("Transfer-Encoding: chunked", chunk(b" " * (GRAPHQL_BYTES + 1)), [413], id="in a chunk too large"),
        pytest.param("Transfer-Encoding: chunked", chunk(b" " * (GRAPHQL_BYTES - len(QUERY)) + QUERY) + b"0\r\n\r\n",
                     [200], id="in a chunk just large enough"),
        pytest.param("Transfer-Encoding: gzip", QUERY, [400], id="in an encoding that is none"),
        pytest.param("Expect: 100-continue\r\nContent-Length: 10000000", b"", [413], id="asks first, too much"),
    ],
)  # fmt: skip
async def test_a_body_is_what_it_says_or_is_refused(
    quiet: Process, headers: str, body: bytes, expected: list[int]
) -> None:
    sent = f"{POST}{headers}\r\n\r\n".encode() + body
    assert statuses(await answers(quiet.port, sent)) == expected


async def test_a_body_that_ends_too_early_is_answered_by_nobody_and_breaks_nothing(quiet: Process) -> None:
    sent = f"{POST}Content-Length: {len(QUERY)}\r\n\r\n".encode() + QUERY[:-1]
    assert b"200 OK" not in await answers(quiet.port, sent, has_ended=True)


@pytest.mark.parametrize(
    "endless",
    [
        b"X: y\r\n" * 20_000,
        b"X: " + b"y" * 2 * MOST_HEAD_BYTES,
        b"X" * 2 * MOST_HEAD_BYTES,
    ],
    ids=["many lines", "a long line", "a long name"],
)
async def test_a_head_that_is_too_large_is_refused_before_it_ends(quiet: Process, endless: bytes) -> None:
    assert await is_cut_off(quiet.port, POST.encode() + endless)


async def test_an_address_that_is_too_long_is_refused_before_it_ends(quiet: Process) -> None:
    assert await is_cut_off(quiet.port, b"GET /" + b"x" * 2 * MOST_HEAD_BYTES)


async def test_a_head_that_dawdles_is_refused_the_first_and_the_next(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.kit.heads.HEAD_SECONDS", 0.2)
    port = urlsplit(url).port
    assert port is not None
    whole = f"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(QUERY)}\r\n"
    whole += "Content-Type: application/json\r\n\r\n"
    assert await answers(port, b"") == b""
    assert statuses(await answers(port, b"GET /graphql HTTP/1.1\r\nHost: loc")) == [400]
    assert statuses(await answers(port, whole.encode() + QUERY + b"GET /")) == [200, 400]


@pytest.mark.parametrize(
    "host", ["elsewhere.example", "localhost.elsewhere.example", "", "169.254.1.1", "localhost:x@y"]
)
async def test_another_host_is_not_served_in_demo_mode(quiet: Process, host: str) -> None:
    lines = ["Connection: close", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
             "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Protocol: graphql-transport-ws"]  # fmt: skip
    asked = f"GET /graphql?query=%7BserverTime%7D HTTP/1.1\r\nHost: {host}\r\n"
    plain = await answers(quiet.port, f"{asked}{lines[0]}\r\n\r\n".encode())
    socket = await answers(quiet.port, "\r\n".join([asked.strip(), *lines[1:], "", ""]).encode())
    assert statuses(plain) == [400]
    assert statuses(socket) == [400]


async def test_a_page_of_another_origin_opens_no_socket(quiet: Process, http: aiohttp.ClientSession) -> None:
    for origin in ("https://elsewhere.example", "null", f"https://localhost:{quiet.port}.elsewhere.example"):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await http.ws_connect(quiet.graphql, protocols=["graphql-transport-ws"], origin=origin)
        assert refused.value.status == 403


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("POST", "/nothing", 405),
        ("OPTIONS", "/nothing", 405),
        ("GET", "/graphql/more", 404),
        ("GET", "/..%2f..%2fetc/passwd", 404),
        ("GET", "/officer/..%2f..%2f..%2fetc/passwd", 404),
        ("GET", "/%00", 404),
        ("GET", "/%ff%fe", 404),
        ("GET", "/" + "x" * 30_000, 404),
        ("POST", "/healthz", 405),
        ("DELETE", "/metrics", 405),
        ("OPTIONS", "/healthz", 405),
        ("HEAD", "/healthz", 200),
        ("PUT", "/captures", 405),
        ("POST", "/captures", 401),
        ("GET", "/captures/nothing", 401),
        ("POST", "/.well-known/jwks.json", 405),
    ],
)
async def test_what_nobody_serves_is_refused_by_its_name(
    quiet: Process, method: str, path: str, status: int
) -> None:
    asked = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    answer = await answers(quiet.port, asked.encode())
    assert statuses(answer) == [status]
    assert (b"\r\nallow: " in answer.lower()) == (status == 405)
    assert b"Traceback" not in answer


async def told(limit: BodyLimit, *arriving: Message) -> list[Message]:
    """Have a request served of which this arrives, and then nothing more; return what is sent."""
    left, sent = list(arriving), []

    async def receive() -> Message:
        if left:
            return left.pop(0)
        await asyncio.Event().wait()
        raise AssertionError("nothing more comes")

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/graphql", "headers": [], "query_string": b""}
    await asyncio.wait_for(limit(scope, receive, send), PATIENCE)
    return sent


async def reading(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that reads the body."""
    await Response(await Request(scope, receive).body())(scope, receive, send)


@pytest.mark.parametrize("limits", [{"/graphql": 100}, {}])
async def test_a_body_that_dawdles_is_refused_when_its_time_is_over(limits: dict[str, int]) -> None:
    limit = BodyLimit(reading, limits, seconds=0.01, large_seconds=0.02)
    start, body = await told(limit, {"type": "http.request", "body": b"{", "more_body": True})
    assert start["status"] == 408
    assert "0.0" in json.loads(body["body"])["message"]


async def test_a_body_that_is_whole_has_all_the_time_for_its_answer() -> None:
    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await Request(scope, receive).body()
        gone = asyncio.ensure_future(receive())
        await asyncio.sleep(0.05)
        assert not gone.done()
        gone.cancel()
        await Response(b"done")(scope, receive, send)

    limit = BodyLimit(slow, {"/graphql": 100}, seconds=0.01)
    _, body = await told(limit, {"type": "http.request", "body": b"{}", "more_body": False})
    assert body["body"] == b"done"
