"""The answer to a question by going through documents one by one: for a few hundred, where there is no index.

The rules are those of :meth:`pressroom.search.engines.Engine.search`; of the same documents an index says the same.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from pressroom.search.analysis import plain_words, stem
from pressroom.search.documents import FACETS, Document, Query
from pressroom.search.engines import Found, Key
from pressroom.search.tree import All, Any, Between, Filed, Leaf, Node, Not, Prefix, Words, sought

K1, B = 1.2, 0.75  # of BM25, as in the index
DECIMALS = 6  # of a score; what differs later is the noise of adding
APART = ("",)  # stands between the parts of a text, so that no phrase reaches from one into the next


class Read:
    """A document with its words."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.people = plain_words(document.people)
        self.words: list[str] = []
        for text in (document.headline, document.body, document.people, document.outlet, *document.topics):
            self.words += plain_words(text) + APART

    @cached_property
    def length(self) -> int:
        """How many words it has."""
        return sum(map(bool, self.words))

    @cached_property
    def stems(self) -> list[str]:
        """Its words as plain words are compared."""
        return [stem(word) if word else "" for word in self.words]

    def times(self, leaf: Leaf) -> int:
        """How often *leaf* is in it; words that begin with a prefix count once."""
        if isinstance(leaf, Prefix):
            words = self.people if leaf.within == "people" else self.words
            return int(any(word.startswith(leaf.start) for word in words))
        if leaf.within == "people":
            return _runs(self.people, leaf.words)
        return _runs(self.stems, tuple(map(stem, leaf.words)))

    def matches(self, node: Node) -> bool:
        """Whether it matches *node*."""
        match node:
            case Words() | Prefix():
                return self.times(node) > 0
            case Filed():
                return any(is_filed(node, plain_words(value)) for value in values(self.document, node.facet))
            case Between():
                day = self.document.published.date()
                return (node.first is None or node.first <= day) and (node.last is None or day <= node.last)
            case Not():
                return not self.matches(node.node)
            case All():
                return all(map(self.matches, node.nodes))
            case Any():
                return any(map(self.matches, node.nodes))


def answer(documents: Iterable[Document], tree: Node, query: Query) -> Found:
    """What of *documents* matches *tree*, within the filters, order and page of *query*; ``after`` is not read."""
    read = [Read(document) for document in documents]
    chosen = {facet: wanted for facet, wanted in query.chosen.items() if wanted}
    matching = [one for one in read if one.matches(tree)]
    passed = [one for one in matching if _passes(one.document, chosen)]
    facets = {}
    for facet in FACETS:
        others = {other: wanted for other, wanted in chosen.items() if other != facet}
        counted = (one.document for one in matching if _passes(one.document, others))
        facets[facet] = _rows(facet, counted, chosen.get(facet, frozenset()), query.facet_size)
    ordered = [Key(one.document.kind, one.document.id) for one in _ordered(passed, read, tree, query.sort)]
    return Found(len(ordered), ordered[query.window], facets)


def values(document: Document, facet: str) -> set[str]:
    """What *document* is filed under in *facet*."""
    filed: Mapping[str, Iterable[str]] = {
        "kind": (document.kind,),
        "outlet": (document.outlet,),
        "topic": document.topics,
        "medium": (document.medium,),
        "language": (document.language,),
        "year": (str(document.published.year),),
    }
    return {value for value in filed[facet] if value}


def _passes(document: Document, chosen: Mapping[str, frozenset[str]]) -> bool:
    return all(values(document, facet) & wanted for facet, wanted in chosen.items())


def _rows(facet: str, documents: Iterable[Document], chosen: frozenset[str], most: int) -> list[tuple[str, int]]:
    """The most frequent values, and those that are chosen; years from the newest on."""

    def place(row: tuple[str, int]) -> tuple[int, str, str]:
        return -row[1], row[0].casefold(), row[0]

    counts = Counter(value for document in documents for value in values(document, facet))
    rows = sorted(counts.items(), reverse=True) if facet == "year" else sorted(counts.items(), key=place)
    rows = rows[: max(most, 0)]
    if missing := chosen - {value for value, _ in rows}:
        rows += [(value, counts[value]) for value in missing]
        rows = sorted(rows, reverse=True) if facet == "year" else sorted(rows, key=place)
    return rows


def _ordered(found: Sequence[Read], read: Sequence[Read], tree: Node, sort: str) -> list[Read]:
    leaves = list(dict.fromkeys(sought(tree)))
    ranked = sort not in ("newest", "oldest") and bool(leaves)
    scores = _scores(found, read, leaves) if ranked else {}
    sign = 1 if sort == "oldest" else -1

    def place(one: Read) -> tuple[float, float, int, str]:
        document = one.document
        return -scores.get(id(one), 0), sign * document.published.timestamp(), sign * document.id, document.kind

    return sorted(found, key=place)


def _scores(found: Sequence[Read], read: Sequence[Read], leaves: Sequence[Leaf]) -> dict[int, float]:
    """BM25 of *found* among all that were *read*."""
    average = sum(one.length for one in read) / len(read) if read else 1.0
    scores = dict.fromkeys(map(id, found), 0.0)
    for leaf in leaves:
        having = sum(one.times(leaf) > 0 for one in read)
        rarity = math.log(1 + (len(read) - having + 0.5) / (having + 0.5))
        for one in found:
            times = one.times(leaf)
            scores[id(one)] += rarity * (K1 + 1) * times / (times + K1 * (1 - B + B * one.length / (average or 1)))
    return {which: round(score, DECIMALS) for which, score in scores.items()}


def _runs(words: Sequence[str], wanted: Sequence[str]) -> int:
    """How often *wanted* stand in *words* in a row."""
    if len(wanted) == 1:
        return words.count(wanted[0])
    size = len(wanted)
    return sum(1 for n, word in enumerate(words) if word == wanted[0] and tuple(words[n : n + size]) == tuple(wanted))


def is_filed(node: Filed, words: Sequence[str]) -> bool:
    """Whether *words* have those of *node* in a row, the last one perhaps only begun."""
    *whole, last = node.words
    size = len(whole)
    return any(
        list(words[n : n + size]) == whole
        and (words[n + size].startswith(last) if node.begun else words[n + size] == last)
        for n in range(len(words) - size)
    )
