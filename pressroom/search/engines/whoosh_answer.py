"""One question, answered on the arrays of a snapshot."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import reduce
from heapq import merge
from itertools import groupby, islice

import numpy as np

from pressroom.search.analysis import stem
from pressroom.search.documents import FACETS, Query
from pressroom.search.engines import Found, Key
from pressroom.search.engines.whoosh_segments import Floats, Ints, Mask, Postings, Segment, Snapshot
from pressroom.search.tree import All, Any, Between, Filed, Leaf, Node, Not, Prefix, Words, sought

MOST_EXPANSIONS = 2_000  # words that a prefix stands for; the first ones of the alphabet
K1, B = 1.2, 0.75  # of BM25: Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009
DECIMALS = 6  # of a score; what differs later is the noise of adding

ByName = Mapping[str, Mask]  # the documents of each segment


class Answer:
    """The answer of one snapshot to one question."""

    def __init__(self, snapshot: Snapshot, tree: Node, query: Query) -> None:
        self.snapshot = snapshot
        self.tree = tree
        self.query = query
        self._leaves: dict[Leaf, Mapping[str, Postings]] = {}

    def found(self) -> Found:
        """Total, the keys of the page, the facets."""
        matched = {name: self._mask(self.tree, name) & self.snapshot.live[name] for name in self.snapshot.segments}
        chosen = {facet: self._chosen(facet, values) for facet, values in self.query.chosen.items() if values}
        matches = _within(matched, list(chosen.values()))
        facets = {}
        for facet in FACETS:
            others = [masks for other, masks in chosen.items() if other != facet]
            facets[facet] = self._count(facet, _within(matched, others))
        return Found(sum(int(mask.sum()) for mask in matches.values()), self._page(matches), facets)

    def total(self) -> int:
        """How many match, without the rest."""
        matched = {name: self._mask(self.tree, name) & self.snapshot.live[name] for name in self.snapshot.segments}
        chosen = [self._chosen(facet, values) for facet, values in self.query.chosen.items() if values]
        return sum(int(mask.sum()) for mask in _within(matched, chosen).values())

    # What matches

    def _mask(self, node: Node, name: str) -> Mask:
        """The documents of the segment *name* that match *node*, deleted ones perhaps among them."""
        segment = self.snapshot.segments[name]
        match node:
            case Words() | Prefix():
                mask = np.zeros(segment.size, dtype=bool)
                mask[self._postings(node)[name].documents] = True
                return mask
            case Filed():
                facet = segment.facets[node.facet]
                return facet.mask(segment.size, [n for n, words in enumerate(facet.words) if _has(words, node)])
            case Between():
                mask = np.ones(segment.size, dtype=bool)
                if node.first:
                    mask &= segment.days >= node.first.toordinal()
                if node.last:
                    mask &= segment.days <= node.last.toordinal()
                return mask
            case Not():
                return ~self._mask(node.node, name)
            case All():
                everything = np.ones(segment.size, dtype=bool)
                return reduce(np.logical_and, (self._mask(child, name) for child in node.nodes), everything)
            case Any():
                nothing = np.zeros(segment.size, dtype=bool)
                return reduce(np.logical_or, (self._mask(child, name) for child in node.nodes), nothing)

    def _postings(self, leaf: Leaf) -> Mapping[str, Postings]:
        if leaf not in self._leaves:
            read = self._words if isinstance(leaf, Words) else self._prefix
            self._leaves[leaf] = read(leaf)  # type: ignore[arg-type]  # the reader was chosen by the type
        return self._leaves[leaf]

    def _words(self, leaf: Words) -> Mapping[str, Postings]:
        terms = [stem(word) for word in leaf.words] if leaf.within == "text" else leaf.words
        return {
            name: segment.postings(leaf.within, terms[0]) if len(terms) == 1 else segment.phrase(leaf.within, terms)
            for name, segment in self.snapshot.segments.items()
        }

    def _prefix(self, leaf: Prefix) -> Mapping[str, Postings]:
        """A document with any of the words has the prefix once."""
        field = "words" if leaf.within == "text" else leaf.within
        segments = self.snapshot.segments
        starts = [segment.beginning(field, leaf.start, MOST_EXPANSIONS) for segment in segments.values()]
        words = [word for word, _ in islice(groupby(merge(*starts)), MOST_EXPANSIONS)]
        return {name: _either([segment.postings(field, word) for word in words]) for name, segment in segments.items()}

    def _chosen(self, name: str, values: frozenset[str]) -> ByName:
        """The documents with any of *values* in the facet *name*."""
        masks = {}
        for segment_name, segment in self.snapshot.segments.items():
            facet = segment.facets[name]
            wanted = [n for n, value in enumerate(facet.values) if value in values]
            masks[segment_name] = facet.mask(segment.size, wanted)
        return masks

    # What is said about it

    def _count(self, name: str, matches: ByName) -> list[tuple[str, int]]:
        chosen = self.query.chosen[name]
        counts = Counter(dict.fromkeys(chosen, 0))
        for segment_name, mask in matches.items():
            for value, count in self.snapshot.segments[segment_name].facets[name].counts(mask):
                counts[value] += count
        rows = sorted(counts.items(), key=lambda row: (-row[1], row[0].casefold(), row[0]))
        if name == "year":
            rows.sort(key=lambda row: row[0], reverse=True)
        return [row for n, row in enumerate(rows) if n < self.query.facet_size or row[0] in chosen]

    def _page(self, matches: ByName) -> Sequence[Key]:
        places = [(name, np.flatnonzero(mask)) for name, mask in matches.items()]
        if not sum(len(documents) for _, documents in places):
            return []
        segments = self.snapshot.segments
        kinds = sorted({kind for segment in segments.values() for kind in segment.facets["kind"].values})
        ids = np.concatenate([segments[name].ids[documents] for name, documents in places])
        published = np.concatenate([segments[name].published[documents] for name, documents in places])
        kind = np.concatenate([_ranks(segments[name], kinds)[documents] for name, documents in places])
        sign = 1 if self.query.sort == "oldest" else -1
        order = [kind, sign * ids, sign * published]
        if self.query.sort not in ("oldest", "newest") and any(sought(self.tree)):
            scores = self._scores()
            order.append(-np.concatenate([scores[name][documents] for name, documents in places]))
        window = np.lexsort(order)[self.query.window]
        keys = []
        for place in window.tolist():
            for name, documents in places:
                if place < len(documents):
                    keys.append(segments[name].keys[documents[place]])
                    break
                place -= len(documents)
        return keys

    def _scores(self) -> Mapping[str, Floats]:
        """BM25 of every document for the words that are sought."""
        snapshot = self.snapshot
        scores = {name: np.zeros(segment.size) for name, segment in snapshot.segments.items()}
        for leaf in dict.fromkeys(sought(self.tree)):
            lists = self._postings(leaf)
            having = sum(int(snapshot.live[name][one.documents].sum()) for name, one in lists.items())
            rarity = math.log(1 + (snapshot.count - having + 0.5) / (having + 0.5))
            for name, one in lists.items():
                lengths = snapshot.segments[name].lengths[one.documents] / snapshot.average_length
                weight = one.counts * (K1 + 1) / (one.counts + K1 * (1 - B + B * lengths))
                scores[name][one.documents] += rarity * weight
        return {name: np.round(score, DECIMALS) for name, score in scores.items()}


def _within(matched: ByName, limits: Sequence[ByName]) -> ByName:
    return {name: reduce(np.logical_and, (limit[name] for limit in limits), mask) for name, mask in matched.items()}


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


def _either(lists: Sequence[Postings]) -> Postings:
    documents: Ints = np.unique(np.concatenate([one.documents for one in lists])) if lists else np.array([], np.int64)
    return Postings(documents, np.ones_like(documents))


def _ranks(segment: Segment, kinds: Sequence[str]) -> Ints:
    """For each document the place of its kind among *kinds*."""
    facet = segment.facets["kind"]
    ranks = np.zeros(segment.size, dtype=np.int64)
    ranks[facet.documents] = np.array([kinds.index(value) for value in facet.values], dtype=np.int64)[facet.codes]
    return ranks
