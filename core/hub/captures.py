"""What the hub answers to a posted image."""

from dataclasses import dataclass

from core.hub.errors import HubProblem, server_failure


@dataclass(frozen=True)
class UploadedCapture:
    """What the hub says of an image it took; width and height in pixels."""

    id: str
    sha256: str
    width: int
    height: int


def capture_failure(status: int, body: object) -> Exception:
    """Return what to raise for a refused image: HubProblem where the body names a code."""
    if status >= 500 or not isinstance(body, dict) or "code" not in body:
        return server_failure(status, "the answer to a capture has no code")
    arguments = body.get("args")
    return HubProblem(
        body["code"], body.get("message", ""), (), arguments if isinstance(arguments, dict) else {}
    )
