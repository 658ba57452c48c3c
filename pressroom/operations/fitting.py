"""What SQLite keeps and PostgreSQL refuses, named before anything is written: table, row, column.

SQLite holds a column neither to the length nor to the range that it was declared with, and takes the character NUL in
a text. The forms of the press room let none of that through; rows that came another way may have it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Integer,
    String,
    Table,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy import types as sql

from pressroom.operations import rows

LARGEST = 2**31 - 1
SHOWN = 20


def unfit(connection: Connection) -> list[str]:
    """The first of the values of an SQLite database that PostgreSQL would refuse, a sentence each."""
    return list(islice(_unfit(connection), SHOWN))


def _unfit(connection: Connection) -> Iterator[str]:
    for table in rows.tables(connection):
        for column in table.columns:
            for wrong, what in _tests(column):
                yield from _found(connection, table, column, wrong, what)


def _tests(column: Column[object]) -> Iterator[tuple[ColumnElement[bool], str]]:
    """(condition, what is said of a row that meets it)."""
    if isinstance(column.type, String):
        as_text = cast(column, sql.Text())
        yield func.instr(as_text, func.char(0)) > 0, "holds the character NUL"
        if column.type.length:
            said = f"is longer than {column.type.length:,} characters"
            yield func.length(as_text) > literal(column.type.length), said
    elif isinstance(column.type, Integer):
        yield func.typeof(column).not_in(["integer", "null"]), "is no whole number"
        if not isinstance(column.type, BigInteger):
            whole = func.typeof(column) == "integer"
            yield whole & (func.abs(column) > LARGEST), f"is larger than {LARGEST:,}"


def _found(
    connection: Connection, table: Table, column: Column[object], wrong: ColumnElement[bool], what: str
) -> Iterator[str]:
    keys = list(table.primary_key.columns)
    for row in connection.execute(select(*keys).where(wrong).limit(SHOWN)):
        named = ", ".join(f"{key.name} {value}" for key, value in zip(keys, row, strict=True))
        yield f"{table.name}, {named}: {column.name} {what}."
