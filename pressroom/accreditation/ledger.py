"""The ledger: what a journalist was given under embargo, one entry after another, each chained to the one before.

An entry is written, and committed, before what it tells of is shown: when it cannot be written, nothing is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime

from sqlalchemy import Connection, insert, select, text, update

from pressroom import publishing
from pressroom.accreditation.models import LedgerEntry, LedgerHead
from pressroom.accreditation.reading import Copy, Reader
from pressroom.accreditation.rules import GENESIS, Entry, Verdict, What, entry_hash, verify
from pressroom.kit.db import db, writing

HEAD = 1


def enter(
    reader: Reader, copies: Sequence[Copy], what: What, *, now: datetime, address: str, agent: str, detail: str = ""
) -> None:
    """Write down that *reader* is given each of *copies*, in a transaction of its own, which is committed.

    The session of the request must not be writing: on SQLite the two would wait for each other.

    Args:
        what: the form in which it is given.
        now: the instant.
        address: the network address that asked.
        agent: what the program that asked calls itself.
        detail: the name of a file.
    """
    with publishing.as_staff(), writing(), db.engine.begin() as connection:
        length, last = _held(connection)
        for copy in copies:
            length += 1
            entry = Entry(
                number=length,
                at=now,
                journalist_id=reader.id,
                journalist_name=reader.name,
                journalist_outlet=reader.outlet,
                release_id=copy.id,
                release_uid=copy.release.uid,
                headline=copy.release.headline,
                version=copy.version,
                what=what.value,
                detail=detail[:200],
                address=address[:64],
                agent=printable(agent),
            )
            chained = entry_hash(entry, last)
            connection.execute(insert(LedgerEntry).values(**entry.__dict__, previous=last, hash=chained))
            last = chained
        head = update(LedgerHead).where(LedgerHead.id == HEAD).values(length=length, hash=last)
        connection.execute(head)


def printable(agent: str) -> str:
    """What a browser calls itself, as it is kept."""
    return "".join(character for character in agent if character.isprintable())[:300]


def check() -> Verdict:
    """Follow the whole chain. In a context of staff."""
    with db.engine.connect() as connection:
        head = connection.execute(select(LedgerHead.length, LedgerHead.hash)).first()
    length, last = (head.length, head.hash) if head else (0, GENESIS)
    every = select(LedgerEntry).order_by(LedgerEntry.number).execution_options(yield_per=500)
    with closing(db.session.scalars(every)) as rows:
        return verify((row.link for row in rows), length=length, head=last)


def entries(*, release_id: int | None = None, journalist_id: int | None = None) -> Iterator[LedgerEntry]:
    """What was handed out, oldest first: of one release, to one journalist, or all. In a context of staff."""
    statement = select(LedgerEntry).order_by(LedgerEntry.number)
    if release_id is not None:
        statement = statement.where(LedgerEntry.release_id == release_id)
    if journalist_id is not None:
        statement = statement.where(LedgerEntry.journalist_id == journalist_id)
    with closing(db.session.scalars(statement.execution_options(yield_per=500))) as rows:
        yield from rows


def _held(connection: Connection) -> tuple[int, str]:
    """The head of the chain, which nobody else can move until *connection* commits.

    SQLite began the transaction as its only writer; PostgreSQL locks the table against other writers.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE ledger_head IN EXCLUSIVE MODE"))
    head = connection.execute(select(LedgerHead.length, LedgerHead.hash).where(LedgerHead.id == HEAD)).first()
    if head is None:
        connection.execute(insert(LedgerHead).values(id=HEAD, length=0, hash=GENESIS))
        return 0, GENESIS
    return head.length, head.hash
