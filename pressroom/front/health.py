"""``/healthz``: this process answers. ``/readyz``: it may be sent visitors."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.search import queue

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def alive() -> Response:
    """The process answers; nothing else is looked at."""
    return _unkept(Response("ok\n", mimetype="text/plain"))


@bp.get("/readyz")
def ready() -> tuple[Response, int]:
    """What the press room stands on, as JSON; 503 while it is not ready.

    ``database``: it answers. ``migrations``: ``current``, ``behind``, or ``none`` where tables were made
    without them. ``index_queue``: how many documents wait to be indexed.
    """
    try:
        db.session.execute(text("SELECT 1"))
        state: dict[str, Any] = {"database": True, "migrations": migrations(), "index_queue": _waiting()}
    except SQLAlchemyError:
        state = {"database": False, "migrations": "unknown", "index_queue": None}
    state["ready"] = bool(state["database"]) and state["migrations"] != "behind"
    return _unkept(jsonify(state)), 200 if state["ready"] else 503


def _waiting() -> int:
    """How many documents wait for the index of this host, those that wait for their time not counted."""
    return queue.waiting(clock.now()).rows


def migrations() -> str:
    """How the tables stand to the code."""
    at = set(MigrationContext.configure(db.session.connection()).get_current_heads())
    if not at:
        return "none"
    return "current" if at == heads(current_app.root_path + "/migrations") else "behind"


@lru_cache(4)
def heads(folder: str) -> frozenset[str]:
    """The newest migrations in *folder*."""
    return frozenset(ScriptDirectory(folder).get_heads())


def _unkept(response: Response) -> Response:
    response.cache_control.no_store = True
    return response
