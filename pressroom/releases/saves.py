"""Who hears of each save of a release, in its transaction: the rooms above, which this one does not know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pressroom.audit import Actor
from pressroom.releases.models import Release, ReleaseRevision

Listener = Callable[[Release, ReleaseRevision, "Actor | None", datetime], None]
"""Told what was saved, as which revision, by whom and when. It may add rows; it neither commits nor saves a release."""

_listeners: list[Listener] = []


def heard(listener: Listener) -> Listener:
    """Have *listener* told as well. A decorator for the rooms above."""
    _listeners.append(listener)
    return listener


def tell(release: Release, revision: ReleaseRevision, *, by: Actor | None, now: datetime) -> None:
    """Tell everybody who wants to know."""
    for listener in _listeners:
        listener(release, revision, by, now)
