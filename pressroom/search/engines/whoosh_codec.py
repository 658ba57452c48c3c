"""Postings as arrays in a Whoosh index.

The postings of a term are one run of little-endian numbers: the documents, how often each has the term, and the
places, all in the order of the documents. They are read by ``np.frombuffer``, where Whoosh unpickles block after
block. Everything else of the index is Whoosh's, and its own searcher still reads it; postings that Whoosh wrote itself
are read as well, so both kinds of segment may stand in one index.

Whoosh 2.7.4 and whoosh3 write the same format and have the same codec interface; what is used here of a class beyond
its public methods is what the base class asks of an implementation.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
from whoosh.codec.base import PostingsWriter
from whoosh.codec.whoosh3 import LENGTHS_COLUMN, W3Codec, W3FieldWriter, W3PerDocWriter, W3TermInfo
from whoosh.formats import Existence, Frequency, Positions
from whoosh.matching import ListMatcher
from whoosh.system import pack_uint
from whoosh.util.numeric import byte_to_length

from pressroom.search.engines import IndexUnusableError, whoosh_vocabulary
from pressroom.search.engines.arrays import NO_INTS, Ints

MAGIC = b"PRA1"
HEAD = struct.Struct("<4sBB2xI")  # then bytes of a count (0: all are 1), bytes of a place (0: none), documents
WIDTHS = {1: "<u1", 2: "<u2", 4: "<u4"}
LENGTHS: Ints = np.array([byte_to_length(code) for code in range(256)], dtype=np.int64)  # of a field, as Whoosh rounds


@dataclass(frozen=True)
class Postings:
    """The documents that have a term, ascending; how often each has it; and where, document by document."""

    documents: Ints
    counts: Ints
    places: Ints = field(default_factory=lambda: NO_INTS)


NOTHING = Postings(NO_INTS, NO_INTS)


class Listed(NamedTuple):
    """The postings of a term in one source."""

    field: str
    term: bytes
    postings: Postings


def packed(postings: Postings) -> bytes:
    """*postings* as they are in the file."""
    counts, places = postings.counts, postings.places
    count_width = 0 if counts.max(initial=1) == 1 else _width(counts)
    place_width = _width(places) if len(places) else 0
    packed = HEAD.pack(MAGIC, count_width, place_width, len(counts)) + postings.documents.astype("<u4").tobytes()
    if count_width:
        packed += counts.astype(WIDTHS[count_width]).tobytes()
    if place_width:
        packed += places.astype(WIDTHS[place_width]).tobytes()
    return packed


def unpacked(file: Any, offset: int, *, places: bool = True) -> Postings | None:
    """The postings at *offset* of one of Whoosh's files, with their *places* if wanted; None if Whoosh wrote them."""
    head = file.get(offset, HEAD.size)
    if not head.startswith(MAGIC):
        return None
    _, count_width, place_width, size = HEAD.unpack(head)
    raw = file.get(offset + HEAD.size, (4 + count_width) * size)
    documents = np.frombuffer(raw, "<u4", size).astype(np.int64)
    if count_width:
        counts = np.frombuffer(raw, WIDTHS[count_width], size, 4 * size).astype(np.int64)
    else:
        counts = np.ones(size, dtype=np.int64)
    if not (places and place_width):
        return Postings(documents, counts)
    total = int(counts.sum())
    raw = file.get(offset + HEAD.size + len(raw), place_width * total)
    return Postings(documents, counts, np.frombuffer(raw, WIDTHS[place_width], total).astype(np.int64))


def _width(numbers: Ints) -> int:
    largest = int(numbers.max(initial=0))
    return 1 if largest < 1 << 8 else 2 if largest < 1 << 16 else 4


