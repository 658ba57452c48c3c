"""The tables of the index in PostgreSQL: how they are made, and what of a document stands in them.

They are derived, so no migration knows them: they stand in a schema of their own, which a rebuild makes anew. Its name
has the version of what is in it, so that an index of another version is one that is not there.

A document is a row. ``stems`` and ``names`` hold its words in their order, for phrases, without PostgreSQL's limits of
16,383 places and 255 of a word. The vectors made of them are for the GIN index, and are read by nobody: a document that
has "gene" seven times has "gene", and for 7 - 1 = 2 + 4 also "gene 1" and "gene 2", so that the index knows how often.
Whatever is long is stored beside the table, which is small enough so that it is counted quickly. ``term`` counts the
documents that have each word and each value of a facet.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from pressroom.search.analysis import LONGEST, plain_words, stem
from pressroom.search.documents import FACETS, Document
from pressroom.search.engines import Key

VERSION = 1  # to be raised whenever the tables or the analysis change: an index of another version is made again
LIVING = f"pressroom_search_{VERSION}"
ALONE = 7_305_001  # of an advisory lock: who writes the index
REBUILDING = 7_305_002  # the same: who makes it again
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
APART = " . "  # stands between the parts of a text, so that no phrase reaches from one into the next
MOST_BYTES = 900_000  # of the different words of a document: a vector holds a megabyte

COLUMNS = (
    "id",
    "published",
    "day",
    "length",
    "fingerprint",
    *(f"in_{facet}" for facet in FACETS),
    "stems",
    "names",
    "words",
)
"""Those that are given. The facets' begin with ``in_``: the gate takes "outlet" for the table of that name."""

log = logging.getLogger(__name__)


_MAKE = """
CREATE SCHEMA {schema};

CREATE FUNCTION {schema}.counted(words text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array_to_tsvector(coalesce(array_agg(one.word || two.bit), '{}'))
    FROM (SELECT word, count(*) - 1 AS more FROM unnest(string_to_array(words, ' ')) AS word
          WHERE word NOT IN ('', '.') GROUP BY word) AS one
    CROSS JOIN LATERAL (
        SELECT '' AS bit UNION ALL SELECT ' ' || n FROM generate_series(0, 30) AS n
        WHERE one.more > 0 AND (one.more >> n) & 1 = 1
    ) AS two
$$;

CREATE FUNCTION {schema}.shortened(word text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT ARRAY[word] || ARRAY(SELECT overlay(word PLACING '' FROM n FOR 1) FROM generate_series(1, length(word)) AS n)
$$;

CREATE TABLE {schema}.document (
    id bigint NOT NULL,
    published bigint NOT NULL,
    day date NOT NULL,
    length int NOT NULL,
    fingerprint bigint NOT NULL,
    in_kind text COLLATE "C" NOT NULL,
    in_outlet text COLLATE "C" NOT NULL,
    in_topic text[] COLLATE "C" NOT NULL,
    in_medium text COLLATE "C" NOT NULL,
    in_language text COLLATE "C" NOT NULL,
    in_year text COLLATE "C" NOT NULL,
    stems text COLLATE "C" NOT NULL,
    names text COLLATE "C" NOT NULL,
    words tsvector NOT NULL,
    text tsvector GENERATED ALWAYS AS ({schema}.counted(stems)) STORED,
    people tsvector GENERATED ALWAYS AS ({schema}.counted(names)) STORED
) WITH (toast_tuple_target = 128);
ALTER TABLE {schema}.document
    ALTER in_kind SET STORAGE MAIN, ALTER in_outlet SET STORAGE MAIN, ALTER in_topic SET STORAGE MAIN,
    ALTER in_medium SET STORAGE MAIN, ALTER in_language SET STORAGE MAIN, ALTER in_year SET STORAGE MAIN;

CREATE TABLE {schema}.term (
    field text COLLATE "C" NOT NULL,
    term text COLLATE "C" NOT NULL,
    documents int NOT NULL
);

CREATE TABLE {schema}.size (documents bigint NOT NULL, words bigint NOT NULL);
INSERT INTO {schema}.size VALUES (0, 0);
"""

