"""Rows as JSON lines: the same line for the same row on SQLite and on PostgreSQL, so that two can be compared.

Tables are those that the database has, not those of this version: what an earlier version wrote is read as well.
Connections are of engines of their own, without the hooks of the press room: a row is moved as it is, and moving it
is no public change.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import islice
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Date,
    DateTime,
    MetaData,
    String,
    Table,
    Time,
    cast,
    insert,
    select,
    text,
)
from sqlalchemy import types as sql

VERSION_TABLE = "alembic_version"
BATCH = 500  # rows in a statement

Line = Mapping[str, Any]


@dataclass(frozen=True)
class Sum:
    """How many rows a table has, and the SHA-256 of their lines."""

    rows: int
    sha256: str


def tables(connection: Connection) -> list[Table]:
    """The tables of the press room, those first that others point at. Alembic's own is not among them."""
    found = MetaData()
    found.reflect(connection)
    for table in found.tables.values():
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type = JSON(none_as_null=True)  # what is nothing and what is ``null`` are two things
    return [table for table in found.sorted_tables if table.name != VERSION_TABLE]


def migration(connection: Connection) -> str:
    """The migration that the tables are at; empty without one."""
    return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar() or ""  # noqa: S608 - ours


def lines(connection: Connection, table: Table) -> Iterator[bytes]:
    """Each row of *table* as a line of JSON, by primary key.

    Instants are ISO 8601 in UTC. A column of JSON is left out of the line where it has no value at all.
    """
    asked = select(*(_read(column) for column in table.columns)).order_by(*_key(connection, table))
    structured = {column.name for column in table.columns if isinstance(column.type, JSON)}
    rows = connection.execute(asked.execution_options(yield_per=BATCH)).mappings()
    for row in rows:
        said = {
            name: json.loads(value) if name in structured else _plain(value)
            for name, value in row.items()
            if not (name in structured and value is None)
        }
        yield json.dumps(said, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _read(column: Column[Any]) -> Any:
    """JSON is read as its text, since a driver says None for nothing and for ``null``."""
    return cast(column, sql.Text()).label(column.name) if isinstance(column.type, JSON) else column


def _key(connection: Connection, table: Table) -> list[Any]:
    """By bytes: the order of the letters of some language is another one on each host."""
    postgres = connection.dialect.name == "postgresql"
    columns = table.primary_key.columns or table.columns
    return [column.collate("C") if postgres and isinstance(column.type, String) else column for column in columns]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date | time) else value


def summed(written: Iterable[bytes]) -> Sum:
    """How many lines *written* has, and their SHA-256."""
    digest, count = hashlib.sha256(), 0
    for line in written:
        digest.update(line)
        count += 1
    return Sum(count, digest.hexdigest())


def sums(connection: Connection) -> dict[str, Sum]:
    """What each table holds, by name: equal where, and only where, every row is equal."""
    return {table.name: summed(lines(connection, table)) for table in tables(connection)}


# Putting in -----------------------------------------------------------------------------------------------


def load(connection: Connection, read: Callable[[str], Iterable[bytes]], *, told: Callable[[str], None]) -> None:
    """Put lines into the tables of a database that was just made; what its migrations put there goes first.

    Part of the caller's transaction. Foreign keys are checked at the end, all at once, because a row may point at one
    that comes later.

    Args:
        read: gives the lines of a table, by its name.
        told: told the name of each table when it is done.

    Raises:
        ValueError: a row does not fit its table, or points at nothing.
    """
    found = tables(connection)
    with_keys = _without_keys(connection) if connection.dialect.name == "postgresql" else []
    for table in reversed(found):
        connection.execute(table.delete())
    for table in found:
        put(connection, table, read(table.name))
        told(table.name)
    for statement in with_keys:
        connection.execute(text(statement))
    if connection.dialect.name == "sqlite" and (
        lost := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    ):
        raise ValueError(f"rows of {', '.join(sorted({row[0] for row in lost}))} point at nothing")


