"""Alembic's environment: migrates the database of the current application."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy import Connection, TypeDecorator

from pressroom import publishing
from pressroom.kit import migrating
from pressroom.kit.db import UTCDateTime

db = current_app.extensions["migrate"].db


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Our column types as code: instants by name, others as the plain type beneath them."""
    if kind != "type" or not isinstance(item, TypeDecorator):
        return False
    if isinstance(item, UTCDateTime):
        autogen_context.imports.add("from pressroom.kit.db import UTCDateTime")
        return "UTCDateTime()"
    return f"sa.{type(item.impl_instance).__name__}()"


def run() -> None:
    """Migrate over a connection of the application's engine, every row in sight: a migration may move what is kept.

    All of it is one transaction, on SQLite as well. To change a table there is to make it anew, and to drop the old one
    would take along the rows that point at it; so the pointing is not watched meanwhile, and is checked at the end.
    """
    with publishing.as_staff(), db.engine.connect() as connection, _pointing_unwatched(connection):
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_type=True,
            transactional_ddl=True,
            user_module_prefix="",
        )
        with context.begin_transaction():
            migrating.wait_briefly(connection)
            context.run_migrations()
            if connection.dialect.name == "sqlite":
                _check_pointing(connection)
        connection.commit()


@contextmanager
def _pointing_unwatched(connection: Connection) -> Iterator[None]:
    """SQLite's foreign keys do nothing in here, and a table that is made anew may be named by a trigger of another one.

    The switches have no effect within a transaction.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.driver_connection
    assert raw is not None
    raw.execute("PRAGMA foreign_keys = OFF")
    raw.execute("PRAGMA legacy_alter_table = ON")  # or the new table takes its name before every trigger is looked at
    try:
        yield
    finally:
        connection.rollback()
        raw.execute("PRAGMA legacy_alter_table = OFF")
        raw.execute("PRAGMA foreign_keys = ON")


def _check_pointing(connection: Connection) -> None:
    if lost := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
        tables = ", ".join(sorted({row[0] for row in lost}))
        raise RuntimeError(f"the migration was undone: rows of {tables} would point at nothing")


if context.is_offline_mode():
    raise SystemExit("Migrations run on the database itself: flask --app wsgi db upgrade")
run()
