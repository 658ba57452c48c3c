"""What an engine is. One is chosen by the setting ``search_engine``."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from pressroom.search.documents import Document, Query
from pressroom.search.tree import Node


class Key(NamedTuple):
    """What names a document."""

    kind: str
    id: int


@dataclass(frozen=True)
class Found:
    """An answer: how many match, which are on the page, the facets, and the marks of the page's edges.

    Attributes:
        first: the number of the first hit among all, from 1; 0 is as the number of the page says.
    """

    total: int
    keys: Sequence[Key]
    facets: dict[str, list[tuple[str, int]]]
    after: str = ""
    before: str = ""
    first: int = 0


class IndexUnusableError(RuntimeError):
    """The index is missing, damaged, or of another version; made again from the database it will do."""


class Replacement(Protocol):
    """A whole new index, beside the one that answers."""

    def add(self, documents: Sequence[Document]) -> None:
        """Put *documents* in. A key is given once only."""

    def take_over(self, documents: Sequence[Document], gone: Collection[Key]) -> None:
        """Put in what changed meanwhile, and answer from now on.

        Nothing is lost if the machine stops in between.
        """


class Lexicon(Protocol):
    """The words of the documents that are in the index now, unstemmed, each with how many documents have it."""

    def count(self, word: str) -> int:
        """How many documents have *word*."""

    def beginning(self, start: str, most: int) -> list[tuple[str, int]]:
        """The *most* frequent words that begin with *start*, the most frequent first."""

    def near(self, word: str) -> list[tuple[str, int]]:
        """The words that are one slip from *word*, the most frequent first."""


class Engine(Protocol):
    """An index and how it is asked. Its methods are called by several threads and processes."""

    def ready(self) -> bool:
        """Whether there is an index of this version."""

    def search(self, tree: Node, query: Query) -> Found:
        """Answer *tree* within the filters, order and page of *query*.

        The rules of an answer are the same for every engine: totals and counts are exact; a choice does not
        narrow its own facet; "newest" is by (published, id, kind) and "relevance" by (score, then newest).

        Raises:
            IndexUnusableError: the index has to be made again.
        """

    def total(self, tree: Node, query: Query) -> int:
        """How many match; the same as ``search`` says, without the rest.

        Raises:
            IndexUnusableError: the index has to be made again.
        """

    def lexicon(self) -> Lexicon:
        """The words of the index as it is now.

        Raises:
            IndexUnusableError: the index has to be made again.
        """

    def write(self, documents: Sequence[Document], gone: Collection[Key]) -> None:
        """Put *documents* in the place of those with their keys, take *gone* out; durable when it returns.

        One call at a time over all processes; the caller sees to it.
        """

    def contents(self) -> set[Key]:
        """The keys of everything in the index.

        Raises:
            IndexUnusableError: the index has to be made again.
        """

    def replacement(self) -> AbstractContextManager[Replacement]:
        """Begin a new index; one at a time. Left without ``take_over``, nothing has changed."""
