"""Postings as arrays in a Whoosh index.

The postings of a term are one run of little-endian numbers: the documents, how often each has the term, and the
places, all in the order of the documents. They are read by ``np.frombuffer`` straight from the mapped file, where
Whoosh unpickles block after block. Everything else of the index is Whoosh's, and its own searcher still reads it;
postings that Whoosh wrote itself are read as well, so both kinds of segment may stand in one index.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from whoosh.codec.whoosh3 import W3Codec
from whoosh.formats import Existence, Frequency, Positions
from whoosh.matching import ListMatcher
from whoosh.system import pack_uint

from pressroom.search.engines.arrays import NO_INTS, Ints

MAGIC = b"PRA1"
HEAD = struct.Struct("<4sBB2xI")  # then bytes of a count (0: all are 1), bytes of a place (0: none), documents
WIDTHS = {1: "<u1", 2: "<u2", 4: "<u4"}


@dataclass(frozen=True)
class Postings:
    """The documents that have a term, ascending; how often each has it; and where, document by document."""

    documents: Ints
    counts: Ints
    places: Ints = field(default_factory=lambda: NO_INTS)


NOTHING = Postings(NO_INTS, NO_INTS)


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


def unpacked(buffer: Any, offset: int, *, places: bool = True) -> Postings | None:
    """The postings at *offset*, with their *places* if they are wanted; None if Whoosh wrote them."""
    magic, count_width, place_width, size = HEAD.unpack_from(buffer, offset)
    if magic != MAGIC:
        return None
    offset += HEAD.size
    documents = np.frombuffer(buffer, "<u4", size, offset).astype(np.int64)
    offset += 4 * size
    if count_width:
        counts = np.frombuffer(buffer, WIDTHS[count_width], size, offset).astype(np.int64)
        offset += count_width * size
    else:
        counts = np.ones(size, dtype=np.int64)
    if not (places and place_width):
        return Postings(documents, counts)
    where = np.frombuffer(buffer, WIDTHS[place_width], int(counts.sum()), offset).astype(np.int64)
    return Postings(documents, counts, where)


def _width(numbers: Ints) -> int:
    largest = int(numbers.max(initial=0))
    return 1 if largest < 1 << 8 else 2 if largest < 1 << 16 else 4


def mapped(file: Any) -> Any:
    """The bytes of one of Whoosh's open files, without copying them if it has mapped them."""
    if (buffer := getattr(file, "_buf", None)) is not None:  # a file inside a compound one
        return buffer
    return getattr(file, "map", None) or file.get(0, file.length)


class ArrayCodec(W3Codec):  # type: ignore[misc]  # Whoosh has no types
    """Whoosh's own codec, which knows postings that are arrays when it meets them."""

    def postings_reader(self, file: Any, info: Any, format_: Any, term: Any = None, scorer: Any = None) -> Any:
        """A matcher on the postings of a term, for Whoosh's searcher."""
        found = None if info.is_inlined() else unpacked(mapped(file), info.extent()[0])
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


def postings_of(terms: Any, field: str, term: bytes, info: Any, format_: Any, *, places: bool) -> Postings:
    """The postings of a term in a segment, whoever wrote them.

    Args:
        terms: Whoosh's reader of the segment's dictionary, and *info* what it says of the term.
        places: whether they are wanted.
    """
    if not info.is_inlined():
        found = unpacked(mapped(terms._postfile), info.extent()[0], places=places)
        if found is not None:
            return found
    return _of_stock(terms.matcher(field, term, format_), places=places and isinstance(format_, Positions))


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
