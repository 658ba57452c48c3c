"""Files: encodings, delimiters, line numbers, and what is no table."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from pressroom.clips.gathering.columns import open_table
from pressroom.kit import tables as module
from pressroom.kit.encodings import UnreadableError

File = Callable[..., Path]
TEXT = "date,outlet,title\n2019-03-01,Zeitung,Gene für alle – „frei“\n2019-03-02,Le Courrier,Génétique à l’école\n"


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
    ],
)
def test_encodings_are_found(table_file: File, encoding: str, found: str) -> None:
    table = open_table(table_file(TEXT, encoding=encoding))
    assert table.encoding == found
    assert table.header == ("date", "outlet", "title")
    assert [row.cells[2] for row in table.rows()] == ["Gene für alle – „frei“", "Génétique à l’école"]


def test_utf_8_is_found_when_the_first_odd_letter_comes_late(table_file: File) -> None:
    table = open_table(table_file(TEXT.splitlines()[0] + "\n" + "2019-03-01,A,plain\n" * 40_000 + "2019-03-01,A,é\n"))
    assert table.encoding == "utf-8"
    assert table.total == 40_001


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found(table_file: File, delimiter: str) -> None:
    table = open_table(
        table_file(
            f"date{delimiter}outlet{delimiter}title\n2019-03-01{delimiter}A, B{delimiter}C\n".replace("A, B", '"A, B"')
        )
    )
    assert table.delimiter == delimiter
    assert [list(row.cells) for row in table.rows()] == [["2019-03-01", "A, B", "C"]]


def test_excel_s_own_hint_is_taken(table_file: File) -> None:
    table = open_table(table_file("sep=;\r\ndate;title\r\n2019-03-01;A\r\n"))
    assert (table.delimiter, table.header) == (";", ("date", "title"))
    assert [row.line for row in table.rows()] == [3]


def test_a_row_is_named_by_the_line_on_which_it_begins(table_file: File) -> None:
    content = 'title,date\n"two\nlines",2019-03-01\n\n  ,\nthree,2019-03-01\n"a\r\n\r\nb",x\nlast,y\n'
    assert [row.line for row in open_table(table_file(content)).rows()] == [2, 6, 7, 10]


def test_rows_can_be_passed_over(table_file: File) -> None:
    table = open_table(table_file("title,date\n" + "".join(f"{n},2019-03-01\n" for n in range(50))))
    assert [row.cells[0] for row in table.rows(skip=48)] == ["48", "49"]
    assert table.total == 50


def test_a_quotation_mark_left_open_is_an_error_of_its_row(table_file: File) -> None:
    rows = list(open_table(table_file('title,date\nfine,1\n"open,2\nmore,3\n')).rows())
    assert [(row.line, bool(row.error)) for row in rows] == [(2, False), (3, True)]
    assert "never closed" in rows[1].error


def test_a_quotation_mark_closed_too_early_is_an_error_of_its_row(table_file: File) -> None:
    rows = list(open_table(table_file('title,date\n"a" b,1\nfine,2\n')).rows())
    assert [(row.line, bool(row.error)) for row in rows] == [(2, True), (3, False)]


def test_a_huge_cell_is_an_error_of_its_row(table_file: File) -> None:
    rows = list(open_table(table_file("title,date\n" + "x" * 200_000 + ",1\nfine,2\n")).rows())
    assert [(row.line, bool(row.error)) for row in rows] == [(2, True), (3, False)]


def test_a_huge_line_is_an_error_of_its_row(table_file: File, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_LINE", 1000)
    rows = list(open_table(table_file("title,date\nfirst,0\n" + "x," * 5_000 + "1\r\nfine,2\n")).rows())
    assert [(row.line, bool(row.error)) for row in rows] == [(2, False), (3, True), (4, False)]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b" \r\n\n", "empty"),
        (b"PK\x03\x04" + bytes(200), "workbook"),
        (b"%PDF-1.7\n" + bytes(200), "PDF"),
        (random.Random(1).randbytes(5000), "no text"),
        (b",,,\n1,2,3\n", "no rows"),
        (b"date,title\n", "no rows"),
        (b'"date,title\n1,2', "name the columns"),
        (b"a" + b",b" * 500 + b"\n1,2\n", "columns"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(table_file: File, content: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableError, match=sentence):
        open_table(table_file(content))
