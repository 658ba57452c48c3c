"""The table that the twenty rows of a page are read from, for all engines that do not keep rows themselves."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from pressroom.search.documents import Document

NAME = "rows.db"
CREATE = """
    CREATE TABLE clip (
        id INTEGER PRIMARY KEY, headline TEXT, body TEXT, people TEXT, outlet TEXT, topics TEXT,
        medium TEXT, language TEXT, published TEXT
    )
"""
INSERT = "INSERT INTO clip VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
SELECT = "SELECT id, headline, body, people, outlet, topics, medium, language, published FROM clip"


class Row(NamedTuple):
    """What a page shows of a document."""

    id: int
    headline: str
    body: str
    people: str
    outlet: str
    topics: str
    medium: str
    language: str
    published: str


def row(document: Document) -> Row:
    """*document* as a row."""
    return Row(
        document.id,
        document.headline,
        document.body,
        document.people,
        document.outlet,
        "\n".join(document.topics),
        document.medium,
        document.language,
        document.published.isoformat(),
    )


class Rows:
    """The table in a file."""

    def __init__(self, folder: Path) -> None:
        self._db = sqlite3.connect(folder / NAME)

    def begin(self) -> None:
        """Make it, empty."""
        self._db.execute(CREATE)

    def add(self, documents: Iterable[Document]) -> None:
        """Put *documents* in."""
        self._db.executemany(INSERT, map(row, documents))
        self._db.commit()

    def read(self, ids: Sequence[int]) -> list[Row]:
        """The rows of *ids*, in that order, with one statement."""
        marks = ",".join("?" * len(ids))
        found = {each.id: each for each in map(Row._make, self._db.execute(f"{SELECT} WHERE id IN ({marks})", ids))}
        return [found[id] for id in ids]

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()
