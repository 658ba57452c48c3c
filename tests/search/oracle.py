"""Search by going through everything: slow, obvious, and sharing nothing with the engine but the words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from pressroom.search.analysis import plain_words, stem
from pressroom.search.documents import FACETS, Document, Query
from pressroom.search.tree import All, Any, Between, Filed, Leaf, Node, Not, Prefix, Words, sought


@lru_cache(10_000)
def parts(document: Document) -> list[tuple[str, ...]]:
    texts = (document.headline, document.body, document.people, document.outlet, *document.topics)
    return [plain_words(text) for text in texts]


@lru_cache(10_000)
def stemmed_parts(document: Document) -> list[tuple[str, ...]]:
    return [tuple(map(stem, part)) for part in parts(document)]


def runs(words: Sequence[str], sought: Sequence[str]) -> int:
    return sum(tuple(words[n : n + len(sought)]) == tuple(sought) for n in range(len(words)))


@lru_cache(100_000)
def times(leaf: Leaf, document: Document) -> int:
    """How often *leaf* is in *document*."""
    if isinstance(leaf, Prefix):
        among = [plain_words(document.people)] if leaf.within == "people" else parts(document)
        return int(any(word.startswith(leaf.start) for part in among for word in part))
    if leaf.within == "people":
        return runs(plain_words(document.people), leaf.words)
    wanted = tuple(map(stem, leaf.words))
    return sum(runs(part, wanted) for part in stemmed_parts(document))


def values(facet: str, document: Document) -> set[str]:
    named = {
        "kind": [document.kind],
        "outlet": [document.outlet],
        "topic": document.topics,
        "medium": [document.medium],
        "language": [document.language],
        "year": [str(document.published.year)],
    }
    return {value for value in named[facet] if value}


def matches(node: Node, document: Document) -> bool:
    if isinstance(node, Words | Prefix):
        return times(node, document) > 0
    if isinstance(node, Filed):
        return any(filed(node, plain_words(value)) for value in values(node.facet, document))
    if isinstance(node, Between):
        day = document.published.date()
        return (node.first is None or node.first <= day) and (node.last is None or day <= node.last)
    if isinstance(node, Not):
        return not matches(node.node, document)
    if isinstance(node, All):
        return all(matches(child, document) for child in node.nodes)
    assert isinstance(node, Any)
    return any(matches(child, document) for child in node.nodes)


def filed(node: Filed, words: Sequence[str]) -> bool:
    for n in range(len(words) - len(node.words) + 1):
        run = list(words[n : n + len(node.words)])
        if node.begun and run[-1].startswith(node.words[-1]):
            run[-1] = node.words[-1]
        if run == list(node.words):
            return True
    return False


class Oracle:
    """The answers for *documents*."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.documents = list(documents)
        self._last: tuple[Node, list[Document]] | None = None  # a question is gone through once for all that is asked
        self.lengths = {id(document): sum(map(len, parts(document))) for document in self.documents}

    def matching(self, tree: Node) -> list[Document]:
        if self._last is None or self._last[0] is not tree:
            self._last = tree, [document for document in self.documents if matches(tree, document)]
        return self._last[1]

    def kept(self, tree: Node, query: Query, *, but: str = "") -> list[Document]:
        return [
            document
            for document in self.matching(tree)
            if all(
                values(facet, document) & chosen for facet, chosen in query.chosen.items() if chosen and facet != but
            )
        ]

    def scores(self, tree: Node) -> dict[int, float]:
        count = len(self.documents)
        average = sum(self.lengths.values()) / count if count else 1
        scores = dict.fromkeys(self.lengths, 0.0)
        for leaf in dict.fromkeys(sought(tree)):
            found = {id(document): times(leaf, document) for document in self.documents}
            having = sum(n > 0 for n in found.values())
            rarity = math.log(1 + (count - having + 0.5) / (having + 0.5))
            for which, n in found.items():
                if n:
                    scores[which] += rarity * n * 2.2 / (n + 1.2 * (0.25 + 0.75 * self.lengths[which] / average))
        return scores

    def order(self, tree: Node, query: Query) -> list[tuple[str, int]]:
        scores = self.scores(tree)
        found = self.kept(tree, query)

        def place(document: Document) -> tuple[float, float, int, str]:
            sign = 1 if query.sort == "oldest" else -1
            score = round(scores[id(document)], 6) if query.sort == "relevance" else 0
            return -score, sign * document.published.timestamp(), sign * document.id, document.kind

        found.sort(key=place)
        return [(document.kind, document.id) for document in found]

    def facets(self, tree: Node, query: Query) -> dict[str, dict[str, int]]:
        answer = {}
        for facet in FACETS:
            kept = self.kept(tree, query, but=facet)
            counts = Counter(value for document in kept for value in values(facet, document))
            answer[facet] = {value: counts[value] for value in {*counts, *query.chosen[facet]}}
        return answer
