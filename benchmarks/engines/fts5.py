"""SQLite FTS5, with the order of joins forced: what Datasette and Wagtail build on, at its best."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.corpus import Case
from benchmarks.engines import FACET_SIZE, FACETS, MOST_WORDS, PAGE, Answer, InProcess
from benchmarks.rows import CREATE, INSERT, row
from pressroom.search.documents import Document

TABLES = """
    CREATE TABLE doc (id INTEGER PRIMARY KEY, outlet TEXT, medium TEXT, year INTEGER, published INTEGER);
    CREATE TABLE topic (doc INTEGER, topic TEXT, PRIMARY KEY (doc, topic)) WITHOUT ROWID;
    CREATE VIRTUAL TABLE fts USING fts5(
        headline, body, people, outlet, topics,
        content='clip', content_rowid='id', tokenize='porter unicode61', prefix='3 4'
    );
"""
SHOW = f"""
    SELECT c.id, highlight(fts, 0, '<mark>', '</mark>'), snippet(fts, 1, '<mark>', '</mark>', '…', {MOST_WORDS}),
           c.people, c.outlet, c.topics, c.medium, c.language, c.published
    FROM fts CROSS JOIN clip c ON c.id = fts.rowid WHERE fts MATCH ? AND fts.rowid IN ({{marks}})
"""
SOURCES = (*("matched",) * 3, "matched CROSS JOIN topic t ON t.doc = matched.id")
# The matches once; from them the total, the page and the facets. Asked one by one they cost three times as much.
SEARCH = f"""
    WITH matched AS MATERIALIZED (
        SELECT d.id, d.outlet, d.medium, d.year, d.published, {{score}} AS score
        FROM fts CROSS JOIN doc d ON d.id = fts.rowid {{where}}
    )
    SELECT * FROM (SELECT 'id', id, 0 FROM matched ORDER BY {{order}} LIMIT {PAGE})
    UNION ALL SELECT 'total', '', count(*) FROM matched
"""
SEARCH += "".join(
    f"""
    UNION ALL SELECT * FROM (
        SELECT '{name}', {name}, count(*) FROM {source} GROUP BY 2 ORDER BY 3 DESC LIMIT {FACET_SIZE}
    )
    """
    for name, source in zip(FACETS, SOURCES, strict=True)
)


class Fts5(InProcess):
    """The text is in the table of the rows; what is counted is in narrow tables of its own."""

    once_from = 500_000
    about = f"SQLite {sqlite3.sqlite_version}; text in the table of rows, facets in narrow ones, order of joins forced"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self) -> None:
        """A new file with a write-ahead log, as the project's own database has."""
        self.folder.mkdir(parents=True)
        self._connect()
        self._db.execute("PRAGMA journal_mode = wal")
        self._db.execute(CREATE)
        self._db.executescript(TABLES)

    def add(self, documents: Sequence[Document]) -> None:
        """Put *documents* in, one transaction for the whole archive."""
        self._db.executemany(INSERT, map(row, documents))
        self._db.executemany(
            "INSERT INTO fts (rowid, headline, body, people, outlet, topics) VALUES (?, ?, ?, ?, ?, ?)",
            (row(document)[:6] for document in documents),
        )
        self._db.executemany(
            "INSERT INTO doc VALUES (?, ?, ?, ?, ?)",
            ((d.id, d.outlet, d.medium, d.published.year, int(d.published.timestamp())) for d in documents),
        )
        self._db.executemany("INSERT INTO topic VALUES (?, ?)", ((d.id, t) for d in documents for t in d.topics))

    def finish(self) -> None:
        """Merge the index into one piece."""
        self._db.commit()
        self._db.execute("INSERT INTO fts(fts) VALUES ('optimize')")
        self._db.commit()
        self._db.execute("ANALYZE")
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def bytes(self) -> int:
        """Its own tables, not that of the rows."""
        sizes = self._db.execute("SELECT sum(pgsize) FROM dbstat WHERE aggregate = 1 AND name <> 'clip'")
        return int(sizes.fetchone()[0])

    def open(self) -> None:
        """Map the file; SQLite reads the schema with the first statement."""
        self._connect()
        self._db.execute("SELECT rowid FROM fts WHERE fts MATCH 'the' LIMIT 1").fetchall()

    def search(self, case: Case) -> Answer:
        """One statement."""
        where, values = _where(case)
        score, order = ("0", "published DESC, id DESC") if case.newest else ("fts.rank", "score")
        found: dict[str, list[tuple[Any, int]]] = {"id": [], "total": [], **{name: [] for name in FACETS}}
        for what, value, number in self._db.execute(SEARCH.format(where=where, score=score, order=order), values):
            found[what].append((value, number))
        ids, total = found.pop("id"), found.pop("total")
        return Answer(total[0][1], [id for id, _ in ids], found)

    def full(self, case: Case) -> Answer:
        """And one for the rows: FTS5 goes straight to each of them, and marks no other."""
        answer = self.search(case)
        found = self._db.execute(SHOW.format(marks=",".join("?" * len(answer.ids))), (_match(case), *answer.ids))
        rows = {row[0]: row for row in found}
        return Answer(answer.total, answer.ids, answer.facets, [rows[id][1:3] for id in answer.ids])

    def save(self, document: Document) -> None:
        """In a transaction of its own, which waits for the disk."""
        self.add([document])
        self._db.commit()

    def _connect(self) -> None:
        self._db = sqlite3.connect(self.folder / "fts.db")
        self._db.execute("PRAGMA mmap_size = 8000000000")
        self._db.execute("PRAGMA synchronous = full")


def _where(case: Case) -> tuple[str, list[str | int]]:
    where = "WHERE fts MATCH ?"
    values: list[str | int] = [_match(case)]
    if case.years:
        where, values = where + " AND d.year BETWEEN ? AND ?", [*values, *case.years]
    if case.outlet:
        where, values = where + " AND d.outlet = ?", [*values, case.outlet]
    return where, values


def _match(case: Case) -> str:
    quoted = [f'"{word}"' for word in case.words]
    match = {
        "and": " AND ".join(quoted),
        "or": f"({' OR '.join(quoted)})",
        "phrase": f'"{" ".join(case.words)}"',
        "prefix": f"{case.words[0]}*",
    }[case.joined]
    return match + (f' NOT "{case.without}"' if case.without else "")
