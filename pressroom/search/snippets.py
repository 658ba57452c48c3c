"""The words that matched, marked, in a headline and in the most telling part of a text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from pressroom.search.analysis import Word, stem, words
from pressroom.search.tree import Leaf, Words

WORDS = 40  # of a snippet
LEAD = 8  # words before the first mark
READ = 100_000  # characters of a text in which a snippet is looked for


class Mark(NamedTuple):
    """Words ``first`` to ``last`` (counted in the text) match leaf number ``leaf``."""

    first: int
    last: int
    leaf: int


def marked(text: str, leaves: Sequence[Leaf]) -> Markup:
    """*text* as safe HTML, with what matches any of *leaves* in ``<mark>``."""
    found = words(text)
    return _render(text, found, _marks(found, leaves), 0, len(text))


def snippet(text: str, leaves: Sequence[Leaf]) -> Markup:
    """Some forty words of *text* as safe HTML: those with the most of *leaves*, else the first ones."""
    text = " ".join(text[:READ].split())
    found = words(text)
    marks = _marks(found, leaves)
    first = _best_start(marks)
    last = min(first + WORDS, len(found)) - 1
    start = found[first].start if first else 0
    end = found[last].end if last + 1 < len(found) else len(text)
    shown = [mark for mark in marks if mark.first >= first and mark.last <= last]
    before, after = "… " if first else "", " …" if end < len(text) else ""
    return Markup("{}{}{}").format(before, _render(text, found, shown, start, end), after)


def _marks(found: Sequence[Word], leaves: Sequence[Leaf]) -> list[Mark]:
    """All matches, in the order of the text."""
    stems = [stem(word.text) for word in found]
    marks = []
    for number, leaf in enumerate(leaves):
        if isinstance(leaf, Words):
            sought = [stem(word) for word in leaf.words]
            for first in _runs(stems, sought):
                marks.append(Mark(first, first + len(sought) - 1, number))
        else:
            marks += [Mark(n, n, number) for n, word in enumerate(found) if word.text.startswith(leaf.start)]
    return sorted(marks)


def _runs(stems: Sequence[str], sought: Sequence[str]) -> Iterable[int]:
    """Where *sought* stands in *stems*, word after word."""
    return (
        n
        for n, one in enumerate(stems)
        if one == sought[0] and (len(sought) == 1 or list(stems[n : n + len(sought)]) == list(sought))
    )


def _best_start(marks: Sequence[Mark]) -> int:
    """The first word of the window with the most different leaves; of several the earliest."""
    best, best_score = 0, (0, 0)
    for n, mark in enumerate(marks):
        start = max(0, mark.first - LEAD)
        inside = []
        for other in marks[n:]:
            if other.first >= start + WORDS:
                break
            inside.append(other.leaf)
        score = (len(set(inside)), min(len(inside), 5))
        if score > best_score:
            best, best_score = start, score
    return best


def _render(text: str, found: Sequence[Word], marks: Iterable[Mark], start: int, end: int) -> Markup:
    """``text[start:end]`` with *marks*; those that overlap become one."""
    pieces, at = [], start
    for first, last in _merged(marks):
        pieces.append(escape(text[at : found[first].start]))
        pieces.append(Markup("<mark>{}</mark>").format(text[found[first].start : found[last].end]))
        at = found[last].end
    pieces.append(escape(text[at:end]))
    return Markup("").join(pieces)


def _merged(marks: Iterable[Mark]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for mark in marks:
        if spans and mark.first <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], mark.last))
        else:
            spans.append((mark.first, mark.last))
    return spans
