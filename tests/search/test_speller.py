"""Words one slip apart: the table against looking at every pair."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.search.engines import IndexUnusableError
from pressroom.search.engines.whoosh_vocabulary import made, opened, packed
from pressroom.search.speller import LONGEST, SHORTEST, Speller, one_slip, table
from pressroom.search.vocabulary import Vocabulary

WORD = st.text("abcé1", min_size=1, max_size=6)


def speller(words: list[str]) -> Speller:
    texts = [word.encode() for word in words]
    hashes, owners = table(texts, range(len(texts)))
    return Speller(texts, hashes.tolist(), owners.tolist())


def in_a_file(pairs: list[tuple[str, int]]) -> Vocabulary:
    """The words as they lie in a segment, at a place where no number lies as a processor would like it."""
    raw = packed([word.encode() for word, _ in sorted(pairs)], [count for _, count in sorted(pairs)], spelled=True)
    return opened(memoryview(b"x" + raw)[1:])


def gone_through(pairs: list[tuple[str, int]]) -> Vocabulary:
    return made([(word.encode(), count) for word, count in sorted(pairs)])


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
    assert {words[n] for n in speller(words).near(typed)} == (near if long_enough else set())


@pytest.mark.parametrize("odd", ["", "a", "\U0001f9ec" * 4, "x" * 10_000, "٢٠٢٤", "مرحبا"])
def test_it_takes_anything(odd: str) -> None:
    assert speller(["gene", "genome"]).near(odd) == []
    assert speller([]).near(odd) == []
    assert speller([odd]).near("gene") == []


def test_what_is_no_text_is_no_word() -> None:
    words = in_a_file([("gene", 1)])
    assert (words.near("\udcff" * 4), words.count("\udcff"), words.beginning("\udcff", 3)) == ([], 0, [])


def test_words_longer_than_the_table_are_left_alone() -> None:
    assert speller(["x" * (LONGEST + 1)]).near("x" * LONGEST) == []


@pytest.mark.parametrize("vocabulary", [in_a_file, gone_through])
def test_a_vocabulary_completes_and_counts(vocabulary: Callable[[list[tuple[str, int]]], Vocabulary]) -> None:
    words = vocabulary([("gene", 5), ("genome", 9), ("genesis", 1), ("zebra", 2), ("gén", 1), ("日本", 3)])
    assert words.count("gene") == 5
    assert words.count("gen") == 0
    assert words.count("日本") == 3
    assert words.beginning("gene", 5) == [("gene", 5), ("genesis", 1)]
    assert words.beginning("gen", 2) == [("genome", 9), ("gene", 5)]
    assert words.beginning("x", 5) == []
    assert words.near("gnee") == [("gene", 5)]
    assert words.near("géx") == [("gén", 1)]
    assert [words.words[n] for n in words.span("gen")] == [b"gene", b"genesis", b"genome"]
    assert vocabulary([]).beginning("gen", 2) == vocabulary([]).near("gene") == []


@given(st.dictionaries(WORD, st.integers(1, 9), max_size=30), WORD)
def test_the_words_in_a_file_are_the_words(counted: dict[str, int], typed: str) -> None:
    there, here = in_a_file(list(counted.items())), gone_through(list(counted.items()))
    assert list(there.words) == sorted(word.encode() for word in counted)
    assert there.count(typed) == counted.get(typed, 0)
    assert there.beginning(typed, 5) == here.beginning(typed, 5)
    assert there.near(typed) == here.near(typed)


def test_only_the_most_frequent_words_have_spellings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pressroom.search.vocabulary.MOST_WORDS", 3)
    words = in_a_file([(f"word{n:02}", n) for n in range(100)])
    assert words.near("word9x") == [("word97", 97), ("word98", 98), ("word99", 99)]
    assert words.near("word5x") == []
    assert words.count("word55") == 55


@pytest.mark.parametrize("cut", [0, 3, 20, -1])
def test_words_that_are_cut_short_are_damage(cut: int) -> None:
    raw = packed([b"gene", b"genome"], [5, 9], spelled=True)
    with pytest.raises(IndexUnusableError):
        opened(memoryview(raw[:cut]))
    with pytest.raises(IndexUnusableError):
        opened(memoryview(b"X" + raw[1:]))


@pytest.mark.slow
def test_a_look_up_is_quick() -> None:
    words = [f"{one}{two}{n}" for one in ("gene", "cell", "stem") for two in ("tic", "ome", "al") for n in range(9_000)]
    spelled = speller(sorted(words))
    began = time.process_time()
    for n in range(1_000):
        spelled.near(f"genetc{n}")
    assert time.process_time() - began < 1.0  # 0.03 ms each where nothing else runs; this only sees a mistake
