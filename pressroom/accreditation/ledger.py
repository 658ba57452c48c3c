"""The ledger: what a journalist was given under embargo, one entry after another, each chained to the one before.

An entry is written, and committed, before what it tells of is shown: when it cannot be written, nothing is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime

from sqlalchemy import insert, select

from pressroom import publishing
from pressroom.accreditation.models import LedgerEntry, LedgerHead
from pressroom.accreditation.reading import Copy, Reader
from pressroom.accreditation.rules import Entry, What
from pressroom.kit import chain
from pressroom.kit.db import Base, db, reading, writing

HEAD = Base.metadata.tables[LedgerHead.__tablename__]


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
        length, last = chain.hold(connection, HEAD)
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
            chained = chain.entry_hash(entry, last)
            connection.execute(insert(LedgerEntry).values(**entry.__dict__, previous=last, hash=chained))
            last = chained
        chain.move(connection, HEAD, length, last)


def printable(agent: str) -> str:
    """What a browser calls itself, as it is kept."""
    return "".join(character for character in agent if character.isprintable())[:300]


def check(noted: str = "") -> chain.Verdict:
    """Follow the whole chain, and look for a hash that was noted. In a context of staff."""
    with reading():
        length, last = chain.head(db.session.connection(), HEAD)
        every = select(LedgerEntry).order_by(LedgerEntry.number).execution_options(yield_per=500)
        with closing(db.session.scalars(every)) as rows:
            return chain.verify((row.link for row in rows), length=length, head=last, noted=noted)


def entries(*, release_id: int | None = None, journalist_id: int | None = None) -> Iterator[LedgerEntry]:
    """What was handed out, oldest first: of one release, to one journalist, or all. In a context of staff."""
    statement = select(LedgerEntry).order_by(LedgerEntry.number)
    if release_id is not None:
        statement = statement.where(LedgerEntry.release_id == release_id)
    if journalist_id is not None:
        statement = statement.where(LedgerEntry.journalist_id == journalist_id)
    with closing(db.session.scalars(statement.execution_options(yield_per=500))) as rows:
        yield from rows
