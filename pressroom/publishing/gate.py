"""The gate: the one place that says what is public, and the guard that refuses what goes round it.

The rule is one expression. A session hook adds it to every ORM statement of a public reader; a guard reads the
SQL that is about to run and refuses, loudly, a public statement that names a guarded table without the rule's
marker. Forgetting is therefore an error in the first test, not a leak. How the ways round a plain hook were
found is told in ``docs/decisions/0002-the-gate.md``.

Three kinds of guarded table:

* a **root** (:class:`Publishable`) is public by its own ``public_from`` and ``withdrawn_at``;
* a **part** (:class:`Part`) is public as far as the row that it belongs to, or as anything that shows
  it (:func:`opens`); without an owner it is closed;
* a **staff** table (:class:`StaffOnly`: revisions, notes) is never read by the public.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar

from flask import Flask
from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    RowMapping,
    Select,
    Table,
    and_,
    bindparam,
    event,
    exists,
    false,
    or_,
    select,
)
from sqlalchemy.orm import (
    Mapped,
    ORMExecuteState,
    Session,
    configure_mappers,
    mapped_column,
    with_loader_criteria,
)

from pressroom.kit import clock, prepared
from pressroom.kit.db import Base, UTCDateTime, db, may_write
from pressroom.publishing import edition
from pressroom.publishing.viewer import Viewer, close_to_public, current_viewer


class GateError(RuntimeError):
    """A public reader was about to pass round the gate. A mistake in the code; nothing was read."""


class Publishable:
    """A root: something that can be public. Public iff ``public_from <= now`` and it is not withdrawn."""

    public_from: Mapped[datetime | None] = mapped_column(index=True)
    withdrawn_at: Mapped[datetime | None] = mapped_column(index=True)
    withdrawal_reason: Mapped[str] = mapped_column(default="")

    def is_public(self, now: datetime) -> bool:
        """Whether the public may see this at *now*; the rule of :func:`rule_for_root` in Python."""
        return (
            self.public_from is not None
            and self.public_from <= now
            and (self.withdrawn_at is None or self.withdrawn_at > now)
        )


class Part:
    """A row that belongs to a guarded one. ``__public_through__`` names the column with the owner's id."""

    __public_through__: ClassVar[str]


class StaffOnly:
    """A row that no public page may be made of: an earlier version, a note, a report of an import."""


# Evaluated at each execution. A default argument or a value would be frozen into a cached statement, silently.
NOW = bindparam("gate_now", callable_=clock.now, type_=UTCDateTime())

MARK = "/*gate*/"
_LOADING, _DOOR = "gate_loading", "gate_withdrawal_notice"  # execution options that the guard looks at
_ALIAS = re.compile(r'(?<!\w)"?(\w+)"?\."?\w+"?\s*(?:<=|=) /\*gate\*/')


def rule_for_root(columns: Any) -> ColumnElement[bool]:
    """THE RULE, for a class, an alias or ``table.c``."""
    begun: ColumnElement[bool] = columns.public_from.op(f"<= {MARK}", is_comparison=True)(NOW)
    return and_(begun, or_(columns.withdrawn_at.is_(None), columns.withdrawn_at > NOW))


@dataclass(frozen=True)
class Opening:
    """A way by which a part becomes public: *table* shows it in *column*, and belongs to *owner*."""

    table: Table
    column: str
    owner: Table
    owner_column: str


_openings: dict[str, list[Opening]] = {}


def opens(part: type[Base], *, through: type[Base] | Table, column: str, owner: type[Base], owner_column: str) -> None:
    """Declare that *part* may be seen when a row of *through* ties it to a public *owner*.

    A lower room's table (an asset) is opened by an upper room (a release) without knowing it.

    Args:
        part: the class that is opened; it has ``__public_through__ = ""``.
        through: the table with both ids; may be the owner's own table.
        column: the column of *through* with the part's id.
        owner: the root whose being public opens the part.
        owner_column: the column of *through* with the owner's id.
    """
    table = through if isinstance(through, Table) else _table(through)
    _openings.setdefault(_table(part).name, []).append(Opening(table, column, _table(owner), owner_column))
    _guarded.cache_clear()


