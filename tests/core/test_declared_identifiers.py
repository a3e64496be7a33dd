"""Codes of a declaration: container types, goods, documents, countries, references."""

from collections.abc import Callable

import pytest

from core.declarations import DocumentKind, ReferenceKind
from core.identifiers.container_types import parse_size_type
from core.identifiers.countries import parse_country
from core.identifiers.documents import parse_document, parse_reference
from core.identifiers.goods import (
    class_belongs,
    parse_hazard_class,
    parse_hs_code,
    parse_package_kind,
    parse_un_number,
)
from core.problems import Refusal


@pytest.mark.parametrize(
    ("parse", "typed", "canonical"),
    [
        (parse_hs_code, "3208.10", "320810"),
        (parse_hs_code, "３２０８ １０ ００", "32081000"),
        (parse_hs_code, "9804.00.0000", "9804000000"),
        (parse_package_kind, "ct", "CT"),
        (parse_package_kind, "1a", "1A"),
        (parse_un_number, "UN 1263", "1263"),
        (parse_un_number, "un0004", "0004"),
        (parse_hazard_class, "3", "3"),
        (parse_hazard_class, "2.1", "2.1"),
        (parse_hazard_class, "１．４ｓ", "1.4S"),
        (parse_country, " hk ", "HK"),
    ],
)
def test_what_people_type_becomes_canonical_and_stays_so(
    parse: Callable[[str], str], typed: str, canonical: str
) -> None:
    assert parse(typed) == canonical
    assert parse(canonical) == canonical


@pytest.mark.parametrize(
    ("parse", "typed", "code"),
    [
        (parse_hs_code, "32081", "HS_CODE_FORM"),
        (parse_hs_code, "3208101", "HS_CODE_FORM"),
        (parse_hs_code, "٣٢٠٨١٠", "HS_CODE_FORM"),
        (parse_hs_code, "000000", "HS_CHAPTER_UNKNOWN"),
        (parse_package_kind, "C", "PACKAGE_KIND_UNKNOWN"),
        (parse_un_number, "0003", "UN_NUMBER_INVALID"),
        (parse_un_number, "4000", "UN_NUMBER_INVALID"),
        (parse_un_number, "１２６", "UN_NUMBER_INVALID"),
        *(
            (parse_hazard_class, typed, "HAZARD_CLASS_INVALID")
            for typed in ("0", "1", "1.7", "3.1", "3S", "6.3", "")
        ),
        (parse_country, "XK", "COUNTRY_UNKNOWN"),
        (parse_country, "Hong Kong", "COUNTRY_UNKNOWN"),
    ],
)
def test_what_is_none_is_refused_by_name(parse: Callable[[str], str], typed: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse(typed)
    assert refused.value.code == code
    assert refused.value.args["text"] == typed


@pytest.mark.parametrize(
    ("text", "millimetres", "kilograms"),
    [("22G1", 6_068, 36_000), ("45R1", 12_192, 36_000), ("L5G1", 13_716, 36_000), ("12GP", 2_991, 10_160)],
)
def test_a_size_and_type_says_how_long_and_how_heavy(text: str, millimetres: int, kilograms: int) -> None:
    found = parse_size_type(text.lower())
    assert (found.text, found.length_mm, found.greatest_gross_kg) == (text, millimetres, kilograms)


@pytest.mark.parametrize("text", ["40HC", "20DV", "5GP1", "22G", "22G11", "", "22GX", "I2G1"])
def test_trade_names_are_no_size_and_type(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_size_type(text)
    assert refused.value.code == "SIZE_TYPE_INVALID"


@pytest.mark.parametrize(
    ("number", "stated", "belongs"),
    [
        ("1263", "3", None),
        ("1263", "8", "3"),
        ("3500", "2.2", None),
        ("0332", "1.5D", None),
        ("0332", "3", "1"),
        ("1263", "1.1D", "3"),
        ("1950", "2.2", None),
        ("1950", "3", "2.1"),
        ("1965", "2.2", "2.1"),
    ],
)
def test_a_number_knows_its_class(number: str, stated: str, belongs: str | None) -> None:
    assert class_belongs(number, stated) == belongs


@pytest.mark.parametrize(
    ("kind", "typed", "issuer", "canonical"),
    [
        (DocumentKind.IDENTITY_CARD, "A123456(3)", "HK", "A1234563"),
        (DocumentKind.IDENTITY_CARD, "g123456(a)", "HK", "G123456A"),
        (DocumentKind.IDENTITY_CARD, "AB987654(3)", "HK", "AB9876543"),
        (DocumentKind.IDENTITY_CARD, "11010519491231002x", "CN", "11010519491231002X"),
        (DocumentKind.IDENTITY_CARD, "1234567(8)", "MO", "12345678"),
        (DocumentKind.IDENTITY_CARD, "S1234567D", "SG", "S1234567D"),
        (DocumentKind.HOME_RETURN_PERMIT, "H12345678", "CN", "H12345678"),
        (DocumentKind.EXIT_ENTRY_PERMIT, "C12345678", "CN", "C12345678"),
        (DocumentKind.PASSPORT, "e 12345678", "CN", "E12345678"),
    ],
)
def test_a_documents_number_becomes_canonical(
    kind: DocumentKind, typed: str, issuer: str, canonical: str
) -> None:
    assert parse_document(kind, typed, issuer) == canonical
    assert parse_document(kind, canonical, issuer) == canonical


@pytest.mark.parametrize(
    ("kind", "typed", "issuer", "code"),
    [
        (DocumentKind.IDENTITY_CARD, "A123456(4)", "HK", "DOCUMENT_CHECK_DIGIT"),
        (DocumentKind.IDENTITY_CARD, "110105194912310021", "CN", "DOCUMENT_CHECK_DIGIT"),
        (DocumentKind.IDENTITY_CARD, "A12345", "HK", "DOCUMENT_NUMBER_INVALID"),
        (DocumentKind.HOME_RETURN_PERMIT, "A12345678", "CN", "DOCUMENT_NUMBER_INVALID"),
        (DocumentKind.PASSPORT, "ABCDEFG", None, "DOCUMENT_NUMBER_INVALID"),
        (DocumentKind.DRIVING_LICENCE, "😀", None, "DOCUMENT_NUMBER_INVALID"),
    ],
)
def test_what_is_no_number_of_that_document_is_refused(
    kind: DocumentKind, typed: str, issuer: str | None, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        parse_document(kind, typed, issuer)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("kind", "typed", "sound"),
    [
        (ReferenceKind.TIR_CARNET, "XP 41000109", True),
        (ReferenceKind.TIR_CARNET, "XP4100010", False),
        (ReferenceKind.UCR, "6CN123456789-AB/1", True),
        (ReferenceKind.UCR, "6XX123456789", False),
        (ReferenceKind.UCR, "6CN" + "1" * 33, False),
        (ReferenceKind.CUSTOMS_DECLARATION, "5301 2026 1234 567890", True),
        (ReferenceKind.CUSTOMS_DECLARATION, "ABCDEFGH", False),
        (ReferenceKind.MANIFEST, "M-2026/77", True),
    ],
)
def test_each_kind_of_reference_has_its_form(kind: ReferenceKind, typed: str, sound: bool) -> None:
    if sound:
        assert parse_reference(kind, parse_reference(kind, typed)) == parse_reference(kind, typed)
        return
    with pytest.raises(Refusal) as refused:
        parse_reference(kind, typed)
    assert refused.value.code == "REFERENCE_FORMAT"
