"""Did you mean …, and how a question may go on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from markupsafe import Markup

from pressroom import search
from pressroom.search.documents import Correction, Query
from pressroom.search.language import typed
from tests.search.conftest import NOW, Shelf


@pytest.fixture
def shelf(shelf: Shelf) -> Shelf:
    for number in range(1, 31):
        shelf.put(number, "Gene therapy", "A family history", outlet="The Harbor Ledger", topics=("Gene therapy",))
    shelf.put(31, "Robots", outlet="Harbour Radio", kind="clip")
    return shelf


def suggested(shelf: Shelf, text: str, **query: Any) -> list[tuple[str, str, int]]:
    with shelf.app.test_request_context():
        found = search.suggest(Query(text=text, **query), now=NOW)
    return [(one.kind, one.text, one.count) for one in found]


@pytest.mark.parametrize(
    ("asked", "meant", "total"),
    [
        ("thrapy", "therapy", 30),
        ("Thearpy", "therapy", 30),
        ("gnee thrapy", "gene therapy", 30),
        ('"gene thrapy" famly', '"gene therapy" family', 30),
        ("(thrapy OR xylophone) 2019..", "(therapy OR xylophone) 2019..", 30),
        ("thrapy after:2026", "therapy after:2026", 30),
        ("robts", "robots", 1),
    ],
)
def test_what_was_meant(shelf: Shelf, asked: str, meant: str, total: int) -> None:
    correction = shelf.find(asked).correction
    assert correction
    assert (correction.text, correction.total) == (meant, total)
    assert shelf.find(meant).total == total


@pytest.mark.parametrize(
    "asked",
    ["", "gene", "therapies", "xylophone", "thrapy xylophone", "outlet:ledgr", "-thrapy", "thrap*", "*", '"', "robots"],
)
def test_nothing_is_said_where_it_finds_no_more(shelf: Shelf, asked: str) -> None:
    assert shelf.find(asked).correction is None


def test_it_counts_within_the_filters(shelf: Shelf) -> None:
    assert shelf.find("thrapy", outlets=["Harbour Radio"]).correction is None
    assert shelf.find("thrapy", years=["2026"]).correction == Correction("therapy", Markup("<b>therapy</b>"), 30)


def test_what_is_shown_is_safe(shelf: Shelf) -> None:
    correction = shelf.find("thrapy <script>&").correction
    assert correction is None  # "script" is a word, and in nothing
    correction = shelf.find("thrapy <>&").correction
    assert correction
    assert correction.marked == "<b>therapy</b> &lt;&gt;&amp;"


def test_an_embargoed_word_is_offered_from_its_instant_to_its_withdrawal(shelf: Shelf) -> None:
    lift = NOW + timedelta(hours=1)
    assert shelf.find().total == 31
    shelf.change(99, due=lift)
    asked = ("quokaberg", "quokk")

    def offered(now: datetime) -> tuple[object, list[tuple[str, str, int]]]:
        with shelf.app.test_request_context():
            words = search.suggest(Query(text=asked[1]), now=now)
        return shelf.find(asked[0], now).correction, [(one.kind, one.text, one.count) for one in words]

    assert offered(lift - timedelta(microseconds=1)) == (None, [])
    shelf.documents[99] = search.Document(
        kind="clip", id=99, headline="Quokkaberg", body="", published=NOW, outlet="Quokka Times"
    )
    words = [("word", "quokkaberg", 1), ("word", "quokka", 1), ("outlet", "Quokka Times", 1)]
    correction, found = offered(lift)
    assert correction == Correction("quokkaberg", Markup("<b>quokkaberg</b>"), 1)
    assert sorted(found) == sorted(words)
    del shelf.documents[99]
    shelf.change(99, due=lift)
    assert offered(lift) == (None, [])


def test_a_word_of_what_was_taken_out_is_gone(shelf: Shelf) -> None:
    shelf.put(40, "Gene quokkaberg")
    shelf.put(41, "Gene other")
    shelf.rebuild()  # one segment, from which one document is then taken
    assert shelf.find("quokaberg").correction
    del shelf.documents[40]
    shelf.change(40)
    assert shelf.find("quokaberg").correction is None
    assert suggested(shelf, "quok") == []


def test_the_last_word_is_completed_with_what_the_whole_finds(shelf: Shelf) -> None:
    assert suggested(shelf, "fam") == [("word", "family", 30)]
    assert suggested(shelf, "robots fam") == []
    assert suggested(shelf, "gene fam") == [("word", "gene family", 30)]
    assert suggested(shelf, "ther")[0] == ("word", "therapy", 30)
    assert ("topic", "Gene therapy", 30) in suggested(shelf, "gene ther")
    assert suggested(shelf, "harb")[-2:] == [("outlet", "The Harbor Ledger", 30), ("outlet", "Harbour Radio", 1)]
    assert suggested(shelf, "fam", kinds=("release",)) == []


@pytest.mark.parametrize(
    "text", ["", "f", "family ", "fam*", "fam)", '"', "outlet:harb", "\0", "🧬", "-fam", "a" * 10_000]
)
def test_what_is_no_beginning_gets_nothing(shelf: Shelf, text: str) -> None:
    assert suggested(shelf, text) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("gene therapy", ["gene", "therapy"]),
        ("gene -mouse NOT rat", ["gene"]),
        ('by:lovelace "Café au lait" genom*', ["cafe", "au", "lait"]),
        ("(gene OR genome) 2019..2021", ["gene", "genome"]),
        ("x " * 500, ["x"] * 32),
    ],
)
def test_typed_words_stand_where_they_are_said_to(text: str, words: list[str]) -> None:
    found = typed(text)
    assert [word.text for word in found] == words
    assert all(text[word.start : word.end].casefold().replace("é", "e") == word.text for word in found)
