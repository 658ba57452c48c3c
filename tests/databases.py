"""The press room as `pressroom init` leaves it, with its index, made once for each process and given to each test anew.

Before, a quarter of a test that opens a page was the indexing of the seven pages that every press room has. On
PostgreSQL a third was what a new connection asks and learns, and putting the database back table by table.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from pressroom import commands, publishing, search
from pressroom.application import create_app
from pressroom.kit import clock
from pressroom.kit.db import Base, db
from pressroom.search.engines import postgres_engine

SECRET = "for tests only, and long enough to be one"
IDLE = 0
"""Of a connection in no transaction: https://www.postgresql.org/docs/current/libpq-status.html"""
DATABASE, INDEX = "pressroom.sqlite3", "index"


def made(folder: Path, begun: Any, **settings: object) -> Path:
    """*folder*, with a press room in it that was begun at *begun*: its database, and its index."""
    app = create_app(folder, {"secret_key": SECRET, **settings})
    with clock.at(begun), app.app_context():
        commands.prepare()
        search.rebuild()
        if app.config["DATABASE_URL"].startswith("postgresql"):
            _remember(app)
        db.session.remove()
        db.engine.dispose()
    return folder


def copied(template: Path, instance: Path) -> None:
    """Put what was :func:`made` in *template* into the empty folder *instance*."""
    if (template / INDEX).exists():  # else it is in the database
        shutil.copytree(template / INDEX, instance / INDEX, copy_function=shutil.copyfile, dirs_exist_ok=True)
    if (template / DATABASE).exists():
        shutil.copyfile(template / DATABASE, instance / DATABASE)


# PostgreSQL ----------------------------------------------------------------------------------------------


def _remember(app: Flask) -> None:
    """Keep the rows that there are, and write the two functions that bring them back."""
    with app.app_context(), publishing.as_staff(), db.engine.begin() as connection:
        tables = [*(table.name for table in Base.metadata.sorted_tables), "alembic_version"]
        connection.execute(text("CREATE SCHEMA kept"))
        for name in tables:
            connection.execute(text(f'CREATE TABLE kept."{name}" AS TABLE public."{name}"'))
        counters = "SELECT sequencename, start_value, last_value FROM pg_sequences WHERE schemaname = 'public'"
        connection.execute(text(f"CREATE TABLE kept.counters AS {counters}"))
        columns = {name: ", ".join(_columns(connection, name)) for name in tables}
        empty = [f'IF EXISTS (SELECT FROM public."{name}") THEN DELETE FROM public."{name}"; END IF' for name in tables]
        full = [
            f'INSERT INTO public."{name}" ({columns[name]}) OVERRIDING SYSTEM VALUE '
            f'SELECT {columns[name]} FROM kept."{name}"'
            for name in tables
            if connection.scalar(text(f'SELECT EXISTS (SELECT FROM kept."{name}")'))
        ]
        version = "INSERT INTO public.alembic_version SELECT * FROM kept.alembic_version"
        _write(
            connection, "emptied", [*empty, version, _counters("c.start_value", "false", "now.last_value IS NOT NULL")]
        )
        begun = _counters(
            "coalesce(c.last_value, c.start_value)",
            "c.last_value IS NOT NULL",
            "now.last_value IS DISTINCT FROM c.last_value",
        )
        _write(connection, "given_back", [*empty, *full, begun])


def _columns(connection: Connection, name: str) -> list[str]:
    named = "SELECT quote_ident(column_name) FROM information_schema.columns WHERE table_schema = 'kept' AND"
    return list(connection.scalars(text(f"{named} table_name = :name ORDER BY ordinal_position"), {"name": name}))


def _counters(value: str, used: str, where: str) -> str:
    """The statement that puts each counter of numbers to *value*, *used* or not, *where* it stands elsewhere."""
    return f"""
        PERFORM setval(format('public.%I', c.sequencename)::regclass, {value}, {used})
        FROM kept.counters AS c JOIN pg_sequences AS now USING (sequencename)
        WHERE now.schemaname = 'public' AND {where}
    """


