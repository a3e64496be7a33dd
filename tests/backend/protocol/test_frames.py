"""graphql-transport-ws: a malformed frame closes its socket with the right code, and touches nobody else."""

import json

import pytest

from backend.kit.frames import MOST_PARTS
from backend.kit.limits import SOCKET_FRAME_BYTES
from tests.backend.protocol.conftest import Process
from tests.backend.protocol.frames import (
    BINARY,
    CLOSE,
    COMPRESSED,
    CONTINUATION,
    FINAL,
    FOLLOW,
    PING,
    PONG,
    TEXT,
    frame,
    message,
    opened,
    signed_in,
    still_serves,
    subscribed,
    text,
)

MALFORMED, UNAUTHORIZED, FORBIDDEN, TWICE_NAMED, TWICE_BEGUN = 4400, 4401, 4403, 4409, 4429
PROTOCOL_ERROR, NO_TEXT, NO_UTF_8, TOO_BIG, NO_SUBPROTOCOL = 1002, 1003, 1007, 1009, 4406


def deep(levels: int) -> bytes:
    """Return JSON nested so many levels deep."""
    return b'{"type":"subscribe","id":"a","payload":' + b"[" * levels + b"]" * levels + b"}"


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        pytest.param(text(""), MALFORMED, id="nothing"),
        pytest.param(text("not JSON"), MALFORMED, id="no JSON"),
        pytest.param(text('{"type":"ping"'), MALFORMED, id="half of JSON"),
        pytest.param(text("{}{}"), MALFORMED, id="twice JSON"),
        pytest.param(text("null"), MALFORMED, id="null"),
        pytest.param(text("1"), MALFORMED, id="a number"),
        pytest.param(text('"ping"'), MALFORMED, id="a text"),
        pytest.param(text("true"), MALFORMED, id="true"),
        pytest.param(text("[]"), MALFORMED, id="a list"),
        pytest.param(text('[{"type":"ping"}]'), MALFORMED, id="a list of messages"),
        pytest.param(text("NaN"), MALFORMED, id="NaN"),
        pytest.param(text('"\\ud800"'), MALFORMED, id="half a character"),
        pytest.param(text('{"type":"\\ud800"}'), MALFORMED, id="half a character as type"),
        pytest.param(text("\0"), MALFORMED, id="NUL"),
        pytest.param(message(), MALFORMED, id="no type"),
        pytest.param(message(type=None), MALFORMED, id="type null"),
        pytest.param(message(type=7), MALFORMED, id="type a number"),
        pytest.param(message(type=["subscribe"]), MALFORMED, id="type a list"),
        pytest.param(message(type={"a": 1}), MALFORMED, id="type an object"),
        pytest.param(message(type="start"), MALFORMED, id="type of another protocol"),
        pytest.param(message(type="next", id="a", payload={}), MALFORMED, id="type of the other side"),
        pytest.param(message(type="x" * 60_000), MALFORMED, id="a very long type"),
        pytest.param(message(type="粤" * 9_000), MALFORMED, id="a very long type of wide characters"),
        pytest.param(message(type="ping", payload=[]), MALFORMED, id="ping with a list"),
        pytest.param(message(type="pong", payload="x"), MALFORMED, id="pong with a text"),
        pytest.param(message(type="connection_init", payload="x"), MALFORMED, id="init with a text"),
        pytest.param(message(type="connection_init", payload=[1]), MALFORMED, id="init with a list"),
        pytest.param(message(type="connection_init"), TWICE_BEGUN, id="a second init"),
        pytest.param(message(type="connection_init", payload={}), TWICE_BEGUN, id="a second init of nobody"),
        pytest.param(message(type="complete"), MALFORMED, id="complete without id"),
        pytest.param(message(type="complete", id=1), MALFORMED, id="complete with a number"),
        pytest.param(message(type="complete", id=["a"]), MALFORMED, id="complete with a list"),
        pytest.param(message(type="subscribe", payload={"query": FOLLOW}), MALFORMED, id="no id"),
        pytest.param(subscribed(id=""), MALFORMED, id="empty id"),
        pytest.param(subscribed(id=1), MALFORMED, id="id a number"),
        pytest.param(subscribed(id=None), MALFORMED, id="id null"),
        pytest.param(subscribed(id={"a": 1}), MALFORMED, id="id an object"),
        pytest.param(message(type="subscribe", id="a"), MALFORMED, id="no payload"),
        pytest.param(subscribed(payload=None), MALFORMED, id="payload null"),
        pytest.param(subscribed(payload="x"), MALFORMED, id="payload a text"),
        pytest.param(subscribed(payload=[{"query": FOLLOW}]), MALFORMED, id="payload a list"),
        pytest.param(subscribed(payload={}), MALFORMED, id="no query"),
        pytest.param(subscribed(payload={"query": ""}), MALFORMED, id="empty query"),
        pytest.param(subscribed(payload={"query": None}), MALFORMED, id="query null"),
        pytest.param(subscribed(payload={"query": 1}), MALFORMED, id="query a number"),
        pytest.param(subscribed(payload={"query": [FOLLOW]}), MALFORMED, id="query a list"),
        pytest.param(
            subscribed(payload={"query": FOLLOW, "variables": [1]}), MALFORMED, id="variables a list"
        ),
        pytest.param(
            subscribed(payload={"query": FOLLOW, "variables": "x"}), MALFORMED, id="variables a text"
        ),
        pytest.param(
            subscribed(payload={"query": FOLLOW, "operationName": 1}),
            MALFORMED,
            id="name of operation a number",
        ),
        pytest.param(
            subscribed(payload={"query": FOLLOW, "extensions": []}), MALFORMED, id="extensions a list"
        ),
        pytest.param(text(deep(30_000)), MALFORMED, id="nested JSON"),
        pytest.param(text(deep(1_000)), MALFORMED, id="JSON nested as deep as it may be read"),
        pytest.param(subscribed() + subscribed(), TWICE_NAMED, id="an id twice"),
        pytest.param(subscribed(id="粤" * 9_000) * 2, TWICE_NAMED, id="a very long id twice"),
        pytest.param(frame(BINARY, b'{"type":"ping"}'), NO_TEXT, id="binary"),
        pytest.param(frame(BINARY, b""), NO_TEXT, id="binary without content"),
        pytest.param(text(b"\xff\xfe"), NO_UTF_8, id="no UTF-8"),
        pytest.param(text(b'{"type":"\xed\xa0\x80"}'), NO_UTF_8, id="half a character in UTF-8"),
        pytest.param(
            frame(TEXT, b'{"type":"\xe7', flags=0) + frame(CONTINUATION, b'\xff"}'),
            NO_UTF_8,
            id="no UTF-8 in parts",
        ),
        pytest.param(text(" " * (SOCKET_FRAME_BYTES + 1)), TOO_BIG, id="one byte too big"),
        pytest.param(
            frame(TEXT, b" " * SOCKET_FRAME_BYTES, flags=0) + frame(CONTINUATION, b" "),
            TOO_BIG,
            id="one byte too big in parts",
        ),
        pytest.param(
            frame(TEXT, flags=0) + frame(CONTINUATION, flags=0) * MOST_PARTS,
            TOO_BIG,
            id="endless parts of nothing",
        ),
        pytest.param(
            b"\x81\xff" + b"\x00" * 3 + b"\xff" * 5 + b"\0" * 4, TOO_BIG, id="a length of many gigabytes"
        ),
        pytest.param(frame(CONTINUATION, b"x"), PROTOCOL_ERROR, id="a part of nothing"),
        pytest.param(frame(TEXT, b"{", flags=0) + text("}"), PROTOCOL_ERROR, id="a message within another"),
        pytest.param(frame(TEXT, b"{}", flags=FINAL | COMPRESSED), PROTOCOL_ERROR, id="compressed unasked"),
        pytest.param(frame(TEXT, b"{}", is_masked=False), PROTOCOL_ERROR, id="not masked"),
        pytest.param(frame(0x3, b"{}"), PROTOCOL_ERROR, id="an opcode that is none"),
        pytest.param(frame(PING, b"x" * 126), PROTOCOL_ERROR, id="a ping too big"),
        pytest.param(frame(PING, b"x", flags=0), PROTOCOL_ERROR, id="a ping in parts"),
        pytest.param(frame(CLOSE, b"x"), PROTOCOL_ERROR, id="a close with half a code"),
        pytest.param(frame(CLOSE, b"\x03\xe8\xff"), NO_UTF_8, id="a close whose reason is no UTF-8"),
    ],
)
async def test_a_malformed_frame_closes_its_socket_with_the_right_code(
    quiet: Process, token: str, sent: bytes, code: int
) -> None:
    async with signed_in(quiet.port, token) as other, signed_in(quiet.port, token) as socket:
        await socket.send(sent)
        assert await socket.closed() == code
        await still_serves(other)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (subscribed(), UNAUTHORIZED),
        (message(type="connection_init"), FORBIDDEN),
        (message(type="connection_init", payload=None), FORBIDDEN),
        (message(type="connection_init", payload={"token": "made up"}), FORBIDDEN),
        (message(type="connection_init", payload={"token": ["a", "list"]}), FORBIDDEN),
        (message(type="connection_init", payload={"app": {"an": "object"}}), FORBIDDEN),
        (message(type="connection_init", payload={"token": "x" * 60_000}), FORBIDDEN),
    ],
)
async def test_nobody_is_told_so(quiet: Process, sent: bytes, code: int) -> None:
    async with opened(quiet.port) as socket:
        await socket.send(sent)
        assert await socket.closed() == code


