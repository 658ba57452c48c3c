"""What an engine is. One is chosen by the setting ``search_engine``."""

from __future__ import annotations

import errno
from collections.abc import Collection, Mapping, Sequence
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


class NoSpaceError(OSError):
    """There is not the room on the disk that a new index needs; nothing was begun."""

    def __init__(self, needed: int, free: int) -> None:
        megabytes = f"{needed / 1e6:,.1f} MB, and {free / 1e6:,.1f} MB are free"
        super().__init__(errno.ENOSPC, f"A new index needs three times the space of the old one, {megabytes}")


@dataclass(frozen=True)
class Stats:
    """What an engine says of its index, for those who run it.

    Attributes:
        documents: by kind, those that can be found.
        version: of the schema; an index of another version is made again.
        bytes: what the index takes on the disk.
        free: bytes that are free there; None if the engine cannot know.
        details: what this engine alone has, by its name: "segments", "deleted" …
    """

    documents: Mapping[str, int]
    version: int
    bytes: int
    free: int | None
    details: Mapping[str, int | str]


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

    def contents(self) -> Mapping[Key, int]:
        """The keys of everything in the index, each with the :attr:`Document.fingerprint` of what was put in.

        Raises:
            IndexUnusableError: the index has to be made again.
        """

    def lose(self) -> None:
        """Answer no more until a new index takes over: what this one holds is not to be trusted."""

    def damages(self) -> Sequence[str]:
        """What the engine itself finds wrong with what it keeps, a sentence each.

        Nobody writes meanwhile; the caller sees to it.
        """

    def stats(self) -> Stats:
        """How large the index is, and what it is made of.

        Raises:
            IndexUnusableError: the index has to be made again.
        """

    def replacement(self) -> AbstractContextManager[Replacement]:
        """Begin a new index; one at a time. Left without ``take_over``, nothing has changed.

        Raises:
            NoSpaceError: there is not the room for it.
        """
