"""The words of a snapshot: the vocabularies of its segments as one, counted in what is still there.

The dictionary of a segment keeps the words of documents that were taken out until it is merged. So a word of a
segment that has lost documents is counted in those that are left before anything is said of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pressroom.search.engines.arrays import Mask
from pressroom.search.engines.whoosh_damage import damage_said
from pressroom.search.engines.whoosh_segments import Segment
from pressroom.search.engines.whoosh_snapshot import Snapshot
from pressroom.search.vocabulary import Vocabulary

SPARE = 3  # times as many words are looked at as are asked for, because some may be gone


class SnapshotLexicon:
    """See :class:`pressroom.search.engines.Lexicon`."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    @damage_said()
    def count(self, word: str) -> int:
        """How many documents have *word*."""
        return sum(_living(segment, live, word) for segment, live in self._snapshot.parts())

    @damage_said()
    def beginning(self, start: str, most: int) -> list[tuple[str, int]]:
        """The *most* frequent words that begin with *start*, the most frequent first."""
        looked_at = most * SPARE
        return self._together(one.beginning(start, looked_at) for one in self._vocabularies())[:most]

    @damage_said()
    def near(self, word: str) -> list[tuple[str, int]]:
        """The words that are one slip from *word*, the most frequent first."""
        return self._together(one.near(word) for one in self._vocabularies())

    def _vocabularies(self) -> Iterable[Vocabulary]:
        return (segment.vocabulary for segment in self._snapshot.segments.values())

    def _together(self, lists: Iterable[list[tuple[str, int]]]) -> list[tuple[str, int]]:
        words = {word for words in lists for word, _ in words}
        counts = Counter({word: count for word in words if (count := self.count(word))})
        return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _living(segment: Segment, live: Mask, word: str) -> int:
    """How many of the *live* documents of *segment* have *word*."""
    if live.all() or not segment.vocabulary.count(word):
        return segment.vocabulary.count(word)
    return int(live[segment.postings("words", word).documents].sum())
