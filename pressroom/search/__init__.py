"""Search: what rooms put into the index, how it is asked, and how it is kept in step with the database.

A room says once how its things become documents (:func:`register`), and with every change that something
changed (:func:`enqueue`). Everything else follows: the index is derived from the database, and can be thrown
away.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from flask import Flask, Response, g
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from pressroom.kit import clock
from pressroom.kit.db import db, is_postgres
from pressroom.kit.later import add_commands, make_later
from pressroom.kit.settings import SettingsError
from pressroom.search import cli, hosts, indexer, progress
from pressroom.search.batch import Batch as Batch
from pressroom.search.documents import Document as Document
from pressroom.search.documents import Hit as Hit
from pressroom.search.documents import Passage as Passage
from pressroom.search.documents import Query as Query
from pressroom.search.documents import Results as Results
from pressroom.search.engines import Engine
from pressroom.search.engines import IndexUnusableError as IndexUnusableError
from pressroom.search.engines import Key as Key
from pressroom.search.finding import catch_up as catch_up
from pressroom.search.finding import every as every
from pressroom.search.finding import find as find
from pressroom.search.finding import listed as listed
from pressroom.search.finding import passages as passages
from pressroom.search.finding import totals as totals
from pressroom.search.indexer import drain as drain
from pressroom.search.indexer import rebuild as rebuild
from pressroom.search.indexer import sweep as sweep
from pressroom.search.indexer import when_made_again as when_made_again
from pressroom.search.language import typed as typed
from pressroom.search.progress import Progress as Progress
from pressroom.search.queue import enqueue as enqueue
from pressroom.search.queue import enqueue_many as enqueue_many
from pressroom.search.queue import heard as heard
from pressroom.search.reader import public_documents as public_documents
from pressroom.search.reader import public_session as public_session
from pressroom.search.registry import register as register
from pressroom.search.suggester import Suggestion as Suggestion
from pressroom.search.suggester import suggest as suggest
from pressroom.search.verifying import Check as Check
from pressroom.search.verifying import counted as counted
from pressroom.search.verifying import verify as verify
from pressroom.search.wanted import Wanted as Wanted

# With an engine come numpy and Whoosh, a tenth of a start: it is made when somebody searches, or something changes.


def _whoosh(app: Flask) -> Engine:
    from pressroom.search.engines.whoosh_engine import WhooshEngine  # noqa: PLC0415

    return WhooshEngine(Path(app.instance_path) / "index", app.config["SEARCH_CACHE_MB"] << 20)


def _postgres(app: Flask) -> Engine:
    from pressroom.search.engines.postgres_engine import PostgresEngine  # noqa: PLC0415

    with app.app_context():
        return PostgresEngine(db.engine)


def drop_tables(connection: Connection) -> None:
    """Remove every index that lies in the database of *connection*, a PostgreSQL; see ``postgres_engine.drop``."""
    from pressroom.search.engines import postgres_engine  # noqa: PLC0415

    postgres_engine.drop(connection)


ENGINES: dict[str, Callable[[Flask], Engine]] = {"whoosh": _whoosh, "postgres": _postgres}

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Choose the engine, and have what a request changed in the index before its answer is sent.

    Raises:
        SettingsError: there is no such engine, or it does not work with this database.
    """
    name = app.config["SEARCH_ENGINE"]
    if name not in ENGINES:
        raise SettingsError(f"search_engine = {name!r}: write one of {', '.join(ENGINES)}")
    if name == "postgres" and not is_postgres(app):
        raise SettingsError(
            "search_engine = 'postgres': this engine lives in the database of the press room; write the address of a "
            "PostgreSQL database in database_url, or search_engine = whoosh"
        )
    make_later(app, "search", lambda: ENGINES[name](app))
    hosts.init_app(app, shared=name == "postgres")
    app.after_request(_drain_after)
    add_commands(app, lambda: [cli.index])


def how_far(kind: str | None, *, now: datetime) -> Progress:
    """How far the index is with things of *kind*, or with all: what waits, and how much of a new index is made."""
    return progress.progress(indexer.folder(), now, kind)


def _drain_after(response: Response) -> Response:
    """Index what the request saved. Failing is no reason to fail the request: the queue keeps it."""
    if not g.pop("index_enqueued", False):
        return response
    try:
        db.session.rollback()  # what was to be kept is committed; the drain needs the write lock for a moment
        indexer.drain_for_request(clock.now(), wait=0)
    except (IndexUnusableError, SQLAlchemyError, OSError):
        log.exception("what was saved is not in the index yet; the queue has it")
    return response
