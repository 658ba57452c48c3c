"""The database: typed base, aware-UTC datetimes, and the recipe that loses no write on SQLite.

Measured on SQLite with four processes of four threads: with default settings 1,600 read-modify-write
requests were all answered, and 1,117 of their updates were gone. What holds: WAL, a busy timeout,
``BEGIN IMMEDIATE`` for whatever may write, and one lock per process around write transactions.
"""

from __future__ import annotations

import importlib
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, current_app, g, has_app_context, has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    DateTime,
    Delete,
    Dialect,
    Engine,
    Enum,
    MetaData,
    TypeDecorator,
    Update,
    event,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, registry

from pressroom.kit.later import make_later

BUSY_SECONDS: float = 15
SYNCHRONOUS = "FULL"
"""SQLite flushes each commit to the disk before it is answered. NORMAL would be faster by a few milliseconds, and lose
the last commits when the power goes: https://www.sqlite.org/pragma.html#pragma_synchronous."""

SMALL_CACHE = "PRAGMA cache_size = -400"
"""Kilobytes of the file that each connection keeps for itself. The system has the file in memory once for all of them;
with the 2,000 that SQLite takes by itself, nothing was read or written faster."""

CONSTRAINT_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """An instant. Takes aware datetimes only, keeps UTC, gives back aware UTC.

    SQLite keeps no zone, so the column is naive UTC there and aware on PostgreSQL.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """A column with a zone where the database has one."""
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; a naive datetime is a mistake and raises."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: an instant needs a zone")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table's class. ``Mapped[datetime]`` means an instant in UTC."""

    registry = registry(
        metadata=MetaData(naming_convention=CONSTRAINT_NAMES), type_annotation_map={datetime: UTCDateTime()}
    )


def as_words(kind: type[StrEnum], *, length: int, name: str = "") -> Enum:
    """An enum as a short text with a check: no type to alter on PostgreSQL when a member is added.

    Args:
        length: characters of the column.
        name: of the check; that of the enum when empty.
    """
    return Enum(
        kind,
        native_enum=False,
        length=length,
        create_constraint=True,
        name=name or kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


db = SQLAlchemy(model_class=Base)
Row = TypeVar("Row", bound=Base)


def init_app(app: Flask) -> None:
    """Bind the database of *app* and set its connections up."""
    app.config["SQLALCHEMY_DATABASE_URI"] = app.config["DATABASE_URL"]
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_pre_ping": True} if is_postgres(app) else {}
    db.init_app(app)
    make_later(app, "migrate", lambda: _migrate(app))
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _set_up_sqlite(db.engine)


def _migrate(app: Flask) -> Any:
    # Flask-Migrate and Alembic are a tenth of a start, and wait for a command that asks.
    from flask_migrate import Migrate  # noqa: PLC0415

    made = Migrate(app, db, directory=f"{app.root_path}/migrations", render_as_batch=True)
    return app.extensions.get("migrate", made)


def is_postgres(app: Flask) -> bool:
    """Whether *app* keeps its data in PostgreSQL."""
    return str(app.config["DATABASE_URL"]).startswith("postgresql")


def insert_into(table: Any) -> Any:
    """An INSERT into *table* that can say what to do about a conflict: both databases have it, each by itself."""
    return importlib.import_module(f"sqlalchemy.dialects.{db.engine.dialect.name}").insert(table)


def met(statement: Update | Delete) -> int:
    """Run a conditional UPDATE or DELETE; how many rows met its condition.

    Rows that the session has in hand stay as they were read.
    """
    result = db.session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return result.rowcount


def contains(column: ColumnElement[str] | InstrumentedAttribute[str], part: str) -> ColumnElement[bool]:
    """Whether *column* has *part*, whatever the case of its letters; on SQLite that of ASCII letters.

    SQLite's LIKE compares so by itself; a copy of every text in small letters first takes twice the time.
    """
    found: ColumnElement[bool] = (
        column.icontains(part, autoescape=True) if is_postgres(current_app) else column.contains(part, autoescape=True)
    )
    return found


def written_once(row: Row, same: Callable[[], Row | None]) -> Row:
    """*row*, written now; or *same*, where another transaction wrote the same since it was looked for.

    On PostgreSQL two requests look at once and find nothing. Which of them is first the database says, by a constraint.

    Raises:
        IntegrityError: something else is wrong with it.
    """
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        if (found := same()) is None:
            raise
        return found
    return row


@contextmanager
def reading() -> Iterator[None]:
    """Within a request that may write: end its transaction, and let what follows only read.

    Rendering must not hold the write lock. Use it to show a refused form again.
    """
    db.session.rollback()
    g.reads_only = True
    try:
        yield
    finally:
        g.reads_only = False


@contextmanager
def writing() -> Iterator[None]:
    """Within a GET: transactions that begin in here may write (draining the index queue, counters)."""
    g.writes = True
    try:
        yield
    finally:
        g.writes = False


def may_write() -> bool:
    """A GET only reads, unless it said otherwise; everything else (POST, command, job) may write."""
    if not has_request_context():
        return not (has_app_context() and g.get("reads_only"))
    if g.get("writes"):
        return True
    return request.method not in {"GET", "HEAD", "OPTIONS"} and not g.get("reads_only")


def _set_up_sqlite(engine: Engine) -> None:
    lock = threading.Lock()  # one writer per process: waiting here is fairer than SQLite's busy polling

    @event.listens_for(engine, "connect")
    def connect(dbapi: sqlite3.Connection, _record: object) -> None:
        dbapi.isolation_level = None  # the driver begins nothing by itself; `begin` below does
        cursor = dbapi.cursor()
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={SYNCHRONOUS}",
            f"busy_timeout={int(BUSY_SECONDS * 1000)}",
            "foreign_keys=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute(SMALL_CACHE)
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not may_write():
            connection.exec_driver_sql("BEGIN")
            return
        if not lock.acquire(timeout=BUSY_SECONDS):
            raise sqlite3.OperationalError("database is locked: another thread of this process is writing")
        connection.info["holds_write_lock"] = True
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except BaseException:
            release(connection)
            raise

    @event.listens_for(engine, "commit")
    def commit(connection: Connection) -> None:
        # The event precedes the driver's commit; the lock is let go when the connection goes back to the
        # pool or begins anew, so a waiting thread meets SQLite's own busy timeout for a moment at most.
        release(connection)

    @event.listens_for(engine, "rollback")
    def rollback(connection: Connection) -> None:
        release(connection)

    @event.listens_for(engine, "reset")
    def reset(_dbapi: object, record: Any, _state: object) -> None:
        if record.info.pop("holds_write_lock", False):
            lock.release()

    def release(connection: Connection) -> None:
        if connection.info.pop("holds_write_lock", False):
            lock.release()