class ArrayCodec(W3Codec):  # type: ignore[misc]  # Whoosh has no types
    """Whoosh's own codec, which writes postings as arrays and knows them when it meets them.

    Its writers take the arrays of :class:`pressroom.search.engines.whoosh_writer.ArrayWriter`.
    """

    def per_document_writer(self, storage: Any, segment: Any) -> ColumnsWriter:
        """What writes the columns of a segment."""
        return ColumnsWriter(self, storage, segment)

    def field_writer(self, storage: Any, segment: Any) -> TermsWriter:
        """What writes the dictionary of a segment."""
        return TermsWriter(self, storage, segment)

    def postings_writer(self, file: Any, byteids: bool = False) -> ArraysWriter:
        """What writes the postings of the terms that the dictionary is given."""
        assert not byteids, "the schema has no vectors"
        return ArraysWriter(file)

    def postings_reader(self, file: Any, info: Any, format_: Any, term: Any = None, scorer: Any = None) -> Any:
        """A matcher on the postings of a term, for Whoosh's searcher."""
        found = None if info.is_inlined() else unpacked(file, info.extent()[0])
        if found is None:
            return super().postings_reader(file, info, format_, term=term, scorer=scorer)
        weights = (found.counts * format_.field_boost).tolist() if hasattr(format_, "field_boost") else None
        return ListMatcher(
            found.documents.tolist(),
            weights or [1.0] * len(found.documents),
            _values(found, format_),
            format_,
            scorer=scorer,
            term=term,
            terminfo=info,
        )


def _values(postings: Postings, format_: Any) -> list[bytes]:
    """What Whoosh keeps with each posting, as *format_* writes it."""
    counts = postings.counts.tolist()
    if isinstance(format_, Positions):
        ends = np.cumsum(postings.counts)[:-1]
        return [format_.encode(places.tolist()) for places in np.split(postings.places, ends)]
    if isinstance(format_, Frequency):
        return [pack_uint(count) for count in counts]
    assert isinstance(format_, Existence)
    return [b""] * len(counts)


class ColumnsWriter(W3PerDocWriter):  # type: ignore[misc]
    """Gives its columns away, so that many documents go in at once."""

    def column(self, name: str, kind: Any) -> Any:
        """The writer of the column *name*, which is of *kind*."""
        if not self._has_column(name):
            self._create_column(name, kind)
        return self._get_column(name)


class TermsWriter(W3FieldWriter):  # type: ignore[misc]
    """Writes each term with all its postings in one step."""

    def __init__(self, codec: Any, storage: Any, segment: Any) -> None:
        super().__init__(codec, storage, segment)
        self._place, self._own = storage, segment

    def add_postings(self, schema: Any, lengths: Any, items: Iterable[Listed]) -> None:
        """Write *items*, in the order of fields and terms; those of one term follow each other, as do their documents.

        Args:
            lengths: Whoosh's reader of what each document of the segment has.
        """
        for name, lists in groupby(items, key=itemgetter(0)):
            self.start_field(name, schema[name])
            words = field_lengths(lengths, name)
            terms: list[bytes] = []
            counts: list[int] = []
            for term, same in groupby(lists, key=itemgetter(1)):
                found = _behind([one.postings for one in same])
                self.start_term(term)
                self.add(found.documents, found.counts, found.places, None if words is None else words[found.documents])
                self.finish_term()
                terms.append(term)
                counts.append(len(found.documents))
            self.finish_field()
            if name in whoosh_vocabulary.FIELDS:
                self._write_vocabulary(name, terms, counts)

    def _write_vocabulary(self, name: str, terms: list[bytes], counts: list[int]) -> None:
        spelled = name in whoosh_vocabulary.SPELLED
        file = self._own.create_file(self._place, whoosh_vocabulary.extension(name))
        file.write(whoosh_vocabulary.packed(terms, counts, spelled=spelled))
        file.close()


