"""The newest migration adds: what the version before sends to the database goes on working while both run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    inspect,
    select,
    text,
)

from pressroom import publishing
from pressroom.application import create_app
from pressroom.kit import migrating
from pressroom.kit.db import db

Keys = dict[str, set[tuple[str, ...]]]


def broken(old: MetaData, new: MetaData, keys: tuple[Keys, Keys] = ({}, {})) -> Iterator[str]:
    """What statements that were written for *old* would meet in *new*.

    Args:
        keys: table → the columns of each key that has to be unique, before and after.
    """
    for table in old.sorted_tables:
        if (now := new.tables.get(table.name)) is None:
            yield f"{table.name} is gone"
            continue
        for column in table.columns:
            yield from _column(column, now)
        for column in now.columns:
            if column.name not in table.columns and not column.nullable and column.server_default is None:
                yield f"{table.name}.{column.name} is new and must be given"
        for key in keys[1].get(table.name, set()) - keys[0].get(table.name, set()):
            yield f"{table.name} has a new key over {', '.join(key)}"


def _column(column: Column[object], table: Table) -> Iterator[str]:
    name = f"{table.name}.{column.name}"
    if (now := table.columns.get(column.name)) is None:
        yield f"{name} is gone"
        return
    if column.nullable and not now.nullable:
        yield f"{name} may be empty no more"
    if isinstance(column.type, String) and isinstance(now.type, String):
        before, after = column.type.length, now.type.length
        if after is not None and (before is None or after < before):
            yield f"{name} holds less"
    elif column.type._type_affinity is not now.type._type_affinity:
        yield f"{name} has another type"


def keys_of(connection: Connection) -> Keys:
    """Each table's unique constraints and indexes, as columns."""
    found = inspect(connection)
    keys: Keys = {}
    for name in found.get_table_names():
        constraints = [tuple(one["column_names"]) for one in found.get_unique_constraints(name)]
        indexes = [tuple(str(c) for c in one["column_names"]) for one in found.get_indexes(name) if one["unique"]]
        keys[name] = {*constraints, *indexes}
    return keys


@pytest.mark.sqlite
def test_the_newest_migration_takes_nothing_away(tmp_path: Path) -> None:
    """Nothing that the version before reads or writes; its own SELECT of each table is sent afterwards as well."""
    app = create_app(tmp_path)
    folder = str(Path(app.root_path) / "migrations")
    newest = ScriptDirectory(folder).get_revision("head")
    assert newest is not None
    with app.app_context(), publishing.as_staff():
        upgrade(directory=folder, revision=str(newest.down_revision))
        old, new = MetaData(), MetaData()
        with db.engine.connect() as connection:
            old.reflect(connection)
            before = keys_of(connection)
        upgrade(directory=folder)
        with db.engine.connect() as connection:
            new.reflect(connection)
            assert list(broken(old, new, (before, keys_of(connection)))) == []
            for table in old.sorted_tables:
                connection.execute(select(table).limit(1))
        db.session.remove()
        db.engine.dispose()


def test_what_would_break_the_version_before_is_named() -> None:
    old, new = MetaData(), MetaData()
    Table("gone", old, Column("id", Integer))
    Table(
        "kept",
        old,
        Column("same", String(9)),
        Column("tighter", String(9)),
        Column("shorter", String(9)),
        Column("other", Integer),
        Column("lost", Integer),
    )
    Table(
        "kept",
        new,
        Column("same", String(20)),
        Column("tighter", String(9), nullable=False),
        Column("shorter", String(8)),
        Column("other", String(9)),
        Column("may", Integer),
        Column("filled", Integer, nullable=False, server_default="1"),
        Column("must", Integer, nullable=False),
        CheckConstraint("may > 0", name="may"),
    )
    Table("fresh", new, Column("id", Integer, nullable=False))
    found = list(broken(old, new, ({"kept": {("same",)}}, {"kept": {("same",), ("other",)}})))
    assert found == [
        "gone is gone",
        "kept.tighter may be empty no more",
        "kept.shorter holds less",
        "kept.other has another type",
        "kept.lost is gone",
        "kept.must is new and must be given",
        "kept has a new key over other",
    ]


ADDING = '''"""Add a column, as the next version might."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "zzzz", "{head}", None, None


def upgrade():
    op.add_column("press_release", sa.Column("next_version", sa.Integer))


def downgrade():
    op.drop_column("press_release", "next_version")
'''


@pytest.fixture
def reader(app: Flask) -> Iterator[Connection]:
    """Somebody who has read releases, and has not ended the transaction."""
    with app.app_context(), publishing.as_staff():
        if db.engine.dialect.name != "postgresql":
            pytest.skip("SQLite has no locks on tables")
        with db.engine.connect() as connection:
            connection.execute(text("SELECT count(*) FROM press_release"))
            yield connection


def test_a_reader_is_waited_for_briefly_and_let_pass(
    app: Flask, reader: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = Path(app.root_path) / "migrations"
    next_version = tmp_path / "migrations"
    shutil.copytree(ours, next_version, ignore=shutil.ignore_patterns("__pycache__"))
    head = str(ScriptDirectory(str(ours)).get_current_head())
    (next_version / "versions" / "zzzz_next.py").write_text(ADDING.format(head=head))
    monkeypatch.setattr(migrating, "LOCK_SECONDS", 0.05)
    monkeypatch.setattr(migrating, "TRIES", 3)
    told: list[str] = []

    with pytest.raises(migrating.InUseError, match=r"since \d\d:\d\d:\d\d UTC. End them, or wait"):
        migrating.to_newest(str(next_version), told=told.append, pause=lambda _: None)
    assert told == ["The tables are in use; nothing was changed yet. It tries again in 3 seconds."] * 2
    assert "next_version" not in columns(db.engine)

    told.clear()
    try:
        migrating.to_newest(str(next_version), told=told.append, pause=lambda _: reader.rollback())
        assert len(told) == 1
        assert "next_version" in columns(db.engine)
    finally:
        downgrade(directory=str(next_version), revision=head)
    assert "next_version" not in columns(db.engine)


def columns(engine: Engine) -> set[str]:
    """Of the table of releases."""
    return {column["name"] for column in inspect(engine).get_columns("press_release")}
