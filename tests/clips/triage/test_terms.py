"""Words and phrases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.clips.triage import terms
from pressroom.clips.triage.terms import TermError


def found(typed: str, text: str) -> list[str]:
    return [shown for term in terms.read(typed) if (shown := term.found_in(terms.fold(text)))]


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("genome", "The GENOME, again"),
        ("geneticos", "Estudios genéticos"),
        ("genéticos", "ESTUDIOS GENETICOS"),
        ("ASHG", "ASHG’s new journal"),
        ('"Down’s syndrome"', "Down's syndrome in three families"),
        ('"family history"', "A family  history"),
        ("„rare disease“", "a rare-disease registry"),
        ("«maladies rares»", "Maladies rares"),
        ("X-linked", "an X-linked trait"),
        ("gen*", "genomics"),
        ('"rare diseas*"', "rare diseases"),
        ("NYSE:WORK", "Slack (NYSE: WORK) sells"),
        ("Straße", "STRASSE"),
        ("Ørsted", "orsted"),
        ("遺伝", "日本遺伝学会の発表"),
        ("พันธุ", "โรคทางพันธุกรรม"),
        ("ＤＮＡ", "dna"),
        ("유전자", "유전자 검사"),
        ("ген*", "Генетики"),
    ],
)
def test_it_is_found(typed: str, text: str) -> None:
    assert found(typed, text)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("gene", "general practice"),
        ("gen*", "hydrogen"),
        ('"family history"', "history of a family"),
        ('"rare disease"', "rare diseases"),
        ("遺伝", "遺産の伝統"),
        ("ASHG", "ash g"),
    ],
)
def test_it_is_not_found(typed: str, text: str) -> None:
    assert not found(typed, text)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ('"family history', "Close the quotation mark"),
        ("ge*ne", "Put the star"),
        ("g*", "at least 2 letters"),
        ("good --- bad", "no letter or digit"),
        ("x" * 300, "too long"),
        (" ".join(f"w{n}" for n in range(101)), "100 are the most"),
    ],
)
def test_what_is_wrong_is_said(typed: str, sentence: str) -> None:
    with pytest.raises(TermError, match=sentence):
        terms.read(typed)


def test_blanks_commas_and_lines_part_them_and_none_counts_twice() -> None:
    assert [term.typed for term in terms.read('gene, DNA;"rare disease"\ngene  ""')] == [
        "gene",
        "DNA",
        "“rare disease”",
    ]


def test_a_beginning_says_the_word_that_it_was_found_in() -> None:
    assert found("genet* gene*", "Genetics") == ["genet* (genetics)", "gene* (genetics)"]


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_sentence(typed: str) -> None:
    try:
        for term in terms.read(typed):
            assert term.words.startswith(" ")
    except TermError as error:
        assert str(error).endswith((".", "gen*."))


@given(
    st.lists(
        st.text(st.characters(categories=["Lu", "Ll", "Lo", "Nd"]), min_size=1, max_size=8), min_size=1, max_size=6
    )
)
def test_every_word_of_a_text_is_found_in_it(words: list[str]) -> None:
    text = " ".join(words)
    for word in words:
        if terms.fold(word):
            assert found(f'"{word}"', text), (word, text)
