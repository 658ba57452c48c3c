"""Tries that failed: counted for each account as they come, and told to the audit by the hour, or at the next sign-in.

A row for each account and each way in, and one for all the accounts that there are none of: a flood of tries adds
lines to the audit by the hour, whatever its size. What was typed is kept nowhere.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from pressroom import audit
from pressroom.accounts.models import FailedTry, User
from pressroom.accounts.rules import LONGEST_NAME, MOST_NETWORKS, Whose
from pressroom.kit.db import db, insert_into, writing
from pressroom.kit.networks import network

TOLD_AFTER = timedelta(hours=1)


def note(whose: Whose, what: str, *, now: datetime, address: str) -> None:
    """Count a try that failed, in a transaction of its own: hold none. The work is the same for an unknown account.

    Args:
        whose: the account; see :meth:`~pressroom.accounts.rules.Whose.nobody`.
        what: was wrong: ``password``, ``code`` or ``passkey``.
        now: the instant.
        address: the network address that it came from.
    """
    with writing(), db.engine.begin() as connection:
        _count(connection, whose, what, now, address)


def note_within(whose: Whose, what: str, *, now: datetime, address: str) -> None:
    """The same in the transaction of the caller, who commits."""
    _count(db.session.connection(), whose, what, now, address)


def tell(whose: Whose, *, now: datetime) -> int:
    """Tell the audit what failed in one account, which is being signed in to. Gives how many tries."""
    return _tell(FailedTry.kind == whose.kind, FailedTry.object_id == (whose.id or 0), now=now)


def tell_due(now: datetime) -> int:
    """Tell the audit what began to fail an hour ago; write nothing when there is nothing. Gives how many tries."""
    due = FailedTry.begun_at <= now - TOLD_AFTER
    if db.session.scalar(select(func.count()).select_from(FailedTry).where(due)) == 0:
        return 0
    return _tell(due, now=now)


def of(user: User) -> int:
    """How many tries failed in *user*'s account since the last time that they signed in."""
    mine = FailedTry.kind == "user", FailedTry.object_id == user.id
    return user.failed_tries + (db.session.scalar(select(func.sum(FailedTry.tries)).where(*mine)) or 0)


def _count(connection: Connection, whose: Whose, what: str, now: datetime, address: str) -> None:
    key = {"kind": whose.kind, "object_id": whose.id or 0, "what": what}
    first = insert_into(FailedTry).values(
        **key, title=whose.name[:LONGEST_NAME], tries=1, begun_at=now, last_at=now, networks=[]
    )
    upsert = first.on_conflict_do_update(
        index_elements=[FailedTry.kind, FailedTry.object_id, FailedTry.what],
        set_={"tries": FailedTry.tries + 1, "last_at": now},
    )
    known = list(connection.execute(upsert.returning(FailedTry.networks)).scalar_one())
    here = network(address) or "unknown"
    kept = known if here in known or len(known) > MOST_NETWORKS else [*known, here]
    this = [getattr(FailedTry, name) == value for name, value in key.items()]
    connection.execute(update(FailedTry).where(*this).values(networks=kept))  # whether or not it is new: equal work


def _tell(*which: Any, now: datetime) -> int:
    gone = delete(FailedTry).where(*which).returning(*FailedTry.__table__.columns)
    rows = db.session.execute(gone, execution_options={"synchronize_session": False}).all()
    for row in rows:
        shown = row.networks[:MOST_NETWORKS]
        more = ["and others"] if len(row.networks) > MOST_NETWORKS else []
        changes: dict[str, list[Any]] = {"tries": [None, row.tries], "from": [None, shown + more]}
        if row.tries > 1:
            changes |= {"first": [None, row.begun_at], "last": [None, row.last_at]}
        number = row.object_id or None
        audit.record(audit.Stranger(), f"fail with {row.what}", row.kind, number, row.title, changes=changes, now=now)
        if row.kind == "user" and number:
            more_tries = User.failed_tries + row.tries
            db.session.execute(
                update(User).where(User.id == number).values(failed_tries=more_tries),
                execution_options={"synchronize_session": False},
            )
    return sum(row.tries for row in rows)
