"""The part of a text that shows why it was found, with the words that matched marked.

A page has twenty texts and a word of the question stands in each a few times, so the texts are not taken apart into
words. A regular expression finds what begins like a word that is sought, only that is stemmed and compared, and
words are counted only where the window may lie.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, takewhile
from typing import NamedTuple

from markupsafe import Markup, escape

from pressroom.search.analysis import LETTER, LONGEST, each, fold, stem
from pressroom.search.tree import Leaf, Words

WORDS = 40  # of a snippet
LEAD = 8  # words before the first mark
READ = 100_000  # characters of a text in which a snippet is looked for
ENOUGH = 5  # marks in a window, beyond which more are no better
ENDING = 2  # letters at the end of a stem that may not be in the word ("dying" has "die", "happy" has "happi")
STRIDE = 16  # characters that a word and the space after it take up, rather too many

_INSIDE = re.compile(LETTER * 2)  # a word that has begun before


class Mark(NamedTuple):
    """``folded[start:end]`` matches leaf number ``leaf``."""

    start: int
    end: int
    leaf: int


def marked(text: str, leaves: Sequence[Leaf]) -> Markup:
    """*text* as safe HTML, with what matches any of *leaves* in ``<mark>``."""
    folded, places = fold(text)
    return Markup(_render(text, places, _sought(tuple(leaves)).marks(folded), 0, len(text)))  # noqa: S704 - is escaped


def snippet(text: str, leaves: Sequence[Leaf]) -> Markup:
    """Some forty words of *text* as safe HTML: those with the most of *leaves*, else the first ones."""
    text = " ".join(text[:READ].split())
    folded, places = fold(text)
    marks = _sought(tuple(leaves)).marks(folded)
    start, end = _window(folded, marks)
    shown = [mark for mark in marks if mark.start >= start and mark.end <= end]
    if places is not None:
        start = places[start] if start else 0
        end = places[end - 1] + 1 if end < len(folded) else len(text)
    before, after = "… " if start else "", " …" if end < len(text) else ""
    return Markup(before + _render(text, places, shown, start, end) + after)  # noqa: S704 - is escaped


class _Sought:
    """What matches any of *leaves*, made ready for many texts."""

    def __init__(self, leaves: Sequence[Leaf]) -> None:
        self._words: dict[str, list[tuple[int, list[str]]]] = {}
        self._prefixes: list[tuple[int, str]] = []
        for number, leaf in enumerate(leaves):
            if isinstance(leaf, Words):
                first, *rest = map(stem, leaf.words)
                self._words.setdefault(first, []).append((number, rest))
            else:
                self._prefixes.append((number, leaf.start))
        self._beginnings = self._compiled()

    def marks(self, folded: str) -> list[Mark]:
        """All matches, in the order of the text."""
        marks: list[Mark] = []
        for found in self._candidates(folded):
            word = found[1][:LONGEST]
            for number, rest in self._words.get(stem(word), ()):
                if end := _goes_on(folded, found.end(), rest):
                    marks.append(Mark(found.start(), end, number))
            for number, start in self._prefixes:
                if word.startswith(start):
                    marks.append(Mark(found.start(), found.end(), number))
        marks.sort()
        return marks

    def _candidates(self, folded: str) -> Iterable[re.Match[str]]:
        """Every word that may match, and not many others."""
        if self._beginnings is None:
            return each(folded)
        places = (found.start() for found in self._beginnings.finditer(folded))
        return (next(each(folded, place)) for place in places if not (place and _INSIDE.match(folded, place - 1)))

    def _compiled(self) -> re.Pattern[str] | None:
        """What finds the beginnings of all words that may match; None if every word has to be looked at.

        It is made for each question, so it is letters only: with classes of them it would take milliseconds to make.
        """
        prefixes = {start for _, start in self._prefixes}
        if not {"s", ""}.isdisjoint({*self._words, *prefixes}):
            return None  # to know which s is a possessive, and so no word, takes every word before it
        begun = prefixes | {first[: max(len(first) - ENDING, 1)] for first in self._words}
        return re.compile("|".join(map(re.escape, sorted(begun))) or "(?!)")


_sought = lru_cache(256)(_Sought)


def _goes_on(folded: str, end: int, rest: Sequence[str]) -> int | None:
    """Where the run ends if the words that follow on *end* have the stems *rest*; None if they have not."""
    following = each(folded, end)
    for wanted in rest:
        found = next(following, None)
        if found is None or stem(found[1][:LONGEST]) != wanted:
            return None
        end = found.end()
    return end


def _window(folded: str, marks: Sequence[Mark]) -> tuple[int, int]:
    """Where the window with marks of the most different leaves begins and ends; of several the earliest."""
    numbered = _Numbered(folded, _lead(folded, marks[0].start) if marks else 0)
    best, best_score = 0, (0, 0)
    highest = (len({mark.leaf for mark in marks}), min(len(marks), ENOUGH))
    for n, mark in enumerate(marks):
        first = max(0, numbered.number(mark.start) - LEAD)
        last = n
        while last < len(marks) and numbered.number(marks[last].start) < first + WORDS:
            last += 1
        score = (len({marks[k].leaf for k in range(n, last)}), min(last - n, ENOUGH))
        if score > best_score:
            best, best_score = first, score
        if score == highest:
            break
    return numbered.window(best)


def _lead(folded: str, place: int) -> int:
    """Where the word begins that is so many words before the one at *place* as a window leads; 0 if there are fewer.

    Only a little of the text before *place* is looked at: from a space on, words are the same as from the beginning.
    """
    back = STRIDE * LEAD
    while True:
        at = folded.rfind(" ", 0, max(place - back, 0)) + 1
        before = [found.start() for found in takewhile(lambda found: found.start() < place, each(folded, at))]
        if len(before) > LEAD:
            return before[-LEAD]
        if not at:
            return 0
        back *= 2


class _Numbered:
    """The words of *folded* from *origin* on, numbered from 0 as far as anybody asks."""

    def __init__(self, folded: str, origin: int) -> None:
        self._folded = folded
        self._origin = origin
        self._following: Iterator[re.Match[str]] = each(folded, origin)
        self._starts: list[int] = []

    def number(self, place: int) -> int:
        """The number of the word that begins at *place*."""
        while not self._starts or self._starts[-1] < place:
            self._read()
        return bisect_left(self._starts, place)

    def window(self, first: int) -> tuple[int, int]:
        """Where the window begins and ends whose first word is number *first*."""
        while len(self._starts) <= first + WORDS and self._read():
            pass
        start = self._starts[first] if first else self._origin
        if len(self._starts) <= first + WORDS:
            return start, len(self._folded)
        return start, next(each(self._folded, self._starts[first + WORDS - 1])).end()

    def _read(self) -> bool:
        """Number some more words; whether there were any."""
        before = len(self._starts)
        self._starts += [found.start() for found in islice(self._following, WORDS + 1)]
        return len(self._starts) > before


def _render(text: str, places: Sequence[int] | None, marks: Sequence[Mark], start: int, end: int) -> str:
    """``text[start:end]`` as HTML with *marks*; those that overlap become one."""
    pieces: list[str] = []
    at = start
    for first, last in _merged(marks):
        if places is not None:
            first, last = places[first], places[last - 1] + 1
        pieces += (escape(text[at:first]), "<mark>", escape(text[first:last]), "</mark>")
        at = last
    pieces.append(escape(text[at:end]))
    return "".join(pieces)


def _merged(marks: Sequence[Mark]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for mark in marks:
        if spans and mark.start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], mark.end))
        else:
            spans.append((mark.start, mark.end))
    return spans
