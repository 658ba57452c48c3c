"""One generation of the index: its segments side by side, as if they were one.

A snapshot never changes and is asked by several threads. What it works out it keeps, within bounds, until the next
generation: the documents of a word with what they weigh, the documents of a filter, whole answers.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from heapq import merge
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from pressroom.search.analysis import plain_words, stem
from pressroom.search.documents import FACETS
from pressroom.search.engines import Key
from pressroom.search.engines.arrays import NO_INTS, Floats, Ints, Mask, Narrow, scattered, spans
from pressroom.search.engines.cache import Cache
from pressroom.search.engines.whoosh_codec import Postings
from pressroom.search.engines.whoosh_columns import ValuesColumn
from pressroom.search.engines.whoosh_files import SCHEMA, storage
from pressroom.search.engines.whoosh_segments import Segment
from pressroom.search.tree import MOST_EXPANSIONS, Between, Filed, Leaf, Prefix, Words

INDEX_NAME = "MAIN"
MANY = 10_000  # documents from which on it is faster to count facets together
MILLION = 10**6  # parts of a score; what differs beyond them is the noise of adding
K1, B = 1.2, 0.75  # of BM25: Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009
CACHE = 16 << 20  # bytes that a process keeps of what it worked out


@dataclass(frozen=True)
class Weighed:
    """The documents that have a word, ascending, and what it takes from the place of each.

    Attributes:
        weights: the parts of BM25 in millionths, below zero: of a sum of them the smallest comes first.
    """

    documents: Ints
    weights: Floats


class Facet:
    """The values of a facet, in the order in which equal counts are shown, and which each document has.

    Value 0 is no value. A layer has one value of each document, in numbers as narrow as they can be: counting is
    reading memory. The few values of a document beyond the last layer are pairs of it and the value.
    """

    LAYERS = 4

    def __init__(self, columns: Sequence[ValuesColumn.Reader], *, backwards: bool = False) -> None:
        different = {value for column in columns for value in column.values}
        self.values = ["", *sorted(different - {""}, key=lambda value: (value.casefold(), value), reverse=backwards)]
        self.numbers = {value: number for number, value in enumerate(self.values)}
        narrow = np.min_scalar_type(len(self.values))
        parts = [np.array([self.numbers[value] for value in one.values], dtype=narrow)[one.codes] for one in columns]
        codes = np.concatenate(parts) if parts else np.array([], dtype=narrow)
        counts = _joined([column.counts for column in columns])
        starts = np.cumsum(counts, dtype=np.int64) - counts
        self.layers = [np.zeros(len(counts), dtype=narrow) for _ in range(min(counts.max(initial=1), self.LAYERS))]
        for number, layer in enumerate(self.layers):
            having = np.flatnonzero(counts > number)
            layer[having] = codes[starts[having] + number]
        more = np.flatnonzero(counts > self.LAYERS)
        self._owners: Ints = np.repeat(more, counts[more] - self.LAYERS)
        self._others = codes[spans(starts[more] + self.LAYERS, counts[more] - self.LAYERS)]

    def counts(self, documents: Ints) -> Ints:
        """How many of *documents* have each value."""
        counted: Ints = np.zeros(len(self.values), dtype=np.int64)
        for layer in self.layers:
            counted += np.bincount(layer.take(documents), minlength=len(self.values))
        return self.completed(counted, documents)

    def completed(self, counted: Ints, documents: Ints) -> Ints:
        """What was *counted* in the layers, with what lies beyond them and without what is no value."""
        if len(self._owners):
            having = scattered(documents, len(self.layers[0]))[self._owners]
            counted += np.bincount(self._others[having], minlength=len(self.values))
        counted[0] = 0
        return counted

    def mask(self, wanted: Callable[[int], bool]) -> Mask:
        """The documents with any of the values whose numbers are *wanted*."""
        good = np.array([number > 0 and wanted(number) for number in range(len(self.values))])
        mask = good[self.layers[0]]
        for layer in self.layers[1:]:
            mask |= good[layer]
        mask[self._owners[good[self._others]]] = True
        return mask

    @cached_property
    def words(self) -> Sequence[tuple[str, ...]]:
        """The words of each value, for ``outlet:herald``."""
        return [plain_words(value) for value in self.values]


class Table:
    """All facets counted at once, for some documents.

    What a document has in all layers of all facets stands in one row, in numbers that no two facets share: counting is
    one pass over some rows.
    """

    def __init__(self, facets: Mapping[str, Facet]) -> None:
        self._facets = facets
        self._edges = np.cumsum([0, *(len(facet.values) for facet in facets.values())]).tolist()
        narrow = np.min_scalar_type(self._edges[-1])
        columns = [
            layer.astype(narrow) + np.array(edge, dtype=narrow)
            for facet, edge in zip(facets.values(), self._edges, strict=False)
            for layer in facet.layers
        ]
        self._rows = np.column_stack(columns)

    def counts(self, documents: Ints) -> dict[str, Ints]:
        """For each facet how many of *documents* have each value."""
        counted = np.bincount(self._rows.take(documents, axis=0).ravel(), minlength=self._edges[-1])
        edges = zip(self._edges, self._edges[1:], strict=False)
        parts = (counted[start:end] for start, end in edges)
        return {
            name: facet.completed(part, documents)
            for (name, facet), part in zip(self._facets.items(), parts, strict=True)
        }


class Histogram:
    """All facets counted at once, for many documents.

    The numbers that a document has in several layers are the digits of one number. So one pass counts all of these
    layers, as a table with an axis for each, and the sums along the other axes are the counts of one.
    """

    CELLS = 1 << 14  # of a table; it stays in the processor's cache

    def __init__(self, facets: Mapping[str, Facet]) -> None:
        self._facets = facets
        self._tables: list[tuple[list[str], list[int], npt.NDArray[np.unsignedinteger[Any]]]] = []
        for name, facet in sorted(facets.items(), key=lambda item: len(item[1].values)):
            for layer in facet.layers:
                self._add(name, len(facet.values), layer)

    def _add(self, name: str, values: int, layer: npt.NDArray[np.unsignedinteger[Any]]) -> None:
        if self._tables:
            names, sizes, codes = self._tables[-1]
            if math.prod(sizes) * values <= self.CELLS:
                joined = codes.astype(np.uint16) * np.uint16(values) + layer
                self._tables[-1] = ([*names, name], [*sizes, values], joined)
                return
        self._tables.append(([name], [values], layer))

    def counts(self, documents: Ints) -> dict[str, Ints]:
        """For each facet how many of *documents* have each value."""
        counted = {name: np.zeros(len(facet.values), dtype=np.int64) for name, facet in self._facets.items()}
        for names, sizes, codes in self._tables:
            table = np.bincount(codes.take(documents), minlength=math.prod(sizes)).reshape(sizes)
            for axis, name in enumerate(names):
                counted[name] += table.sum(axis=tuple(other for other in range(len(names)) if other != axis))
        return {name: facet.completed(counted[name], documents) for name, facet in self._facets.items()}


class Snapshot:
    """Documents are numbered through all segments, from 0 to ``size``; deleted ones are not ``live``, ``count`` are."""

    def __init__(
        self,
        path: Path,
        generation: int,
        segments: Mapping[str, Segment],
        deleted: Mapping[str, Sequence[int]],
        cache: int = CACHE,
    ) -> None:
        self.path = path
        self.generation = generation
        self.segments = segments
        parts = list(segments.values())
        self._bases = np.cumsum([0, *(part.size for part in parts)]).tolist()
        self.size: int = self._bases[-1]
        self.live = np.ones(self.size, dtype=bool)
        for base, gone in zip(self._bases, deleted.values(), strict=False):
            self.live[np.array(gone, dtype=np.int64) + base] = False
        self.count = int(np.count_nonzero(self.live))
        for part in parts:
            part.must_be_whole()
        self.ids, self.published = _copied(parts, "id"), _copied(parts, "published")
        self.days, self._lengths = _copied(parts, "day"), _copied(parts, "length")
        self.facets = {name: Facet([part.facets[name] for part in parts], backwards=name == "year") for name in FACETS}
        words = int(self._lengths.sum(where=self.live))
        self._average = words / self.count if words else 1.0
        self._scratch: list[Floats] = []
        self._weighed: Cache[Weighed] = Cache(cache // 2, lambda one: one.documents.nbytes + one.weights.nbytes)
        self._masks: Cache[Mask] = Cache(cache // 4, lambda mask: mask.nbytes)
        self.answers: Cache[Any] = Cache(cache // 4, lambda answer: answer.bytes)

    @property
    def documents(self) -> Ints:
        """The numbers of those that are live."""
        return np.flatnonzero(self.live)

    def counts(self, documents: Ints) -> dict[str, Ints]:
        """For each facet how many of *documents* have each value, by number."""
        if len(documents) >= MANY:
            return self._histogram.counts(documents)
        return self._table.counts(documents)

    @contextmanager
    def scratch(self) -> Iterator[Floats]:
        """A number for each document, all 0, and 0 again when they are given back; nobody else has them meanwhile."""
        try:
            sums = self._scratch.pop()
        except IndexError:
            sums = np.zeros(self.size)
        yield sums
        self._scratch.append(sums)  # not after an error: what that leaves is not used again

    @cached_property
    def _table(self) -> Table:
        return Table(self.facets)

    @cached_property
    def _histogram(self) -> Histogram:
        return Histogram(self.facets)

    @cached_property
    def kinds(self) -> Narrow:
        """For each document the place of its kind in the alphabet."""
        facet = self.facets["kind"]
        order = sorted(range(len(facet.values)), key=facet.values.__getitem__)
        return np.argsort(order).astype(np.int16)[facet.layers[0]]

    def keys(self, documents: Ints) -> list[Key]:
        """What names *documents*."""
        facet = self.facets["kind"]
        kinds = map(facet.values.__getitem__, facet.layers[0].take(documents).tolist())
        return list(map(Key, kinds, self.ids.take(documents).tolist()))

    def parts(self) -> Iterator[tuple[Segment, Mask]]:
        """The segments, each with which of its documents are live."""
        for base, segment in zip(self._bases, self.segments.values(), strict=False):
            yield segment, self.live[base : base + segment.size]

    # Words

    def weighed(self, leaf: Leaf, expansions: int = MOST_EXPANSIONS) -> Weighed:
        """The documents that have *leaf*, and the part of BM25 that it adds to each.

        Args:
            expansions: words that a prefix stands for.
        """
        key = (leaf, expansions) if isinstance(leaf, Prefix) else leaf
        return self._weighed.get(key, lambda: self._weigh(leaf, expansions))

    def _weigh(self, leaf: Leaf, expansions: int) -> Weighed:
        lists = self._words(leaf) if isinstance(leaf, Words) else self._prefix(leaf, expansions)
        documents = _joined([one.documents + base for one, base in zip(lists, self._bases, strict=False)])
        counts = _joined([one.counts for one in lists])
        if self.count < self.size:
            kept = self.live[documents]
            documents, counts = documents[kept], counts[kept]
        having = len(documents)
        rarity = math.log(1 + (self.count - having + 0.5) / (having + 0.5))
        most = -MILLION * rarity * (K1 + 1)
        norms = K1 * (1 - B + B * self._lengths.take(documents) / self._average)
        return Weighed(documents, most * counts / (counts + norms))

    def _words(self, leaf: Words) -> list[Postings]:
        terms = [stem(word) for word in leaf.words] if leaf.within == "text" else leaf.words
        if len(terms) == 1:
            return [segment.postings(leaf.within, terms[0]) for segment in self.segments.values()]
        return [segment.phrase(leaf.within, terms) for segment in self.segments.values()]

    def _prefix(self, leaf: Prefix, most: int) -> list[Postings]:
        """A document with any of the words has the prefix once."""
        field = "words" if leaf.within == "text" else leaf.within
        begun = [segment.beginning(field, leaf.start, most) for segment in self.segments.values()]
        last = [word for word, _ in islice(groupby(merge(*begun)), most)][-1:]
        lists = []
        for segment, found in zip(self.segments.values(), begun, strict=True):
            documents = segment.any_of(field, found[: bisect_right(found, last[0])] if last else ())
            lists.append(Postings(documents, np.ones_like(documents)))
        return lists

    # Filters

    def filter(self, node: Filed | Between) -> Mask:
        """The documents that pass *node*, deleted ones perhaps among them."""
        return self._masks.get(node, lambda: self._filed(node) if isinstance(node, Filed) else self._between(node))

    def chosen(self, name: str, values: frozenset[str]) -> Mask:
        """The documents with any of *values* in the facet *name*, deleted ones perhaps among them."""
        facet = self.facets[name]
        wanted = {facet.numbers[value] for value in values if value in facet.numbers}
        return self._masks.get((name, values), lambda: facet.mask(wanted.__contains__))

    def _filed(self, node: Filed) -> Mask:
        facet = self.facets[node.facet]
        return facet.mask(lambda number: _has(facet.words[number], node))

    def _between(self, node: Between) -> Mask:
        mask = np.ones(self.size, dtype=bool)
        if node.first:
            mask &= self.days >= node.first.toordinal()
        if node.last:
            mask &= self.days <= node.last.toordinal()
        return mask


def _joined(parts: Sequence[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else NO_INTS


def _copied(parts: Sequence[Segment], name: str) -> Ints:
    """The numbers of a column, out of the files in which they are mapped, as narrow as they can be with a sign."""
    columns = [part.columns[name] for part in parts if part.size]
    if not columns:
        return NO_INTS
    least, most = min(int(one.min()) for one in columns), max(int(one.max()) for one in columns)
    return np.concatenate(columns, dtype=np.min_scalar_type(min(least, -most - 1)), casting="same_kind")


def _has(words: Sequence[str], node: Filed) -> bool:
    """Whether *words* have those of *node* in a row."""
    size = len(node.words)
    for start in range(len(words) - size + 1):
        run = words[start : start + size]
        if tuple(run[:-1]) == node.words[:-1] and (
            run[-1] == node.words[-1] or (node.begun and run[-1].startswith(node.words[-1]))
        ):
            return True
    return False


def newest_generation(path: Path) -> int:
    """The number of the last commit in *path*; -1 if there is none."""
    newest: int = TOC._latest_generation(FileStorage(str(path)), INDEX_NAME)
    return newest


def open_snapshot(path: Path, before: Snapshot | None, cache: int = CACHE) -> Snapshot:
    """The newest generation in *path*; what *before* has read of it already is taken over."""
    known = before.segments if before and before.path == path else {}
    segments, deleted = {}, {}
    with storage(path) as files:
        toc = TOC.read(files, INDEX_NAME, schema=SCHEMA)
        for segment in toc.segments:
            name = segment.segment_id()
            segments[name] = known[name] if name in known else Segment(files, segment)
            deleted[name] = sorted(segment.deleted_docs())
    return Snapshot(path, toc.generation, segments, deleted, cache)
