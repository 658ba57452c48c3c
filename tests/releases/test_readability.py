"""Reading ease: what is counted, and that the formula is Flesch's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.releases import readability

SYLLABLES = """
the 1, gene 1, genome 2, table 2, people 2, study 2, inherited 4, linked 1, wanted 2, changes 2, variant 3, disease 2,
scientist 3, society 4, science 2, quiet 2, being 2, create 2, area 3, idea 3, nation 2, social 2, material 4,
patient 2, association 5, places 2, boxes 2, used 1, likely 2, genetics 3, mechanism 4, individual 5, family 3, cells 1,
children 2, whole 1, medicine 3, trial 2, treated 2, measured 2, hospital 3, rare 1, O'Neill 2, x 1, 7 1, 2,400 2
"""


@pytest.mark.parametrize("line", [SYLLABLES])
def test_syllables_are_counted_as_they_are_spoken(line: str) -> None:
    wrong = []
    for word, said in (each.rsplit(" ", 1) for each in " ".join(line.split()).replace("2,400", "2.400").split(", ")):
        if readability.syllables(word) != int(said):
            wrong.append((word, int(said), readability.syllables(word)))
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three?", 3),
        ("Dr. Ada Lindqvist of St. Mary’s spoke. She read 3.5 papers.", 2),
        ("“It works.” She left.", 2),
        ("J. Smith et al. found it, i.e. in mice", 1),
        ("A heading\nA paragraph without a stop", 2),
        ("… ## ---", 0),
        ("", 0),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, sentences: int) -> None:
    assert len(readability.sentences(text)) == sentences


def test_the_score_is_that_of_flesch() -> None:
    found = readability.read("The cat sat on the mat. The dog ran.")
    assert (found.words, found.sentences, found.syllables) == (9, 2, 9)
    assert found.score == pytest.approx(206.835 - 1.015 * 4.5 - 84.6)
    assert found.band == "very easy"
    assert not found.says_something
    hard = readability.read("Multivariable heterogeneity considerations complicate epidemiological interpretation.")
    assert hard.band == "very difficult"


def test_a_long_sentence_is_named() -> None:
    long = " ".join(["word"] * 31) + "."
    assert readability.read(f"Short one. {long.capitalize()}").long == (long.capitalize(),)


@given(st.text(max_size=300))
def test_it_reads_anything(text: str) -> None:
    found = readability.read(text)
    assert found.syllables >= found.words >= 0
    assert found.band
