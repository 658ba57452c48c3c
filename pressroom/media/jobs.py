"""What the worker does for files: renditions of pictures, and files that no row speaks of any more."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from flask import current_app

from pressroom import jobs, publishing
from pressroom.kit import clock, lock
from pressroom.kit.db import db
from pressroom.media import actions, queries

BACKUP_LOCK = "backup.lock"
"""Held in the instance folder while a backup is made: the files that it is about to copy stay."""

log = logging.getLogger(__name__)


@jobs.periodic("media: renditions")
def render(now: datetime) -> None:
    """Make the renditions of each picture that waits. It may be killed at any moment."""
    with publishing.as_staff():
        while (due := queries.due_renditions(clock.now())) is not None:
            asset_id, since = due
            lease = actions.claim_renditions(asset_id, since, now=clock.now())
            db.session.commit()
            if lease is None:
                continue  # another worker took it
            actions.make_renditions(asset_id, lease, now=clock.now())
            db.session.commit()


@jobs.periodic("media: left-over files")
def sweep(now: datetime) -> None:
    """Once an hour, delete files that no row speaks of: an upload that did not end, renditions that were replaced."""
    if now.minute != 0:
        return
    with lock.alone(Path(current_app.instance_path) / BACKUP_LOCK, wait=0) as nothing_is_copied:
        if not nothing_is_copied:
            return
        with publishing.as_staff():
            if removed := actions.sweep(now=now):
                log.info("%d left-over files were deleted", len(removed))