# A phrase is looked for in the rows that have its words, so one index of three vectors finds everything. Without
# "fastupdate" what is written is in the index itself, and not in a list that each search goes through.
_FINISH = """
SELECT set_config('maintenance_work_mem', '256MB', true);
ALTER TABLE {schema}.document ADD PRIMARY KEY (in_kind, id);
CREATE INDEX document_words ON {schema}.document USING gin (text, words, people) WITH (fastupdate = off);
INSERT INTO {schema}.term {terms};
ALTER TABLE {schema}.term ADD PRIMARY KEY (field, term);
CREATE INDEX term_none ON {schema}.term (field) WHERE documents = 0;
CREATE INDEX term_near ON {schema}.term USING gin ({schema}.shortened(term)) WITH (fastupdate = off)
    WHERE field = 'words' AND length(term) BETWEEN 3 AND 24;
UPDATE {schema}.size SET (documents, words) = (SELECT count(*), coalesce(sum(d.length), 0) FROM {schema}.document AS d);
ANALYZE {schema}.document;
ANALYZE {schema}.term;
ANALYZE {schema}.size;
"""

_TERMS = """
    SELECT one.field, one.term, count(*)::int AS documents
    FROM {schema}.document AS d {among}
    CROSS JOIN LATERAL (
        SELECT 'text' AS field, unnest(tsvector_to_array(d.text)) AS term
        UNION ALL SELECT 'words', unnest(tsvector_to_array(d.words))
        UNION ALL SELECT 'people', unnest(tsvector_to_array(d.people))
        UNION ALL SELECT 'in_topic', unnest(d.in_topic)
        UNION ALL VALUES ('in_kind', d.in_kind), ('in_outlet', d.in_outlet), ('in_medium', d.in_medium),
            ('in_language', d.in_language), ('in_year', d.in_year)
    ) AS one
    WHERE one.term <> '' GROUP BY one.field, one.term
"""
_AMONG = """JOIN unnest(%(kinds)s::text[], %(ids)s::bigint[]) AS key (kind, id)
    ON d.in_kind = key.kind AND d.id = key.id"""

_COUNT_DOWN = f"""
UPDATE {{schema}}.term AS t SET documents = t.documents - less.documents
FROM ({_TERMS}) AS less WHERE t.field = less.field AND t.term = less.term
"""
_COUNT_UP = f"""
INSERT INTO {{schema}}.term AS t {_TERMS}
ON CONFLICT (field, term) DO UPDATE SET documents = t.documents + excluded.documents
"""
_TAKE_OUT = """
WITH gone AS (
    DELETE FROM {schema}.document AS d USING unnest(%(kinds)s::text[], %(ids)s::bigint[]) AS key (kind, id)
    WHERE d.in_kind = key.kind AND d.id = key.id RETURNING d.length
)
UPDATE {schema}.size SET documents = size.documents - (SELECT count(*) FROM gone),
    words = size.words - (SELECT coalesce(sum(gone.length), 0) FROM gone)
"""
_ADD_SIZE = """
UPDATE {schema}.size SET documents = size.documents + %(documents)s, words = size.words + %(words)s
"""


def make(connection: Connection, schema: str) -> None:
    """Make the empty tables of an index."""
    _run_script(connection, _MAKE.replace("{schema}", schema))


def finish(connection: Connection, schema: str) -> None:
    """Make the indexes, and count what is counted, when the documents are in."""
    _run_script(connection, _FINISH.format(schema=schema, terms=_TERMS.format(schema=schema, among="")))


