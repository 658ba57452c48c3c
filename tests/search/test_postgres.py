"""The engine in PostgreSQL: its tables, what happens to them, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine as Database
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError

from pressroom.kit.db import Base, db
from pressroom.kit.settings import SettingsError
from pressroom.search.documents import Query
from pressroom.search.engines import IndexUnusableError, Key, postgres_tables
from pressroom.search.engines.postgres_engine import PostgresEngine, drop
from pressroom.search.engines.postgres_tables import LIVING
from pressroom.search.tree import EVERYTHING, Prefix, Words
from tests.search.conftest import Shelf, make_app
from tests.search.test_answers import documents
from tests.search.test_contract import fill, made

TABLES = ("document", "term", "size")


@pytest.fixture
def postgres(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database without an index, which nobody is connected to at the end."""
    if request.config.getoption("--database") != "postgres":
        pytest.skip("--database postgres")
    database: Database = request.getfixturevalue("postgres_apart")
    with database.begin() as connection:
        drop(connection)
    yield database
    assert database.pool.checkedout() == 0  # type: ignore[attr-defined]


def schemas(database: Database) -> list[str]:
    with database.connect() as connection:
        found = connection.exec_driver_sql("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'pressroom%%'", {})
        return sorted(found.scalars())


def test_it_needs_a_database_that_is_postgresql(instance: Path) -> None:
    with pytest.raises(SettingsError, match="write the address of a PostgreSQL database in database_url"):
        make_app(instance, {"search_engine": "postgres"})


def test_nothing_is_left_of_what_answered_before(postgres: Database) -> None:
    engine = PostgresEngine(postgres)
    for _ in range(3):
        fill(engine, [made(1)])
    assert schemas(postgres) == [LIVING]


def test_a_rebuild_that_dies_was_never_there(postgres: Database) -> None:
    engine = PostgresEngine(postgres)
    fill(engine, [made(1)])
    with pytest.raises(OSError, match="does not answer"), engine.replacement() as fresh:
        fresh.add([made(2)])
        with postgres.connect() as other:
            other.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid() AND state LIKE 'idle in%%'",
                {},
            )
        fresh.take_over([], [])
    assert schemas(postgres) == [LIVING]
    assert engine.contents().keys() == {("clip", 1)}


def test_who_reads_the_old_index_reads_it_to_the_end_and_it_goes_later(postgres: Database) -> None:
    engine = PostgresEngine(postgres)
    fill(engine, documents(1)[:20])
    with postgres.connect() as reader:
        assert reader.exec_driver_sql(f"SELECT count(*) FROM {LIVING}.document").scalar() == 20
        fill(engine, [made(1)])  # waits for nobody for long
        assert engine.contents().keys() == {("clip", 1)}
        assert len(schemas(postgres)) == 2
    fill(engine, [made(2)])
    assert schemas(postgres) == [LIVING]


