"""The drill of hostile requests would say so if one were answered, not told why, or dear."""

import pytest

from tests.backend.protocol.hostile import Hostile
from tests.drills.drill_hostile import MOST_MILLISECONDS, Sent, broken

REQUEST = Hostile("a request", b"{}", "QUERY_TOO_LARGE")
TOLD = '{"errors":[{"message":"...","extensions":{"code":"QUERY_TOO_LARGE"}}]}'
DEAR = MOST_MILLISECONDS + 1


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (Sent("a request", [1.0, DEAR, 2.0], 400, TOLD), []),
        (Sent("a request", [1.0, DEAR, DEAR], 400, TOLD), [f"cost {DEAR:.0f} ms"]),
        (Sent("a request", [1.0], 400, "{}"), ["not told QUERY_TOO_LARGE"]),
        (Sent("a request", [1.0], 200, TOLD), ["answered 200, not refused"]),
        (Sent("a request", [1.0], 400, TOLD[:-1] + ',"data":null}'), ["answered 400, not refused"]),
    ],
)
def test_a_broken_promise_is_told(sent: Sent, said: list[str]) -> None:
    assert list(broken(sent, REQUEST)) == said
