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
from pressroom.search.engines import IndexUnusableError, whoosh_vocabulary
from pressroom.search.engines.arrays import NO_INTS, Ints, members, scattered, spans
from pressroom.search.engines.whoosh_codec import NOTHING, Postings, PostingsReader
from pressroom.search.engines.whoosh_columns import ValuesColumn
from pressroom.search.engines.whoosh_files import NUMBERS, SCHEMA
from pressroom.search.engines.whoosh_mapped import map_files, whole
from pressroom.search.vocabulary import Vocabulary

FAR = 1 << 32  # more than any place


class Segment:
    """The numbers of its documents count from 0; deleted ones are among them."""

    def __init__(self, files: Any, segment: Any) -> None:
        self._mapped = map_files(segment)
        self._reader = SegmentReader(files, SCHEMA, segment)
        self._postings = PostingsReader(self._reader)
        self._lock = threading.Lock()  # the dictionary has one place in its file, for all threads
        self.size: int = segment.doc_count_all()
        self.facets: dict[str, ValuesColumn.Reader] = {name: self._column(name) for name in FACETS}
        self.columns: dict[str, Ints] = {name: self._column(name).numbers for name in NUMBERS}

    def _column(self, name: str) -> Any:
        if not self._reader.has_column(name):
            raise IndexUnusableError(f"a segment has lost its column {name}")
        return self._reader.column_reader(name, translate=False)

    def must_be_whole(self) -> None:
        """Before anything is read where it is mapped, columns too: it takes a microsecond.

        Raises:
            IndexUnusableError: the file was cut short.
        """
        if any(file.is_cut() for file in self._mapped):
            raise IndexUnusableError("the file of a segment was cut short")

    @property
    def fingerprints(self) -> Ints:
        """What each document was when it was put in."""
        self.must_be_whole()
        return self.columns["fingerprint"]

    def postings(self, field: str, term: str, *, places: bool = False) -> Postings:
        """The documents with *term*."""
        self.must_be_whole()
        with self._lock:
            try:
                info = self._reader.term_info(field, term)
            except TermNotFound:
                return NOTHING
            return self._postings.read(field, term.encode(), info, places=places)

    def any_of(self, field: str, words: Sequence[bytes]) -> Ints:
        """The documents with any of *words*, the first ones that :meth:`beginning` gave."""
        if not words:
            return NO_INTS
        in_a_row = self._vocabulary(field) is not None
        with self._lock:
            first = self._reader.term_info(field, words[0])
            found = self._postings.documents_of(first, len(words)) if in_a_row else None
            if found is None:
                infos = [(word, self._reader.term_info(field, word)) for word in words]
                lists = [self._postings.read(field, word, info, places=False).documents for word, info in infos]
                found = np.concatenate(lists)
        return np.flatnonzero(scattered(found, self.size))

    def beginning(self, field: str, start: str, most: int) -> Sequence[bytes]:
        """The first *most* words of *field* that begin with *start*, in the order of the alphabet."""
        if vocabulary := self._vocabulary(field):
            span = vocabulary.span(start)[:most]
            return vocabulary.words[span.start : span.stop]
        with self._lock:
            return [word for word, _ in islice(self._reader.iter_prefix(field, start), most)]

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

    @property
    def vocabulary(self) -> Vocabulary:
        """The unstemmed words and how many documents have each, deleted ones among them."""
        return self._vocabulary("words") or self._gone_through

    @cached_property
    def _gone_through(self) -> Vocabulary:
        with self._lock:
            found = self._reader.iter_field("words")
            return whoosh_vocabulary.made([(term, int(info.doc_frequency())) for term, info in found])

    def _vocabulary(self, field: str) -> Vocabulary | None:
        """The words of *field* as they lie in the segment; None if it has no such file."""
        self.must_be_whole()
        return self._vocabularies[field]

    @cached_property
    def _vocabularies(self) -> dict[str, Vocabulary | None]:
        storage, segment = self._reader.storage(), self._reader.segment()
        found: dict[str, Vocabulary | None] = dict.fromkeys(whoosh_vocabulary.FIELDS)
        for field in found:
            extension = whoosh_vocabulary.extension(field)
            if storage.file_exists(segment.make_filename(extension)):
                found[field] = whoosh_vocabulary.opened(whole(segment.open_file(storage, extension)))
        return found


def _places(postings: Postings, documents: Ints) -> Ints:
    """Where *documents*, all of which are in *postings*, have the term."""
    chosen = np.searchsorted(postings.documents, documents)
    counts = postings.counts[chosen]
    starts = (np.cumsum(postings.counts) - postings.counts)[chosen]
    return np.repeat(documents, counts) * FAR + postings.places[spans(starts, counts)]
