"""For whom the database is read. Closed by default; opened explicitly, after the permission check."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from flask import current_app, g, has_app_context


class Viewer(StrEnum):
    """Who reads. It lives in ``flask.g`` and dies with the request."""

    PUBLIC = "public"
    STAFF = "staff"


def current_viewer() -> Viewer:
    """The reader of this application context; the public unless somebody opened the gate."""
    if not has_app_context():
        return Viewer.PUBLIC
    viewer: Viewer = g.get("viewer", Viewer.PUBLIC)
    return viewer


def close_to_public() -> None:
    """Each request begins as the public's, whatever context it was made in (a command may make requests)."""
    g.viewer = Viewer.PUBLIC


def open_to_staff() -> None:
    """Open the gate for the rest of this request. Call it after the permission check, never before.

    Widening is safe: what a public session holds is public. The way back is refused by the gate.
    """
    g.viewer = Viewer.STAFF


@contextmanager
def as_staff() -> Iterator[None]:
    """For commands and jobs: an application context, and so a database session, that sees everything."""
    with current_app.app_context():
        g.viewer = Viewer.STAFF
        yield
