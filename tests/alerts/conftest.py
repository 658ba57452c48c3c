"""Readers who have alerts, and the worker that works for them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pressroom import publishing
from pressroom.alerts import actions, jobs, subjects
from pressroom.alerts.actions import Wanted
from pressroom.alerts.models import Alert, Find
from pressroom.alerts.rules import Habits, Rhythm
from pressroom.kit import clock
from pressroom.kit.db import db
from tests.conftest import NOON
from tests.mail import conftest as mails

posting, server = mails.posting, mails.server

ROBIN = "robin@paper.example"
NEW_YORK = Habits("America/New_York")


@pytest.fixture
def noon(clock_at: Callable[[datetime], None]) -> Callable[[timedelta], None]:
    """The clock stands at noon, and so long after it on call."""
    clock_at(NOON)
    return lambda later: clock_at(NOON + later)


def wanted(page: str, *, address: str = ROBIN, rhythm: Rhythm = Rhythm.AT_ONCE, habits: Habits = NEW_YORK) -> Alert:
    """A confirmed alert of *page*; call it in a context of staff."""
    subject = subjects.read(page)
    alert = actions.ask(Wanted(address, subject, rhythm, habits), now=clock.now())
    assert alert is not None
    actions.confirm(alert, now=clock.now())
    return alert


def alert(app: Flask, page: str, **how: Any) -> int:
    """The same, committed; gives its number. The message that asks is forgotten."""
    with app.app_context(), publishing.as_staff():
        found = wanted(page, **how)
        actions.outbox.forget(found.subscriber.address, "alert-ask")
        db.session.commit()
        return found.id


def work(app: Flask) -> None:
    """What the worker does in one turn, and in the next ones that it wakes itself for."""
    with app.app_context():
        for _ in range(3):
            mails.send(app)
            jobs.match(clock.now())
            jobs.make(clock.now())
        mails.send(app)


def finds(app: Flask) -> list[Find]:
    """Every find."""
    with app.app_context(), publishing.as_staff():
        rows = list(db.session.scalars(select(Find).order_by(Find.id)))
        db.session.expunge_all()
    return rows


def links(text: str, what: str) -> list[str]:
    """The paths in *text* that lead to ``/alerts/<what>/…``."""
    return re.findall(rf"http://127\.0\.0\.1:8000(/alerts/{what}/\S+)", text)


def body(message: Any) -> str:
    """The part in plain text."""
    return str(message.get_body(("plain",)).get_content()).replace("\r\n", "\n")
