"""What a clip is: sameness, the cap of the excerpt, and how cells are read."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.clips import rules
from pressroom.clips.rules import Medium

DAY = date(2026, 11, 12)


def _mark(**fields: object) -> str:
    usual = {"url": "", "outlet": "The Harbor Ledger", "headline": "Family history", "published_on": DAY}
    return rules.fingerprint(**(usual | fields))  # type: ignore[arg-type]


def test_the_address_decides() -> None:
    one = _mark(url="https://harborledger.example/a?utm_source=x", headline="One headline")
    assert one == _mark(url="http://harborledger.example/a/", headline="Another")
    assert one != _mark(url="https://harborledger.example/b", headline="One headline")


def test_without_an_address_outlet_headline_and_day_decide() -> None:
    assert _mark() == _mark(outlet="the  harbor ledger", headline="FAMILY HISTORY!")
    assert _mark() != _mark(published_on=date(2026, 11, 13))
    assert _mark() != _mark(outlet="The Capital Courier")
    assert _mark() != _mark(url="https://harborledger.example/a")


def test_an_excerpt_is_capped() -> None:
    words = [f"word{n}" for n in range(200)]
    capped = rules.capped(" ".join(words))
    assert capped == " ".join(words[:60]) + "…"
    assert rules.capped("short,\n and on one line") == "short, and on one line"


@given(st.text())
def test_no_excerpt_is_longer_than_the_cap(excerpt: str) -> None:
    capped = rules.capped(excerpt)
    assert len(capped.split()) <= rules.EXCERPT_WORDS
    assert len(capped) <= rules.EXCERPT_WORDS * 12 + 1


@pytest.mark.parametrize(
    ("cell", "url", "medium"),
    [
        ("", "https://a.example", Medium.ONLINE),
        ("", "", Medium.OTHER),
        ("TV", "", Medium.TELEVISION),
        (" Podcast ", "", Medium.PODCAST),
        ("newspaper", "https://a.example", Medium.PRINT),
        ("carrier pigeon", "", Medium.OTHER),
    ],
)
def test_mediums_are_read(cell: str, url: str, medium: Medium) -> None:
    assert rules.read_medium(cell, url=url) is medium


@pytest.mark.parametrize(
    ("cell", "code"), [("Spanish", "es"), ("es-MX", "es"), ("DE", "de"), ("français", "fr"), ("Klingon", ""), ("", "")]
)
def test_languages_are_read(cell: str, code: str) -> None:
    assert rules.read_language(cell) == code


@pytest.mark.parametrize(
    ("headline", "code"),
    [("[Russian]", "ru"), ("Un robot low-tech (FR)", "fr"), ("A study (NIH)", ""), ("[Video] A study", "")],
)
def test_a_list_notes_the_language_in_brackets(headline: str, code: str) -> None:
    assert rules.language_of_headline(headline) == code


@pytest.mark.parametrize(
    ("cell", "topics"),
    [
        ("none", ()),
        ("a, b", ("a", "b")),
        ("Genes, and more; DNA  Day", ("Genes, and more", "DNA Day")),
        ("a|a| ", ("a",)),
    ],
)
def test_topics_are_read(cell: str, topics: tuple[str, ...]) -> None:
    assert rules.read_topics(cell) == topics


def test_yes_is_read() -> None:
    assert rules.read_yes(" Yes ") is True
    assert rules.read_yes("no") is False
