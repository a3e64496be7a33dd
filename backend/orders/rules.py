"""Rules that an order and a declaration share: texts, phone, containers with seals, the window. Pure."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

from backend.orders.model import DeclaredContainer, SealDetail
from core.identifiers.container_types import parse_size_type
from core.identifiers.containers import parse_container
from core.identifiers.seals import parse_seal
from core.problems import ProblemCode, Refusal
from core.vouchers.claims import MAX_CONTAINERS

T = TypeVar("T")

NAME_LENGTH = 60
GOODS_LENGTH = 300
REFERENCE_LENGTH = 40
SEALS_A_CONTAINER = 6
LONGEST_WINDOW = timedelta(hours=24)
FARTHEST_WINDOW = timedelta(days=30)

_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_PHONE_PUNCTUATION = re.compile(r"[\s().\-‐-―－·]")
# E.164, with the national lengths of the three sides of the border.
_PHONE = re.compile(
    r"\+(?:861[3-9]\d{9}|852[2-9]\d{7}|853[2-9]\d{7}|(?!8(?:6|52|53))[1-9]\d{6,14})", re.ASCII
)
_MAINLAND_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_TURNING_SIGNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_NAME_SIGNS = frozenset(" '’.-·•‧,()")


@dataclass(frozen=True)
class RuleFailure:
    """One broken rule: its code, the input field it points at, and the values its sentence names."""

    code: ProblemCode
    path: tuple[str, ...]
    args: tuple[tuple[str, str], ...] = ()

    def refusal(self) -> Refusal:
        """Return the same as a refusal."""
        return Refusal(self.code, path=self.path, args=dict(self.args))


@dataclass
class Findings:
    """Collects broken rules while an input is examined; nothing stops at the first."""

    failures: list[RuleFailure] = field(default_factory=list)

    def add(self, code: ProblemCode, *path: str, **args: str) -> None:
        """Note a broken rule."""
        self.failures.append(RuleFailure(code, path, tuple(args.items())))

    def parsed(self, parse: Callable[[], T], *path: str) -> T | None:
        """Return what `parse` returns, or note its refusal at `path`."""
        try:
            return parse()
        except Refusal as refusal:
            self.failures.append(RuleFailure(refusal.code, path, tuple(refusal.args.items())))
            return None


def clean(text: str | None) -> str:
    """Return the text as it is stored: composed (NFC), without control signs or halves of characters.

    Signs that turn the direction of writing are dropped too: an officer must see what is there.
    """
    whole = (text or "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    composed = unicodedata.normalize("NFC", whole)
    kept = (sign for sign in composed if unicodedata.category(sign) != "Cc" and sign not in _TURNING_SIGNS)
    return "".join(kept).strip()


def instant(moment: datetime) -> datetime:
    """Return the moment in UTC and whole milliseconds, cut to 2000-2100; without an offset it is UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    if not _EARLIEST.year < moment.year < _LATEST.year:  # near year 1 or 9999 a change of zone overflows
        return _EARLIEST if moment.year <= _EARLIEST.year else _LATEST
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def required_text(findings: Findings, text: str | None, limit: int, *path: str) -> str:
    """Return the text; note FIELD_REQUIRED or FIELD_TOO_LONG with `limit` in characters."""
    cleaned = clean(text)
    if not cleaned:
        findings.add(ProblemCode.FIELD_REQUIRED, *path)
    elif len(cleaned) > limit:
        findings.add(ProblemCode.FIELD_TOO_LONG, *path, limit=str(limit))
    return cleaned


def person_name(findings: Findings, text: str | None, *path: str) -> str:
    """Return a person's name, letters of any script; note INVALID_INPUT for anything else in it."""
    name = required_text(findings, text, NAME_LENGTH, *path)
    letters = [unicodedata.category(sign)[0] in "LM" for sign in name]
    strange = [
        sign for sign, letter in zip(name, letters, strict=True) if not letter and sign not in _NAME_SIGNS
    ]
    if name and len(name) <= NAME_LENGTH and (strange or not any(letters)):
        findings.add(ProblemCode.INVALID_INPUT, *path)
    return name


def phone(findings: Findings, text: str | None, *path: str) -> str:
    """Return the number as E.164; note CONTACT_MISSING or PHONE_INVALID. A mainland mobile needs no +86."""
    folded = unicodedata.normalize("NFKC", clean(text))
    digits = _PHONE_PUNCTUATION.sub("", folded)
    if not digits:
        findings.add(ProblemCode.CONTACT_MISSING, *path)
        return ""
    if _MAINLAND_MOBILE.fullmatch(digits):
        digits = f"+86{digits}"
    elif digits.startswith("00"):
        digits = f"+{digits[2:]}"
    if not _PHONE.fullmatch(digits):
        findings.add(ProblemCode.PHONE_INVALID, *path)
    return digits


