"""Where the documents come from. A room says how its things become documents; search knows no room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pressroom.search.documents import Document
from pressroom.search.wanted import Wanted

Load = Callable[[Sequence[int]], Iterable[Document]]
Ids = Callable[[], Iterable[int]]
Newest = Callable[[Wanted], Iterable[int]]


@dataclass(frozen=True)
class Source:
    """How to read one kind.

    All are called for a public reader, so they see what is public and nothing else.
    """

    load: Load
    ids: Ids
    newest: Newest
    shown: Load


sources: dict[str, Source] = {}


def register(kind: str, *, load: Load, ids: Ids, newest: Newest, shown: Load | None = None) -> None:
    """Let things of *kind* be found. Registering a kind again replaces how it is read.

    Args:
        kind: a short word, the same in every :class:`Document` that ``load`` gives.
        load: the documents of those of the given ids that are public now; others are left out.
        ids: all ids that are public now.
        newest: the ids of the newest that may match, for a search without an index (:meth:`Wanted.narrowed`).
        shown: as ``load``, for a page of results: it may see what there was when the request began.
    """
    sources[kind] = Source(load, ids, newest, shown or load)
