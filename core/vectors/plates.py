"""Plates as people write them, with the canonical text, kind and display expected, or none where refused."""

from core.identifiers.plates import Jurisdiction, PlateKind
from core.problems import ProblemCode

_CN, _HK, _MO, _OTHER = Jurisdiction.CN, Jurisdiction.HK, Jurisdiction.MO, Jurisdiction.OTHER
_K = PlateKind

ACCEPTED: tuple[tuple[str, Jurisdiction, str, PlateKind, str], ...] = (
    ("粤B12345", _CN, "粤B12345", _K.STANDARD, "粤B·12345"),
    ("粤b·12345", _CN, "粤B12345", _K.STANDARD, "粤B·12345"),
    (" 粤Ｂ １２３４５ ", _CN, "粤B12345", _K.STANDARD, "粤B·12345"),
    ("粵B-12345", _CN, "粤B12345", _K.STANDARD, "粤B·12345"),
    ("滬A\u200bA1B2C", _CN, "沪AA1B2C", _K.STANDARD, "沪A·A1B2C"),
    ("京OA0160", _CN, "京OA0160", _K.STANDARD, "京O·A0160"),
    ("新QH0Z09", _CN, "新QH0Z09", _K.STANDARD, "新Q·H0Z09"),
    ("粤B12345D", _CN, "粤B12345D", _K.NEW_ENERGY, "粤B·12345D"),
    ("粤BD12345", _CN, "粤BD12345", _K.NEW_ENERGY, "粤B·D12345"),
    ("粤BFA1234", _CN, "粤BFA1234", _K.NEW_ENERGY, "粤B·FA1234"),
    ("粤B1234挂", _CN, "粤B1234挂", _K.TRAILER, "粤B·1234挂"),
    ("粵B·12A4掛", _CN, "粤B12A4挂", _K.TRAILER, "粤B·12A4挂"),
    ("粤ZDF15港", _CN, "粤ZDF15港", _K.CROSS_BORDER_HK, "粤Z·DF15港"),
    ("粵Z·DF15港", _CN, "粤ZDF15港", _K.CROSS_BORDER_HK, "粤Z·DF15港"),
    ("粤Z1A2B澳", _CN, "粤Z1A2B澳", _K.CROSS_BORDER_MO, "粤Z·1A2B澳"),
    ("京A0012学", _CN, "京A0012学", _K.SPECIAL, "京A·0012学"),
    ("京A0012警", _CN, "京A0012警", _K.SPECIAL, "京A·0012警"),
    ("沪A0023領", _CN, "沪A0023领", _K.SPECIAL, "沪A·0023领"),
    ("京A0023使", _CN, "京A0023使", _K.SPECIAL, "京A·0023使"),
    ("使014578", _CN, "使014578", _K.SPECIAL, "使014578"),
    ("224578使", _CN, "224578使", _K.SPECIAL, "224578使"),
    ("UP2643", _HK, "UP2643", _K.HONG_KONG, "UP 2643"),
    ("up 2643", _HK, "UP2643", _K.HONG_KONG, "UP 2643"),
    ("MA1234", _HK, "MA1234", _K.HONG_KONG, "MA 1234"),
    ("9999", _HK, "9999", _K.HONG_KONG, "9999"),
    ("1", _HK, "1", _K.HONG_KONG, "1"),
    ("A1", _HK, "A1", _K.HONG_KONG, "A 1"),
    ("W", _HK, "W", _K.HONG_KONG_PERSONALISED, "W"),
    ("L0VE U", _HK, "L0VEU", _K.HONG_KONG_PERSONALISED, "L0VEU"),
    ("88888888A", _OTHER, "88888888A", _K.GENERIC, "88888888A"),
    ("HAPPY123", _HK, "HAPPY123", _K.HONG_KONG_PERSONALISED, "HAPPY123"),
    ("MA-12-34", _MO, "MA1234", _K.MACAO, "MA-12-34"),
    ("M-00-01", _MO, "M0001", _K.MACAO, "M-00-01"),
    ("ｍ・００・０１", _MO, "M0001", _K.MACAO, "M-00-01"),
    ("ABC-1234", _OTHER, "ABC1234", _K.GENERIC, "ABC1234"),
)

REFUSED: tuple[tuple[str, Jurisdiction], ...] = (
    ("", _CN),
    ("粤B1234", _CN),
    ("粤B123456", _CN),
    ("粤B1234I", _CN),
    ("粤B1234O", _CN),
    ("粤I12345", _CN),
    ("粤112345", _CN),
    ("港B12345", _CN),
    ("UP2643", _CN),
    ("粤Z12345", _CN),
    ("粤ZDF15", _CN),
    ("粤ZDF1港", _CN),
    ("粤ZDF156港", _CN),
    ("粤BDF15港", _CN),
    ("粤B12345L", _CN),
    ("粤B123挂", _CN),
    ("粤Z1234挂", _CN),
    ("粤B1234挂挂", _CN),
    ("粤B12345\u0660", _CN),
    ("UP0643", _HK),
    ("UP0", _HK),
    ("0", _HK),
    ("12345", _HK),
    ("UI2643", _HK),
    ("UO2643", _HK),
    ("UQ2643", _HK),
    ("ABCDEFGHJ", _HK),
    ("粤B12345", _HK),
    ("UP\u0662643", _HK),
    ("", _HK),
    ("MA-12-3", _MO),
    ("MAB-12-34", _MO),
    ("12-34", _MO),
    ("A", _OTHER),
    ("ABCDEFGHJKLMN", _OTHER),
    ("粤B12345", _OTHER),
)


def vectors() -> dict[str, object]:
    """Return the content of plates.json."""
    accepted = [
        {"text": text, "jurisdiction": place, "canonical": canonical, "kind": kind, "display": display}
        for text, place, canonical, kind, display in ACCEPTED
    ]
    refused = [
        {"text": text, "jurisdiction": place, "problem": ProblemCode.PLATE_INVALID} for text, place in REFUSED
    ]
    return {"accepted": accepted, "refused": refused}
