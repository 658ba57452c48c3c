"""Words one slip apart: the table against looking at every pair."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.search.speller import LONGEST, SHORTEST, Speller, one_slip
from pressroom.search.vocabulary import Vocabulary

WORD = st.text("abcé1", min_size=1, max_size=6)


def slips(word: str, letters: str) -> set[str]:
    """Everything that one slip makes of *word*, made one by one."""
    cuts = [(word[:n], word[n:]) for n in range(len(word) + 1)]
    missing = {left + right[1:] for left, right in cuts if right}
    swapped = {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    wrong = {left + letter + right[1:] for left, right in cuts if right for letter in letters}
    added = {left + letter + right for left, right in cuts for letter in letters}
    return (missing | swapped | wrong | added) - {word}


@given(WORD, WORD)
def test_one_slip(one: str, other: str) -> None:
    assert one_slip(one, other) is (other in slips(one, "abcé1"))


@given(st.lists(WORD, unique=True), WORD)
def test_the_table_finds_every_word_that_is_near(words: list[str], typed: str) -> None:
    long_enough = len(typed) >= SHORTEST and not typed.isdigit()
    near = {w for w in words if w in slips(typed, "abcé1") and len(w) >= SHORTEST and not w.isdigit()}
    assert {words[n] for n in Speller(words).near(typed)} == (near if long_enough else set())


@pytest.mark.parametrize("odd", ["", "a", "\U0001f9ec" * 4, "\udcff" * 4, "x" * 10_000, "٢٠٢٤", "مرحبا"])
def test_it_takes_anything(odd: str) -> None:
    assert Speller(["gene", "genome"]).near(odd) == []
    assert Speller([]).near(odd) == []
    assert Speller([odd]).near("gene") == []


def test_words_longer_than_the_table_are_left_alone() -> None:
    assert Speller(["x" * (LONGEST + 1)]).near("x" * LONGEST) == []


def test_a_vocabulary_completes_and_counts() -> None:
    words = Vocabulary([("gene", 5), ("genome", 9), ("genesis", 1), ("zebra", 2), ("gén", 1)])
    assert words.count("gene") == 5
    assert words.count("gen") == 0
    assert words.beginning("gene", 5) == [("gene", 5), ("genesis", 1)]
    assert words.beginning("gen", 2) == [("genome", 9), ("gene", 5)]
    assert words.beginning("x", 5) == []
    assert words.near("gnee") == [("gene", 5)]


def test_memory_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pressroom.search.vocabulary.MOST_WORDS", 3)
    words = Vocabulary((f"word{n}", n) for n in range(100))
    assert words.words == ["word97", "word98", "word99"]


@pytest.mark.slow
def test_a_look_up_is_quick() -> None:
    words = [f"{one}{two}{n}" for one in ("gene", "cell", "stem") for two in ("tic", "ome", "al") for n in range(9_000)]
    speller = Speller(sorted(words))
    began = time.process_time()
    for n in range(1_000):
        speller.near(f"genetc{n}")
    assert time.process_time() - began < 1.0  # 0.03 ms each where nothing else runs; this only sees a mistake
