"""When the worker does again what reads whole tables."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app

from pressroom.kit import clock
from pressroom.publishing.edition import current_edition


def is_due(name: str, every: timedelta) -> bool:
    """Whether it is to be done now: when the process begins, and then after *every* at the earliest, if anything public
    was written since. Says yes once; whoever did not come to its end says so (:func:`undone`).

    Args:
        name: of the work.
    """
    edition, now = current_edition(), clock.now()
    last, at = current_app.extensions.get(name, (None, now - every))
    if edition == last or now - at < every:
        return False
    current_app.extensions[name] = edition, now
    return True


def undone(name: str) -> None:
    """Have it done again the next time."""
    current_app.extensions.pop(name, None)
