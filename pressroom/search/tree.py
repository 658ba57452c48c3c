"""A question as a tree. It knows no engine: each engine answers it in its own way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

Within = Literal["text", "people"]


@dataclass(frozen=True)
class Words:
    """These words in a row. In "text" they are compared by their stems, in "people" as they are.

    Attributes:
        words: one or more, as :mod:`analysis` compares them.
        shown: as it was typed.
        common: a single word, without quotation marks, of those that every text has.
    """

    words: tuple[str, ...]
    within: Within = "text"
    shown: str = field(default="", compare=False)
    common: bool = False


@dataclass(frozen=True)
class Prefix:
    """A word that begins so."""

    start: str
    within: Within = "text"
    shown: str = field(default="", compare=False)


@dataclass(frozen=True)
class Filed:
    """Filed under a value of *facet* that has these words in a row, the last one perhaps only begun."""

    facet: str
    words: tuple[str, ...]
    begun: bool = False
    shown: str = field(default="", compare=False)


@dataclass(frozen=True)
class Between:
    """Published on a day from *first* to *last*, both included; None is open."""

    first: date | None
    last: date | None


@dataclass(frozen=True)
class Not:
    """What does not match *node*."""

    node: Node


@dataclass(frozen=True)
class All:
    """What matches every one of *nodes*; everything, if there is none."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Any:
    """What matches at least one of *nodes*."""

    nodes: tuple[Node, ...]


Node: TypeAlias = Words | Prefix | Filed | Between | Not | All | Any
Leaf: TypeAlias = Words | Prefix

EVERYTHING = All(())
MOST_EXPANSIONS = 2_000  # words that the prefixes of a question stand for together; the first ones of the alphabet


def sought(node: Node) -> Iterator[Leaf]:
    """The words that a match is to have, not those that it must not have: what ranks, and what is marked."""
    if isinstance(node, Words | Prefix):
        yield node
    elif isinstance(node, All | Any):
        for child in node.nodes:
            yield from sought(child)


def expansions(tree: Node) -> int:
    """How many words each prefix of *tree* may stand for: they share them, so that many cost what one costs."""
    return MOST_EXPANSIONS // max(len(set(_prefixes(tree))), 1)


def _prefixes(node: Node) -> Iterator[Prefix]:
    """The prefixes of a tree, those that a match must not have among them."""
    if isinstance(node, Prefix):
        yield node
    elif isinstance(node, Not):
        yield from _prefixes(node.node)
    elif isinstance(node, All | Any):
        for child in node.nodes:
            yield from _prefixes(child)
