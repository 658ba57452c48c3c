"""What is read from Whoosh's files: segments, as arrays, kept from one generation of the index to the next.

Whoosh's searcher gives wrong totals with a limit and takes an object per posting, so only its files are used:
the dictionary of terms, the postings, the column of facts. A segment never changes once it is written, apart
from documents being deleted, so what was read of it is kept by its id; a new generation costs what it added.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import orjson
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC
from whoosh.reading import SegmentReader, TermNotFound

from pressroom.search.analysis import plain_words
from pressroom.search.documents import FACETS
from pressroom.search.engines import IndexUnusableError, Key
from pressroom.search.engines.whoosh_files import SCHEMA, storage
from pressroom.search.vocabulary import Vocabulary

INDEX_NAME = "MAIN"
KEPT_POSTINGS = 2_000_000  # in a segment's cache; 16 bytes each
OVERHEAD = 50  # what an entry costs besides, in postings

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Postings:
    """The documents that have a term, ascending, and how often each has it."""

    documents: Ints
    counts: Ints

    @classmethod
    def of(cls, pairs: Mapping[int, int]) -> Postings:
        """From document → count."""
        ordered = sorted(pairs)
        return cls(np.array(ordered, dtype=np.int64), np.array([pairs[n] for n in ordered], dtype=np.int64))


@dataclass(frozen=True)
class Facet:
    """A facet of a segment: pairs of a document and a value's number.

    A document may have several values, or none.
    """

    values: Sequence[str]
    documents: Ints
    codes: Ints

    def mask(self, size: int, wanted: Sequence[int]) -> Mask:
        """The documents with any of the values of these numbers."""
        mask = np.zeros(size, dtype=bool)
        mask[self.documents[np.isin(self.codes, wanted)]] = True
        return mask

    def counts(self, mask: Mask) -> Iterator[tuple[str, int]]:
        """The values of the documents in *mask*, and how many have each."""
        counted = np.bincount(self.codes[mask[self.documents]], minlength=len(self.values))
        return ((self.values[n], int(counted[n])) for n in np.flatnonzero(counted).tolist())

    @cached_property
    def words(self) -> Sequence[tuple[str, ...]]:
        """The words of each value, for ``outlet:herald``."""
        return [plain_words(value) for value in self.values]


class Segment:
    """One segment, read. The numbers of its documents count from 0."""

    def __init__(self, files: Any, segment: Any) -> None:
        self._reader = SegmentReader(files, SCHEMA, segment)
        self._lock = threading.Lock()  # the reader has one place in its file, for all threads
        self._kept: OrderedDict[tuple[str, ...], Postings] = OrderedDict()
        self._kept_size = 0
        self.size: int = segment.doc_count_all()
        facts = [orjson.loads(raw) for raw in self._reader.column_reader("facts", translate=False)]
        if len(facts) != self.size:
            raise IndexUnusableError("a segment has lost its facts")
        self.keys = [Key(fact["kind"], fact["id"]) for fact in facts]
        self.ids = np.array([fact["id"] for fact in facts], dtype=np.int64)
        self.published = np.array([fact["published"] for fact in facts], dtype=np.int64)
        self.days = np.array([fact["day"] for fact in facts], dtype=np.int64)
        self.lengths = np.array([fact["length"] for fact in facts], dtype=np.float64)
        self.facets = {name: _facet([fact[name] for fact in facts]) for name in FACETS}

    def postings(self, field: str, term: str) -> Postings:
        """The documents with *term*, deleted ones perhaps among them."""
        with self._lock:
            return self._keep((field, term), lambda: self._read(field, term))

    def phrase(self, field: str, terms: Sequence[str]) -> Postings:
        """The documents with *terms* in a row, and how often."""
        lists = [self.postings(field, term) for term in dict.fromkeys(terms)]
        with self._lock:
            return self._keep((field, *terms), lambda: self._in_a_row(field, terms, lists))

    def _in_a_row(self, field: str, terms: Sequence[str], lists: Sequence[Postings]) -> Postings:
        together = lists[0].documents
        for one in lists[1:]:
            together = np.intersect1d(together, one.documents, assume_unique=True)
        if not len(together):
            return NONE
        places = {term: self._places(field, term, together) for term in dict.fromkeys(terms)}
        found = {}
        for number, document in enumerate(together.tolist()):
            starts = set(places[terms[0]][number])
            for step, term in enumerate(terms[1:], 1):
                starts &= {place - step for place in places[term][number]}
            if starts:
                found[document] = len(starts)
        return Postings.of(found)

    def beginning(self, field: str, start: str, most: int) -> Iterator[str]:
        """The first *most* words of *field* that begin with *start*, in the order of the alphabet."""
        with self._lock:
            return iter([term.decode() for term in islice(self._reader.expand_prefix(field, start), most)])

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The unstemmed words and how many documents have each, deleted ones among them."""
        with self._lock:
            found = self._reader.iter_field("words")
            return Vocabulary((term.decode(), int(info.doc_frequency())) for term, info in found)

    def _keep(self, key: tuple[str, ...], read: Callable[[], Postings]) -> Postings:
        """What was read for *key*, from the cache if it is there; those not asked for longest make room."""
        if (kept := self._kept.get(key)) is None:
            kept = self._kept[key] = read()
            self._kept_size += len(kept.documents) + OVERHEAD
        self._kept.move_to_end(key)
        while self._kept_size > KEPT_POSTINGS and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._kept_size -= len(oldest.documents) + OVERHEAD
        return kept

    def _read(self, field: str, term: str) -> Postings:
        try:
            matcher = self._reader.postings(field, term)
        except TermNotFound:
            return NONE
        documents, counts = [], []
        while matcher.is_active():
            documents.append(matcher.id())
            counts.append(round(matcher.weight()))
            matcher.next()
        return Postings(np.array(documents, dtype=np.int64), np.array(counts, dtype=np.int64))

    def _places(self, field: str, term: str, documents: Ints) -> list[list[int]]:
        matcher = self._reader.postings(field, term)
        places = []
        for document in documents.tolist():
            matcher.skip_to(document)
            places.append(matcher.value_as("positions"))
        return places


