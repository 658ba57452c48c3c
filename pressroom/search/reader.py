"""What the public may see now, as documents: always in a session of its own, in which nobody opened the gate.

So only public things can get into the index, whoever saved them; and what a hit shows has passed the gate at
the instant of the question, whatever the index still holds.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager

from flask import current_app

from pressroom.kit import db
from pressroom.search.documents import Document
from pressroom.search.engines import Key
from pressroom.search.registry import Load, Source, sources

log = logging.getLogger(__name__)


@contextmanager
def public_session() -> Iterator[None]:
    """An application context of its own, for the public, that only reads."""
    with current_app.app_context(), db.reading():
        yield


def public_documents(keys: Collection[Key]) -> dict[Key, Document]:
    """The documents of those of *keys* that are public now.

    A thing that its room cannot make a document of counts as not public, and does not keep others back.
    """
    return load(keys)[0]


def shown_documents(keys: Collection[Key]) -> dict[Key, Document]:
    """The same for a page of results, which only reads."""
    return load(keys, lambda source: source.shown)[0]


def load(
    keys: Collection[Key], way: Callable[[Source], Load] = lambda source: source.load
) -> tuple[dict[Key, Document], set[Key]]:
    """The documents of *keys* that are public now; and the keys whose room failed to read them."""
    documents: dict[Key, Document] = {}
    failed: set[Key] = set()
    with public_session():
        for kind in dict.fromkeys(key.kind for key in keys):
            if (source := sources.get(kind)) is None:
                continue
            ids = sorted(key.id for key in keys if key.kind == kind)
            read, unread = _load_kind(way(source), ids)
            documents |= {Key(kind, document.id): document for document in read}
            failed |= {Key(kind, id) for id in unread}
    return {key: documents[key] for key in keys if key in documents}, failed


def _load_kind(source: Callable[[Sequence[int]], object], ids: Sequence[int]) -> tuple[list[Document], list[int]]:
    try:
        return list(source(ids)), []  # type: ignore[call-overload]
    except Exception:
        if current_app.testing:
            raise  # in tests a mistake of a room is to be seen, not survived
        if len(ids) == 1:
            log.exception("no document can be made of %s", ids[0])
            return [], list(ids)
    halves = [_load_kind(source, part) for part in (ids[: len(ids) // 2], ids[len(ids) // 2 :])]
    return [document for read, _ in halves for document in read], [id for _, unread in halves for id in unread]


def public_keys() -> list[Key]:
    """The keys of everything public now, kind by kind."""
    with public_session():
        return [Key(kind, id) for kind, source in sources.items() for id in source.ids()]
