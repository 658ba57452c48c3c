"""The engine in PostgreSQL: the index is in the database itself, for all hosts."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Connection
from sqlalchemy import Engine as Database
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from pressroom.search.documents import Document, Query
from pressroom.search.engines import Found, IndexUnusableError, Key, Stats, postgres_tables
from pressroom.search.engines.postgres_answer import Answer
from pressroom.search.engines.postgres_lexicon import TableLexicon
from pressroom.search.engines.postgres_tables import ALONE, LIVING, REBUILDING, VERSION
from pressroom.search.tree import Node

# Compiling a statement takes longer than running it, and a plan for any words is one for frequent words.
SET_UP = """SELECT set_config('jit', 'off', true), set_config('work_mem', '64MB', true),
    set_config('plan_cache_mode', 'force_custom_plan', true)"""
_LEFT = """SELECT n.nspname FROM pg_namespace AS n
    WHERE n.nspname LIKE 'pressroom\\_search\\_%%' AND n.nspname <> %(living)s"""

# Of SQLSTATE: an object, a column or a function that is not there; damaged data, a damaged index.
_DAMAGE = {"42P01", "3F000", "42703", "42883", "42704", "42809", "XX001", "XX002"}


@contextmanager
def _said() -> Iterator[None]:
    """What the database raises, said as what it is: an index to be made again, or a database that does not answer."""
    try:
        yield
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in _DAMAGE:
            raise IndexUnusableError(f"the index cannot be used: {error.orig}") from error
        if isinstance(error, OperationalError | InterfaceError):
            raise OSError(f"the database does not answer: {error.orig}") from error
        raise


class PostgresEngine:
    """See :class:`pressroom.search.engines.Engine`.

    Each answer has a connection of its own, so nothing that the caller does is committed or undone.

    Args:
        database: a SQLAlchemy engine on PostgreSQL, with psycopg.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def ready(self) -> bool:
        """Whether there is an index of this version."""
        asked = {"name": f"{LIVING}.document"}
        with self._reading() as connection:
            return connection.exec_driver_sql("SELECT to_regclass(%(name)s)", asked).scalar() is not None

    def search(self, tree: Node, query: Query) -> Found:
        """Answer *tree* within the filters, order and page of *query*."""
        with self._reading() as connection:
            answer = Answer(_rows(connection), tree, query)
            return answer.found(connection.exec_driver_sql(answer.statement(), answer.values))

    def total(self, tree: Node, query: Query) -> int:
        """How many match."""
        with self._reading() as connection:
            answer = Answer(_rows(connection), tree, query)
            return int(connection.exec_driver_sql(answer.total(), answer.values).scalar_one())

    def lexicon(self) -> TableLexicon:
        """The words of the index as it is when it is asked for them."""
        return TableLexicon(self._pairs)

    def write(self, documents: Sequence[Document], gone: Collection[Key]) -> None:
        """Put *documents* in, take *gone* out, in one transaction."""
        with _said(), self._database.begin() as connection:
            _lock(connection, ALONE)
            postgres_tables.write(connection, LIVING, documents, gone)

    def contents(self) -> Mapping[Key, int]:
        """The keys of everything in the index, each with the fingerprint of its document."""
        with self._reading() as connection:
            rows = connection.exec_driver_sql(f"SELECT d.in_kind, d.id, d.fingerprint FROM {LIVING}.document AS d")
            return {Key(kind, id): fingerprint for kind, id, fingerprint in rows}

    def lose(self) -> None:
        """Drop the tables of the index."""
        with _said(), self._database.begin() as connection:
            drop(connection)

    def damages(self) -> Sequence[str]:
        """The database watches over its files itself."""
        return [] if self.ready() else ["There is no index in the database."]

    def stats(self) -> Stats:
        """How large the index is, and what it is made of."""
        with self._reading() as connection:
            counts = connection.exec_driver_sql(
                f"SELECT d.in_kind, count(*) FROM {LIVING}.document AS d GROUP BY d.in_kind ORDER BY d.in_kind"
            )
            documents = {kind: int(count) for kind, count in counts}
            size = "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class AS c WHERE c.relkind = 'r'"
            taken = connection.exec_driver_sql(f"{size} AND c.relnamespace = '{LIVING}'::regnamespace").scalar_one()
            terms = connection.exec_driver_sql(f"SELECT count(*) FROM {LIVING}.term").scalar_one()
        return Stats(documents=documents, version=VERSION, bytes=int(taken), free=None, details={"terms": terms})

    @contextmanager
    def replacement(self) -> Iterator[PostgresReplacement]:
        """Begin a new index, in a transaction that ends when it takes over: what dies in between was never there."""
        with self._database.connect() as connection:
            yield PostgresReplacement(connection)
        self._drop_old()

    def _drop_old(self) -> None:
        """Remove the tables that answered before, when those who read them have gone; else at the next rebuild."""
        with suppress(OSError), _said(), self._database.begin() as connection:
            drop(connection, but=LIVING)

    def _pairs(self, statement: str, values: dict[str, Any]) -> list[tuple[str, int]]:
        with self._reading() as connection:
            return [(word, count) for word, count in connection.exec_driver_sql(statement, values)]

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with _said(), self._database.connect() as connection:
            connection = connection.execution_options(postgresql_readonly=True)
            connection.exec_driver_sql(SET_UP)
            yield connection


class PostgresReplacement:
    """See :class:`pressroom.search.engines.Replacement`."""

    @_said()
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        _lock(connection, REBUILDING)
        self._name = f"{LIVING}_{secrets.token_hex(6)}"
        postgres_tables.make(connection, self._name)

    @_said()
    def add(self, documents: Sequence[Document]) -> None:
        """Put *documents* in."""
        postgres_tables.put(self._connection, self._name, map(postgres_tables.row, documents))

    @_said()
    def take_over(self, documents: Sequence[Document], gone: Collection[Key]) -> None:
        """Put in what changed meanwhile, and answer from now on.

        Changing the name of a schema waits for nobody: who reads the old tables reads them to the end.
        """
        connection = self._connection
        postgres_tables.finish(connection, self._name)
        _lock(connection, ALONE)
        postgres_tables.write(connection, self._name, documents, gone)
        if connection.exec_driver_sql("SELECT to_regnamespace(%(name)s)", {"name": LIVING}).scalar():
            connection.exec_driver_sql(f"ALTER SCHEMA {LIVING} RENAME TO {LIVING}_{secrets.token_hex(6)}")
        connection.exec_driver_sql(f"ALTER SCHEMA {self._name} RENAME TO {LIVING}")
        connection.commit()


def drop(connection: Connection, *, but: str = "") -> None:
    """Remove every index, or all *but* one. Who reads one of them is not waited for longer than half a second."""
    connection.exec_driver_sql("SET LOCAL lock_timeout = '500ms'")
    for name in connection.exec_driver_sql(_LEFT, {"living": but}).scalars().all():
        connection.exec_driver_sql(f'DROP SCHEMA "{name}" CASCADE')


def _rows(connection: Connection) -> Any:
    return lambda statement, values: connection.exec_driver_sql(statement, values).scalars().all()


def _lock(connection: Connection, which: int) -> None:
    """Wait until no other process, on any host, does the same; until the end of the transaction."""
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%(which)s)", {"which": which})
