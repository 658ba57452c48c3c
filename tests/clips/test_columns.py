"""Columns: guessed from names, from what stands in them, and as ``--map`` says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.clips.gathering import columns
from pressroom.kit.encodings import UnreadableError

LAB = ("date", "venue", "title", "project", "selected", "link")


def test_a_laboratory_s_list_is_understood() -> None:
    assert columns.guess(LAB, ()) == {
        "published_on": 0,
        "outlet": 1,
        "headline": 2,
        "topics": 3,
        "featured": 4,
        "url": 5,
    }


def test_names_are_known_in_other_forms() -> None:
    header = ("Date (published)", "MEDIA OUTLET", "Article Title", "Article URL", "By-line", "Título")
    assert columns.guess(header, ()) == {"published_on": 0, "outlet": 1, "headline": 2, "url": 3, "byline": 4}


def test_contents_tell_what_names_do_not() -> None:
    found = columns.guess(
        ("title", "a", "b"),
        [["One", "https://a.example/1", "2019-03-01"], ["Two", "https://a.example/2", "5 May 2020"], ["Three", "", ""]],
    )
    assert found == {"headline": 0, "url": 1, "published_on": 2}


@given(st.lists(st.text(), max_size=12), st.lists(st.lists(st.text(), max_size=12), max_size=4))
def test_guessing_never_raises_and_uses_no_column_twice(header: list[str], sample: list[list[str]]) -> None:
    found = columns.guess(header, sample)
    assert len(set(found.values())) == len(found)
    assert all(0 <= column < len(header) for column in found.values())
    assert set(found) <= set(columns.BY_NAME)


def test_a_missing_column_is_named_with_those_that_are_there() -> None:
    with pytest.raises(UnreadableError, match=r"“Headline”.*columns in this file are: day, paper, column 3"):
        columns.check({"published_on": 0, "outlet": 1}, ("day", "paper", ""))


def test_the_outlet_may_come_from_the_address() -> None:
    columns.check({"published_on": 0, "headline": 1, "url": 2}, ("a", "b", "c"))


def test_a_column_is_chosen_by_name_or_number() -> None:
    mapping = columns.guess(LAB, ())
    assert columns.changed(mapping, ["headline=Project"], LAB)["headline"] == 3
    assert "topics" not in columns.changed(mapping, ["headline=project"], LAB)
    assert columns.changed(mapping, ["byline=2"], LAB)["byline"] == 1
    assert "topics" not in columns.changed(mapping, ["topics="], LAB)


@pytest.mark.parametrize("wanted", ["headline", "colour=title", "headline=nowhere", "headline=99", "=title"])
def test_a_wrong_choice_is_a_sentence(wanted: str) -> None:
    with pytest.raises(UnreadableError, match=r"\.$"):
        columns.changed({}, [wanted], LAB)
