"""A Whoosh writer that gathers words in arrays and writes each term's postings in one piece.

Whoosh sorts one Python tuple per word and document, on disk when they are many, and does so again when segments are
merged. Here the words of new documents are numbers that NumPy sorts once, and merging puts the arrays of each term
one behind the other: those of a segment are in order already, and its documents follow those before them.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
from whoosh.codec.whoosh3 import LENGTHS_COLUMN, W3TermInfo
from whoosh.formats import Positions
from whoosh.system import pack_ushort
from whoosh.util.numeric import byte_to_length
from whoosh.writing import SegmentWriter

from pressroom.search.engines.arrays import NO_INTS, Ints
from pressroom.search.engines.whoosh_codec import ArrayCodec, Postings, packed, postings_of

LENGTHS: Ints = np.array([byte_to_length(code) for code in range(256)], dtype=np.int64)  # of a field, as Whoosh rounds


class Listed(NamedTuple):
    """The postings of a term in one source."""

    field: str
    term: bytes
    postings: Postings


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


class ArrayWriter(SegmentWriter):  # type: ignore[misc]  # Whoosh has no types
    """Adds first, merges then: what is merged stands behind what was added. Nothing can be stored in a field."""

    def __init__(self, index: Any, **options: Any) -> None:
        super().__init__(index, codec=ArrayCodec(), **options)
        self._gathered = {name: Gathered() for name, field in sorted(self.schema.items()) if field.indexed}
        self._merged: list[tuple[Any, Ints]] = []

    @property
    def gathered(self) -> int:
        """How many words are held in memory."""
        return sum(map(len, self._gathered.values()))

    def add_document(self, **values: Any) -> None:
        """Put a document in."""
        self._check_state()
        if self._merged:
            raise AssertionError("a document is added before anything is merged")
        columns = self.perdocwriter
        columns.start_doc(self.docnum)
        for name, value in values.items():
            field = self.schema[name]
            if field.indexed:
                words = self._gathered[name].add(self.docnum, field.analyzer(value, positions=True, mode="index"))
                columns.add_field(name, field, None, words if field.scorable else 0)
            if field.column_type:
                columns.add_column_value(name, field.column_type, value)
        columns.finish_doc()
        self._added = True
        self.docnum += 1

    def add_reader(self, reader: Any) -> None:
        """Put the documents of a segment in, and close *reader* when they are written."""
        self._check_state()
        size = reader.doc_count_all()
        kept = np.setdiff1d(np.arange(size), np.fromiter(reader._perdoc.deleted_docs(), dtype=np.int64))
        numbers = np.full(size, -1, dtype=np.int64)
        numbers[kept] = np.arange(self.docnum, self.docnum + len(kept))
        self._merged.append((reader, numbers))
        for name, field in self.schema.items():
            if field.column_type:
                rows = reader.column_reader(name, translate=False)
                self._column(name, field.column_type).extend(self.docnum, rows, kept)
            if field.scorable:
                self._add_lengths(name, reader, kept)
        self.perdocwriter._doccount += len(kept)
        self.docnum += len(kept)
        self._added = True

    def _add_lengths(self, name: str, reader: Any, kept: Ints) -> None:
        rows = reader._perdoc._cached_reader(f"_{name}_len", LENGTHS_COLUMN)
        if rows is None:
            return
        codes = [rows[document] for document in kept.tolist()]
        column = self._column(f"_{name}_len", LENGTHS_COLUMN)
        for document, code in enumerate(codes, self.docnum):
            if code:
                column.add(document, code)
        whole = len(codes) == reader.doc_count_all()
        words = reader.field_length(name) if whole else int(LENGTHS[codes].sum())
        self.perdocwriter._fieldlengths[name] += words

    def _column(self, name: str, kind: Any) -> Any:
        columns = self.perdocwriter
        if not columns._has_column(name):
            columns._create_column(name, kind)
        return columns._get_column(name)

    def _flush_segment(self) -> None:
        """Write the postings, field after field, in the order of the dictionary."""
        self.perdocwriter.close()
        sources: list[Iterator[Listed]] = [self._new()]
        sources += [_of_segment(self.schema, reader, numbers) for reader, numbers in self._merged]
        every = merge(*sources, key=itemgetter(0, 1))
        details = self.per_document_reader()
        for name, lists in groupby(every, key=itemgetter(0)):
            self._write_field(name, lists, _lengths(details, name, self.docnum))
        details.close()
        self.fieldwriter.close()
        for reader, _ in self._merged:
            reader.close()

    def _new(self) -> Iterator[Listed]:
        for name, words in self._gathered.items():
            if len(words):
                yield from words.lists(name, places=isinstance(self.schema[name].format, Positions))

    def _write_field(self, name: str, lists: Iterable[Listed], lengths: Ints | None) -> None:
        out = self.fieldwriter
        out.start_field(name, self.schema[name])
        prefix = pack_ushort(out._fieldid)
        for term, same in groupby(lists, key=itemgetter(1)):
            postings = _behind([one.postings for one in same])
            info = _about(postings, lengths)
            raw = packed(postings)
            info.set_extent(out._postfile.tell(), len(raw))
            out._postfile.write(raw)
            out._tindex.add(prefix + term, info.to_bytes())
        out.finish_field()


def _of_segment(schema: Any, reader: Any, numbers: Ints) -> Iterator[Listed]:
    """The postings of a segment, in the *numbers* that its documents are given; -1 is left out."""
    terms = reader._terms
    for (field, term), info in terms.items():
        if field not in schema:
            continue
        found = postings_of(terms, field, term, info, schema[field].format, places=True)
        documents = numbers[found.documents]
        kept = documents >= 0
        if kept.all():
            yield Listed(field, term, Postings(documents, found.counts, found.places))
        elif kept.any():
            places = found.places[np.repeat(kept, found.counts)] if len(found.places) else NO_INTS
            yield Listed(field, term, Postings(documents[kept], found.counts[kept], places))


def _behind(lists: list[Postings]) -> Postings:
    """The arrays of a term, one behind the other."""
    if len(lists) == 1:
        return lists[0]
    return Postings(
        np.concatenate([one.documents for one in lists]),
        np.concatenate([one.counts for one in lists]),
        np.concatenate([one.places for one in lists]),
    )


def _about(postings: Postings, lengths: Ints | None) -> W3TermInfo:
    """What Whoosh's searcher wants to know of a term beforehand."""
    documents, counts = postings.documents, postings.counts
    fields = lengths[documents] if lengths is not None else None
    return W3TermInfo(
        weight=int(counts.sum()),
        df=len(documents),
        minlength=None if fields is None else int(fields.min()),
        maxlength=0 if fields is None else int(fields.max()),
        maxweight=int(counts.max()),
        minid=int(documents[0]),
        maxid=int(documents[-1]),
    )


def _lengths(details: Any, name: str, size: int) -> Ints | None:
    rows = details._cached_reader(f"_{name}_len", LENGTHS_COLUMN)
    return None if rows is None else LENGTHS[np.fromiter(rows, dtype=np.uint8, count=size)]