def shown_by(part: type[Base], owner: type[Base]) -> tuple[Opening, ...]:
    """The ways by which rows of *owner* show *part*, as :func:`opens` declared them; for contexts of staff."""
    return tuple(way for way in _openings.get(_table(part).name, ()) if way.owner is _table(owner))


def _table(cls: type[Base]) -> Table:
    table = cls.__table__
    assert isinstance(table, Table)
    return table


def _rule_for_part(columns: Any, table: Table, through: str) -> ColumnElement[bool]:
    ways: list[ColumnElement[bool]] = []
    if through:
        owner = next(iter(table.c[through].foreign_keys)).column.table.alias("gate_owner")
        key: ColumnElement[bool] = getattr(columns, through).op(f"= {MARK}", is_comparison=True)(owner.c.id)
        ways.append(exists(select(1).where(key, rule_for_root(owner.c))))
    for n, way in enumerate(_openings.get(table.name, ())):
        link, shown_by = way.table.alias(f"gate_link_{n}"), way.owner.alias(f"gate_owner_{n}")
        key = columns.id.op(f"= {MARK}", is_comparison=True)(link.c[way.column])
        ways.append(exists(select(1).where(key, link.c[way.owner_column] == shown_by.c.id, rule_for_root(shown_by.c))))
    return or_(false(), *ways)


def rule_of(entity: Any) -> ColumnElement[bool]:
    """The rule for *entity*, a guarded class or an alias of one."""
    cls = entity.__mapper__.class_
    if issubclass(cls, Publishable):
        return rule_for_root(entity)
    return _rule_for_part(entity, cls.__mapper__.local_table, cls.__public_through__)


def _criterion(entity: Any) -> ColumnElement[bool]:
    # SQLAlchemy keeps one analysed function per code object: a closure made for each class would give the first
    # class's rule to all of them, and constants named in here would turn into bound parameters. It is tried once
    # with the bare base, which has no table.
    return rule_of(entity) if hasattr(entity, "__mapper__") else false()


@dataclass(frozen=True)
class Guarded:
    """What the hook and the guard know, built once from the mapped classes."""

    classes: frozenset[type[Any]]
    options: tuple[Any, ...]
    marked: frozenset[str]  # tables that need their own marker in a public statement
    closed: frozenset[str]  # tables that a public statement may not name
    names: re.Pattern[str]


@lru_cache(1)
def _guarded() -> Guarded:
    configure_mappers()
    classes: set[type[Any]] = set()
    closed: set[str] = set()
    for mapper in Base.registry.mappers:
        cls, table = mapper.class_, mapper.local_table
        assert isinstance(table, Table)
        if issubclass(cls, Publishable | Part):
            classes.add(cls)
        elif issubclass(cls, StaffOnly):
            closed.add(table.name)
    marked = {cls.__table__.name for cls in classes}
    links = {table.name for table in Base.metadata.tables.values() if table.info.get("link")}
    _refuse_unnamed_children(marked | closed | links)
    # One for all roots and one for all parts: each is carried by every statement, and hashed anew with it.
    options = tuple(
        with_loader_criteria(base, _criterion, include_aliases=True, track_closure_variables=False)
        for base in (Publishable, Part)
    )
    every = sorted(marked | closed | links, key=len, reverse=True)
    names = "|".join(re.escape(name) for name in every) or "(?!)"
    pattern = re.compile(
        rf'(?:(?<![\w.])|\b(?:FROM|JOIN|INTO|UPDATE)\s+"?\w+"?\.)"?({names})"?(?!\w)(?!"?\s*\.)(?:\s+AS\s+"?(\w+))?',
        re.I,
    )
    edition.watch(*(Base.metadata.tables[name] for name in marked | links))
    return Guarded(frozenset(classes), options, frozenset(marked), frozenset(closed), pattern)


