"""The query language. It reads anything, never raises, and says how it understood what it read.

=====================================  ==========================================================
``gene therapy``                       both words, in any form ("therapies"), anywhere
``"gene therapy"``                     the words in a row
``gene OR therapy``                    either (operators are in capitals)
``gene NOT mouse``, ``gene -mouse``    the second one not
``(gene OR genome) therapy``           groups
``genom*``                             words that begin so (two letters or more)
``by:lovelace``                        by-line, speaker or author
``outlet:herald`` ``topic:"a b"``       where it is filed; also ``medium:radio``, ``lang:en``
``before:2020`` ``after:2019-05-01``   before that day; from that day on
``2019..2021`` ``2019-05..``           years, months or days, from … to, both included
=====================================  ==========================================================

Words without an operator must all be there: a journalist who adds a word wants fewer and better matches, the
counts beside the filters only make sense if they go down, and every large archive does the same. A field that
does not exist is a word like any other. What goes beyond 32 terms or 10,000 characters is left out, and the
reading says so; groups more than 12 deep are read as if they stood outside.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache

from markupsafe import Markup

from pressroom.search import reading
from pressroom.search.analysis import COMMON, Word, plain_words, words
from pressroom.search.tree import (
    EVERYTHING,
    All,
    Any,
    Between,
    Filed,
    Node,
    Not,
    Prefix,
    Within,
    Words,
    sought,
)

MOST_TERMS = 32
DEEPEST = 12
LONGEST = 10_000
SHORTEST_PREFIX = 2
KEPT = 256  # questions

FACETS = {"outlet": "outlet", "topic": "topic", "medium": "medium", "lang": "language"}

_DAY = r"\d{4}(?:-\d{1,2}(?:-\d{1,2})?)?"
_TOKEN = re.compile(
    rf"""
      (?P<open>\() | (?P<close>\))
    | (?P<minus>(?<![^\s(])[-−](?=[^\s)-]))
    | (?P<operator>(?:AND|OR|NOT)(?=[\s()]|$))
    | (?P<range>(?:{_DAY})?\.\.(?:{_DAY})?(?=[\s()]|$))
    | (?:(?P<field>[A-Za-z]+):(?=\S))?
      (?: ["“”„](?P<quoted>[^"“”„]*)["“”] | (?P<word>[^\s()"“”„]+) )
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Question:
    """What was asked: the tree that an engine answers, and the sentence that tells people how it was read.

    Attributes:
        left_out: words that were left out because every text has them.
        full: it has more terms than are read.
        cut: it is longer than what is read.
        empty: nothing was typed, so there is nothing to say about it.
    """

    tree: Node
    left_out: tuple[str, ...] = ()
    full: bool = False
    cut: bool = False
    empty: bool = False

    @cached_property
    def reading(self) -> Markup:
        """The sentence, as safe HTML. Not everybody who asks shows it."""
        if self.empty:
            return Markup("")
        most = MOST_TERMS if self.full else 0
        return reading.sentence(self.tree, left_out=self.left_out, most_terms=most, cut=self.cut)


@lru_cache(KEPT)
def parse(text: str) -> Question:
    """Read *text*, which may be anything at all.

    The same text is read for the answer, for what else was perhaps meant, for what is found without a filter, and for
    the next page: the last ones are kept.
    """
    if not text.strip():
        return Question(EVERYTHING, empty=True)
    parser = _Parser(text[:LONGEST])
    read = parser.either(0)
    tree, left_out = without_common(read or EVERYTHING)
    return Question(tree, tuple(left_out), full=parser.full, cut=len(text) > LONGEST)


def typed(text: str) -> list[Word]:
    """The words of *text* that are looked for as they are, and where each stands.

    Not among them: operators, prefixes, what stands behind a field or a minus, and what is not read at all.
    """
    found: list[Word] = []
    refused = False
    for token in _TOKEN.finditer(text[:LONGEST]):
        part = "quoted" if token["quoted"] is not None else "word"
        if token["minus"] or token["operator"]:
            refused = bool(token["minus"]) or token["operator"] == "NOT"
        elif token[part] and token["field"] is None:
            if not refused and not token[part].endswith("*"):
                start = token.start(part)
                found += [Word(word.text, word.start + start, word.end + start) for word in words(token[part])]
            refused = False
        elif not token["other"]:
            refused = False
    return found[:MOST_TERMS]


def without_common(node: Node) -> tuple[Node, list[str]]:
    """*node* without the words that every text has, where it has others to go by; and what was left out."""
    if not isinstance(node, All):
        return node, []
    keep = [child for child in node.nodes if not (isinstance(child, Words) and child.common)]
    if not any(any(sought(child)) for child in keep):
        return node, []
    left_out = [child.shown for child in node.nodes if isinstance(child, Words) and child.common]
    return _all(keep), left_out


