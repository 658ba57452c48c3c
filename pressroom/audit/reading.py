"""For whom the audit is open. It quotes drafts and embargoed texts, so the public never reads it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, current_app, has_app_context
from sqlalchemy import event

from pressroom.audit.models import AuditEntry


class AuditClosedError(RuntimeError):
    """A public reader was about to read the audit. A mistake in the code; nothing was shown."""


def init_app(app: Flask) -> None:
    """Closed, until :func:`readable_when` is told otherwise."""
    app.extensions["audit"] = lambda: False


def readable_when(app: Flask, is_staff: Callable[[], bool]) -> None:
    """Say how to know that the reader is staff. The rooms above know; this one does not."""
    app.extensions["audit"] = is_staff


@event.listens_for(AuditEntry, "load")
@event.listens_for(AuditEntry, "refresh")
def _refuse_the_public(*_: object) -> None:
    if not (has_app_context() and current_app.extensions["audit"]()):
        raise AuditClosedError("the audit is for staff: open the gate first")