def _write(connection: Connection, name: str, statements: list[str]) -> None:
    body = ";\n".join(statements)
    connection.execute(text(f"CREATE FUNCTION kept.{name}() RETURNS void LANGUAGE plpgsql AS $$ BEGIN {body}; END $$"))


def given_back(app: Flask) -> None:
    """Give a PostgreSQL database back as `pressroom init` leaves it."""
    _call(app, "given_back")


def empty(app: Flask) -> None:
    """Empty the tables of a PostgreSQL database, and take away every index in it."""
    _call(app, "emptied")


def _call(app: Flask, name: str) -> None:
    with app.app_context(), publishing.as_staff(), db.engine.begin() as connection:
        postgres_engine.drop(connection)
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # the audit refuses to be emptied
        connection.execute(text(f"SELECT kept.{name}()"))


class Kept:
    """Connections to PostgreSQL that stay open from one press room to the next, as in a server that runs for long."""

    def __init__(self) -> None:
        self.most = 4
        self.free: dict[str, list[Any]] = {}
        self.learned: dict[str, Any] = {}

    def use(self, patch: pytest.MonkeyPatch) -> None:
        """Have them used, as long as *patch* holds."""
        connect, initialize = PGDialect_psycopg.connect, PGDialect_psycopg.initialize
        patch.setattr(PGDialect_psycopg, "connect", self._connect(connect))
        patch.setattr(PGDialect_psycopg, "do_close", lambda dialect, connection: self._close(connection))
        patch.setattr(PGDialect_psycopg, "do_terminate", lambda dialect, connection: connection.close())
        patch.setattr(PGDialect_psycopg, "initialize", self._initialize(initialize))

    @contextmanager
    def not_used(self) -> Iterator[None]:
        """Meanwhile each connection is closed when a press room has done with it."""
        self.close()
        self.most, before = 0, self.most
        try:
            yield
        finally:
            self.most = before

    def close(self) -> None:
        """Close them all."""
        for connection in [one for free in self.free.values() for one in free]:
            connection.close()
        self.free.clear()

    def _connect(self, connect: Callable[..., Any]) -> Callable[..., Any]:
        def kept(dialect: PGDialect_psycopg, *words: Any, **named: Any) -> Any:
            where = repr((words, sorted((name, value) for name, value in named.items() if name != "context")))
            while free := self.free.get(where):
                connection = free.pop()
                if not connection.closed and connection.info.transaction_status == IDLE:
                    return connection
                connection.close()  # somebody holds on to it
            connection = connect(dialect, *words, **named)
            connection.kept_as = where
            return connection

        return kept

    def _close(self, connection: Any) -> None:
        free = self.free.setdefault(getattr(connection, "kept_as", ""), [])
        if connection.closed or not hasattr(connection, "kept_as") or len(free) >= self.most:
            connection.close()
            return
        try:
            connection.rollback()
            connection.autocommit = True
            connection.execute("RESET ALL; DISCARD TEMP")
            connection.isolation_level = connection.read_only = connection.deferrable = None
            connection.autocommit = False
        except connection_errors():
            connection.close()
            return
        connection._notice_handlers.clear()
        free.append(connection)

    def _initialize(self, initialize: Callable[..., None]) -> Callable[..., None]:
        """What a dialect learns of its server is the same for all."""

        def once(dialect: PGDialect_psycopg, connection: Connection) -> None:
            if self.learned:
                vars(dialect).update(self.learned)
                return
            before = dict(vars(dialect))
            initialize(dialect, connection)
            plain = (bool, str, tuple, int, type(None))
            self.learned = {
                name: value
                for name, value in vars(dialect).items()
                if isinstance(value, plain) and (name not in before or before[name] != value)
            }

        return once


def connection_errors() -> type[Exception]:
    """What psycopg raises, where it is installed."""
    import psycopg

    return psycopg.Error
