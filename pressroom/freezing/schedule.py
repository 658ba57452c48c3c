"""Copies by the worker: made when the last one is old enough."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app

from pressroom import jobs
from pressroom.freezing import copying
from pressroom.freezing.folder import copy_in
from pressroom.freezing.rules import FreezeError, Scope
from pressroom.jobs import outcome
from pressroom.jobs.outcome import Outcome
from pressroom.kit.settings import setting

STATE = "copy.json"
FOLDER = "copy"
AHEAD = timedelta(minutes=5)  # by so much a clock may have been put back

log = logging.getLogger(__name__)


def state() -> Outcome:
    """How the last copy of the current press room went."""
    return outcome.read(_file())


def note(now: datetime, *, problem: str = "") -> None:
    """Write down that a copy was made, or why it was not."""
    outcome.note(_file(), now, problem=problem)


def folder() -> Path:
    """Where scheduled copies go."""
    chosen = setting("freeze_folder")
    return Path(chosen).expanduser() if chosen else Path(current_app.instance_path) / FOLDER


def scope() -> Scope:
    """How much goes in when nothing else is said."""
    return Scope(clips=setting("freeze_clips"), papers=setting("freeze_papers"))


def is_due(now: datetime) -> bool:
    """Whether a copy is to be made at *now*; one of the future, by a clock that ran ahead, does not count."""
    every = timedelta(hours=setting("freeze_every_hours"))
    there = copy_in(folder()) if every else None
    if not every or (there and now - every < there.made <= now + AHEAD):
        return False
    return state().may_be_tried(now)


@jobs.periodic("freezing")
def run(now: datetime) -> None:
    """Make a copy when one is due. It may be killed at any moment: the copy before stays."""
    if not is_due(now):
        return
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        copying.make(app, folder(), now=now, scope=scope())
    except FreezeError as error:
        log.error("no copy of the public site was made: %s", error)
        note(now, problem=str(error))
        return
    note(now)


def _file() -> Path:
    return Path(current_app.instance_path) / STATE
