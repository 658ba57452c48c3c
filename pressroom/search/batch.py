"""New documents against many questions: the other way round than an index, which has many documents and one question.

A batch of some thousand documents is read once. For each word it keeps in which of them it stands, as the bits of one
number, so that a question costs a few operations on numbers and no look at a document. A question that is asked as a
row of words is then looked at in those few documents that have them all.

The rules are those of :meth:`pressroom.search.engines.Engine.search`, with one difference: a beginning stands for all
words that begin so, and not only for as many as an index goes through (``tree.MOST_EXPANSIONS``).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, reduce

from pressroom.search.analysis import plain_words, stem
from pressroom.search.documents import FACETS, Document
from pressroom.search.matching import Read, is_filed, values
from pressroom.search.tree import All, Any, Between, Filed, Leaf, Node, Not, Prefix, Words

Bits = int
"""A set of documents: bit *n* is the document *n* of the batch."""

Values = Callable[[Document], Mapping[str, Iterable[str]]]

LAST_LETTER = "\U0010ffff"


def _of_facets(document: Document) -> Mapping[str, Iterable[str]]:
    return {facet: values(document, facet) for facet in FACETS}


class Batch:
    """Documents that are asked whether they match."""

    def __init__(self, documents: Sequence[Document], filed: Values = _of_facets) -> None:
        """Read *documents*.

        Args:
            filed: what a document is filed under, for :meth:`matching`; the facets of search when nothing is said.
        """
        self.documents = documents
        self.every: Bits = (1 << len(documents)) - 1
        self._read = [Read(document) for document in documents]
        self._by_stem: defaultdict[str, Bits] = defaultdict(int)
        self._by_word: dict[str, defaultdict[str, Bits]] = {"text": defaultdict(int), "people": defaultdict(int)}
        self._by_value: defaultdict[tuple[str, str], Bits] = defaultdict(int)
        self._by_name: defaultdict[tuple[str, str], Bits] = defaultdict(int)
        self._by_day: defaultdict[date, Bits] = defaultdict(int)
        for number, read in enumerate(self._read):
            self._add(1 << number, read, filed(read.document))

    def _add(self, bit: Bits, read: Read, filed: Mapping[str, Iterable[str]]) -> None:
        for word in set(read.words):
            self._by_word["text"][word] |= bit
        for word in set(read.people):
            self._by_word["people"][word] |= bit
        for stemmed in set(read.stems):
            self._by_stem[stemmed] |= bit
        for facet, names in filed.items():
            for name in names:
                self._by_value[facet, name] |= bit
        for facet in FACETS:
            for name in values(read.document, facet):
                self._by_name[facet, name] |= bit
        self._by_day[read.document.published.date()] |= bit

    def matching(self, tree: Node, chosen: Mapping[str, Collection[str]]) -> Bits:
        """The documents that match *tree* and have one of the values that are chosen, in each facet that has any."""
        found = self.every
        for facet, wanted in chosen.items():
            if wanted:
                found &= _union(self._by_value.get((facet, value), 0) for value in wanted)
        return found and found & self._of(tree)

    def _of(self, node: Node) -> Bits:
        match node:
            case Words():
                return self._words(node)
            case Prefix():
                return self._prefix(node)
            case Filed():
                found = ((name, bits) for (facet, name), bits in self._by_name.items() if facet == node.facet)
                return _union(bits for name, bits in found if is_filed(node, plain_words(name)))
            case Between():
                days = self._by_day.items()
                return _union(bits for day, bits in days if _is_between(node, day))
            case Not():
                return self.every & ~self._of(node.node)
            case All():
                return reduce(lambda left, child: left and left & self._of(child), node.nodes, self.every)
            case Any():
                return _union(map(self._of, node.nodes))

    def _words(self, leaf: Words) -> Bits:
        words = leaf.words if leaf.within == "people" else tuple(map(stem, leaf.words))
        table = self._by_word["people"] if leaf.within == "people" else self._by_stem
        found = reduce(lambda left, word: left and left & table.get(word, 0), words, self.every)
        return found if len(words) == 1 else self._looked_at(leaf, found)

    def _looked_at(self, leaf: Leaf, found: Bits) -> Bits:
        """Those of *found* in which the words stand in a row."""
        return _union(1 << number for number in numbers(found) if self._read[number].times(leaf))

    def _prefix(self, leaf: Prefix) -> Bits:
        words, table = self._in_order[leaf.within], self._by_word[leaf.within]
        begun = words[bisect_left(words, leaf.start) : bisect_left(words, leaf.start + LAST_LETTER)]
        return _union(table[word] for word in begun)

    @cached_property
    def _in_order(self) -> dict[str, list[str]]:
        return {within: sorted(table) for within, table in self._by_word.items()}


def numbers(bits: Bits) -> Iterator[int]:
    """The places of the documents in *bits*, ascending."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _union(parts: Iterable[Bits]) -> Bits:
    return reduce(int.__or__, parts, 0)


def _is_between(node: Between, day: date) -> bool:
    return (node.first is None or node.first <= day) and (node.last is None or day <= node.last)
