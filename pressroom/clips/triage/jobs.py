"""What the worker does for triage: score what waits anew when a rule changed, in portions."""

from __future__ import annotations

from datetime import datetime

from pressroom import jobs, publishing
from pressroom.clips.triage import scoring
from pressroom.kit import clock
from pressroom.kit.db import db


@jobs.periodic("clips: triage")
def score(_now: datetime) -> None:
    """Score what is due, as long as a turn lasts. It may be killed at any moment: each portion is a transaction."""
    with publishing.as_staff():
        for _ in jobs.in_turn():
            if scoring.portion(clock.now()) is None:
                break
            db.session.commit()
        db.session.rollback()