NONE = Postings(np.array([], dtype=np.int64), np.array([], dtype=np.int64))


def _facet(column: Sequence[str | Sequence[str]]) -> Facet:
    numbers: dict[str, int] = {}
    documents, codes = [], []
    for document, entry in enumerate(column):
        for value in (entry,) if isinstance(entry, str) else entry:
            if value:
                documents.append(document)
                codes.append(numbers.setdefault(value, len(numbers)))
    return Facet(list(numbers), np.array(documents, dtype=np.int64), np.array(codes, dtype=np.int64))


@dataclass(frozen=True)
class Snapshot:
    """One generation of the index. It never changes, and may be asked by several threads."""

    path: Path
    generation: int
    segments: Mapping[str, Segment]
    live: Mapping[str, Mask]

    @cached_property
    def count(self) -> int:
        """How many documents there are."""
        return sum(int(mask.sum()) for mask in self.live.values())

    @cached_property
    def average_length(self) -> float:
        """How many words a document has."""
        words = sum(float(segment.lengths[self.live[name]].sum()) for name, segment in self.segments.items())
        return words / self.count if self.count else 1.0

    def keys(self) -> Iterator[Key]:
        """The keys of all documents."""
        for name, segment in self.segments.items():
            yield from (segment.keys[n] for n in np.flatnonzero(self.live[name]).tolist())


def newest_generation(path: Path) -> int:
    """The number of the last commit in *path*; -1 if there is none."""
    newest: int = TOC._latest_generation(FileStorage(str(path)), INDEX_NAME)
    return newest


def open_snapshot(path: Path, before: Snapshot | None) -> Snapshot:
    """The newest generation in *path*; what *before* has read of it already is taken over."""
    known = before.segments if before and before.path == path else {}
    segments, live = {}, {}
    with storage(path) as files:
        toc = TOC.read(files, INDEX_NAME, schema=SCHEMA)
        for segment in toc.segments:
            name = segment.segment_id()
            segments[name] = known[name] if name in known else Segment(files, segment)
            live[name] = np.ones(segments[name].size, dtype=bool)
            live[name][sorted(segment.deleted_docs())] = False
    return Snapshot(path, toc.generation, segments, live)