def test_an_index_of_another_version_is_none(postgres: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = PostgresEngine(postgres)
    fill(engine, [made(1)])
    with postgres.begin() as connection:
        connection.exec_driver_sql(f"ALTER SCHEMA {LIVING} RENAME TO pressroom_search_0")
    assert not engine.ready()
    fill(engine, [made(1)])
    assert engine.ready()
    assert schemas(postgres) == [LIVING]


@pytest.mark.parametrize("table", TABLES)
def test_a_missing_table_is_said(postgres: Database, table: str) -> None:
    engine = PostgresEngine(postgres)
    fill(engine, [made(1)])
    with postgres.begin() as connection:
        connection.exec_driver_sql(f"DROP TABLE {LIVING}.{table}")
    with pytest.raises(IndexUnusableError):
        engine.search(Words(("gene",)), Query())
    with pytest.raises(IndexUnusableError):
        engine.write([made(2)], [])
    fill(engine, [made(1)])
    assert engine.contents().keys() == {("clip", 1)}


@pytest.mark.parametrize("damage", ["DROP SCHEMA {} CASCADE", "DROP TABLE {}.document", "DROP TABLE {}.term"])
def test_a_damaged_index_is_made_again_while_somebody_asks(shelf: Shelf, damage: str, engine_name: str) -> None:
    if engine_name != "postgres":
        pytest.skip("another engine")
    shelf.put(1, "gene")
    shelf.put(2, "gene therapy")
    assert shelf.find("gene").total == 2
    for _ in range(2):
        with shelf.app.app_context(), db.engine.begin() as connection:
            connection.exec_driver_sql(damage.format(LIVING))
        assert shelf.find("gene").total == 2
    with shelf.app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql(damage.format(LIVING))
    shelf.put(3, "gene")
    assert shelf.sweep() >= 1
    assert sorted(shelf.ids("gene")) == [1, 2, 3]


def test_a_write_that_fails_changes_nothing(postgres: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = PostgresEngine(postgres)
    fill(engine, [made(1, "old word")])
    monkeypatch.setattr(postgres_tables, "_ADD_SIZE", "SELECT 1 / 0")
    with pytest.raises(DBAPIError):
        engine.write([made(1, "new"), made(2, "new")], [])
    monkeypatch.undo()
    assert engine.contents().keys() == {("clip", 1)}
    assert (engine.lexicon().count("old"), engine.lexicon().count("new")) == (1, 0)
    assert engine.total(Words(("old",)), Query()) == 1


def test_the_callers_work_is_neither_committed_nor_undone(shelf: Shelf, engine_name: str) -> None:
    if engine_name != "postgres":
        pytest.skip("another engine")
    shelf.put(1, "gene")
    with shelf.app.app_context():
        db.session.execute(db.text("INSERT INTO setting (name, value) VALUES ('mine', '1')"))
        engine = shelf.app.extensions["search"]
        shelf.rebuild()
        assert engine.search(Words(("gene",)), Query()).total == 1
        engine.write([made(2, "gene")], [])
        assert engine.total(Words(("gene",)), Query()) == 2
        with db.engine.connect() as other:
            assert other.exec_driver_sql("SELECT count(*) FROM setting").scalar() == 0
        assert db.session.scalar(db.text("SELECT count(*) FROM setting")) == 1
        db.session.rollback()
    with shelf.app.app_context():
        assert db.session.scalar(db.text("SELECT count(*) FROM setting")) == 0
        db.session.remove()
        assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_asking_only_reads(postgres: Database) -> None:
    engine = PostgresEngine(postgres)
    fill(engine, documents(1)[:50])
    with engine._reading() as connection:
        assert connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "on"
    with postgres.connect() as connection:  # the same connection, given back as it was
        assert connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "off"
        assert connection.exec_driver_sql("SHOW jit").scalar() == "on"


def test_a_database_that_is_away_is_no_damage() -> None:
    pytest.importorskip("psycopg")
    engine = PostgresEngine(create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none"))
    for question in (engine.ready, engine.contents, lambda: engine.search(EVERYTHING, Query())):
        with pytest.raises(OSError, match="does not answer"):
            question()


def test_words_that_no_vector_can_hold_keep_no_document_out(
    postgres: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    engine = PostgresEngine(postgres)
    body = " ".join(f"{'x' * 50}{number}" for number in range(20_000))
    fill(engine, [made(1, "gene", body=body), made(2, "gene")])
    assert "more different words" in caplog.text
    assert engine.total(Words(("gene",)), Query()) == 2
    assert engine.total(Prefix("xx"), Query()) == 1
    engine.write([], [Key("clip", 1)])
    assert engine.lexicon().beginning("xx", 1) == []


def test_migrations_leave_the_index_alone(shelf: Shelf, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--database") != "postgres":
        pytest.skip("--database postgres")
    with shelf.app.app_context():
        fill(PostgresEngine(db.engine), [made(1)])
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            found: list[Any] = compare_metadata(context, Base.metadata)
        assert not [one for one in found if "term" in str(one) or "document" in str(one)]
