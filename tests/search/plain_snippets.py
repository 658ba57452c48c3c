"""Marks and snippets by taking the whole text apart: slow, obvious, sharing only the words with the fast way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from markupsafe import escape

from pressroom.search.analysis import Word, stem, words
from pressroom.search.snippets import ENOUGH, LEAD, READ, WORDS
from pressroom.search.tree import Leaf, Words


class Mark(NamedTuple):
    """Words ``first`` to ``last`` (counted in the text) match leaf number ``leaf``."""

    first: int
    last: int
    leaf: int


def marked(text: str, leaves: Sequence[Leaf]) -> str:
    found = words(text)
    return _render(text, found, _marks(found, leaves), 0, len(text))


def snippet(text: str, leaves: Sequence[Leaf]) -> str:
    text = " ".join(text[:READ].split())
    found = words(text)
    marks = _marks(found, leaves)
    first = _best_start(marks)
    last = min(first + WORDS, len(found)) - 1
    start = found[first].start if first else 0
    end = found[last].end if last + 1 < len(found) else len(text)
    shown = [mark for mark in marks if mark.first >= first and mark.last <= last]
    before, after = "… " if first else "", " …" if end < len(text) else ""
    return before + _render(text, found, shown, start, end) + after


def _marks(found: Sequence[Word], leaves: Sequence[Leaf]) -> list[Mark]:
    stems = [stem(word.text) for word in found]
    marks = []
    for number, leaf in enumerate(leaves):
        if isinstance(leaf, Words):
            sought = [stem(word) for word in leaf.words]
            for first in range(len(stems)):
                if stems[first : first + len(sought)] == sought:
                    marks.append(Mark(first, first + len(sought) - 1, number))
        else:
            marks += [Mark(n, n, number) for n, word in enumerate(found) if word.text.startswith(leaf.start)]
    return sorted(marks)


def _best_start(marks: Sequence[Mark]) -> int:
    best, best_score = 0, (0, 0)
    for n, mark in enumerate(marks):
        start = max(0, mark.first - LEAD)
        inside = [other.leaf for other in marks[n:] if other.first < start + WORDS]
        score = (len(set(inside)), min(len(inside), ENOUGH))
        if score > best_score:
            best, best_score = start, score
    return best


def _render(text: str, found: Sequence[Word], marks: Iterable[Mark], start: int, end: int) -> str:
    shown, at = "", start
    for first, last in _merged(marks):
        shown += str(escape(text[at : found[first].start]))
        shown += f"<mark>{escape(text[found[first].start : found[last].end])}</mark>"
        at = found[last].end
    return shown + str(escape(text[at:end]))


def _merged(marks: Iterable[Mark]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for mark in marks:
        if spans and mark.first <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], mark.last))
        else:
            spans.append((mark.first, mark.last))
    return spans
