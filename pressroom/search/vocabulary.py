"""The words of an index, unstemmed, with how many documents have each: what completes a word, and what corrects it.

A vocabulary never changes. It is made of the words of one segment when somebody first asks, and goes when the
segment goes, so a word of what is not in the index is not in here either.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cached_property
from heapq import nsmallest

import numpy as np

from pressroom.search.speller import Speller

MOST_WORDS = 200_000  # of a segment; the most frequent ones. With the speller's table about 40 MB
HIGHEST = "\U0010ffff"


class Vocabulary:
    """Words in order, with their numbers."""

    def __init__(self, counted: Iterable[tuple[str, int]]) -> None:
        pairs = list(counted)
        if len(pairs) > MOST_WORDS:
            pairs = nsmallest(MOST_WORDS, pairs, key=lambda pair: -pair[1])
        pairs.sort()
        self.words: Sequence[str] = [word for word, _ in pairs]
        self.counts = np.array([count for _, count in pairs], dtype=np.int32)

    def count(self, word: str) -> int:
        """How many documents have *word*."""
        place = bisect_left(self.words, word)
        return int(self.counts[place]) if self.words[place : place + 1] == [word] else 0

    def beginning(self, start: str, most: int) -> list[tuple[str, int]]:
        """The *most* frequent words that begin with *start*, and how many documents have each."""
        first, last = bisect_left(self.words, start), bisect_left(self.words, start + HIGHEST)
        order = np.argsort(-self.counts[first:last], kind="stable")[:most] + first
        return [(self.words[n], int(self.counts[n])) for n in order.tolist()]

    def near(self, word: str) -> list[tuple[str, int]]:
        """The words one slip of the finger from *word*, and how many documents have each."""
        return [(self.words[n], int(self.counts[n])) for n in self._speller.near(word)]

    @cached_property
    def _speller(self) -> Speller:
        return Speller(self.words)
