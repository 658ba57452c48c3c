"""Bringing a database up to date while others use it.

On PostgreSQL a change of a table waits for every transaction that has read it, and whoever comes later waits behind the
change. So it waits for a moment only, lets the others pass, and tries again.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from pressroom.kit.db import db

LOCK_SECONDS = 2.0  # by so much a page may be late while a migration waits
PAUSE_SECONDS = 3.0
TRIES = 20
IN_USE = frozenset({"55P03", "40P01"})  # a lock that was not got in time; a deadlock

Told = Callable[[str], None]


class InUseError(Exception):
    """The tables were in use all the time, and nothing was changed; the message says by whom, and what to do."""


def to_newest(directory: str, *, told: Told, pause: Callable[[float], None] = time.sleep) -> None:
    """Run the migrations in *directory* that the current press room's database lacks: all of them, or none.

    Args:
        told: is given a sentence each time that others are let pass.
        pause: waits for so many seconds.

    Raises:
        InUseError: somebody had a transaction open for longer than all tries took.
    """
    from flask_migrate import upgrade  # noqa: PLC0415 - see kit/db.py

    for left in reversed(range(TRIES)):
        try:
            upgrade(directory=directory)
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", "") not in IN_USE:
                raise
            db.session.remove()
            if not left:
                raise InUseError(_sentence()) from error
            told(f"The tables are in use; nothing was changed yet. It tries again in {PAUSE_SECONDS:g} seconds.")
            pause(PAUSE_SECONDS)
        else:
            return


def wait_briefly(connection: Connection) -> None:
    """Have the transaction of *connection* give up when a lock is not to be had; SQLite's waiting is set elsewhere."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT set_config('lock_timeout', :ms, true)"), {"ms": f"{LOCK_SECONDS * 1000:.0f}ms"})


_OLDEST = """SELECT pid, application_name, to_char(xact_start AT TIME ZONE 'UTC', 'HH24:MI:SS') FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
    ORDER BY xact_start LIMIT 3"""


def _sentence() -> str:
    with db.engine.connect() as connection:
        rows = connection.execute(text(_OLDEST)).all()
    open_ones = "; ".join(f"process {pid} ({name or 'unnamed'}), since {since} UTC" for pid, name, since in rows)
    return (
        f"The tables were in use at each of {TRIES} tries, so nothing was changed. These have had a transaction "
        f"open for longest: {open_ones or 'none any more'}. End them, or wait for them, and run it again."
    )
