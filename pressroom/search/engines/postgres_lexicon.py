"""The words of the index in PostgreSQL, each counted in the documents that are there now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pressroom.search.engines.postgres_tables import LIVING, askable, storable
from pressroom.search.engines.postgres_tree import HIGHEST
from pressroom.search.speller import LONGEST, SHORTEST, one_slip

Pairs = Callable[[str, dict[str, Any]], list[tuple[str, int]]]

_WORDS = f"SELECT t.term, t.documents FROM {LIVING}.term AS t WHERE t.field = 'words'"


class TableLexicon:
    """See :class:`pressroom.search.engines.Lexicon`.

    Args:
        pairs: asks the database: a statement and its parameters, words and numbers.
    """

    def __init__(self, pairs: Pairs) -> None:
        self._pairs = pairs

    def count(self, word: str) -> int:
        """How many documents have *word*."""
        found = self._pairs(f"{_WORDS} AND t.term = %(word)s", {"word": askable(word)})
        return found[0][1] if found else 0

    def beginning(self, start: str, most: int) -> list[tuple[str, int]]:
        """The *most* frequent words that begin with *start*, the most frequent first."""
        start = askable(start)
        limits = {"first": start, "last": start + HIGHEST, "most": most}
        return self._pairs(
            f"{_WORDS} AND t.term >= %(first)s AND t.term < %(last)s ORDER BY t.documents DESC, t.term LIMIT %(most)s",
            limits,
        )

    def near(self, word: str) -> list[tuple[str, int]]:
        """The words that are one slip from *word*, the most frequent first.

        Two words are that only if they are alike once a letter is left out of one or of both.
        """
        if not SHORTEST <= len(word) <= LONGEST or word.isdigit() or word != storable(word):
            return []
        alike = self._pairs(
            f"{_WORDS} AND length(t.term) BETWEEN {SHORTEST} AND {LONGEST} "
            f"AND {LIVING}.shortened(t.term) && {LIVING}.shortened(%(word)s::text) ORDER BY t.documents DESC, t.term",
            {"word": word},
        )
        return [(other, count) for other, count in alike if not other.isdigit() and one_slip(word, other)]
