"""A file is read as it was meant: whatever program wrote it, in whatever characters, with whatever separator."""

import pytest

from backend.orders.imports import answers, sheet
from backend.orders.imports.columns import COLUMNS, TEMPLATE, named
from backend.orders.imports.sheet import Encoding
from core.problems import ProblemCode, Refusal
from core.words import Language
from tests.backend.orders.imports.files import HEAD

SIMPLIFIED = "参考号,方向,口岸,货物,箱号1,封条号1,箱号2,封条号2,最早到达,最晚到达,司机姓名,司机电话"
TRADITIONAL = "參考號,方向,口岸,貨物,櫃號1,封條號1,櫃號2,封條號2,最早到達,最遲到達,司機姓名,司機電話"
ROW = "A-1,南行,莲塘口岸,日用百货,CSQU3054383,HS123456,,,2026-11-25 14:30,2026-11-25 18:30,陈大文,+8613812345678"
ROW_TRADITIONAL = ROW.replace("莲塘", "蓮塘").replace("日用百货", "日用百貨").replace("陈", "陳")
ENGLISH = ",".join(HEAD)


def refusal(body: bytes, encoding: Encoding | None = None) -> Refusal:
    with pytest.raises(Refusal) as caught:
        sheet.read(body, encoding)
    return caught.value


@pytest.mark.parametrize(
    ("body", "encoding", "goods"),
    [
        (f"{ENGLISH}\n{ROW}".encode(), Encoding.UTF_8, "日用百货"),
        (f"{SIMPLIFIED}\r\n{ROW}\r\n".encode("utf-8-sig"), Encoding.UTF_8, "日用百货"),
        (f"{SIMPLIFIED}\n{ROW}\n".encode("gb18030"), Encoding.GB18030, "日用百货"),
        (f"{ENGLISH}\n{ROW}\n".encode("gbk"), Encoding.GB18030, "日用百货"),
        (
            f"{TRADITIONAL.replace('最遲', '最晚')}\n{ROW_TRADITIONAL}\n".encode("big5"),
            Encoding.BIG5,
            "日用百貨",
        ),
        (f"{ENGLISH}\n{ROW_TRADITIONAL}\n".encode("cp950"), Encoding.BIG5, "日用百貨"),
        (f"{SIMPLIFIED}\n{ROW}".replace(",", "\t").encode("utf-16"), Encoding.UTF_16, "日用百货"),
    ],
)
def test_the_characters_of_a_file_are_recognised(body: bytes, encoding: Encoding, goods: str) -> None:
    read = sheet.read(body)
    assert (read.encoding, len(read.rows), read.ignored) == (encoding, 1, ())
    assert (read.rows[0].number, read.rows[0].cells["goods"]) == (2, goods)
    assert set(read.rows[0].cells) == set(HEAD)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("language", Language)
def test_the_separator_is_recognised_in_every_language(separator: str, language: Language) -> None:
    first = separator.join(column.label(language) for column in TEMPLATE)
    second = separator.join(f'"{column.name}, a; b"' for column in TEMPLATE)
    read = sheet.read(f"{first}\n{second}\n".encode())
    assert read.separator == separator
    assert read.rows[0].cells == {column.name: f"{column.name}, a; b" for column in TEMPLATE}


def test_rows_are_counted_as_a_spreadsheet_counts_them_and_blank_ones_and_comments_are_none() -> None:
    body = f'sep=,\n{ENGLISH}\n# a comment, with a comma\n\n,,,\n{ROW}\n"B-2","line\nbreak"\n{ROW}\n'
    read = sheet.read(body.encode())
    assert [row.number for row in read.rows] == [6, 7, 8]
    assert read.rows[1].cells == {"reference": "B-2", "direction": "line\nbreak"}


def test_a_column_that_is_none_is_named_and_its_cells_are_not_taken() -> None:
    read = sheet.read(f"Price,{ENGLISH},reference,errors\n9.50,{ROW},again,told before\n".encode())
    assert read.ignored == ("Price", "reference")
    assert read.rows[0].cells["reference"] == "A-1"
    assert not read.rows[0].is_too_long


def test_a_row_with_more_cells_than_columns_is_marked() -> None:
    read = sheet.read(f"{ENGLISH}\n{ROW},one more\n{ROW},,\n".encode())
    assert [row.is_too_long for row in read.rows] == [True, False]


@pytest.mark.parametrize(
    ("body", "code", "args"),
    [
        (b"PK\x03\x04 a workbook", "IMPORT_NOT_CSV", {}),
        (b"\xd0\xcf\x11\xe0 an old workbook", "IMPORT_NOT_CSV", {}),
        (b"%PDF-1.7", "IMPORT_NOT_CSV", {}),
        (b"reference\0direction", "IMPORT_NOT_CSV", {}),
        (b"", "IMPORT_EMPTY", {}),
        (b"\r\n \r\n", "IMPORT_EMPTY", {}),
        (ENGLISH.encode(), "IMPORT_EMPTY", {}),
        (f"{ENGLISH}\n# only a comment\n".encode(), "IMPORT_EMPTY", {}),
        (b"\xff\xff\xff\x80", "IMPORT_ENCODING", {}),
        (b"reference,goods\nA,B\n", "IMPORT_COLUMNS",
         {"columns": "direction, checkpoint, arrival_from, arrival_until, driver_name, driver_phone"}),
        (f'{ENGLISH}\n{ROW}\n"never closed,{ROW}\n'.encode(), "IMPORT_BROKEN", {"row": "3"}),
        (f'{ENGLISH}\n"a"b,{ROW}\n'.encode(), "IMPORT_BROKEN", {"row": "2"}),
        (f"{ENGLISH}\n{'x' * 200_000}\n".encode(), "IMPORT_BROKEN", {"row": "2"}),
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_told_why(body: bytes, code: str, args: dict[str, str]) -> None:
    refused = refusal(body)
    assert (refused.code, refused.args) == (ProblemCode(code), args)


def test_five_thousand_rows_are_read_and_one_more_is_refused() -> None:
    body = f"{ENGLISH}\n" + f"{ROW}\n" * 5_000
    assert len(sheet.read(body.encode()).rows) == 5_000
    refused = refusal(f"{body}{ROW}\n".encode())
    assert (refused.code, refused.args) == (ProblemCode.IMPORT_TOO_MANY_ROWS, {"limit": "5000"})


def test_who_sees_wrong_characters_chooses_others() -> None:
    body = f"{ENGLISH}\n{ROW_TRADITIONAL}\n".encode("big5")
    assert sheet.read(body, Encoding.BIG5).rows[0].cells["goods"] == "日用百貨"
    assert refusal(body, Encoding.UTF_8).code is ProblemCode.IMPORT_ENCODING


@pytest.mark.parametrize("language", Language)
def test_the_template_explains_its_columns_in_three_languages_and_is_no_order_yet(language: Language) -> None:
    text = answers.template(language)
    for column in TEMPLATE:
        assert all(column.meaning(each) in text for each in Language), column.name
    assert refusal(text.encode()).code is ProblemCode.IMPORT_EMPTY
    read = sheet.read(text.encode() + ROW.encode())
    assert (read.ignored, read.rows[0].number, set(read.rows[0].cells)) == ((), 6, set(HEAD))


def test_every_column_is_known_by_each_of_its_names_and_no_name_means_two() -> None:
    for column in COLUMNS:
        for name in (column.name, column.name.upper(), *(column.label(language) for language in Language)):
            assert named(f" {name} ") == column.name
    assert named("price") is None