class ArraysWriter(PostingsWriter):  # type: ignore[misc]
    """Writes what :class:`TermsWriter` hands on: Whoosh's four arguments of a posting, of all postings of a term."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._info = W3TermInfo()

    def start_postings(self, format_: Any, terminfo: Any) -> None:
        """Begin a term; what is known of it is known when its postings are."""

    def add_posting(self, documents: Ints, counts: Ints, places: Ints, lengths: Ints | None) -> None:
        """Write the postings of the term.

        Args:
            lengths: how many words each of *documents* has in the field; None where that plays no part.
        """
        raw = packed(Postings(documents, counts, places))
        self._info = W3TermInfo(
            weight=int(counts.sum()),
            df=len(documents),
            minlength=None if lengths is None else int(lengths.min()),
            maxlength=0 if lengths is None else int(lengths.max()),
            maxweight=int(counts.max()),
            minid=int(documents[0]),
            maxid=int(documents[-1]),
        )
        self._info.set_extent(self._file.tell(), len(raw))
        self._file.write(raw)

    def finish_postings(self) -> Any:
        """What Whoosh's searcher wants to know of the term beforehand."""
        return self._info


def field_lengths(details: Any, name: str) -> Ints | None:
    """How many words each document of a segment has in the field *name*, rounded as Whoosh keeps it; None if it is not.

    Args:
        details: Whoosh's reader of what each document has.
    """
    column = f"_{name}_len"
    if not details.has_column(column):
        return None
    codes = details.column_reader(column, LENGTHS_COLUMN)
    return LENGTHS[np.fromiter(codes, dtype=np.uint8, count=details.doc_count_all())]


def _behind(lists: list[Postings]) -> Postings:
    """The arrays of a term, one behind the other."""
    if len(lists) == 1:
        return lists[0]
    return Postings(
        np.concatenate([one.documents for one in lists]),
        np.concatenate([one.counts for one in lists]),
        np.concatenate([one.places for one in lists]),
    )


class PostingsReader:
    """The postings of the segment of a Whoosh reader, whoever wrote them."""

    def __init__(self, reader: Any) -> None:
        self._codec = reader.codec()
        self._schema = reader.schema
        self._file = reader.segment().open_file(reader.storage(), W3Codec.POSTS_EXT)

    def documents_of(self, info: Any, words: int) -> Ints | None:
        """The documents of so many *words* of a field that follow each other, not in order; None if Whoosh wrote them.

        Args:
            info: what the dictionary says of the first one. The postings of the others lie behind its own.
        """
        if info.is_inlined():
            return None
        offset = info.extent()[0]
        lists = []
        for number in range(words):
            head = self._file.get(offset, HEAD.size)
            if not head.startswith(MAGIC):
                if number:
                    raise IndexUnusableError("postings of a segment are not where they were written")
                return None
            _, count_width, place_width, size = HEAD.unpack(head)
            raw = self._file.get(offset + HEAD.size, (4 + count_width) * size)
            lists.append(np.frombuffer(raw, "<u4", size))
            places = 0
            if place_width:
                counts = np.frombuffer(raw, WIDTHS[count_width], size, 4 * size) if count_width else None
                places = place_width * (size if counts is None else int(counts.sum(dtype=np.int64)))
            offset += HEAD.size + len(raw) + places
        return np.concatenate(lists).astype(np.int64) if lists else NO_INTS

    def read(self, field: str, term: bytes, info: Any, *, places: bool) -> Postings:
        """The postings of *term*.

        Args:
            info: what the dictionary says of the term.
            places: whether they are wanted.
        """
        if not info.is_inlined():
            found = unpacked(self._file, info.extent()[0], places=places)
            if found is not None:
                return found
        format_ = self._schema[field].format
        matcher = self._codec.postings_reader(self._file, info, format_, term=(field, term))
        return _of_stock(matcher, places=places and isinstance(format_, Positions))


def _of_stock(matcher: Any, *, places: bool) -> Postings:
    """Postings that Whoosh wrote."""
    documents, counts, where = [], [], []
    while matcher.is_active():
        documents.append(matcher.id())
        counts.append(round(matcher.weight()))
        if places:
            where += matcher.value_as("positions")
        matcher.next()
    return Postings(*(np.array(numbers, dtype=np.int64) for numbers in (documents, counts, where)))