def _refuse_unnamed_children(known: set[str]) -> None:
    """A table that points at a guarded one says what it is, or the application does not start."""
    for table in Base.metadata.tables.values():
        to = {key.column.table.name for key in table.foreign_keys} & known
        if to and table.name not in known:
            raise GateError(
                f"table {table.name} points at {', '.join(sorted(to))}, which is guarded: make its class a Part or "
                f'StaffOnly, or give an association table info={{"link": True}}'
            )


class Read(prepared.Prepared):
    """A statement that strangers ask: it reads what is public, whoever asks. The guard looks at it as at any other."""

    def __init__(self, make: Callable[[], Any]) -> None:
        """Of the select that *make* gives."""
        super().__init__(make)
        self._for_staff = StaffRead(make)

    def statement(self) -> Select[Any]:
        """With the rule for every guarded class in it."""
        return super().statement().options(*_guarded().options)

    def for_reader(self, **values: Any) -> Sequence[Any]:
        """Its rows for whoever reads: for staff what is not public as well, and what their request changes."""
        return self(**values) if current_viewer() is Viewer.PUBLIC else self._for_staff.as_changed(**values)


class StaffRead(prepared.Prepared):
    """A statement that the desk asks: it reads what is not public as well.

    What was committed is seen, not what the request changes itself: for pages that show, not for what changes rows.
    """

    def __call__(self, **values: Any) -> list[list[Any]]:
        """Its rows.

        Raises:
            GateError: the gate is not open to staff.
        """
        if current_viewer() is not Viewer.STAFF:
            raise GateError("what the desk asks is for staff")
        return super().__call__(**values)

    def as_changed(self, **values: Any) -> Sequence[Any]:
        """Its rows, and those that the request changes itself."""
        return db.session.execute(self.statement(), values).all() if may_write() else self(**values)


def init_app(app: Flask) -> None:
    """Close the gate of *app*'s database, and start to count editions."""
    guarded = _guarded()
    assert guarded.classes, "no room was imported before the gate was closed"
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", _guard)
        edition.attach(db.engine)
    prepared.connections_of(app).listeners.append(_refuse)
    app.before_request(close_to_public)


@event.listens_for(Session, "do_orm_execute")
def _hook(state: ORMExecuteState) -> None:
    """Add the rule to what a public reader asks."""
    viewer = current_viewer()
    before = state.session.info.setdefault("viewer", viewer)
    if before != viewer:
        if viewer is Viewer.PUBLIC:
            raise GateError("a session that read for staff may not go on for the public: what it holds is not public")
        state.session.info["viewer"] = viewer
    if viewer is not Viewer.PUBLIC:
        return
    if state.is_relationship_load:
        state.update_execution_options(**{_LOADING: True})
    guarded = _guarded()
    if state.is_column_load and hasattr(state.statement, "where"):
        # Refresh, deferred and expired loads pass over loader criteria: say it as a plain WHERE.
        cls = state.bind_mapper.base_mapper.class_ if state.bind_mapper else None
        if cls in guarded.classes:
            state.statement = state.statement.where(rule_of(cls))
    elif state.is_select or state.is_update or state.is_delete:
        options = getattr(state.statement, "_with_options", guarded.options)
        if guarded.options and guarded.options[0] not in options:
            state.statement = state.statement.options(*guarded.options)


def _guard(connection: Connection, _cursor: object, sql: str, _p: object, context: Any, _many: bool) -> None:
    options = context.execution_options if context is not None else {}
    if not options.get(_DOOR):
        _refuse(sql, loading=bool(options.get(_LOADING)))


def _refuse(sql: str, *, loading: bool = False) -> None:
    if (why := _verdict(sql, loading)) and current_viewer() is Viewer.PUBLIC and sql not in _doors:
        raise GateError(f"a public reader {why} past the gate: {sql[:300]}")


