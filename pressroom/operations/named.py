"""Which files the database names. A table that an earlier version did not have yet names none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Text, cast, column, inspect, select, table

from pressroom.operations.rules import STORES

MEDIA, FILES, IMPORTS, RELEASE_IMPORTS, SNAPSHOTS = STORES


@dataclass(frozen=True)
class Named:
    """A column that names files.

    Attributes:
        store: the folder that they lie in.
        listed: the column holds a list of JSON objects, each of which names one.
        only: a column that has to be true; a file that was imported on the command line lies elsewhere.
    """

    store: str
    table: str
    column: str
    listed: bool = False
    only: str = ""


COLUMNS = (
    Named(MEDIA, "asset", "sha256"),
    Named(MEDIA, "asset", "renditions", listed=True),
    Named(FILES, "accreditation_application", "letter_sha256"),
    Named(FILES, "press_registration", "letter_sha256"),
    Named(IMPORTS, "clip_import", "sha256", only="stored"),
    Named(IMPORTS, "meeting_import", "sha256", only="stored"),
    Named(SNAPSHOTS, "clip_snapshot", "sha256"),
    Named(RELEASE_IMPORTS, "release_import", "sha256", only="stored"),
)

PASSING = {IMPORTS, RELEASE_IMPORTS}
"""Stores whose files are deleted when they were worked off, while the row that names them stays."""


def files(connection: Connection) -> list[tuple[str, str]]:
    """(store, name) of each file that a row names, each once."""
    found: dict[tuple[str, str], None] = {}
    there = inspect(connection)
    for named in COLUMNS:
        columns = {one["name"] for one in there.get_columns(named.table)} if there.has_table(named.table) else set()
        if named.column in columns:
            found |= dict.fromkeys((named.store, name) for name in _names(connection, named, columns))
    return list(found)


def _names(connection: Connection, named: Named, there: set[str]) -> Iterator[str]:
    asked = select(cast(column(named.column), Text)).select_from(table(named.table))
    if named.only in there:
        asked = asked.where(column(named.only))
    for value in connection.execute(asked.distinct()).scalars():
        if named.listed:
            yield from (row["sha256"] for row in json.loads(value or "[]"))
        elif value:
            yield value
