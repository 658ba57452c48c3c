"""One question, answered on the arrays of a snapshot.

Sets of documents are ascending arrays; what only filters is a mask. Nothing here takes an object per match.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from pressroom.search import marks
from pressroom.search.documents import FACETS, Query
from pressroom.search.engines import Found, Key
from pressroom.search.engines.arrays import NO_INTS, Floats, Ints, Mask, Narrow, members, scattered, smallest
from pressroom.search.engines.whoosh_snapshot import Snapshot, Weighed
from pressroom.search.marks import Mark
from pressroom.search.tree import All, Any, Between, Filed, Leaf, Node, Not, Prefix, Words, expansions, sought

DRIFT = 0.05  # of its score by which a marked document may have moved and still be taken for what it was
CROWD = 500  # candidates for a page from which on they are thinned before they are sorted
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


def _looked_up(weighed: Weighed, documents: Ints) -> Floats:
    """What *weighed* adds to each of *documents*, where these are few."""
    places = weighed.documents.searchsorted(documents)
    places[places == len(weighed.documents)] = 0
    return np.where(weighed.documents.take(places) == documents, weighed.weights.take(places), 0.0)


class Answer:
    """The answer of one snapshot to one question."""

    def __init__(self, snapshot: Snapshot, tree: Node, query: Query) -> None:
        self.snapshot = snapshot
        self.tree = tree
        self.query = query
        self.expansions = expansions(tree)
        self.chosen = {facet: values for facet, values in query.chosen.items() if values}
        self.sort = query.sort if query.sort in ("oldest", "newest") else "relevance"
        if self.sort == "relevance" and not any(sought(tree)):
            self.sort = "newest"

    def found(self) -> Found:
        """Total, the keys of the page, the facets."""
        question = (self.tree, tuple(self.chosen.items()), self.sort, self.query.facet_size)
        matched: Matched = self.snapshot.answers.get(question, self._matched)
        page, skipped = self._page(matched)
        facets = {name: list(rows) for name, rows in matched.facets.items()}
        some = len(page) > 0
        more = some and skipped + len(page) < len(matched.documents)
        keys = self.snapshot.keys(page)
        after = self._mark(keys[-1], page[-1], matched) if more else ""
        before = self._mark(keys[0], page[0], matched) if some and skipped else ""
        return Found(len(matched.documents), keys, facets, after, before, skipped + 1 if some else 0)

    def _matched(self) -> Matched:
        """A choice narrows everything but its own facet."""
        every = self._documents(self.tree)
        passed = {facet: self.snapshot.chosen(facet, values).take(every) for facet, values in self.chosen.items()}
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
        passed = [self.snapshot.chosen(facet, values).take(every) for facet, values in self.chosen.items()]
        return int(reduce(np.logical_and, passed).sum()) if passed else len(every)

    # What matches

    def _weighed(self, leaf: Leaf) -> Weighed:
        """The documents that have *leaf*, and what it adds to the score of each."""
        return self.snapshot.weighed(leaf, self.expansions)

    def _documents(self, node: Node) -> Ints:
        """The documents that match *node*."""
        snapshot = self.snapshot
        match node:
            case Words() | Prefix():
                return self._weighed(node).documents
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
            left = left[mask.take(left)]
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
            having = having.take((-counts.take(having)).argsort(kind="stable"))
        having = having[: max(self.query.facet_size, 0)]
        rows = list(zip(map(facet.values.__getitem__, having.tolist()), counts.take(having).tolist(), strict=True))
        if name in self.chosen and (missing := self.chosen[name].difference(value for value, _ in rows)):
            rows += [(value, int(counts[facet.numbers[value]]) if value in facet.numbers else 0) for value in missing]
            rows.sort(key=lambda row: (-row[1], row[0].casefold(), row[0]))
            if name == "year":
                rows.sort(key=lambda row: row[0], reverse=True)
        return rows

    def _first(self, documents: Ints) -> Ints | Floats:
        if self.sort == "relevance":
            return self._scores(documents)
        published = self.snapshot.published.take(documents)
        return published if self.sort == "oldest" else -published

    def _scores(self, documents: Ints) -> Floats:
        """BM25 of *documents* for the words that are sought, in whole millionths below zero."""
        every = list(map(self._weighed, dict.fromkeys(sought(self.tree))))
        if len(every) == 1 and every[0].documents is documents:
            return np.rint(every[0].weights)
        few = [one for one in every if len(one.documents) <= 32 * len(documents)]
        with self.snapshot.scratch() as sums:  # all zero, a place for each document
            for one in few[:1]:
                sums[one.documents] = one.weights
            for one in few[1:]:
                sums[one.documents] += one.weights
            scores = sums.take(documents)
            for one in few:
                sums[one.documents] = 0
        for one in every:
            if len(one.documents) > 32 * len(documents):
                scores += _looked_up(one, documents)
        return np.rint(scores, out=scores)

    # The page

    def _page(self, matched: Matched) -> tuple[Ints, int]:
        """The documents of the page in their order, and how many matches come before them.

        Only what can be on the page is sorted. With a mark the pages before are not even selected, so the five
        hundredth page costs what the first one costs.
        """
        window, total = self.query.window, len(matched.documents)
        size = window.stop - window.start
        if mark := marks.read(self.query.after, self.sort):
            places = np.flatnonzero(self._beyond(matched, mark, np.greater))
            return self._best(matched, places, size), total - len(places)
        if mark := marks.read(self.query.before, self.sort):
            places = np.flatnonzero(self._beyond(matched, mark, np.less))
            page = self._best(matched, places, size, sign=-1)[::-1]
            return page, len(places) - len(page)
        if window.start >= total:
            return NO_INTS, 0
        return self._best(matched, None, window.stop)[window.start :], window.start

    def _best(self, matched: Matched, places: Ints | None, count: int, *, sign: int = 1) -> Ints:
        """The first *count* of the matches in their order; or of those at *places*, with *sign* -1 the last ones."""
        if places is None:
            likely = smallest(matched.first, count)
        else:
            likely = places[smallest(sign * matched.first[places], count)]
        documents = matched.documents.take(likely)
        keys = [sign * matched.first.take(likely), *(sign * tie for tie in self._ties(documents))]
        if len(likely) > CROWD:  # many are alike at the edge of the page; the next key parts them
            edge = keys[0].max()
            sure, alike = np.flatnonzero(keys[0] < edge), np.flatnonzero(keys[0] == edge)
            chosen = np.concatenate([sure, alike[smallest(keys[1][alike], count - len(sure))]])
            documents, keys = documents[chosen], [key[chosen] for key in keys]
        return documents[np.lexsort(keys[::-1])[:count]]

    def _ties(self, documents: Ints) -> list[Narrow]:
        """What decides, one after the other, between documents that are otherwise equal; the smallest first."""
        sign = 1 if self.sort == "oldest" else -1
        snapshot = self.snapshot
        order = (snapshot.published, snapshot.ids, snapshot.kinds)
        published, ids, kinds = (numbers.take(documents) for numbers in order)
        return [sign * published, sign * ids, kinds]

    def _mark(self, key: Key, document: np.int64, matched: Matched) -> str:
        """The place of a document, in a form that outlives the generation."""
        score = 0
        if self.sort == "relevance":
            score = -int(matched.first[matched.documents.searchsorted(document)])
        return str(Mark(self.sort, score, int(self.snapshot.published[document]), key.id, key.kind))

    def _beyond(self, matched: Matched, mark: Mark, beyond: Callable[..., Mask]) -> Mask:
        """Which of the matches are *beyond* the mark."""
        sign = 1 if self.sort == "oldest" else -1
        limit = self._score_now(matched, mark) if self.sort == "relevance" else sign * mark.published
        values = self.snapshot.facets["kind"].values
        rank = sum(value < mark.kind for value in values) - 0.5 * (mark.kind not in values)
        limits: list[float] = [sign * mark.published, sign * mark.id, rank]
        chosen = beyond(matched.first, limit)
        same = np.flatnonzero(matched.first == limit)
        level = np.ones(len(same), dtype=bool)
        for tie, edge in zip(self._ties(matched.documents[same]), limits, strict=True):
            chosen[same[level & beyond(tie, edge)]] = True
            level &= tie == edge
        return chosen

    def _score_now(self, matched: Matched, mark: Mark) -> float:
        """What the marked document is sorted by now: every change of the index moves all scores by a hair.

        Of one that is gone, or that was written anew, the score is taken that it had.
        """
        then = float(-mark.score)
        for at in np.flatnonzero(self.snapshot.ids[matched.documents] == mark.id).tolist():
            now = float(matched.first[at])
            if (
                abs(now - then) <= DRIFT * abs(then)
                and self.snapshot.keys(matched.documents[at : at + 1])[0].kind == mark.kind
            ):
                return now
        return then