class _Parser:
    """Recursive descent over the tokens: either → both → negated → single.

    What makes no sense is passed over.
    """

    def __init__(self, text: str) -> None:
        self.tokens = [found for found in _TOKEN.finditer(text) if found.lastgroup != "other"]
        self.at = 0
        self.terms = 0
        self.full = False

    def either(self, depth: int) -> Node | None:
        """… OR …"""
        nodes = [self.both(depth)]
        while self._operator("OR"):
            nodes.append(self.both(depth))
        return _any([node for node in nodes if node is not None])

    def both(self, depth: int) -> Node | None:
        """… AND …, and what stands side by side."""
        nodes: list[Node] = []
        while (token := self._peek()) is not None and not (token["close"] and depth) and token["operator"] != "OR":
            if token["operator"] == "AND" or token["close"]:
                self.at += 1
            elif (node := self.negated(depth)) is not None:
                nodes.append(node)
        return _all(nodes) if nodes else None

    def negated(self, depth: int) -> Node | None:
        """NOT …, -…"""
        negative = False
        while (token := self._peek()) is not None and (token["minus"] or token["operator"] == "NOT"):
            negative = not negative
            self.at += 1
        node = self.single(depth)
        return Not(node) if negative and node is not None else node

    def single(self, depth: int) -> Node | None:
        """A group, a word, a phrase, a range."""
        token = self._peek()
        if token is None or token["close"] or token["operator"]:
            return None
        self.at += 1
        if token["open"]:
            return self._group(depth)
        node = _leaf(token)
        if node is None:
            return None
        self.terms += _size(node)
        if self.terms > MOST_TERMS:
            self.full = True
            return None
        return node

    def _group(self, depth: int) -> Node | None:
        if depth >= DEEPEST:
            return None  # the bracket is passed over; what is in it is read as if it stood outside
        node = self.either(depth + 1)
        if (token := self._peek()) is not None and token["close"]:
            self.at += 1
        return node

    def _peek(self) -> re.Match[str] | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def _operator(self, name: str) -> bool:
        token = self._peek()
        if token is None or token["operator"] != name:
            return False
        self.at += 1
        return True


def _all(nodes: list[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else All(tuple(nodes))


def _any(nodes: list[Node]) -> Node | None:
    return nodes[0] if len(nodes) == 1 else Any(tuple(nodes)) if nodes else None


def _size(node: Node) -> int:
    if isinstance(node, Words | Filed):
        return len(node.words)
    return sum(map(_size, node.nodes)) if isinstance(node, All) else 1


def _leaf(token: re.Match[str]) -> Node | None:
    if token["range"]:
        return _range(token["range"])
    name = (token["field"] or "").lower()
    quoted, text = token["quoted"] is not None, token["quoted"] or token["word"] or ""
    if name in ("before", "after"):
        if (node := _side(name, text)) is not None:
            return node
    elif name in FACETS:
        return _filed(FACETS[name], text)
    elif name == "by":
        return _words(text, "people", quoted=quoted)
    if name:  # no field of ours: "note:this" is two words in a row
        return _words(f"{token['field']} {text}", "text", quoted=True)
    return _words(text, "text", quoted=quoted)


def _words(text: str, within: Within, *, quoted: bool) -> Node | None:
    found = plain_words(text)
    if not found:
        return None
    begun = not quoted and text.endswith("*") and len(found[-1]) >= SHORTEST_PREFIX
    shown = text.strip() if quoted else text.strip("*.,;:!?'’‘")
    if not begun:
        common = not quoted and within == "text" and len(found) == 1 and found[0] in COMMON
        return Words(found, within, shown, common)
    prefix = Prefix(found[-1], within, found[-1] if found[:-1] else shown)
    return All((Words(found[:-1], within, " ".join(found[:-1])), prefix)) if found[:-1] else prefix


def _filed(facet: str, text: str) -> Node | None:
    found = plain_words(text)
    return Filed(facet, found, text.endswith("*"), text.strip("* ")) if found else None


def _side(name: str, text: str) -> Between | None:
    days = _days(text)
    if days is None:
        return None
    if name == "after":
        return Between(days[0], None)
    return Between(None, days[0] - timedelta(1)) if days[0] > date.min else None


def _range(text: str) -> Between | None:
    first, last = (_days(side) for side in text.split("..", 1))
    if first is None and last is None:
        return None
    if first and last and first[0] > last[1]:
        first, last = last, first
    return Between(first[0] if first else None, last[1] if last else None)


def _days(text: str) -> tuple[date, date] | None:
    """The first and the last day of a year, a month or a day; None if the calendar has no such thing."""
    if not re.fullmatch(_DAY, text):
        return None
    year, month, day = (*map(int, text.split("-")), 0, 0)[:3]
    try:
        return date(year, month or 1, day or 1), date(year, month or 12, day or monthrange(year, month or 12)[1])
    except ValueError:
        return None
