"""Words, stems, and what is the same word."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pressroom.search.analysis import LONGEST, each, fold, plain_words, stem, words
from pressroom.search.rows import row


@pytest.mark.parametrize(
    ("form", "base"),
    [
        ("running", "run"),
        ("planning", "plan"),
        ("bidding", "bid"),
        ("operating", "operate"),
        ("operates", "operate"),
        ("therapies", "therapy"),
        ("genomes", "genome"),
        ("studied", "studies"),
        ("universities", "university"),
    ],
)
def test_forms_of_a_word_have_one_stem(form: str, base: str) -> None:
    assert stem(form) == stem(base)


@pytest.mark.parametrize(("one", "other"), [("gene", "general"), ("policy", "police"), ("new", "news")])
def test_different_words_have_different_stems(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Gene-editing, 2019", ("gene", "editing", "2019")),
        ("Café Zürich Łódź smørrebrød Straße", ("cafe", "zurich", "lodz", "smorrebrod", "strasse")),
        ("The society’s and the society's", ("the", "society", "and", "the", "society")),
        ("O’Brien l'homme", ("o", "brien", "l", "homme")),
        ("日本語 서울", ("日", "本", "語", "서", "울")),
        ("Москва Ελλάδα", ("москва", "ελλαδα")),
        ("cafe\u0301", ("cafe",)),
        ("İstanbul ﬁne m²", ("istanbul", "fine", "m2")),
        ("snake_case", ("snake", "case")),
        ("", ()),
        ("— … !", ()),
        ("\ud800 \x00", ()),
    ],
)
def test_words_are_compared_without_case_and_accents(text: str, expected: tuple[str, ...]) -> None:
    assert plain_words(text) == expected


def test_a_very_long_word_is_cut() -> None:
    assert [len(word) for word in plain_words("x" * 1000)] == [LONGEST]


@given(st.text(max_size=200))
def test_words_stand_in_order_where_they_say(text: str) -> None:
    at = 0
    for word in words(text):
        assert at <= word.start < word.end <= len(text)
        at = word.end
        assert word.text


@given(st.text(max_size=100))
def test_comparing_twice_changes_nothing(text: str) -> None:
    once = plain_words(text)
    assert plain_words(" ".join(once)) == once


ODD = """
    s 's ’s 's's ss gene's gene’s_ x_s日 日's 's日 é ß ﬁ Æsop ¼ … _ ' ’ - ไทย 서울 İ \u0301 m²
    ٢٠ \u2160 ① 🎉 \ud800 \U00020000
"""


@given(st.lists(st.sampled_from(ODD.split()) | st.sampled_from(" \n'’_s") | st.text(max_size=4)).map("".join))
def test_the_words_in_arrays_are_the_words(text: str) -> None:
    folded, _ = fold(text)
    found = row(folded)
    plain = [(one.start(), one.end(1), one.end()) for one in each(folded)]
    assert list(zip(found.starts.tolist(), found.ends.tolist(), found.stops.tolist(), strict=True)) == plain


@given(st.lists(st.sampled_from(ODD.split()) | st.text(max_size=4)).map("".join))
@example("\u0301")
def test_each_character_knows_where_it_came_from(text: str) -> None:
    folded, places = fold(text)
    pieces = [fold(character)[0] for character in text]
    assert folded == "".join(pieces)
    assert list(range(len(text)) if places is None else places) == [n for n, piece in enumerate(pieces) for _ in piece]
