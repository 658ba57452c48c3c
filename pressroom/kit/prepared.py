"""Statements that are asked again and again: compiled once, and run on connections that stay open.

A statement through the ORM takes some six hundred microseconds whatever it brings, and nearly all of that is putting it
together; here it takes what the driver takes, which is twenty. For reads only, and not of what a session has in hand:
what was committed is seen, within a request all of it as it was at the first of its statements.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import Any, Generic, TypeVar
from weakref import WeakSet

from flask import Flask, current_app, has_request_context
from sqlalchemy import BindParameter, Dialect, Engine, Select, bindparam, create_engine, event
from sqlalchemy.pool import NullPool, PoolProxiedConnection
from sqlalchemy.types import TypeEngine

from pressroom.kit import clock, reads
from pressroom.kit.db import BUSY_SECONDS, SMALL_CACHE, Base, db

EXTENSION = "prepared"
T = TypeVar("T")
Row = TypeVar("Row", bound=Base)


class Kept:
    """A connection, of one request at a time.

    Attributes:
        reading: it is within a transaction, so that all statements of a request see the same.
    """

    __slots__ = ("__weakref__", "connection", "cursor", "reading")

    def __init__(self, connection: PoolProxiedConnection) -> None:
        self.connection, self.cursor, self.reading = connection, connection.cursor(), False


class Connections:
    """As many as requests at once, past the pool and the session, which cost ten times as much as a short statement.

    A thread holds one as long as it answers a request, and none when it ends: closing an SQLite connection while Python
    clears the thread of a web server ends the process (https://github.com/python/cpython/issues/119585, before 3.12.4).

    In a forked process the old ones are left alone, not closed: with a descriptor of an SQLite file all locks of the
    process on it would go.

    Attributes:
        errors: what the driver raises.
        operational: of these, what may be over when it is asked again.
        listeners: are told of each prepared statement before it runs, as the engine's listeners are of all others.
    """

    def __init__(self, engine: Engine) -> None:
        """To the database of *engine*; what is open is closed when that is disposed of."""
        self.dialect, self._sqlite = engine.dialect, engine.dialect.name == "sqlite"
        shared = {"check_same_thread": False, "timeout": BUSY_SECONDS} if self._sqlite else {}
        self._engine = create_engine(engine.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=shared)
        driver = self._engine.dialect.loaded_dbapi
        self.errors, self.operational = driver.Error, driver.OperationalError
        self.listeners: list[Callable[[str], None]] = []
        self._lock = threading.Lock()
        self._open: WeakSet[Kept] = WeakSet()
        self._free: list[Kept] = []
        self._left: list[Kept] = []
        self._begin()
        event.listen(engine, "engine_disposed", lambda _engine: self.close())

    def run(self, ask: Callable[[Kept], T]) -> T:
        """What *ask* gets of the connection of the request; of a new one, should the old one be broken.

        Raises:
            SQLAlchemyError: there is no connection to be had.
            Exception: one of ``errors``.
        """
        if self._process != os.getpid():
            self._leave()
        kept = self._held() or self._taken()
        if kept is not None:
            try:
                found = ask(kept)
            except self.errors:
                self._local.kept = None  # the server may have been started again
            else:
                self._hold(kept)
                return found
        kept = self._connect()
        found = ask(kept)
        self._hold(kept)
        return found

    def rows(self, sql: str, values: Any) -> list[Any]:
        """The rows of a statement; on SQLite all statements of a request see the database as the first one did."""
        return self.folded(sql, values, list)

    def rows_now(self, sql: str, values: Any) -> list[Any]:
        """The rows of a statement as they are now, by itself; what else the request reads may be later."""
        for listener in self.listeners:
            listener(sql)

        def ask(kept: Kept) -> list[Any]:
            kept.cursor.execute(sql, values)
            return list(kept.cursor.fetchall())

        return self.run(ask)

    def folded(self, sql: str, values: Any, fold: Callable[[Iterator[Any]], T]) -> T:
        """What *fold* makes of the rows of a statement, which are not all in memory at once.

        It asks nothing else meanwhile, and is called anew should the connection be broken.
        """
        for listener in self.listeners:
            listener(sql)

        def ask(kept: Kept) -> T:
            self._begin_reading(kept)
            kept.cursor.execute(sql, values)
            return fold(iter(kept.cursor))  # type: ignore[call-overload]  # PEP 249 leaves it open; our drivers have it

        return self.run(ask)

    def is_reading(self) -> bool:
        """Whether this thread sees the database as the first statement of its request did."""
        kept = self._held()
        return kept is not None and kept.reading

    def end(self) -> None:
        """A request is over: what it reads next is what there is then."""
        kept = self._held()
        if kept is None:
            return
        self._local.kept = None
        if kept.reading:
            kept.reading = False
            kept.cursor.execute("COMMIT")
        self._free.append(kept)

    def close(self) -> None:
        """Close the connections of all threads; they are opened anew when they are needed."""
        with self._lock:
            opened, self._open, self._local = list(self._open), WeakSet(), threading.local()
            self._free = []
        if self._process != os.getpid():
            self._left += opened
            return
        for kept in opened:
            kept.connection.close()

    def _begin(self) -> None:
        self._process, self._local = os.getpid(), threading.local()
        self._open, self._free = WeakSet(), []

    def _begin_reading(self, kept: Kept) -> None:
        if self._sqlite and not kept.reading and has_request_context():
            kept.cursor.execute("BEGIN")
            kept.reading = True

    def _held(self) -> Kept | None:
        """That of the request which this thread answers."""
        held: Kept | None = getattr(self._local, "kept", None)
        return held

    def _taken(self) -> Kept | None:
        """One that nobody has now."""
        try:
            return self._free.pop()
        except IndexError:
            return None

    def _hold(self, kept: Kept) -> None:
        """Until the request is over; outside of one, others may have it."""
        if has_request_context():
            self._local.kept = kept
        else:
            self._local.kept = None
            self._free.append(kept)

    def _leave(self) -> None:
        """In a forked process: begin anew, with a lock that no thread of the old one can hold."""
        self._left += [*self._open]  # the free ones are among them
        self._lock = threading.Lock()
        self._begin()

    def _connect(self) -> Kept:
        kept = Kept(self._engine.raw_connection())
        if self._sqlite:
            kept.cursor.execute(SMALL_CACHE)
        with self._lock:
            self._open.add(kept)
        return kept


def init_app(app: Flask) -> None:
    """Let *app* run prepared statements."""
    with app.app_context():
        app.extensions[EXTENSION] = connections = Connections(db.engine)
    app.teardown_request(lambda _error: connections.end())


def connections_of(app: Flask) -> Connections:
    """Those of *app*."""
    found: Connections = app.extensions[EXTENSION]
    return found


@dataclass(frozen=True)
class Compiled:
    """A statement as a database takes it.

    Attributes:
        fixed: name → value, as the driver takes it.
        asked: name, what gives its value, and what makes of it what the driver takes.
        order: the names as they stand in the text; None where the driver takes them by name.
        results: number of a column → what makes of it what its type says, where it is not that already.
    """

    sql: str
    fixed: Mapping[str, Any]
    asked: tuple[tuple[str, BindParameter[Any], Callable[[Any], Any] | None], ...]
    order: tuple[str, ...] | None
    results: tuple[tuple[int, Callable[[Any], Any]], ...]

    def values(self, given: Mapping[str, Any]) -> Any:
        """The parameters with what is *given*."""
        made = dict(self.fixed)
        for name, bind, process in self.asked:
            value = bind.callable() if bind.callable else given[bind.key]
            made[name] = process(value) if process else value
        return made if self.order is None else tuple(map(made.__getitem__, self.order))

    def read(self, row: Any) -> list[Any]:
        """The columns of *row* in the types of the statement."""
        read = list(row)
        for number, process in self.results:
            read[number] = process(read[number])
        return read


class Prepared:
    """A statement that is put together once, when it is first asked.

    It takes single values only: one for each of its named parameters.
    """

    def __init__(self, make: Callable[[], Any]) -> None:
        """Of the select that *make* gives, when every table is there."""
        self._make = make
        self._compiled: dict[str, Compiled] = {}

    def __call__(self, **values: Any) -> list[list[Any]]:
        """Its rows."""
        read = self._ready()[0].read
        return [read(row) for row in self.raw(**values)]

    def now(self, **values: Any) -> list[list[Any]] | None:
        """Its rows as they are now; None where that cannot be told: what the request read first would tell.

        What fails is not raised here either: ask a session, which says what is wrong.
        """
        reads.not_noted()
        ready, connections = self._ready()
        if connections.is_reading():
            return None
        try:
            return [ready.read(row) for row in connections.rows_now(ready.sql, ready.values(values))]
        except connections.errors:
            return None

    def folded(self, fold: Callable[[Iterator[tuple[Any, ...]]], T], **values: Any) -> T:
        """What *fold* makes of its rows, as the driver gives them, where they are too many to be in memory all at once.

        Args:
            fold: asks nothing else meanwhile, and begins anew each time it is called.
            values: of the parameters.
        """
        reads.not_noted()  # which would take all rows
        ready, connections = self._ready()
        return connections.folded(ready.sql, ready.values(values), fold)

    def raw(self, **values: Any) -> list[tuple[Any, ...]]:
        """Its rows as the driver gives them, to be compared; :meth:`read` makes of one what it means."""
        if values and clock.now() in values.values():
            reads.not_noted()  # asked again, it would be of that instant
        return reads.noted(partial(self._rows, values))

    def _rows(self, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        ready, connections = self._ready()
        return connections.rows(ready.sql, ready.values(values))

    def read(self, row: tuple[Any, ...]) -> list[Any]:
        """The columns of a raw *row* in the types of the statement."""
        return self._ready()[0].read(row)

    def _ready(self) -> tuple[Compiled, Connections]:
        connections = connections_of(current_app._get_current_object())  # type: ignore[attr-defined]
        dialect = connections.dialect
        ready = self._compiled.get(dialect.name) or self._compiled.setdefault(dialect.name, self.compiled(dialect))
        return ready, connections

    def statement(self) -> Select[Any]:
        """What is asked."""
        made: Select[Any] = self._make()
        return made

    def compiled(self, dialect: Dialect) -> Compiled:
        """It, as a database of *dialect* takes it."""
        statement = self.statement()
        compiled: Any = statement.compile(dialect=dialect)
        results = [
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in statement.selected_columns
        ]
        fixed, asked = {}, []
        for name, bind in compiled.binds.items():
            bound = _bound_again if bind.callable else _bound
            process = bound(bind.type, dialect)
            if bind.callable or bind.required:
                asked.append((name, bind, process))
            else:
                fixed[name] = process(bind.value) if process else bind.value
        order = tuple(compiled.positiontup) if compiled.positiontup is not None else None
        processed = tuple((number, process) for number, process in enumerate(results) if process)
        return Compiled(str(compiled), fixed, tuple(asked), order, processed)


def _bound(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """What makes a value of *kind* one that the driver takes; None where it is that already."""
    return kind.dialect_impl(dialect).bind_processor(dialect)


@lru_cache(64)
def _bound_again(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """The same for what each statement of a request asks with, the instant: it is made once."""
    process = _bound(kind, dialect)
    return process and lru_cache(8)(process)


class Listed:
    """A statement that asks for a list of values: prepared for a few lengths, and filled up with the last value."""

    LENGTHS = (5, 20, 50, 100)

    def __init__(self, prepare: Callable[[Sequence[BindParameter[Any]]], Prepared]) -> None:
        """Of what *prepare* makes for some values."""
        self._prepare = prepare
        self._prepared: dict[int, Prepared] = {}

    def __call__(self, values: Sequence[Any]) -> Iterator[list[Any]]:
        """The rows for *values*, in no order over more than a hundred of them; one that is there twice counts once."""
        most, every = self.LENGTHS[-1], list(dict.fromkeys(values))
        for start in range(0, len(every), most):
            some = every[start : start + most]
            length = next(length for length in self.LENGTHS if length >= len(some))
            some += some[-1:] * (length - len(some))
            yield from self._of(length)(**{f"value_{number}": value for number, value in enumerate(some)})

    def _of(self, length: int) -> Prepared:
        if length not in self._prepared:
            self._prepared[length] = self._prepare([bindparam(f"value_{number}") for number in range(length)])
        return self._prepared[length]


class Columns(Generic[Row]):
    """Those columns of a class that a statement reads, and the objects that are made of them.

    No session knows these objects: what was not read of one is an error when it is asked for, and none can be saved.
    """

    def __init__(self, of: type[Row], *only: str, but: Container[str] = ()) -> None:
        """Those called *only*, else all columns of *of* except *but*."""
        self._of, self._only, self._but = of, only, but

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What they are called."""
        return self._only or tuple(key for key, _ in self._of.__mapper__.column_attrs.items() if key not in self._but)

    @property
    def read(self) -> list[Any]:
        """For a select."""
        return [getattr(self._of, name) for name in self.names]

    def made(self, values: Iterable[Any], **more: Any) -> Row:
        """An object with *values*, in the order of the columns, and with *more* that it holds."""
        made = self._of.__new__(self._of)
        vars(made).update(zip(self.names, values, strict=False), **more)
        return made