@pytest.mark.parametrize("protocol", [None, "graphql-ws", "graphql-transport-ws2", "chat, mqtt"])
async def test_another_subprotocol_is_refused(quiet: Process, protocol: str | None) -> None:
    async with opened(quiet.port, protocol) as socket:
        assert await socket.closed() == NO_SUBPROTOCOL


async def test_a_message_of_exactly_64_kib_is_read_in_one_piece_and_in_many(
    quiet: Process, token: str
) -> None:
    payload = json.dumps({"type": "ping"}).encode().ljust(SOCKET_FRAME_BYTES)
    parts = [frame(TEXT, payload[:1], flags=0)]
    parts += [frame(CONTINUATION, payload[at : at + 1000], flags=0) for at in range(1, len(payload), 1000)]
    async with signed_in(quiet.port, token) as socket:
        await socket.send(text(payload))
        assert await socket.told() == {"type": "pong"}
        await socket.send(*parts, frame(CONTINUATION))
        assert await socket.told() == {"type": "pong"}


async def test_control_frames_may_come_between_the_parts_of_a_message(quiet: Process, token: str) -> None:
    async with signed_in(quiet.port, token) as socket:
        await socket.send(
            frame(TEXT, b'{"type":', flags=0), frame(PING, b"?"), frame(CONTINUATION, b'"ping"}')
        )
        assert await socket.receive() == (PONG, b"?")
        assert await socket.told() == {"type": "pong"}


async def test_a_ping_is_answered_with_what_it_brought_and_a_pong_with_nothing(
    quiet: Process, token: str
) -> None:
    async with signed_in(quiet.port, token) as socket:
        await socket.send(message(type="pong"), message(type="pong", payload={"a": 1}))
        await socket.send(message(type="ping", payload={"at": 7}), message(type="ping", payload=None))
        assert await socket.told() == {"type": "pong", "payload": {"at": 7}}
        assert await socket.told() == {"type": "pong"}


async def test_no_compression_is_agreed_on_whatever_is_offered(quiet: Process) -> None:
    offered = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits, x-webkit-deflate-frame"
    async with opened(quiet.port, more=(offered,)) as socket:
        assert b"extensions" not in socket.head.lower()
