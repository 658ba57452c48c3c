"""One question, answered on the arrays of a snapshot.

Sets of documents are ascending arrays; what only filters is a mask. Nothing here takes an object per match.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import reduce

import numpy as np

from pressroom.search.documents import FACETS, Query
from pressroom.search.engines import Found
from pressroom.search.engines.arrays import NO_INTS, Floats, Ints, Mask, members, scattered
from pressroom.search.engines.whoosh_snapshot import Snapshot, Weighed
from pressroom.search.tree import All, Any, Between, Filed, Node, Not, Prefix, Words, sought

DECIMALS = 6  # of a score; what differs later is the noise of adding
Rows = list[tuple[str, int]]


@dataclass(frozen=True)
class Matched:
    """An answer without its page, the same for every page: kept while the generation lasts.

    Attributes:
        first: what is sorted by before anything else, the smallest first.
    """

    documents: Ints
    first: Ints | Floats
    facets: dict[str, Rows]

    @property
    def bytes(self) -> int:
        """What keeping it costs, a row of a facet at a hundred."""
        return self.documents.nbytes + self.first.nbytes + 100 * sum(map(len, self.facets.values()))


class Answer:
    """The answer of one snapshot to one question."""

    def __init__(self, snapshot: Snapshot, tree: Node, query: Query) -> None:
        self.snapshot = snapshot
        self.tree = tree
        self.query = query
        self.chosen = {facet: values for facet, values in query.chosen.items() if values}
        self.sort = query.sort if query.sort in ("oldest", "newest") else "relevance"
        if self.sort == "relevance" and not any(sought(tree)):
            self.sort = "newest"

    def found(self) -> Found:
        """Total, the keys of the page, the facets."""
        question = (self.tree, tuple(self.chosen.items()), self.sort, self.query.facet_size)
        matched: Matched = self.snapshot.answers.get(question, self._matched)
        page, after = self._page(matched)
        facets = {name: list(rows) for name, rows in matched.facets.items()}
        return Found(len(matched.documents), self.snapshot.keys(page), facets, after)

    def _matched(self) -> Matched:
        """A choice narrows everything but its own facet."""
        every = self._documents(self.tree)
        passed = {facet: self.snapshot.chosen(facet, values)[every] for facet, values in self.chosen.items()}
        matches = every[reduce(np.logical_and, passed.values())] if passed else every
        return Matched(matches, self._first(matches), self._facets(every, matches, passed))

    def _facets(self, every: Ints, matches: Ints, passed: Mapping[str, Mask]) -> dict[str, Rows]:
        if not self.chosen and self.query.facet_size <= 0:
            return {name: [] for name in FACETS}
        counts = self.snapshot.counts(matches)
        for facet in passed:
            others = [mask for other, mask in passed.items() if other != facet]
            counts[facet] = self.snapshot.facets[facet].counts(
                every[reduce(np.logical_and, others)] if others else every
            )
        return {name: self._rows(name, counts[name]) for name in FACETS}

    def total(self) -> int:
        """How many match, without the rest."""
        every = self._documents(self.tree)
        passed = [self.snapshot.chosen(facet, values)[every] for facet, values in self.chosen.items()]
        return int(reduce(np.logical_and, passed).sum()) if passed else len(every)

    # What matches

    def _documents(self, node: Node) -> Ints:
        """The documents that match *node*."""
        snapshot = self.snapshot
        match node:
            case Words() | Prefix():
                return snapshot.weighed(node).documents
            case All():
                return self._all(node.nodes)
            case Any():
                return self._any(node.nodes)
            case Filed() | Between():
                return np.flatnonzero(snapshot.filter(node) & snapshot.live)
            case Not():
                return np.flatnonzero(~self._mask(node.node) & snapshot.live)

    def _mask(self, node: Node) -> Mask:
        """The documents that match *node* as a mask, deleted ones perhaps among them."""
        if isinstance(node, Filed | Between):
            return self.snapshot.filter(node)
        if isinstance(node, Not):
            return ~self._mask(node.node)
        return scattered(self._documents(node), self.snapshot.size)

    def _all(self, nodes: Sequence[Node]) -> Ints:
        """The fewest documents first; what the others leave of them."""
        limits = [self._mask(node) for node in nodes if isinstance(node, Filed | Between | Not)]
        lists = [self._documents(node) for node in nodes if not isinstance(node, Filed | Between | Not)]
        if not lists:
            return np.flatnonzero(reduce(np.logical_and, limits, self.snapshot.live))
        left, *others = sorted(lists, key=len)
        for mask in limits:
            left = left[mask[left]]
        for documents in others:
            left = left[members(left, documents, self.snapshot.size)]
        return left

    def _any(self, nodes: Sequence[Node]) -> Ints:
        mask = np.zeros(self.snapshot.size, dtype=bool)
        for node in nodes:
            mask[self._documents(node)] = True
        return np.flatnonzero(mask)

    # What is said about it

    def _rows(self, name: str, counts: Ints) -> Rows:
        """The most frequent values of a facet, and those that are chosen."""
        facet = self.snapshot.facets[name]
        having = counts.nonzero()[0]
        if name != "year":  # years are in their own order
            having = having[(-counts[having]).argsort(kind="stable")]
        having = having[: max(self.query.facet_size, 0)]
        rows = [(facet.values[number], n) for number, n in zip(having.tolist(), counts[having].tolist(), strict=True)]
        if name in self.chosen and (missing := self.chosen[name].difference(value for value, _ in rows)):
            rows += [(value, int(counts[facet.numbers[value]]) if value in facet.numbers else 0) for value in missing]
            rows.sort(key=lambda row: (-row[1], row[0].casefold(), row[0]))
            if name == "year":
                rows.sort(key=lambda row: row[0], reverse=True)
        return rows

    def _first(self, documents: Ints) -> Ints | Floats:
        if self.sort == "relevance":
            return -self._scores(documents)
        return self.snapshot.published[documents] * (1 if self.sort == "oldest" else -1)

    def _scores(self, documents: Ints) -> Floats:
        """BM25 of *documents* for the words that are sought."""
        scores = np.zeros(len(documents))
        for leaf in dict.fromkeys(sought(self.tree)):
            scores += self._weights(self.snapshot.weighed(leaf), documents)
        return np.round(scores, DECIMALS)

    def _weights(self, weighed: Weighed, documents: Ints) -> Floats:
        """What *weighed* adds to each of *documents*."""
        among, weights = weighed.documents, weighed.weights
        if documents is among:
            return weights
        if len(among) > 32 * len(documents):
            places = np.searchsorted(among, documents)
            places[places == len(among)] = 0
            return np.where(among[places] == documents, weights[places], 0.0)
        spread = np.zeros(self.snapshot.size)
        spread[among] = weights
        return spread[documents]

    # The page

    def _page(self, matched: Matched) -> tuple[Ints, str]:
        """The documents of the page in their order, and what the next page begins after.

        Only what can be on the page is sorted. With ``after`` the pages before are not even selected, so the
        five hundredth page costs what the first one costs.
        """
        documents, first, window = matched.documents, matched.first, self.query.window
        if (later := self._later(matched)) is not None:
            documents, first = documents[later], first[later]
            window = slice(0, window.stop - window.start)
        if window.start >= len(documents):
            return NO_INTS, ""
        if window.stop < len(documents):
            likely = np.flatnonzero(first <= np.partition(first, window.stop - 1)[window.stop - 1])
        else:
            likely = np.arange(len(documents))
        order = np.lexsort([*reversed(self._ties(documents[likely])), first[likely]])
        page = likely[order[window]]
        more = window.stop < len(documents)
        return documents[page], self._mark(documents[page[-1:]], first[page[-1]].item()) if more else ""

    def _ties(self, documents: Ints) -> list[Ints]:
        """What decides, one after the other, between documents that are otherwise equal; the smallest first."""
        sign = 1 if self.sort == "oldest" else -1
        snapshot = self.snapshot
        return [sign * snapshot.published[documents], sign * snapshot.ids[documents], snapshot.kinds[documents]]

    def _mark(self, last: Ints, first: float) -> str:
        """Where a page ends whose *last* document this is, in a form that outlives the generation."""
        [(kind, id)], [published] = self.snapshot.keys(last), self.snapshot.published[last].tolist()
        return f"{self.sort}:{first!r}:{published}:{id}:{kind}"

    def _later(self, matched: Matched) -> Mask | None:
        """The matches that come after the mark in the query; None if there is no mark, or of another order."""
        sort, *parts = self.query.after.split(":", 4)
        if sort != self.sort or len(parts) != 4:
            return None
        with suppress(ValueError, OverflowError):
            first: float = float(parts[0]) if sort == "relevance" else int(parts[0])
            sign = 1 if sort == "oldest" else -1
            values = self.snapshot.facets["kind"].values
            rank = sum(value < parts[3] for value in values) - 0.5 * (parts[3] not in values)
            mark: list[float] = [sign * int(parts[1]), sign * int(parts[2]), rank]
            later = matched.first > first
            same = np.flatnonzero(matched.first == first)
            level = np.ones(len(same), dtype=bool)
            for tie, limit in zip(self._ties(matched.documents[same]), mark, strict=True):
                later[same[level & (tie > limit)]] = True
                level &= tie == limit
            return later
        return None
