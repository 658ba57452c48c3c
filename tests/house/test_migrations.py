"""A press room that has something in it is migrated, and has it afterwards."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import JSON, Boolean, Connection, DateTime, Integer, MetaData, Table, event, insert, select

from pressroom import publishing
from pressroom.application import create_app
from pressroom.audit import AuditEntry
from pressroom.audit import queries as audit
from pressroom.kit import chain
from pressroom.kit.db import UTCDateTime, db

pytestmark = pytest.mark.sqlite

FILLED: dict[type, Any] = {Integer: 1, Boolean: False, DateTime: datetime(2026, 11, 19, tzinfo=UTC), JSON: {}}
LINES = 3_000  # 50,000 took 6 seconds and as little memory
TABLES = ("asset", "press_release", "release_picture", "release_correction", "release_revision", "webcast")


def migrate(app: Flask, revision: str) -> None:
    with app.app_context():
        upgrade(directory=str(Path(app.root_path) / "migrations"), revision=revision)


def add(connection: Connection, table: Table, **given: Any) -> None:
    """A row of which only *given* matters."""
    values = {
        column.name: next((value for kind, value in FILLED.items() if isinstance(column.type, kind)), "x")
        for column in table.columns
        if not column.nullable and not column.primary_key
    }
    connection.execute(insert(table).values(values | given))


def contents(app: Flask) -> dict[str, list[Any]]:
    """The number of each row, and what it points at."""
    with app.app_context(), publishing.as_staff(), db.engine.connect() as connection:
        tables = MetaData()
        tables.reflect(connection, only=TABLES)
        assert not connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        kept = {"id", "release_id", "asset_id", "poster_id", "sha256", "headline", "title"}
        return {
            name: [
                tuple(row)
                for row in connection.execute(
                    select(*(column for column in sorted(table.columns, key=lambda c: c.name) if column.name in kept))
                )
            ]
            for name, table in tables.tables.items()
            if name in TABLES
        }


@pytest.fixture
def full(instance: Path) -> Flask:
    """A press room of the first version, with a row of each table that others point at or that points at others."""
    app = create_app(instance, {"secret_key": "for tests only, and long enough to be one"})
    migrate(app, "0001")
    with app.app_context(), publishing.as_staff(), db.engine.begin() as connection:
        tables = MetaData()
        tables.reflect(connection, only=TABLES)
        made = tables.tables
        add(connection, made["asset"], sha256="a" * 64, media_type="image/png", name="a.png")
        add(connection, made["press_release"], kind="research", uid="u")
        add(connection, made["release_picture"])
        add(connection, made["release_correction"])
        for number in (1, 2):
            add(connection, made["release_revision"], number=number, note="edit", fields={"headline": f"x{number}"})
        add(connection, made["webcast"], poster_id=1, ends_at=datetime(2026, 11, 20, tzinfo=UTC), video_url="")
    return app


def test_what_was_there_is_there(full: Flask) -> None:
    before = contents(full)
    assert all(before.values())
    migrate(full, "head")
    assert contents(full) == before


def test_a_migration_that_fails_is_undone_and_can_be_done_again(full: Flask) -> None:
    before = contents(full)
    with full.app_context():
        engine = db.engine

    def fail(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.strip().startswith("CREATE TABLE release_file"):
            raise OSError("the machine stopped")

    event.listen(engine, "before_cursor_execute", fail)
    with pytest.raises(OSError, match="the machine stopped"):
        migrate(full, "head")
    event.remove(engine, "before_cursor_execute", fail)
    assert contents(full) == before
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "0001"
    migrate(full, "head")
    assert contents(full) == before


def test_an_audit_of_any_length_is_chained(instance: Path) -> None:
    """Numbered with gaps before; a few hundred lines are in memory at a time."""
    app = create_app(instance, {"secret_key": "for tests only, and long enough to be one"})
    migrations = ScriptDirectory(str(Path(app.root_path) / "migrations"))
    migrate(app, str(migrations.get_revision("0011").down_revision))
    line = {
        "at": datetime(2026, 1, 1, 12, 0, 0, 5, tzinfo=UTC),
        "actor_name": "Ada",
        "action": "edit",
        "kind": "release",
        "changes": {"body": ["é" * 300, "ü" * 300], "n": [1.5, None]},
    }
    with app.app_context(), publishing.as_staff(), db.engine.begin() as connection:
        tables = MetaData()
        tables.reflect(connection, only=("audit_entry",))
        table = tables.tables["audit_entry"]
        table.c.at.type, table.c.changes.type = UTCDateTime(), JSON()
        for start in range(0, LINES, 1_000):
            rows = [line | {"id": 3 * n + 1, "title": f"Line {n + 1}"} for n in range(start, start + 1_000)]
            connection.execute(insert(table), rows)
    most = 0
    with app.app_context():
        engine = db.engine

    def measure(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        nonlocal most
        if statement.startswith("UPDATE audit_entry"):
            most = max(most, len(parameters))

    event.listen(engine, "before_cursor_execute", measure)
    migrate(app, "head")
    event.remove(engine, "before_cursor_execute", measure)
    assert 1 <= most <= 1_000
    with app.app_context(), publishing.as_staff():
        found = audit.check()
        assert (found.fault, found.count) == ("", LINES)
        for number in (1, 777, LINES):
            found_line = audit.line(number)
            assert found_line is not None
            assert (found_line.title, found_line.at, found_line.changes) == (
                f"Line {number}",
                line["at"],
                line["changes"],
            )
        with db.engine.connect() as connection:
            assert chain.is_kept(connection, AuditEntry.__table__)  # type: ignore[arg-type]
