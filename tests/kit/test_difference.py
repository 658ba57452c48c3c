"""Two texts compared, and two changes brought together."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.kit import difference
from pressroom.kit.difference import Kind

texts = st.text(st.sampled_from("ab \n"), max_size=40) | st.text(max_size=40)


def shown(before: str, after: str) -> str:
    """The comparison on one line: ``[-taken out-]{+put in+}``."""
    signs = {Kind.SAME: "{}", Kind.REMOVED: "[-{}-]", Kind.ADDED: "{{+{}+}}"}
    pieces = (piece for passage in difference.compare(before, after) for piece in passage.pieces)
    return "".join(signs[piece.kind].format(piece.text) for piece in pieces)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", ""),
        ("Forty cats agreed.", "Forty cats agreed.", "Forty cats agreed."),
        ("", "Cats", "{+Cats+}"),
        ("Cats", "", "[-Cats-]"),
        ("Forty cats agreed.", "Forty-one cats agreed.", "[-Forty-]{+Forty-one+} cats agreed."),
        ("Cats agreed.\n\nTwo did not.", "Cats agreed.\n\nThree did not.", "Cats agreed.\n\n[-Two-]{+Three+} did not."),
        ("One\nTwo\nThree", "One\nThree", "One\n[-Two\n-]Three"),
        ("a b c", "a c b", "a{+ c+} b[- c-]"),
        ("Grüße", "Grüsse", "[-Grüße-]{+Grüsse+}"),
    ],
)
def test_what_changed_is_told_by_words(before: str, after: str, expected: str) -> None:
    assert shown(before, after) == expected


@given(texts, texts)
def test_nothing_is_lost_in_a_comparison(before: str, after: str) -> None:
    pieces = [piece for passage in difference.compare(before, after) for piece in passage.pieces]
    assert "".join(piece.text for piece in pieces if piece.kind is not Kind.ADDED) == before
    assert "".join(piece.text for piece in pieces if piece.kind is not Kind.REMOVED) == after
    assert any(piece.kind is not Kind.SAME for piece in pieces) is (before != after)


@given(texts)
def test_white_space_round_a_piece_can_be_set_apart(text: str) -> None:
    before, words, behind = difference.Piece(Kind.ADDED, text).parts
    assert before + words + behind == text
    assert words.strip() in {words, ""}


def test_unchanged_lines_are_one_passage() -> None:
    first, second, third = difference.compare("1\n\n2\n3\nold\n4", "1\n\n2\n3\nnew\n4")
    assert (first.changed, first.paragraphs) == (False, 3)
    assert second.changed
    assert not third.changed


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("word " * 40_000, "words " + "word " * 39_000),
        ("a\n" * 100_000, "b\n" + "a\n" * 90_000 + "c\n"),
        (
            " ".join(random.Random(1).choices("abcdefgh", k=90_000)),
            " ".join(random.Random(2).choices("abcdefgh", k=900)),
        ),
    ],
    ids=["one line", "many lines", "eight words"],
)
def test_what_repeats_without_end_is_shown_whole(before: str, after: str) -> None:
    assert len([piece for passage in difference.compare(before, after) for piece in passage.pieces]) <= 4


@pytest.mark.parametrize(
    ("mine", "theirs", "merged"),
    [
        ("A\n\nb\n\nc", "a\n\nb\n\nC", "A\n\nb\n\nC"),
        ("a\n\nb\n\nc", "a\n\nB\n\nc", "a\n\nB\n\nc"),
        ("a\n\nB\n\nc", "a\n\nB\n\nc", "a\n\nB\n\nc"),
        ("0\n\na\n\nb\n\nc", "a\n\nb\n\nc\n\nd", "0\n\na\n\nb\n\nc\n\nd"),
        ("0\n\na\n\nb\n\nc", "a\n\nb", "0\n\na\n\nb"),
        ("a\n\nX\n\nc", "a\n\nY\n\nc", None),
        ("X\n\nb\n\nc", "", None),
        ("a\nX\nb\n\nc", "a\nY\nb\n\nc", None),
    ],
)
def test_changes_of_different_paragraphs_come_together(mine: str, theirs: str, merged: str | None) -> None:
    assert difference.merge("a\n\nb\n\nc", mine, theirs) == merged


@given(texts, texts)
def test_one_who_changed_nothing_takes_over_the_other(base: str, after: str) -> None:
    assert difference.merge(base, base, after) == after
    assert difference.merge(base, after, base) == after
    assert difference.merge(base, after, after) == after


@given(texts, texts, texts)
def test_it_does_not_matter_who_is_who(base: str, one: str, other: str) -> None:
    assert difference.merge(base, one, other) == difference.merge(base, other, one)
