"""``find``: one question, answered.

It never raises for what was asked, and never for the state of the index.
"""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from pressroom.search import indexer, language
from pressroom.search.documents import Hit, Query, Results
from pressroom.search.engines import Found, IndexUnusableError
from pressroom.search.reader import public_documents
from pressroom.search.snippets import marked, snippet
from pressroom.search.tree import Node, sought

log = logging.getLogger(__name__)


def find(query: Query, *, now: datetime) -> Results:
    """The page of matches that *query* asks for, with totals and facets.

    Args:
        now: the instant of asking. What has become public by then is put into the index first.
    """
    _catch_up(now)
    question = language.parse(query.text)
    size = query.window.stop - query.window.start
    found = _search(question.tree, query, now)
    if found is None:
        return Results(reading=question.reading, page=max(query.page, 1), per_page=size, degraded=True)
    leaves = list(dict.fromkeys(sought(question.tree)))
    documents = public_documents(found.keys)
    hits = [
        Hit(
            kind=key.kind,
            id=key.id,
            headline=marked(document.headline, leaves),
            snippet=snippet(document.body, leaves),
            document=document,
        )
        for key, document in documents.items()
    ]
    return Results(
        hits=hits,
        total=found.total - (len(found.keys) - len(hits)),
        facets=found.facets,
        reading=question.reading,
        page=max(query.page, 1),
        per_page=size,
        after=found.after,
    )


def _catch_up(now: datetime) -> None:
    try:
        indexer.drain_for_request(now, wait=indexer.PATIENCE)
    except (IndexUnusableError, SQLAlchemyError, OSError):
        log.exception("the index was not brought up to date; the question is answered from what it holds")


def _search(tree: Node, query: Query, now: datetime) -> Found | None:
    """The engine's answer; None if the index is lost and too large to be made again while somebody waits."""
    engine = indexer.engine()
    try:
        return engine.search(tree, query)
    except OSError:
        log.exception("the index could not be read")
        return None
    except IndexUnusableError:
        log.warning("the index is missing or damaged and is made again", exc_info=True)
    try:
        return engine.search(tree, query) if indexer.mend(now) else None
    except (IndexUnusableError, SQLAlchemyError, OSError):
        log.exception("the index could not be made again")
        return None
