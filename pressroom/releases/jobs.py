"""What the worker tidies up: typed text that nobody went on with."""

from __future__ import annotations

from datetime import datetime

from pressroom import jobs, publishing
from pressroom.kit.db import db
from pressroom.releases import unsaved


@jobs.periodic("releases: unsaved text")
def tidy(now: datetime) -> None:
    """Forget unsaved text after some days."""
    with publishing.as_staff():
        if unsaved.sweep(now):
            db.session.commit()
