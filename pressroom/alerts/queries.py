"""Reads, for the desk. In contexts of staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select

from pressroom.alerts.models import Alert, AlertChange, AlertCorrection, AlertRun, Find, Subscriber
from pressroom.alerts.rules import Rhythm
from pressroom.kit.db import db, may_write

RUNS = 10
LISTS = 30


@dataclass(frozen=True)
class Numbers:
    """How many people want what, and how far it is.

    Attributes:
        rhythms: (scope, rhythm) → alerts that are wanted now.
        lists: the alerts that most people have: title and how many.
        waiting: finds that are not in a message yet.
        due: of these, those whose time has come.
        behind: changes that were not looked at yet.
        corrections: whose readers are being told.
    """

    subscribers: int
    stopped: int
    unconfirmed: int
    paused: int
    rhythms: dict[tuple[str, Rhythm], int]
    lists: Sequence[Any]
    waiting: int
    due: int
    behind: int
    corrections: int


def numbers(now: datetime) -> Numbers:
    """What the desk shows first."""
    wanted = Alert.confirmed_at.is_not(None), Alert.paused_at.is_(None)
    rhythms = db.session.execute(
        select(Alert.scope, Alert.rhythm, func.count()).where(*wanted).group_by(Alert.scope, Alert.rhythm)
    )
    states = db.session.execute(select(_sum(Alert.confirmed_at.is_(None)), _sum(Alert.paused_at.is_not(None)))).one()
    people = db.session.execute(
        select(
            _sum(Subscriber.stopped_at.is_(None) & Subscriber.alerts.any(Alert.confirmed_at.is_not(None))),
            _sum(Subscriber.stopped_at.is_not(None)),
        )
    ).one()
    finds = db.session.execute(
        select(func.count(), _sum(Find.due_at <= now)).where(Find.mail_id.is_(None), Find.sent_at.is_(None))
    ).one()
    return Numbers(
        subscribers=people[0] or 0,
        stopped=people[1] or 0,
        unconfirmed=states[0] or 0,
        paused=states[1] or 0,
        rhythms={(scope, rhythm): count for scope, rhythm, count in rhythms},
        lists=_lists(),
        waiting=finds[0],
        due=finds[1] or 0,
        behind=db.session.scalar(select(func.count()).where(AlertChange.due_at <= now)) or 0,
        corrections=db.session.scalar(select(func.count()).select_from(AlertCorrection)) or 0,
    )


def _sum(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _lists() -> Sequence[Any]:
    count = func.count().label("count")
    wanted = select(Alert.title, Alert.scope, Alert.asked, count).where(Alert.confirmed_at.is_not(None))
    grouped = wanted.group_by(Alert.title, Alert.scope, Alert.asked).order_by(count.desc(), Alert.title)
    return db.session.execute(grouped.limit(LISTS)).all()


def runs() -> Sequence[AlertRun]:
    """The last times at which something new was matched."""
    return db.session.scalars(select(AlertRun).order_by(AlertRun.id.desc()).limit(RUNS)).all()


def subscriber(number: int) -> Subscriber | None:
    """One address, with its alerts. Where something may be written, nobody else writes about it meanwhile.

    Whoever writes about a subscriber holds this row first, whoever writes about several in the order of their numbers:
    so one waits for the other, and never each for the other. What was changed before is not written before that.
    """
    with db.session.no_autoflush:
        return db.session.get(Subscriber, number, with_for_update=may_write())


def by_address(address: str) -> Subscriber | None:
    """The subscriber with this address; held as :func:`subscriber` says."""
    found = select(Subscriber).where(Subscriber.address == address)
    return db.session.scalar(found.with_for_update() if may_write() else found)


@dataclass(frozen=True)
class Progress:
    """How far a release is on its way to those who want it."""

    waiting: int
    queued: int
    sent: int


def progress(kind: str, number: int) -> Progress:
    """How many people something was found for, by how far it is."""
    counted = select(
        _sum(Find.mail_id.is_(None) & Find.sent_at.is_(None)),
        _sum(Find.mail_id.is_not(None) & Find.sent_at.is_(None)),
        _sum(Find.sent_at.is_not(None)),
    ).where(Find.kind == kind, Find.item_id == number)
    row = db.session.execute(counted).one()
    return Progress(*(value or 0 for value in row))
