"""Search by itself: a press room of no rooms, whose documents are a dictionary."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from flask import Flask
from sqlalchemy import Engine as Database
from sqlalchemy import create_engine, make_url

from pressroom import config, search
from pressroom.kit import db as database
from pressroom.kit import prepared, settings
from pressroom.kit.db import db
from pressroom.kit.settings import SettingRow
from pressroom.search import registry
from pressroom.search.documents import Document, Query, Results
from pressroom.search.engines import Engine, postgres_engine
from pressroom.search.engines.postgres_engine import PostgresEngine
from pressroom.search.engines.whoosh_engine import WhooshEngine
from pressroom.search.models import IndexHost, QueueRow, TakenRow
from tests.databases import empty

NOW = datetime(2026, 11, 19, 17, 0, tzinfo=UTC)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """On PostgreSQL each test runs with its engine, but those that are about Whoosh's files; else with Whoosh."""
    if "engine_name" in metafunc.fixturenames:
        postgres = metafunc.config.getoption("--database") == "postgres"
        postgres = postgres and not metafunc.definition.get_closest_marker("whoosh")
        metafunc.parametrize("engine_name", ["postgres" if postgres else "whoosh"], scope="module")


class Shelf:
    """Things of the kind "clip" and what the public may see of them."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.documents: dict[int, Document] = {}

    def load(self, ids: Sequence[int]) -> Iterable[Document]:
        return [self.documents[id] for id in reversed(ids) if id in self.documents]

    def newest(self, wanted: search.Wanted) -> list[int]:
        """As a database does it."""

        def text(document: Document) -> str:
            return " ".join((document.headline, document.body, document.people, document.outlet, *document.topics))

        found = [
            (document.published, document.id)
            for document in self.documents.values()
            if all(any(part.lower() in text(document).lower() for part in group) for group in wanted.groups)
            and (wanted.first is None or wanted.first <= document.published.date())
            and (wanted.last is None or document.published.date() <= wanted.last)
        ]
        return [id for _, id in sorted(found, reverse=True)[: wanted.most]]

    def put(self, id: int, headline: str = "", body: str = "", **fields: Any) -> None:
        """Save a thing, and have it indexed when it is asked for."""
        document = {"kind": "clip", "published": NOW, **fields, "id": id, "headline": headline, "body": body}
        self.documents[id] = Document(**document)
        self.change(id)

    def change(self, id: int, due: datetime = NOW) -> None:
        """Commit a row of the queue."""
        with self.app.app_context():
            search.enqueue("clip", id, due=due)
            db.session.commit()

    def find(self, text: str = "", now: datetime = NOW, **query: Any) -> Results:
        """Ask as a request does."""
        with self.app.test_request_context():
            return search.find(Query(text=text, **query), now=now)

    def ids(self, text: str = "", now: datetime = NOW, **query: Any) -> list[int]:
        """The ids of what is found."""
        return [hit.id for hit in self.find(text, now, **query).hits]

    def waiting(self) -> int:
        """Rows of the queue."""
        with self.app.app_context():
            return db.session.query(QueueRow).count()

    def sweep(self) -> int:
        with self.app.app_context():
            return search.sweep()

    def lose(self) -> None:
        """Take the index away."""
        shutil.rmtree(Path(self.app.instance_path) / "index", ignore_errors=True)
        with self.app.app_context(), db.engine.begin() as connection:
            if db.engine.dialect.name == "postgresql":
                postgres_engine.drop(connection)

    def rebuild(self) -> int:
        with self.app.app_context():
            return search.rebuild()


@pytest.fixture
def app(request: pytest.FixtureRequest, instance: Path, engine_name: str) -> Iterator[Flask]:
    """Database, settings and search."""
    overrides = {"search_engine": engine_name}
    if request.config.getoption("--database") == "postgres":
        overrides["database_url"] = request.getfixturevalue("postgres_url")
    app = make_app(instance, overrides)
    if "database_url" in overrides:
        empty(app)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def make_app(instance: Path, overrides: dict[str, str]) -> Flask:
    app = Flask("pressroom", instance_path=str(instance))
    secret = {"secret_key": "for tests only, and long enough"}
    app.config.from_mapping(config.load(instance, secret | overrides))
    app.testing = True
    settings.init_app(app, config.SETTINGS)
    database.init_app(app)
    prepared.init_app(app)
    search.init_app(app)
    with app.app_context():
        for table in (QueueRow.__table__, IndexHost.__table__, TakenRow.__table__, SettingRow.__table__):
            table.create(db.engine, checkfirst=True)  # type: ignore[attr-defined]
    return app


@pytest.fixture(scope="session")
def postgres_apart(request: pytest.FixtureRequest, worker_id: str) -> Iterator[Database]:
    """A PostgreSQL database of its own, for an index that several tests ask."""
    shared, name = make_url(request.getfixturevalue("postgres_url")), f"search_{worker_id}"
    shared = shared.set(drivername="postgresql+psycopg")
    server = create_engine(shared, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    server.dispose()
    database = create_engine(shared.set(database=name))
    yield database
    database.dispose()


@pytest.fixture
def engine(request: pytest.FixtureRequest, tmp_path: Path, engine_name: str) -> Engine:
    """An engine by itself that has no index yet."""
    return make_engine(request, tmp_path / "index", engine_name)


def make_engine(request: pytest.FixtureRequest, folder: Path, engine_name: str) -> Engine:
    """Whoosh in *folder*, or PostgreSQL in a database without anything."""
    if engine_name == "whoosh":
        return WhooshEngine(folder)
    database: Database = request.getfixturevalue("postgres_apart")
    with database.begin() as connection:
        postgres_engine.drop(connection)
    return PostgresEngine(database)


@pytest.fixture
def shelf(app: Flask) -> Iterator[Shelf]:
    """An empty shelf, the only thing there is to search."""
    made = Shelf(app)
    with patch.dict(registry.sources, clear=True):
        search.register("clip", load=made.load, ids=lambda: list(made.documents), newest=made.newest)
        yield made
