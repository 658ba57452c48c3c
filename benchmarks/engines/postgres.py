"""PostgreSQL as one would set it up by hand: a stored ``tsvector`` with a GIN index, facets in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.corpus import Case
from benchmarks.engines import FACET_SIZE, MOST_WORDS, NEVER, PAGE, Answer
from benchmarks.engines.server import SET_UP, Server, nanoseconds
from benchmarks.rows import row
from pressroom.search.documents import Document

TABLES = """
    CREATE TEXT SEARCH DICTIONARY whole_english (TEMPLATE = snowball, LANGUAGE = english);
    CREATE TEXT SEARCH CONFIGURATION press (COPY = simple);
    ALTER TEXT SEARCH CONFIGURATION press
        ALTER MAPPING FOR asciiword, asciihword, hword_asciipart, word, hword, hword_part WITH whole_english;
    CREATE TABLE clip (
        id integer PRIMARY KEY, headline text, body text, people text, outlet text, topics text,
        medium text, language text, published timestamptz
    );
    CREATE TABLE doc (
        id integer PRIMARY KEY, outlet text, medium text, year smallint, published timestamptz, topics text[],
        tsv tsvector
    );
"""
COPY_CLIPS = "COPY clip FROM STDIN"
FILL = """
    INSERT INTO doc
    SELECT id, outlet, medium, extract(year FROM published AT TIME ZONE 'UTC'), published,
           CASE topics WHEN '' THEN '{}' ELSE string_to_array(topics, E'\\n') END,
           to_tsvector('press', headline || E'\\n' || body || E'\\n' || people || E'\\n' || outlet || E'\\n' || topics)
    FROM clip WHERE id = ANY(%s)
"""
# The matches once; from them the total, the page and the facets, all in one statement.
SEARCH = """
    WITH matched AS MATERIALIZED (
        SELECT id, outlet, medium, year, published, topics, {score} AS score FROM doc WHERE {where}
    )
    (SELECT 'id' AS what, id::text AS value, row_number() OVER (ORDER BY {order}) AS number FROM matched
     ORDER BY {order} LIMIT {page})
    UNION ALL SELECT 'total', '', count(*) FROM matched
    UNION ALL (SELECT 'outlet', outlet, count(*) FROM matched GROUP BY outlet ORDER BY 3 DESC LIMIT {most})
    UNION ALL (SELECT 'medium', medium, count(*) FROM matched GROUP BY medium ORDER BY 3 DESC LIMIT {most})
    UNION ALL (SELECT 'year', year::text, count(*) FROM matched GROUP BY year ORDER BY 3 DESC LIMIT {most})
    UNION ALL (SELECT 'topic', topic, count(*) FROM matched, unnest(topics) topic
               GROUP BY topic ORDER BY 3 DESC LIMIT {most})
"""
SHOW = f"""
    SELECT id, ts_headline('press', headline, query, 'HighlightAll=true, StartSel=<mark>, StopSel=</mark>'),
           ts_headline('press', body, query,
                       'MaxWords={MOST_WORDS}, MinWords=20, StartSel=<mark>, StopSel=</mark>'),
           people, outlet, topics, medium, language, published
    FROM clip, to_tsquery('press', %s) query WHERE id = ANY(%s)