def put(connection: Connection, table: Table, written: Iterable[bytes]) -> None:
    """Put a row into *table* for each line.

    Raises:
        ValueError: a line is none of this table.
    """
    readers = {column.name: _reader(column, connection.dialect.name) for column in table.columns}
    for some in _batches(written):
        connection.execute(insert(table), [_row(json.loads(line), readers, table.name) for line in some])


def _batches(written: Iterable[bytes]) -> Iterator[list[bytes]]:
    left = iter(written)
    while some := list(islice(left, BATCH)):
        yield some


def _row(line: Line, readers: Mapping[str, Callable[[Any], Any]], table: str) -> dict[str, Any]:
    if unknown := line.keys() - readers.keys():
        raise ValueError(f"the table {table} has no column {', '.join(sorted(unknown))}")
    return {name: reader(line[name]) if name in line else None for name, reader in readers.items()}


def _reader(column: Column[Any], dialect: str) -> Callable[[Any], Any]:
    """What makes a value of *column* of what a line says."""
    if isinstance(column.type, JSON):
        return lambda value: JSON.NULL if value is None else value
    if isinstance(column.type, DateTime):
        return lambda value: None if value is None else _instant(value, dialect)
    if isinstance(column.type, Date):
        return lambda value: None if value is None else date.fromisoformat(value)
    if isinstance(column.type, Time):
        return lambda value: None if value is None else time.fromisoformat(value)
    return lambda value: value


def _instant(value: str, dialect: str) -> datetime:
    moment = datetime.fromisoformat(value)
    return moment if dialect == "postgresql" else moment.astimezone(UTC).replace(tzinfo=None)


def _without_keys(connection: Connection) -> list[str]:
    """Take the foreign keys away; gives the statements that put them back, and look at every row."""
    asked = text(
        "SELECT conrelid::regclass::text AS held_by, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS said "
        "FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY conname"
    )
    keys = connection.execute(asked).all()
    for key in keys:
        connection.execute(text(f"ALTER TABLE {key.held_by} DROP CONSTRAINT {key.name}"))
    return [f"ALTER TABLE {key.held_by} ADD CONSTRAINT {key.name} {key.said}" for key in keys]


# Numbers that were given ----------------------------------------------------------------------------------


def numbers(connection: Connection) -> dict[str, int]:
    """The last number that each table gave to a row, where the database keeps it: also of rows that are gone."""
    if connection.dialect.name == "sqlite":
        if not connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").first():
            return {}
        return {row.name: row.seq for row in connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence")}
    found = {}
    for table, sequence in _sequences(connection):
        last = connection.execute(text(f"SELECT last_value FROM {sequence} WHERE is_called")).scalar()  # noqa: S608
        if last is not None:
            found[table] = int(last)
    return found


def go_on_after(connection: Connection, last: Mapping[str, int]) -> None:
    """Have PostgreSQL give numbers that no row has, and none had that is gone, as far as *last* says.

    SQLite counts by itself: from the largest there is.
    """
    if connection.dialect.name == "sqlite":
        return
    for table, sequence in _sequences(connection):
        statement = text(
            f'SELECT setval(CAST(:sequence AS regclass), greatest(:last, (SELECT max(id) FROM "{table}"), 1), '  # noqa: S608
            f'greatest(:last, (SELECT max(id) FROM "{table}")) IS NOT NULL)'
        )
        connection.execute(statement, {"sequence": sequence, "last": last.get(table)})


def _sequences(connection: Connection) -> list[tuple[str, str]]:
    """(table, sequence of its ids)."""
    found = []
    for table in tables(connection):
        if "id" in table.columns:
            asked = text("SELECT pg_get_serial_sequence(:table, 'id')")
            if sequence := connection.execute(asked, {"table": f'"{table.name}"'}).scalar():
                found.append((table.name, sequence))
    return found
