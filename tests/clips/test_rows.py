"""Rows: what becomes a clip, and the reasons of those that do not."""

from __future__ import annotations

from datetime import date

import pytest

from pressroom.clips.gathering import rows
from pressroom.clips.gathering.items import Found
from pressroom.clips.gathering.rows import RowError
from pressroom.clips.rules import Medium
from pressroom.kit.tables import Row
from tests.conftest import NOON

MAPPING = {"published_on": 0, "outlet": 1, "headline": 2, "topics": 3, "featured": 4, "url": 5}


def _read(*cells: str) -> Found:
    return rows.read(Row(2, cells), MAPPING, 6, now=NOON)


def test_a_row_becomes_a_clip() -> None:
    found = _read("2018-05-17", "MediaLeaks", " [Russian] ", "goosebumps", "yes", "https://m.example/1/")
    assert found.published_on == date(2018, 5, 17)
    assert (found.outlet, found.language, found.medium) == ("MediaLeaks", "ru", Medium.ONLINE)
    assert found.topics == ("goosebumps",)
    assert found.featured
    assert found.url == "https://m.example/1/"


def test_blank_cells_are_fine_where_a_clip_can_do_without() -> None:
    found = _read("17 May 2018", "MediaLeaks", "Title", "", "", "")
    assert (found.url, found.topics, found.featured, found.medium) == ("", (), False, Medium.OTHER)
    assert _read("17 May 2018", "MediaLeaks", "A short row").topics == ()


def test_the_address_names_an_outlet_that_is_missing() -> None:
    assert _read("2018-05-17", "", "Title", "", "", "https://www.paper.example/1").outlet == "paper.example"


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (("2018-05-17", "A", "", "", "", "https://a.example"), "headline is missing"),
        (("2018-05-17", "", "T", "", "", ""), "outlet is missing"),
        (("", "A", "T", "", "", ""), "day is missing"),
        (("2018-02-30", "A", "T", "", "", ""), "no 30 February 2018"),
        (("2026-11-21", "A", "T", "", "", ""), "This day is still to come"),
        (("2018-05-17", "A", "T", "", "", "javascript:alert(1)"), "no web address"),
        (("2018-05-17", "A", "T\x00", "", "", ""), "null character"),
        (("2018-05-17", "A", "T" * 501, "", "", ""), "501 characters"),
        (("2018-05-17", "A", "T", "", "", "", "one", "two"), "8 cells, and 6 columns"),
    ],
)
def test_a_row_that_cannot_be_read_says_why(cells: tuple[str, ...], reason: str) -> None:
    with pytest.raises(RowError, match=reason):
        _read(*cells)


def test_blank_cells_beyond_the_last_column_do_not_matter() -> None:
    assert _read("2018-05-17", "A", "T", "", "", "", "", " ").headline == "T"