@lru_cache(4096)
def _verdict(sql: str, loading: bool) -> str | None:
    """Why the public may not run *sql*; None if it may. Statements repeat, so the answer is kept.

    Args:
        sql: the text that goes to the database.
        loading: it fills a relationship of rows that came through the gate, so an association table may be read
            by their ids; what it leads to still needs its own marker.
    """
    guarded = _guarded()
    if re.match(r"\s*(CREATE|DROP|ALTER|PRAGMA|EXPLAIN)\b", sql, re.I):
        return None  # migrations and the like; they give no row of the public's asking
    found = [(m[1].lower(), m[2] or m[1]) for m in guarded.names.finditer(sql)]
    found = [(table, alias) for table, alias in found if not alias.startswith("gate_")]
    if not found:
        return None
    if not re.match(r"\s*\(?\s*(SELECT|WITH)\b", sql, re.I):
        return f"writes {found[0][0]}"
    marks = Counter(_ALIAS.findall(sql))
    for table, alias in found:
        if table in guarded.closed:
            return f"reads {table}, which is for staff"
        if table in guarded.marked and not marks[alias]:
            return f"reads {alias}"
    return None if marks or loading else f"reads {found[0][0]}"


def withdrawal_notice(cls: type[Any], *where: ColumnElement[bool], title: Any, now: datetime) -> RowMapping | None:
    """The one narrow door: that something was public and was withdrawn, its title, when, and why.

    Args:
        cls: the root's class.
        where: which one, as conditions on its table.
        title: the column that names it.
        now: the instant of asking; what was withdrawn before it was public stays unsaid.
    """
    statement = _withdrawn(cls, title.key, now).where(*where)
    found = db.session.connection().execute(statement, execution_options={_DOOR: True})
    return found.mappings().first()


def withdrawal_notices(
    cls: type[Any],
    *,
    title: Any,
    named: Sequence[Any],
    now: datetime,
    limit: int,
    where: Sequence[ColumnElement[bool]] = (),
) -> Sequence[Mapping[str, Any]]:
    """The same door for a feed: what was withdrawn last, newest first, and nothing of it that its page does not say.

    Args:
        cls: the root's class.
        title: the column that names it.
        named: columns that readers already have of it, by which they know it again: its uid and its address.
        now: the instant of asking.
        limit: how many at most.
        where: which of them, as conditions on the table: those of the view in which a reader saw it.
    """
    keys = tuple(column.key for column in named)
    names = ("title", "withdrawn_at", "withdrawal_reason", "public_from", *keys)
    rows: Sequence[Sequence[Any]]
    if where or now != clock.now():
        statement = _withdrawals(cls, title.key, keys, now).where(*where)
        rows = db.session.connection().execute(statement, {"limit": limit}, execution_options={_DOOR: True}).all()
    else:
        rows = _door(cls, title.key, keys)(limit=limit)  # type: ignore[arg-type] # a class is hashable
    return [dict(zip(names, row, strict=True)) for row in rows]


class _Door(prepared.Prepared):
    """A statement that the guard lets through."""

    def __init__(self, statement: Select[Any]) -> None:
        super().__init__(lambda: statement)

    def compiled(self, dialect: Dialect) -> prepared.Compiled:
        """As every statement; the guard knows it by its text."""
        ready = super().compiled(dialect)
        _doors.add(ready.sql)
        return ready


_doors: set[str] = set()


@lru_cache(16)
def _door(cls: type[Any], title: str, named: tuple[str, ...]) -> _Door:
    return _Door(_withdrawals(cls, title, named, NOW))


def _withdrawals(cls: type[Any], title: str, named: Sequence[str], now: Any) -> Select[Any]:
    table = cls.__table__
    statement = _withdrawn(cls, title, now)
    statement = statement.add_columns(table.c.public_from, *(table.c[name] for name in named))
    return statement.order_by(table.c.withdrawn_at.desc(), table.c.id.desc()).limit(bindparam("limit"))


def _withdrawn(cls: type[Any], title: str, now: Any) -> Select[Any]:
    """Title, instant and reason of what was public and is withdrawn at *now*."""
    table = cls.__table__
    statement = select(table.c[title].label("title"), table.c.withdrawn_at, table.c.withdrawal_reason)
    return statement.where(
        table.c.withdrawn_at <= now, table.c.public_from <= now, table.c.public_from < table.c.withdrawn_at
    )
