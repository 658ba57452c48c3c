"""The words of a part of an index, with how many documents have each: what completes a word, and what corrects it.

A vocabulary never changes. It is asked where it lies: its words may be a list, or bytes in a mapped file, of which a
question reads what it needs.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import cached_property
from heapq import nlargest, nsmallest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pressroom.search.speller import Speller

MOST_WORDS = 200_000  # of which spellings are kept; the most frequent ones
HIGHEST = "\U0010ffff"


class Vocabulary:
    """Words with their numbers, in the order of their code points, which is that of their bytes as well.

    Args:
        speller: makes or opens the table of spellings of the words, when it is first asked for.
    """

    def __init__(
        self, words: Sequence[bytes], counts: Sequence[int], speller: Callable[[Sequence[bytes]], Speller]
    ) -> None:
        self.words = words
        self.counts = counts
        self._open = speller

    def count(self, word: str) -> int:
        """How many documents have *word*."""
        sought = word.encode("utf-8", "surrogatepass")
        place = bisect_left(self.words, sought)
        return self.counts[place] if place < len(self.words) and self.words[place] == sought else 0

    def span(self, start: str) -> range:
        """The numbers of the words that begin with *start*."""
        edges = (edge.encode("utf-8", "surrogatepass") for edge in (start, start + HIGHEST))
        return range(*(bisect_left(self.words, edge) for edge in edges))

    def beginning(self, start: str, most: int) -> list[tuple[str, int]]:
        """The *most* frequent words that begin with *start*, and how many documents have each."""
        span = self.span(start)
        counts = self.counts[span.start : span.stop]
        order = nsmallest(most, range(len(span)), key=lambda n: -counts[n])
        return [(self.words[span[n]].decode(), counts[n]) for n in order]

    def near(self, word: str) -> list[tuple[str, int]]:
        """The words one slip of the finger from *word*, and how many documents have each."""
        return [(self.words[n].decode(), self.counts[n]) for n in self._speller.near(word)]

    @cached_property
    def _speller(self) -> Speller:
        return self._open(self.words)


def frequent(counts: Sequence[int]) -> Sequence[int]:
    """The numbers of the words of which spellings are kept."""
    numbers = range(len(counts))
    return numbers if len(counts) <= MOST_WORDS else sorted(nlargest(MOST_WORDS, numbers, key=counts.__getitem__))