"""


class Postgres:
    """Rows, index and snippets are the server's; its processor time is read from /proc."""

    once_from = 500_000
    sample_from = NEVER
    _backend = 0

    def __init__(self, folder: Path) -> None:
        self._server = Server(folder)

    def begin(self) -> None:
        """A new server on a socket, for this run."""
        self._server.make()
        self._start()
        self._connection.execute(TABLES)

    def add(self, documents: Sequence[Document]) -> None:
        """Rows by COPY, their vectors from them."""
        self._put(documents)

    def finish(self) -> None:
        """The index is made when the rows are there."""
        run = self._connection.execute
        run("CREATE INDEX ON doc USING gin (tsv)")
        run("CREATE INDEX ON doc (outlet)")
        run("VACUUM ANALYZE doc")
        run("VACUUM ANALYZE clip")
        run("CHECKPOINT")

    def bytes(self) -> int:
        """The narrow table with its vectors and indexes."""
        return int(self._one("SELECT pg_total_relation_size('doc')"))

    def open(self) -> None:
        """Connect."""
        self._start()

    @property
    def about(self) -> str:
        """Version and set-up."""
        version = self._one("SHOW server_version")
        return f"PostgreSQL {version}, tsvector and GIN, facets in SQL, {SET_UP}"

    def search(self, case: Case) -> Answer:
        """One statement."""
        where = "tsv @@ to_tsquery('press', %(query)s)"
        values: dict[str, str | int] = {"query": _query(case)}
        if case.outlet:
            where, values = where + " AND outlet = %(outlet)s", values | {"outlet": case.outlet}
        if case.years:
            where += " AND year BETWEEN %(first)s AND %(last)s"
            values |= {"first": case.years[0], "last": case.years[1]}
        score, order = "ts_rank(tsv, to_tsquery('press', %(query)s))", "score DESC, published DESC, id DESC"
        if case.newest:
            score, order = "0", "published DESC, id DESC"
        sql = SEARCH.format(score=score, where=where, order=order, page=PAGE, most=FACET_SIZE)
        found: dict[str, list[tuple[Any, int]]] = {"id": [], "outlet": [], "medium": [], "year": [], "topic": []}
        total = 0
        for what, value, number in self._connection.execute(sql, values):
            if what == "total":
                total = number
            else:
                found[what].append((value, number))
        ids = [int(value) for value, _ in sorted(found.pop("id"), key=lambda pair: pair[1])]
        return Answer(total, ids, found)

    def full(self, case: Case) -> Answer:
        """And one more for rows and headlines."""
        answer = self.search(case)
        rows = {one[0]: one for one in self._connection.execute(SHOW, (_query(case), answer.ids))}
        return Answer(answer.total, answer.ids, answer.facets, [rows[id][1:3] for id in answer.ids])

    def forget(self) -> None:
        """Nothing was kept."""

    def save(self, document: Document) -> None:
        """In a transaction of its own, which waits for the disk."""
        with self._connection.transaction():
            self._put([document])

    def refresh(self) -> None:
        """Every statement sees what was committed."""

    def elsewhere(self) -> int:
        """Of the server's process for this connection."""
        return nanoseconds(self._backend)

    def pids(self) -> Sequence[int]:
        """The server's process for this connection, with what it touched of the shared buffers."""
        return (self._backend,) if self._backend else ()

    def close(self) -> None:
        """Stop the server."""
        self._connection.close()
        self._server.stop()

    def remove(self) -> None:
        """Stop the server, and remove its files."""
        self._connection.close()
        self._server.remove()

    def _start(self) -> None:
        self._connection = psycopg.connect(self._server.start(), autocommit=True)
        self._backend = self._connection.info.backend_pid

    def _put(self, documents: Sequence[Document]) -> None:
        with self._connection.cursor() as cursor:
            with cursor.copy(COPY_CLIPS) as copy:
                for document in documents:
                    copy.write_row(row(document))
            cursor.execute(FILL, ([document.id for document in documents],))

    def _one(self, sql: str) -> Any:
        found = self._connection.execute(sql).fetchone()
        assert found is not None
        return found[0]


def _query(case: Case) -> str:
    """*case* for ``to_tsquery``. A prefix is one of stems: PostgreSQL keeps no other words."""
    asked = {
        "and": " & ".join(case.words),
        "or": f"({' | '.join(case.words)})",
        "phrase": " <-> ".join(case.words),
        "prefix": f"{case.words[0]}:*",
    }[case.joined]
    return asked + (f" & !{case.without}" if case.without else "")
