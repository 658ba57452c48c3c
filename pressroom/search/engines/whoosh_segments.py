"""One segment of the index, read as arrays. It never changes, so it is read once for all generations that have it.

Whoosh's searcher gives wrong totals with a limit and takes an object per posting, so only its files are used: the
dictionary of terms, the postings, the columns.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
from whoosh.reading import SegmentReader, TermNotFound

from pressroom.search.documents import FACETS
from pressroom.search.engines import IndexUnusableError
from pressroom.search.engines.arrays import NO_INTS, Ints, members, scattered, spans
from pressroom.search.engines.whoosh_codec import NOTHING, Postings, PostingsReader
from pressroom.search.engines.whoosh_columns import ValuesColumn
from pressroom.search.engines.whoosh_files import SCHEMA
from pressroom.search.engines.whoosh_mapped import map_files
from pressroom.search.vocabulary import Vocabulary

FAR = 1 << 32  # more than any place


class Segment:
    """The numbers of its documents count from 0; deleted ones are among them."""

    def __init__(self, files: Any, segment: Any) -> None:
        map_files(segment)
        self._reader = SegmentReader(files, SCHEMA, segment)
        self._postings = PostingsReader(self._reader)
        self._lock = threading.Lock()  # the dictionary has one place in its file, for all threads
        self.size: int = segment.doc_count_all()
        self.ids = self._column("id").numbers
        self.published = self._column("published").numbers
        self.days = self._column("day").numbers
        self.lengths = self._column("length").numbers
        self.facets: dict[str, ValuesColumn.Reader] = {name: self._column(name) for name in FACETS}

    def _column(self, name: str) -> Any:
        if not self._reader.has_column(name):
            raise IndexUnusableError(f"a segment has lost its column {name}")
        return self._reader.column_reader(name, translate=False)

    @cached_property
    def fingerprints(self) -> Ints:
        """What each document was when it was put in."""
        with self._lock:
            numbers: Ints = self._column("fingerprint").numbers
            return numbers

    def postings(self, field: str, term: str, *, places: bool = False) -> Postings:
        """The documents with *term*."""
        with self._lock:
            try:
                info = self._reader.term_info(field, term)
            except TermNotFound:
                return NOTHING
            return self._postings.read(field, term.encode(), info, places=places)

    def any_of(self, field: str, found: Sequence[tuple[str, Any]]) -> Ints:
        """The documents with any of the words that :meth:`beginning` gave."""
        with self._lock:
            lists = [self._postings.read(field, word.encode(), info, places=False).documents for word, info in found]
        return np.flatnonzero(scattered(np.concatenate(lists), self.size)) if lists else NO_INTS

    def beginning(self, field: str, start: str, most: int) -> list[tuple[str, Any]]:
        """The first *most* words of *field* that begin with *start*, in the order of the alphabet, and where
        their postings are.
        """
        with self._lock:
            begun = islice(self._reader.iter_prefix(field, start), most)
            return [(word.decode(), info) for word, info in begun]

    def phrase(self, field: str, terms: Sequence[str]) -> Postings:
        """The documents with *terms* in a row, and how often."""
        lists = {term: self.postings(field, term, places=True) for term in dict.fromkeys(terms)}
        shortest, *others = sorted(lists.values(), key=lambda one: len(one.documents))
        together = shortest.documents
        for one in others:
            together = together[members(together, one.documents, self.size)]
        if not len(together):
            return NOTHING
        # A place in the segment is one number, document × FAR + place, so that rows of words meet in one array.
        rows = {term: _places(one, together) for term, one in lists.items()}
        (first, term), *others_ = sorted(enumerate(terms), key=lambda step: len(rows[step[1]]))
        starts = rows[term] - first
        for step, term in others_:
            row, sought = rows[term], starts + step
            at = np.searchsorted(row, sought)
            at[at == len(row)] = 0
            starts = starts[row[at] == sought]
            if not len(starts):
                break
        documents, counts = np.unique((starts + len(terms)) // FAR, return_counts=True)
        return Postings(documents, counts)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The unstemmed words and how many documents have each, deleted ones among them."""
        with self._lock:
            found = self._reader.iter_field("words")
            return Vocabulary((term.decode(), int(info.doc_frequency())) for term, info in found)


def _places(postings: Postings, documents: Ints) -> Ints:
    """Where *documents*, all of which are in *postings*, have the term."""
    chosen = np.searchsorted(postings.documents, documents)
    counts = postings.counts[chosen]
    starts = (np.cumsum(postings.counts) - postings.counts)[chosen]
    return np.repeat(documents, counts) * FAR + postings.places[spans(starts, counts)]
