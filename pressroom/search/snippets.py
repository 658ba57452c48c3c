"""The part of a text that shows why it was found, with the words that matched marked.

A page has twenty headlines and twenty texts, and a word of the question stands in each a few times. So the texts of a
page are taken apart as one text, in arrays: where all its words begin and end. Of those that begin like a word that is
sought each is stemmed and compared; the rest is counting. What is shown is escaped as one text as well.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, islice
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from markupsafe import Markup, escape

from pressroom.search.analysis import LONGEST, fold, stem
from pressroom.search.documents import Document, Passage
from pressroom.search.rows import Row, row
from pressroom.search.tree import Leaf, Words

WORDS = 40  # of a snippet
LEAD = 8  # words before the first mark
READ = 100_000  # characters of a text in which a snippet is looked for
ENOUGH = 5  # marks in a window, beyond which more are no better
ENDING = 2  # letters at the end of a stem that may not be in the word ("dying" has "die", "happy" has "happi")
COMPARED = 3  # letters at the beginning of a word that are compared in arrays
TOGETHER = 100_000  # characters of texts that are taken apart at once: their arrays stay in the processor's cache


Mark: TypeAlias = tuple[int, int, int]  # words first to last, counted through all texts, match leaf number leaf


def marked(text: str, leaves: Sequence[Leaf]) -> Markup:
    """*text* as safe HTML, with what matches any of *leaves* in ``<mark>``."""
    return shown([(text, "")], leaves)[0][0]


def snippet(text: str, leaves: Sequence[Leaf]) -> Markup:
    """Some forty words of *text* as safe HTML: those with the most of *leaves*, else the first ones."""
    return shown([("", text)], leaves)[0][1]


def shown(pairs: Sequence[tuple[str, str]], leaves: Sequence[Leaf]) -> list[tuple[Markup, Markup]]:
    """Of each headline and text the headline as :func:`marked` gives it, and the :func:`snippet` of the text."""
    found: list[tuple[Markup, Markup]] = []
    for some in _together(pairs):
        headlines, texts = [headline for headline, _ in some], [text[:READ] for _, text in some]
        made = _Page([*headlines, *texts], len(some), leaves).rendered()
        found += zip(made[: len(some)], made[len(some) :], strict=True)
    return found


def passages(document: Document, leaves: Sequence[Leaf], most: int) -> list[tuple[Passage, Markup]]:
    """Of the passages of *document* the *most* with the most of *leaves*, in their order, each with its text marked."""
    texts = [passage.text for passage in document.passages]
    chosen = [document.passages[number] for number in best(texts, leaves, most)]
    return [(passage, marked(passage.text, leaves)) for passage in chosen]


def best(texts: Sequence[str], leaves: Sequence[Leaf], most: int) -> list[int]:
    """The numbers of the *most* of *texts* with the most of *leaves*, in order; each leaf once, before one comes again.

    A phrase may go on in the next text.
    """
    edges = list(accumulate((len(text) + 1 for text in texts), initial=0))
    found: dict[int, set[int]] = {}
    for at, leaf in _Page([" ".join(texts)], 1, leaves).places():
        found.setdefault(bisect_right(edges, at) - 1, set()).add(leaf)
    chosen: list[int] = []
    seen: set[int] = set()
    while found and len(chosen) < most:
        number = max(found, key=lambda number: (len(found[number] - seen), len(found[number]), -number))
        seen |= found.pop(number)
        chosen.append(number)
    return sorted(chosen)


def _together(pairs: Sequence[tuple[str, str]]) -> Iterator[Sequence[tuple[str, str]]]:
    """*pairs* in lists that are not too long."""
    first = size = 0
    for number, (headline, text) in enumerate(pairs):
        more = len(headline) + min(len(text), READ)
        if number > first and size + more > TOGETHER:
            yield pairs[first:number]
            first, size = number, 0
        size += more
    if pairs:
        yield pairs[first:]


class _Page:
    """*texts* as one; of those after the first *whole* ones a snippet is shown."""

    def __init__(self, texts: Sequence[str], whole: int, leaves: Sequence[Leaf]) -> None:
        self._whole = whole
        self._leaves = leaves
        self._text = "\n".join(texts)
        self._edges = list(accumulate((len(text) + 1 for text in texts), initial=0))  # where each text begins
        self._folded, places = fold(self._text)
        self._places = None if places is None else np.array(places)
        self._row: Row = row(self._folded)
        self._initials = self._row.codes.take(self._row.starts)
        begin = self._edges if self._places is None else self._places.searchsorted(self._edges)
        self._firsts: list[int] = self._row.starts.searchsorted(begin).tolist()  # words of the texts

    def rendered(self) -> list[Markup]:
        """What is shown of each text."""
        windows, spans, counts = self._chosen()
        starts, ends = self._bounds(spans)
        begins, stops = self._bounds(windows)
        between, on, off = _unused(self._text)
        text, edges, firsts = self._text, self._edges, self._firsts
        said: list[str] = []
        span = 0
        for number, (first, last) in enumerate(windows):
            at = begins[number] if (begun := first > firsts[number]) else edges[number]
            end = stops[number] if (goes_on := last + 1 < firsts[number + 1]) else edges[number + 1] - 1
            shown = text[at:end]
            odd = number >= self._whole and ("  " in shown or not shown.isprintable() or shown != shown.strip())
            if count := counts[number]:
                shown = ""
                for place in range(span, span + count):
                    shown += f"{text[at : starts[place]]}{on}{text[starts[place] : ends[place]]}{off}"
                    at = ends[place]
                shown += text[at:end]
                span += count
            if odd:
                shown = " ".join(shown.split())
            if begun:
                shown = "… " + shown
            said.append(shown + " …" if goes_on else shown)
        whole = str(escape(between.join(said))).replace(on, "<mark>").replace(off, "</mark>")
        return list(map(Markup, whole.split(between)))

    def places(self) -> list[tuple[int, int]]:
        """Where in the text as it was given each match begins, and of which leaf it is."""
        marks = self._marks()
        starts, _ = self._bounds([(first, last) for first, last, _ in marks])
        return list(zip(starts, (leaf for _, _, leaf in marks), strict=True))

    def _bounds(self, runs: Sequence[tuple[int, int]]) -> tuple[list[int], list[int]]:
        """Where each of the *runs* of words begins and ends in the text as it was given."""
        if not runs or not len(self._row.starts):
            return [0] * len(runs), [0] * len(runs)
        firsts, lasts = zip(*runs, strict=True)
        starts = self._row.starts.take(firsts, mode="clip")
        ends = self._row.stops.take(lasts, mode="clip")
        if self._places is not None:
            starts, ends = self._places[starts], self._places[ends - 1] + 1
        return starts.tolist(), ends.tolist()

    def _chosen(self) -> tuple[list[tuple[int, int]], list[tuple[int, int]], list[int]]:
        """The words of each text that are shown; the runs of words that are marked; how many of these each text has."""
        marks = self._marks()
        windows: list[tuple[int, int]] = []
        spans: list[tuple[int, int]] = []
        counts: list[int] = []
        at = 0
        for number, first in enumerate(self._firsts[:-1]):
            beyond = self._firsts[number + 1]
            own: list[Mark] = []
            while at < len(marks) and marks[at][0] < beyond:
                own.append(marks[at])
                at += 1
            last = beyond - 1
            if number >= self._whole:
                first = _window(own, first) if own else first
                last = min(first + WORDS - 1, last)
            before = len(spans)
            for start, end, _ in own:
                if start < first or end > last:
                    continue
                if len(spans) > before and start <= spans[-1][1]:
                    spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
                else:
                    spans.append((start, end))
            windows.append((first, last))
            counts.append(len(spans) - before)
        return windows, spans, counts

    def _marks(self) -> list[Mark]:
        """All matches, in the order of the texts."""
        marks: list[Mark] = []
        for number, leaf in enumerate(self._leaves):
            if isinstance(leaf, Words):
                first, *rest = map(stem, leaf.words)
                found = self._beginning(first[: max(len(first) - ENDING, 1)])
                ones = [word for word, text in found if stem(text) == first]
                marks += [(one, one + len(rest), number) for one in ones if not rest or self._goes_on(one, rest)]
            else:
                found = self._beginning(leaf.start)
                marks += [(word, word, number) for word, _ in found]
        marks.sort()
        return marks

    def _beginning(self, start: str) -> list[tuple[int, str]]:
        """The words that begin with *start*, with their numbers."""
        numbers = np.flatnonzero(self._initials == ord(start[0]))
        for step, letter in enumerate(start[1:COMPARED], 1):
            places = self._row.starts.take(numbers) + step
            numbers = numbers[self._row.codes.take(places, mode="clip") == ord(letter)]
        found = zip(numbers.tolist(), self._words(numbers), strict=True)
        return [(number, text) for number, text in found if text.startswith(start)]

    def _words(self, numbers: Sequence[int] | npt.NDArray[np.int64]) -> list[str]:
        starts, ends = self._row.starts.take(numbers).tolist(), self._row.ends.take(numbers).tolist()
        return [self._folded[start:end][:LONGEST] for start, end in zip(starts, ends, strict=True)]

    def _goes_on(self, word: int, rest: Sequence[str]) -> bool:
        """Whether the words that follow on number *word*, in its text, have the stems *rest*."""
        behind = range(word + 1, word + 1 + len(rest))
        beyond = self._firsts[bisect_left(self._firsts, word + 1)]
        return behind.stop <= beyond and list(map(stem, self._words(behind))) == rest


def _window(marks: Sequence[Mark], first: int) -> int:
    """The first word of the window with marks of the most different leaves, of several the earliest.

    Args:
        first: word of the text.
    """
    if len(marks) == 1:
        return max(first, marks[0][0] - LEAD)
    best, best_score = first, (0, 0)
    highest = (len({leaf for _, _, leaf in marks}), min(len(marks), ENOUGH))
    for n, mark in enumerate(marks):
        start = max(first, mark[0] - LEAD)
        last = bisect_left(marks, (start + WORDS,), n)
        score = (len({leaf for _, _, leaf in marks[n:last]}), min(last - n, ENOUGH))
        if score > best_score:
            best, best_score = start, score
        if score == highest:
            break
    return best


def _unused(text: str) -> list[str]:
    """Three characters that are not in *text*, and are neither space nor escaped."""
    controls = map(chr, chain(range(1, 9), range(0xE000, 0xF900), range(0xF0000, 0x110000)))  # more than a text has
    return list(islice((control for control in controls if control not in text), 3))
