"""A Whoosh writer that gathers words in arrays and writes each term's postings in one piece.

Whoosh sorts one Python tuple per word and document, on disk when they are many, and does so again when segments are
merged. Here the words of new documents are numbers that NumPy sorts once, and merging puts the arrays of each term
one behind the other: those of a segment are in order already, and its documents follow those before them.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from heapq import merge
from operator import itemgetter
from typing import Any

import numpy as np
from whoosh.formats import Positions
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from pressroom.search.engines.arrays import NO_INTS, Ints
from pressroom.search.engines.whoosh_codec import ArrayCodec, Listed, Postings, PostingsReader, field_lengths


class Gathered:
    """The words of a field of the new documents, in the order in which they stand."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._words = array("I")
        self._places = array("I")
        self._counts = array("I")

    def __len__(self) -> int:
        return len(self._words)

    def add(self, document: int, tokens: Iterable[Any]) -> int:
        """Put in the words of *document*, and say how many they are; documents come in ascending order."""
        before = len(self._words)
        numbers, add_word, add_place = self._numbers, self._words.append, self._places.append
        for token in tokens:
            add_word(numbers.setdefault(token.text, len(numbers)))
            add_place(token.pos)
        count = len(self._words) - before
        self._counts.extend([0] * (document - len(self._counts)))
        self._counts.append(count)
        return count

    def lists(self, field: str, *, places: bool) -> Iterator[Listed]:
        """The postings of each word, in the order of Whoosh's dictionary."""
        terms = [word.encode() for word in self._numbers]
        order = sorted(range(len(terms)), key=terms.__getitem__)
        ranks = np.empty(len(terms), dtype=np.uint32)
        ranks[order] = np.arange(len(terms), dtype=np.uint32)
        words = ranks[np.array(self._words, dtype=np.uint32)]
        by_word = np.argsort(words, kind="stable")
        words = words[by_word]
        documents = np.repeat(np.arange(len(self._counts)), np.array(self._counts, dtype=np.int64))[by_word]
        where: Ints = np.array(self._places, dtype=np.int64)[by_word] if places else NO_INTS
        # A posting begins where the word or the document is another one.
        begins = np.flatnonzero(np.diff(words, prepend=-1) | np.diff(documents, prepend=-1))
        counts = np.diff(begins, append=len(words))
        limits = np.searchsorted(words[begins], np.arange(len(terms) + 1)).tolist()
        edges = np.append(begins, len(words))[limits].tolist()
        documents = documents[begins]
        for rank, number in enumerate(order):
            rows = slice(limits[rank], limits[rank + 1])
            spots = where[edges[rank] : edges[rank + 1]] if places else NO_INTS
            yield Listed(field, terms[number], Postings(documents[rows], counts[rows], spots))


class Pool:
    """What a writer holds until it writes a segment: the words of new documents, the segments that are merged.

    It stands in the place of Whoosh's pool, which sorts one tuple per posting.
    """

    def __init__(self, storage: Any, schema: Any) -> None:
        self._storage = storage
        self._schema = schema
        self._merged: list[tuple[Any, Ints]] = []
        self._opened: list[Any] = []
        self.words = {name: Gathered() for name, field in sorted(schema.items()) if field.indexed}

    def merge(self, segment: Any, numbers: Ints) -> None:
        """Put the postings of *segment* in, in the *numbers* that its documents are given; -1 is left out."""
        self._merged.append((segment, numbers))

    @property
    def merges(self) -> bool:
        """Whether a segment was put in."""
        return bool(self._merged)

    def iter_postings(self) -> Iterator[Listed]:
        """The postings in the order of fields and terms; what was merged stands behind what was added."""
        sources = [self._new()]
        for segment, numbers in self._merged:
            self._opened.append(SegmentReader(self._storage, self._schema, segment))
            sources.append(_of_segment(self._opened[-1], numbers))
        return merge(*sources, key=itemgetter(0, 1))

    def _new(self) -> Iterator[Listed]:
        for name, words in self.words.items():
            if len(words):
                yield from words.lists(name, places=isinstance(self._schema[name].format, Positions))

    def cleanup(self) -> None:
        """Close what was merged."""
        while self._opened:
            self._opened.pop().close()


class ArrayWriter(SegmentWriter):  # type: ignore[misc]  # Whoosh has no types
    """Adds first, merges then: what is merged stands behind what was added. Nothing can be stored in a field."""

    def __init__(self, index: Any, **options: Any) -> None:
        super().__init__(index, codec=ArrayCodec(), **options)
        self.pool = Pool(self.storage, self.schema)

    @property
    def gathered(self) -> int:
        """How many words are held in memory."""
        return sum(map(len, self.pool.words.values()))

    def add_document(self, **values: Any) -> None:
        """Put a document in."""
        if self.is_closed:
            raise AssertionError("the writer is closed")
        if self.pool.merges:
            raise AssertionError("a document is added before anything is merged")
        columns = self.perdocwriter
        columns.start_doc(self.docnum)
        for name, value in values.items():
            field = self.schema[name]
            if field.indexed:
                tokens = field.analyzer(value, positions=True, mode="index")
                words = self.pool.words[name].add(self.docnum, tokens)
                columns.add_field(name, field, None, words if field.scorable else 0)
            if field.column_type:
                columns.add_column_value(name, field.column_type, value)
        columns.finish_doc()
        self._added = True  # the only thing of Whoosh's writer that has no method: that there is something to commit
        self.docnum += 1

    def write_per_doc(self, fieldnames: object, reader: Any) -> Ints:
        """Write the columns of the documents of a segment; the number that each is given, -1 if it is deleted."""
        details = reader.codec().per_document_reader(reader.storage(), reader.segment())
        size, first, columns = reader.doc_count_all(), self.docnum, self.perdocwriter
        kept = np.setdiff1d(np.arange(size), np.fromiter(reader.segment().deleted_docs(), dtype=np.int64))
        scored = [(name, field, field_lengths(details, name)) for name, field in self.schema.items() if field.scorable]
        lengths = [(name, field, words[kept].tolist()) for name, field, words in scored if words is not None]
        for number in range(len(kept)):
            columns.start_doc(first + number)
            for name, field, words in lengths:
                columns.add_field(name, field, None, words[number])
            columns.finish_doc()
        for name, field in self.schema.items():
            if field.column_type:
                rows = reader.column_reader(name, translate=False)
                columns.column(name, field.column_type).extend(first, rows, kept)
        details.close()
        self.docnum += len(kept)
        numbers = np.full(size, -1, dtype=np.int64)
        numbers[kept] = np.arange(first, self.docnum)
        return numbers

    def add_postings_to_pool(self, reader: Any, startdoc: int, docmap: Ints) -> None:
        """Have the postings of a segment written. Whoever gave *reader* closes it before."""
        self.pool.merge(reader.segment(), docmap)


def _of_segment(reader: Any, numbers: Ints) -> Iterator[Listed]:
    """The postings of a segment, in the *numbers* that its documents are given; -1 is left out."""
    postings = PostingsReader(reader)
    for (field, term), info in reader:
        found = postings.read(field, term, info, places=True)
        documents = numbers[found.documents]
        kept = documents >= 0
        if kept.all():
            yield Listed(field, term, Postings(documents, found.counts, found.places))
        elif kept.any():
            places = found.places[np.repeat(kept, found.counts)] if len(found.places) else NO_INTS
            yield Listed(field, term, Postings(documents[kept], found.counts[kept], places))
