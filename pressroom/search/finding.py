"""``find``: one question, answered; ``totals``, ``listed`` and ``every``: how many, and which, without their texts.

Asking never raises for what was asked, and never for the state of the index: while that is made again, the newest
matches in the database are the answer.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError

from pressroom.kit import clock, lasting, reads
from pressroom.search import database, indexer, language, marks
from pressroom.search.correcting import correction
from pressroom.search.documents import Document, Hit, Passage, Query, Results
from pressroom.search.engines import Engine, IndexUnusableError, Key
from pressroom.search.reader import shown_documents
from pressroom.search.tree import Leaf, sought

T = TypeVar("T")

log = logging.getLogger(__name__)


def find(query: Query, *, now: datetime, caught_up: bool = False) -> Results:
    """The page of matches that *query* asks for, with totals and facets.

    Args:
        now: the instant of asking. What has become public by then is put into the index first.
        caught_up: :func:`catch_up` was called already, before anything was read.
    """
    from pressroom.search.snippets import shown  # noqa: PLC0415 - with numpy, which only searches need

    if not caught_up:
        catch_up(now)
    query = marks.opened(query)
    question = language.parse(query.text)
    size = query.window.stop - query.window.start
    found = _noted(lambda engine: engine.search(question.tree, query))
    lost = found is None
    if found is None:
        found = database.search(question.tree, query)
    leaves = list(dict.fromkeys(sought(question.tree)))
    documents = shown_documents(found.keys)
    marked = shown([(document.headline, document.body) for document in documents.values()], leaves)
    hits = [
        Hit(kind=key.kind, id=key.id, headline=headline, snippet=snippet, document=document)
        for (key, document), (headline, snippet) in zip(documents.items(), marked, strict=True)
    ]
    return Results(
        hits=hits,
        total=found.total - (len(found.keys) - len(hits)),
        facets=found.facets,
        reading=question.reading,
        page=max(query.page, 1),
        per_page=size,
        correction=None if lost else _noted(lambda engine: correction(engine, query, found.total)),
        after=marks.sealed(found.after, query, query.page + 1),
        before=marks.sealed(found.before, query, query.page - 1) if query.page > 2 else "",
        first=found.first or query.window.start + 1,
        newest=database.NEWEST if lost else 0,
        leaves=leaves,
    )


def passages(document: Document, leaves: Sequence[Leaf], most: int) -> list[tuple[Passage, Markup]]:
    """Of the passages of *document* the *most* with the most of *leaves*, in their order, each with its text marked."""
    from pressroom.search import snippets  # noqa: PLC0415 - with numpy

    return snippets.passages(document, leaves, most)


def listed(query: Query, *, now: datetime) -> tuple[Sequence[Key], int]:
    """Which are on the page that *query* asks for, and how many pages there are; no text is read.

    What the keys name has to be read through the gate.
    """
    tree = language.parse(query.text).tree
    query = replace(query, facet_size=0)
    found = asked(now, lambda engine: engine.search(tree, query))
    if found is None:
        found = database.search(tree, query)
    return found.keys, max(1, -(-found.total // (query.window.stop - query.window.start)))


def asked(now: datetime, question: Callable[[Engine], T]) -> T | None:
    """What the engine answers to *question*, once it has what is public at *now*; None if the index is lost."""
    catch_up(now)
    return _answered(question, now)


def totals(queries: Sequence[Query], *, now: datetime) -> list[int]:
    """How many each of *queries* finds; of the newest matches in the database if the index is lost."""
    trees = [language.parse(query.text).tree for query in queries]
    found = asked(now, lambda engine: [engine.total(tree, query) for tree, query in zip(trees, queries, strict=True)])
    if found is None:
        found = [database.search(tree, query).total for tree, query in zip(trees, queries, strict=True)]
    return found


def every(query: Query, *, now: datetime) -> Sequence[Key] | None:
    """The keys of all that *query* finds, in its order, whatever page it asks for; None if the index is lost.

    What they name has to be read through the gate.
    """
    tree = language.parse(query.text).tree
    whole = replace(query, whole=True, facet_size=0, after="", before="")
    found = asked(now, lambda engine: engine.search(tree, whole))
    return None if found is None else found.keys


def catch_up(now: datetime) -> None:
    """Have the index hold what is public at *now*, and note until when the answer holds, or that it does not."""
    try:
        due = indexer.drain_for_request(now, wait=indexer.PATIENCE)
    except (IndexUnusableError, SQLAlchemyError, OSError):
        log.exception("the index was not brought up to date; the question is answered from what it holds")
        lasting.not_kept("the index could not be brought up to date")
        return
    if due is not None and due <= now:
        lasting.not_kept("the index is behind")
    lasting.until(due)


def _noted(question: Callable[[Engine], T]) -> T | None:
    """The engine's answer, which can be asked for again."""
    return reads.noted(lambda: _answered(question, clock.now()))


def _answered(question: Callable[[Engine], T], now: datetime) -> T | None:
    """The engine's answer; None if the index is lost and too large to be made again while somebody waits."""
    engine = indexer.engine()
    try:
        return question(engine)
    except OSError:
        lasting.not_kept("the index could not be read")
        log.exception("the index could not be read")
        return None
    except IndexUnusableError as error:
        lasting.not_kept("the index was lost")
        log.warning("the index is made again: %s", error)
    try:
        return question(engine) if indexer.mend(now) else None
    except (IndexUnusableError, SQLAlchemyError, OSError):
        log.exception("the index could not be made again")
        return None