def containers(
    findings: Findings, stated: Sequence[DeclaredContainer], *path: str
) -> tuple[DeclaredContainer, ...]:
    """Return the containers in canonical form; note each wrong number or seal, and what is there twice."""
    if len(stated) > MAX_CONTAINERS:
        findings.add(ProblemCode.TOO_MANY, *path, limit=str(MAX_CONTAINERS))
        return ()
    numbers: set[str] = set()
    known: set[str] = set()
    found: list[DeclaredContainer] = []
    for index, container in enumerate(stated):
        place = (*path, str(index))
        sealed = _seals(findings, container.seals, known, *place, "seals")
        details = _details(findings, container.seal_details, sealed, known, *place, "sealDetails")
        sealed = tuple(dict.fromkeys((*sealed, *(detail.number for detail in details))))
        size_type = _size_type(findings, container.size_type, *place, "sizeType")
        if not container.number.strip():
            code = ProblemCode.SEAL_WITHOUT_CONTAINER if sealed else ProblemCode.FIELD_REQUIRED
            findings.add(code, *place, "number", **({"text": sealed[0]} if sealed else {}))
            continue
        number = findings.parsed(partial(parse_container, clean(container.number)), *place, "number")
        if number is None:
            continue
        if number.text in numbers:
            findings.add(ProblemCode.CONTAINER_DUPLICATE, *place, "number", text=number.text)
        numbers.add(number.text)
        found.append(
            DeclaredContainer(
                number=number.text,
                seals=sealed,
                seal_details=details,
                size_type=size_type,
                loaded=container.loaded,
            )
        )
    return tuple(found)


def _seals(findings: Findings, stated: Sequence[str], known: set[str], *path: str) -> tuple[str, ...]:
    if len(stated) > SEALS_A_CONTAINER:
        findings.add(ProblemCode.TOO_MANY, *path, limit=str(SEALS_A_CONTAINER))
        return ()
    found: list[str] = []
    for index, text in enumerate(stated):
        place = (*path, str(index))
        seal = findings.parsed(partial(parse_seal, clean(text)), *place)
        if seal is None:
            continue
        if seal in known:
            findings.add(ProblemCode.SEAL_DUPLICATE, *place, text=seal)
        known.add(seal)
        found.append(seal)
    return tuple(found)


def _details(
    findings: Findings, stated: Sequence[SealDetail], sealed: Sequence[str], known: set[str], *path: str
) -> tuple[SealDetail, ...]:
    if len(stated) > SEALS_A_CONTAINER:
        findings.add(ProblemCode.TOO_MANY, *path, limit=str(SEALS_A_CONTAINER))
        return ()
    found: dict[str, SealDetail] = {}
    for index, detail in enumerate(stated):
        place = (*path, str(index), "number")
        number = findings.parsed(partial(parse_seal, clean(detail.number)), *place)
        if number is None:
            continue
        if number in found or (number in known and number not in sealed):
            findings.add(ProblemCode.SEAL_DUPLICATE, *place, text=number)
        known.add(number)
        found[number] = detail.model_copy(update={"number": number})
    return tuple(found.values())


def _size_type(findings: Findings, text: str | None, *path: str) -> str | None:
    if not clean(text):
        return None
    found = findings.parsed(partial(parse_size_type, clean(text)), *path)
    return found.text if found else None


def window(
    findings: Findings, start: datetime | None, end: datetime | None, now: datetime, *path: str
) -> None:
    """Note what is wrong with the window: missing, reversed, over, longer than a day, beyond 30 days."""
    if start is None or end is None:
        findings.add(ProblemCode.WINDOW_MISSING, *path, "windowStart" if start is None else "windowEnd")
    elif end <= start:
        findings.add(ProblemCode.WINDOW_ORDER, *path, "windowEnd")
    elif end <= now:
        findings.add(ProblemCode.WINDOW_PAST, *path, "windowEnd")
    elif start > now + FARTHEST_WINDOW:
        findings.add(ProblemCode.WINDOW_TOO_FAR, *path, "windowStart")
    elif end - start > LONGEST_WINDOW:
        findings.add(ProblemCode.WINDOW_TOO_LONG, *path, "windowEnd")
