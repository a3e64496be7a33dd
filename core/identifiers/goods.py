"""Codes of goods: Harmonized System, kinds of packages, UN numbers and hazard classes."""

import re
from collections.abc import Mapping

from core.identifiers.text import normalise
from core.problems import ProblemCode, Refusal

HS_LENGTHS = frozenset({6, 8, 10})
NO_PACKING_GROUP = ("1", "2", "5.2", "6.2", "7")
"""Classes and divisions that have no packing groups (UN Model Regulations 2.0.1.3)."""
WITH_PACKING_GROUP = frozenset({"3", "4.2", "4.3", "5.1", "6.1", "8"})
"""Classes whose every substance has one; in 4.1 and 9 only some do."""
ALWAYS_DANGEROUS = ("2711", "3601", "3602", "3603", "3604", "3605", "3606")
"""Headings of nothing but dangerous goods: petroleum gases, explosives, fireworks, matches, ferro-cerium."""
BULK_KINDS = frozenset({"VG", "VL", "VO", "VQ", "VR", "VY", "VS"})
"""Package kinds of goods in bulk, which have no number of packages (Recommendation 21)."""
CLASS_OF_NUMBER: Mapping[str, str] = {
    "1001": "2.1", "1005": "2.3", "1006": "2.2", "1011": "2.1", "1013": "2.2", "1017": "2.3", "1049": "2.1",
    "1066": "2.2", "1072": "2.2", "1073": "2.2", "1075": "2.1", "1090": "3", "1114": "3", "1133": "3",
    "1170": "3", "1202": "3", "1203": "3", "1210": "3", "1219": "3", "1230": "3", "1263": "3", "1266": "3",
    "1294": "3", "1307": "3", "1402": "4.3", "1428": "4.3", "1547": "6.1", "1593": "6.1", "1789": "8",
    "1805": "8", "1823": "8", "1824": "8", "1830": "8", "1845": "9", "1863": "3", "1866": "3", "1888": "6.1",
    "1942": "5.1", "1950": "2.1", "1965": "2.1", "1971": "2.1", "1972": "2.1", "1977": "2.2", "1978": "2.1",
    "1987": "3", "1993": "3", "2014": "5.1", "2031": "8", "2067": "5.1", "2211": "9", "2312": "6.1",
    "2789": "8", "2790": "8", "2794": "8", "2795": "8", "2796": "8", "2800": "8", "2814": "6.2",
    "3077": "9", "3082": "9", "3090": "9", "3091": "9", "3171": "9", "3268": "9", "3291": "6.2", "3373": "6.2",
    "3480": "9", "3481": "9",
}  # fmt: skip
"""The class of numbers often carried by road (dangerous goods list, chapter 3.2); others go unchecked."""
_AEROSOLS = frozenset({"1950"})  # 2.1, 2.2 or 2.3 with their contents: only the class is certain

_UN = re.compile(r"(?:UN)?(\d{4})", re.ASCII)
_CLASS = re.compile(r"([1-9])([1-6]?)([A-LNS]?)")
_DIVISIONS = {"1": "123456", "2": "123", "4": "123", "5": "12", "6": "12"}
_PACKAGE_KIND = re.compile(r"[A-Z0-9]{2}")


def parse_hs_code(text: str) -> str:
    """Return 6, 8 or 10 digits.

    Raises:
        Refusal: HS_CODE_FORM with `text`; HS_CHAPTER_UNKNOWN with `text` and `chapter`.
    """
    canonical = normalise(text)
    if len(canonical) not in HS_LENGTHS or not (canonical.isascii() and canonical.isdigit()):
        raise Refusal(ProblemCode.HS_CODE_FORM, args={"text": text.strip()[:40]})
    if canonical[:2] in ("00", "77"):  # 77 is kept for future use
        raise Refusal(ProblemCode.HS_CHAPTER_UNKNOWN, args={"text": canonical, "chapter": canonical[:2]})
    return canonical


def parse_package_kind(text: str) -> str:
    """Return the code of the package kind, two characters. Raises Refusal PACKAGE_KIND_UNKNOWN with `text`."""
    canonical = normalise(text)
    if not _PACKAGE_KIND.fullmatch(canonical):
        raise Refusal(ProblemCode.PACKAGE_KIND_UNKNOWN, args={"text": text.strip()[:40]})
    return canonical


def parse_un_number(text: str) -> str:
    """Return the four digits. Raises Refusal UN_NUMBER_INVALID with `text`."""
    found = _UN.fullmatch(normalise(text))
    if not found or not 4 <= int(found.group(1)) < 4000:
        raise Refusal(ProblemCode.UN_NUMBER_INVALID, args={"text": text.strip()[:40]})
    return found.group(1)


def parse_hazard_class(text: str) -> str:
    """Return class or division, with the compatibility group of an explosive: 3, 2.1, 1.4S.

    Raises:
        Refusal: HAZARD_CLASS_INVALID with `text`.
    """
    found = _CLASS.fullmatch(normalise(text))
    main, division, group = found.groups() if found else ("", "", "")
    divisions = _DIVISIONS.get(main, "")
    if (
        not main
        or (division not in divisions if divisions else division)
        or bool(divisions) != bool(division)
    ):
        raise Refusal(ProblemCode.HAZARD_CLASS_INVALID, args={"text": text.strip()[:40]})
    if group and main != "1":
        raise Refusal(ProblemCode.HAZARD_CLASS_INVALID, args={"text": text.strip()[:40]})
    return f"{main}.{division}{group}" if division else main


def class_belongs(un_number: str, hazard_class: str) -> str | None:
    """Return the class that the number has where it is another one, None where they agree or nobody knows here."""
    if (un_number[0] == "0") != (hazard_class[0] == "1"):  # numbers of explosives begin with 0, and no others
        return "1" if un_number[0] == "0" else CLASS_OF_NUMBER.get(un_number, "2 - 9")
    expected = CLASS_OF_NUMBER.get(un_number)
    if expected is None or expected == hazard_class:
        return None
    return None if un_number in _AEROSOLS and hazard_class[0] == expected[0] else expected


def has_no_packing_group(hazard_class: str) -> bool:
    """Tell whether goods of that class or division are in no packing group."""
    return hazard_class.startswith(NO_PACKING_GROUP)