def put(connection: Connection, schema: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Put *rows* in, each as :func:`row` gives it."""
    with (
        _driver(connection) as cursor,
        cursor.copy(f"COPY {schema}.document ({', '.join(COLUMNS)}) FROM STDIN") as copy,
    ):
        for values in rows:
            copy.write_row(values)


def _run_script(connection: Connection, script: str) -> None:
    with _driver(connection) as cursor:
        cursor.execute(script)


@contextmanager
def _driver(connection: Connection) -> Iterator[Any]:
    """A cursor of the driver, which takes several statements at once and COPY; it raises what SQLAlchemy would."""
    errors = connection.dialect.loaded_dbapi.Error
    cursor = connection.connection.cursor()
    try:
        yield cursor
    except errors as error:
        if connection.dialect.is_disconnect(error, connection.connection, cursor):
            connection.invalidate(error)
        raise DBAPIError.instance(None, None, error, errors) from error
    finally:
        cursor.close()


def write(connection: Connection, schema: str, documents: Sequence[Document], gone: Collection[Key]) -> None:
    """Put *documents* in the place of those with their keys, and take *gone* out; the counts go with them."""
    keys = dict.fromkeys(Key(document.kind, document.id) for document in documents)
    _count(connection, schema, {**keys, **dict.fromkeys(gone)}, _COUNT_DOWN, _TAKE_OUT)
    rows = [row(document) for document in documents]
    put(connection, schema, rows)
    _count(connection, schema, keys, _COUNT_UP)
    connection.exec_driver_sql(f"DELETE FROM {schema}.term AS t WHERE t.documents = 0")
    added = {"documents": len(rows), "words": sum(values[COLUMNS.index("length")] for values in rows)}
    connection.exec_driver_sql(_ADD_SIZE.format(schema=schema), added)


def _count(connection: Connection, schema: str, keys: Iterable[Key], *statements: str) -> None:
    pairs = sorted(keys)
    among = {"kinds": [key.kind for key in pairs], "ids": [key.id for key in pairs]}
    for statement in statements:
        connection.exec_driver_sql(statement.format(schema=schema, among=_AMONG), among)


def row(document: Document) -> tuple[Any, ...]:
    """*document* as it is put in, in the order of :data:`COLUMNS`."""
    texts = (document.headline, document.body, document.people, document.outlet, *document.topics)
    parts = [plain_words(text) for text in texts]
    words = _kept([word for part in parts for word in part], document)
    return (
        document.id,
        (document.published - EPOCH) // timedelta(microseconds=1),
        document.published.date(),
        sum(map(len, parts)),
        document.fingerprint,
        *_filed(document),
        APART.join(in_a_row([stem(word) for word in part if word in words]) for part in parts),
        in_a_row([word for word in parts[2] if word in words]),
        " ".join(map(quoted, words)),
    )


def _filed(document: Document) -> tuple[str | list[str], ...]:
    """What *document* is filed under, in the order of :data:`FACETS`; each value once."""
    topics = list(dict.fromkeys(storable(topic) for topic in document.topics if topic))
    single = (document.kind, document.outlet, topics, document.medium, document.language, str(document.published.year))
    return tuple(value if isinstance(value, list) else storable(value) for value in single)


def _kept(words: Sequence[str], document: Document) -> set[str]:
    """The different ones of *words*, if a vector can hold them, else the shortest of them."""
    if sum(len(word.encode()) + 8 for word in words) <= MOST_BYTES:
        return set(words)
    bytes_of = {word: (len(word.encode()) + 8) * (1 + (n - 1).bit_count()) for word, n in Counter(words).items()}
    ordered = sorted(bytes_of, key=lambda word: (bytes_of[word], word))
    kept = {
        word
        for word, size in zip(ordered, accumulate(map(bytes_of.__getitem__, ordered)), strict=True)
        if size <= MOST_BYTES
    }
    if len(kept) < len(ordered):
        log.warning("%s %s has more different words than can be indexed", document.kind, document.id)
    return kept


def in_a_row(words: Iterable[str]) -> str:
    """*words* with their order, so that a phrase is a part of the text: each has its own two spaces."""
    return "".join(f" {word} " for word in words)


def quoted(word: str) -> str:
    """*word* as ``tsvector`` and ``tsquery`` read it, whatever is in it."""
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def storable(text: str) -> str:
    """*text* without what PostgreSQL has no place for: NUL and half characters."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


def askable(word: str) -> str:
    """*word*, if a document could have it; else a space, which is no word."""
    return word if len(word) <= LONGEST and word == storable(word) else " "
