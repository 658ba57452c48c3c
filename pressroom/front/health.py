"""``/healthz``: this process answers. ``/readyz``: it may be sent visitors."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from pressroom import search
from pressroom.kit import clock, monitors
from pressroom.kit.db import db

LITTLE_ROOM, NO_ROOM = 2_000_000_000, 200_000_000
"""Bytes that are free on the disk: few, and too few to go on."""

LATE = timedelta(minutes=10)
"""After so long something that waits for the worker has waited too long."""

OK = "ok"
_NEEDED = ("database", "migrations")  # without these no page can be shown; the rest is for a person to look after

bp = Blueprint("health", __name__)


class Check(NamedTuple):
    """What was found: ``ok`` or another word, and the number behind it, which is not for everybody."""

    said: str
    number: float | str | None = None


FAILING = Check("failing")


@bp.get("/healthz")
def alive() -> Response:
    """The process answers; nothing else is looked at."""
    return _unkept(Response("ok\n", mimetype="text/plain"))


@bp.get("/readyz")
def ready() -> tuple[Response, int]:
    """Each thing that the press room stands on, in a word, as JSON; 503 while no page could be shown.

    The numbers behind the words are told on this machine, and to whoever has the token.
    """
    found = checks(clock.now())
    good = all(found[name].said in {OK, "none"} for name in _NEEDED)
    said: dict[str, object] = {"ready": good, "checks": {name: check.said for name, check in found.items()}}
    if monitors.may_look():
        said["details"] = {name: check.number for name, check in found.items()}
    return _unkept(jsonify(said)), 200 if good else 503


def checks(now: datetime) -> dict[str, Check]:
    """What each thing is like, by name.

    ``database``: it answers. ``migrations``: ``ok``, ``behind``, or ``none`` where tables were made without them.
    ``index``: how many documents wait for it. ``queue``: for how many seconds the first of them has waited.
    ``disk``: how many bytes are free.
    """
    found = {"database": _tried(_database), "migrations": _tried(_at_migration), "disk": _tried(_disk)}
    try:
        far = search.how_far(None, now=now)
    except (SQLAlchemyError, OSError):
        return found | {"index": FAILING, "queue": FAILING}
    waited = (now - far.since).total_seconds() if far.since else 0.0
    return found | {
        "index": Check("being made" if far.done is not None else OK, far.waiting),
        "queue": Check("late" if waited > LATE.total_seconds() else OK, waited),
    }


def _tried(check: Callable[[], Check]) -> Check:
    try:
        return check()
    except (SQLAlchemyError, OSError):
        return FAILING


def _database() -> Check:
    db.session.execute(text("SELECT 1"))
    return Check(OK)


def _at_migration() -> Check:
    state = migrations()
    at = ", ".join(sorted(_current()))
    return Check(OK if state == "current" else state, at)


def _disk() -> Check:
    free = shutil.disk_usage(current_app.instance_path).free
    return Check("full" if free < NO_ROOM else "little" if free < LITTLE_ROOM else OK, free)


def migrations() -> str:
    """How the tables stand to the code."""
    at = _current()
    if not at:
        return "none"
    return "current" if at == heads(current_app.root_path + "/migrations") else "behind"


def _current() -> frozenset[str]:
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415 - a tenth of a start, for one page

    return frozenset(MigrationContext.configure(db.session.connection()).get_current_heads())


@lru_cache(4)
def heads(folder: str) -> frozenset[str]:
    """The newest migrations in *folder*."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    return frozenset(ScriptDirectory(folder).get_heads())


def _unkept(response: Response) -> Response:
    response.cache_control.no_store = True
    return response
