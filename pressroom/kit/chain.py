"""Entries that are only added, each chained to the one before by hash: the ledger and the audit are two of them.

A table of entries, numbered from 1 without a gap, and a table with a single row, the head: how many were written, and
the hash of the last. Whoever writes holds the head until the transaction ends, so that two cannot continue the chain
at the same place. The database refuses to change an entry (triggers, made by migrations); whoever owns the database
can switch a trigger off, and :func:`verify` then names the first entry that is wrong.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import Connection, Integer, String, Table, insert, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

GENESIS = "0" * 64
"""What the first entry is chained to."""

HEAD = 1


class Numbered(Protocol):
    """What an entry says, without its hash: all of its attributes."""

    @property
    def number(self) -> int:
        """Its place in the chain, from 1."""

    @property
    def __dict__(self) -> dict[str, Any]:  # type: ignore[override] # as of any dataclass without slots
        """Name → value."""


@dataclass(frozen=True)
class Link:
    """An entry as it stands in the database."""

    entry: Numbered
    previous: str
    hash: str


@dataclass(frozen=True)
class Verdict:
    """What reading the whole chain found.

    Attributes:
        count: how many entries were read.
        head: the hash of the last of them.
        fault: a sentence on the first entry that is wrong; empty when the chain is whole.
        noted: the number of the entry whose hash was noted elsewhere; None when it is in the chain no more.
    """

    count: int
    head: str
    fault: str = ""
    noted: int | None = None


class Head:
    """The columns of a head. Its table has a single row."""

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    length: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


# Pure -----------------------------------------------------------------------------------------------------


def entry_hash(entry: Numbered, previous: str) -> str:
    """The hash of an entry: SHA-256 over the hash before it and all that it says."""
    said = json.dumps(entry.__dict__, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_instant)
    return hashlib.sha256(f"{previous}\n{said}".encode(errors="surrogatepass")).hexdigest()


def _instant(value: object) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"{type(value).__name__} is nothing that an entry can say")
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def verify(links: Iterable[Link], *, length: int, head: str, noted: str = "") -> Verdict:
    """Follow the chain from its beginning, and name the first entry that was changed, deleted or inserted.

    Args:
        links: every entry, by number.
        length: how many entries were ever written, as the head says.
        head: the hash of the last one ever written.
        noted: a hash that was printed earlier and kept elsewhere.
    """
    count, last, seen = 0, GENESIS, 0 if noted == GENESIS else None

    def verdict(fault: str = "") -> Verdict:
        return Verdict(count, last, fault, seen)

    for link in links:
        number = link.entry.number
        if number > count + 1:
            return verdict(f"entry {count + 1} was deleted: after entry {count} comes entry {number}")
        if number <= count:
            return verdict(f"entry {number} was inserted: it stands after entry {count}")
        if link.previous != last:
            return verdict(f"entry {number} was inserted or changed: it does not follow entry {count}")
        if entry_hash(link.entry, link.previous) != link.hash:
            return verdict(f"entry {number} was changed: it does not say what was written")
        count, last = number, link.hash
        if last == noted:
            seen = number
    if count < length:
        return verdict(f"entry {count + 1} was deleted: {length} were written, and {count} are there")
    if count > length:
        return verdict(f"entry {length + 1} was inserted: only {length} were written")
    if last != head:
        return verdict(f"entry {count} was changed: its hash is not the one that was noted last")
    return verdict()


def in_words(name: str, found: Verdict, noted: str = "") -> tuple[bool, str]:
    """Whether the chain called *name* is whole, and a sentence for whoever asked.

    Args:
        name: such as ``ledger``.
        found: what :func:`verify` found.
        noted: the hash that it was asked to look for.
    """
    if found.fault:
        return False, f"The {name} is broken: {found.fault}."
    whole = f"The {name} is whole: {found.count:,} entries, the last hash is {found.head}."
    if not noted:
        return True, whole
    if found.noted is None:
        return False, (
            f"The {name} was written anew: its hashes fit each other, but {noted} is none of them. "
            f"It has {found.count:,} entries and ends with {found.head}."
        )
    return True, f"{whole} The hash that was noted is that of entry {found.noted:,}."


# In the database ------------------------------------------------------------------------------------------


def hold(connection: Connection, table: Table) -> tuple[int, str]:
    """The head in *table*, which nobody else can move until *connection* commits: length, and last hash.

    SQLite began the transaction as its only writer; PostgreSQL locks the table against other writers.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(f'LOCK TABLE "{table.name}" IN EXCLUSIVE MODE'))
    found = connection.execute(select(table.c.length, table.c.hash).where(table.c.id == HEAD)).first()
    if found is None:
        connection.execute(insert(table).values(id=HEAD, length=0, hash=GENESIS))
        return 0, GENESIS
    return found.length, found.hash


def move(connection: Connection, table: Table, length: int, last: str) -> None:
    """Say in *table* that the chain is so long now and ends so. Between :func:`hold` and the commit."""
    connection.execute(update(table).where(table.c.id == HEAD).values(length=length, hash=last))


def head(connection: Connection, table: Table) -> tuple[int, str]:
    """The head in *table*, to read the chain up to it: first thing in a transaction that sees one state throughout.

    SQLite's transactions do; PostgreSQL's have to be told, or what is added meanwhile would look put in.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
    found = connection.execute(select(table.c.length, table.c.hash).where(table.c.id == HEAD)).first()
    return (found.length, found.hash) if found else (0, GENESIS)


def end(connection: Connection, entries: Table, heads: Table) -> tuple[int, str, str]:
    """The length and the last hash that the head in *heads* says, and what is wrong with the end; at the cost of a row.

    That everything before is as it was written, only :func:`verify` finds out.
    """
    length, last = head(connection, heads)
    number = next(iter(entries.primary_key.columns))
    newest = connection.execute(select(number, entries.c.hash).order_by(number.desc()).limit(1)).first()
    found = (newest[0], newest[1]) if newest else (0, GENESIS)
    return length, last, "" if found == (length, last) else f"it ends with entry {found[0]}, and {length} were written"


TRIGGERS: Mapping[str, str] = {
    "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name "
    "AND sql LIKE '%RAISE(ABORT%'",
    "postgresql": "SELECT count(*) FROM pg_trigger WHERE tgrelid = CAST(:name AS regclass) "
    "AND NOT tgisinternal AND tgenabled IN ('O', 'A')",
}


def is_kept(connection: Connection, table: Table) -> bool:
    """Whether the database refuses to change what stands in *table*: the triggers are there and switched on."""
    found = connection.execute(text(TRIGGERS[connection.dialect.name]), {"name": table.name}).scalar() or 0
    return found >= 2
