"""What a client sends and wants back: content type, Accept with its weights, the media types of GraphQL."""

from collections.abc import Iterator
from dataclasses import dataclass

RESPONSE_JSON = "application/graphql-response+json"
PLAIN_JSON = "application/json"
OFFERED = (RESPONSE_JSON, PLAIN_JSON)
UTF_8 = frozenset({"utf-8", "utf8"})
ANYTHING = "*/*"


@dataclass(frozen=True)
class MediaRange:
    """One entry of an Accept header, or a content type."""

    kind: str
    charset: str | None
    weight: float

    @property
    def is_utf_8(self) -> bool:
        """Whether no other encoding is named: all JSON here is UTF-8."""
        return self.charset is None or self.charset in UTF_8

    def precision(self, media_type: str) -> int:
        """Return how closely this range names a media type: 3 by name, 2 by family, 1 as anything, 0 not at all."""
        if not self.is_utf_8:
            return 0
        if self.kind == media_type:
            return 3
        if self.kind == media_type.partition("/")[0] + "/*":
            return 2
        return int(self.kind == ANYTHING)


def is_json(content_type: str) -> bool:
    """Return whether a body of this content type is JSON in UTF-8.

    Only this one: a form, a text or no type at all is what a foreign page can send without asking first.
    """
    sent = next(_ranges(content_type), None)
    return sent is not None and sent.kind == PLAIN_JSON and sent.is_utf_8


def answered_as(accept: str) -> str | None:
    """Return the media type of the answer, None when neither is wanted.

    Whoever names no preference gets application/json, as clients of before the newer type expect.
    """
    ranges = list(_ranges(accept.strip() or ANYTHING))
    best: tuple[float, int, bool] = (0.0, 0, False)
    chosen = None
    for media_type in OFFERED:
        precision, weight = max(
            ((asked.precision(media_type), asked.weight) for asked in ranges), default=(0, 0.0)
        )
        by_name = precision == 3 and media_type == RESPONSE_JSON
        if precision and weight > 0 and (weight, precision, by_name) >= best:
            best, chosen = (weight, precision, by_name), media_type
    return chosen


def _ranges(header: str) -> Iterator[MediaRange]:
    for entry in header.split(","):
        kind, *parameters = (part.strip() for part in entry.split(";"))
        named = dict(_parameter(parameter) for parameter in parameters)
        if kind:
            yield MediaRange(kind.lower(), named.get("charset"), _weight(named.get("q", "1")))


def _parameter(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip().lower(), value.strip().strip('"').lower()


def _weight(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0
