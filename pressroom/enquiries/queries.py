"""Reads of enquiries and of the rota, for staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import selectinload

from pressroom import publishing
from pressroom.accounts.models import User
from pressroom.enquiries.models import Enquiry, RotaChange, RotaDuty
from pressroom.enquiries.rules import Counted, State
from pressroom.kit.db import UTCDateTime, db
from pressroom.kit.prepared import Columns
from pressroom.kit.web import Page

_BY_DEADLINE = (Enquiry.deadline_at.is_(None), Enquiry.deadline_at, Enquiry.id)


@dataclass(frozen=True)
class Queue:
    """What waits for an answer.

    Attributes:
        first: those with the nearest deadlines.
        total: how many are open; *overdue* of them passed their deadline without an answer.
    """

    first: Sequence[Enquiry]
    total: int
    overdue: int


_IS_OPEN = Enquiry.state == State.OPEN
_NOW = bindparam("now", type_=UTCDateTime())
_asked = Columns(Enquiry)
_open = publishing.StaffRead(
    lambda: select(*_asked.read).where(_IS_OPEN).order_by(*_BY_DEADLINE).limit(bindparam("limit"))
)
_counts = publishing.StaffRead(
    lambda: select(
        func.count(Enquiry.id).filter(_IS_OPEN),
        func.count(Enquiry.id).filter(_IS_OPEN, Enquiry.deadline_at <= _NOW, Enquiry.first_answer_at.is_(None)),
    )
)


def queue(now: datetime, limit: int) -> Queue:
    """The open enquiries, those with the nearest deadline first, those without one last. To be shown."""
    total, overdue = _counts(now=now)[0]
    return Queue([_asked.made(row) for row in _open(limit=limit)], total, overdue)


_closed = publishing.StaffRead(
    lambda: (
        select(*_asked.read)
        .where(~_IS_OPEN)
        .order_by(Enquiry.closed_at.desc(), Enquiry.id.desc())
        .limit(bindparam("limit"))
        .offset(bindparam("before"))
    )
)
_closed_in_all = publishing.StaffRead(lambda: select(func.count()).select_from(Enquiry).where(~_IS_OPEN))


def closed(page: int, per_page: int = 20) -> Page[Enquiry]:
    """The closed enquiries, the last first. To be shown."""
    rows = _closed(limit=per_page, before=(page - 1) * per_page)
    return Page([_asked.made(row) for row in rows], _closed_in_all()[0][0], page, per_page)


def by_id(number: int) -> Enquiry | None:
    """The enquiry numbered *number*, with its notes."""
    return db.session.scalar(select(Enquiry).where(Enquiry.id == number).options(selectinload(Enquiry.notes)))


def helpers() -> Sequence[User]:
    """Who can be asked to deal with one: everybody who may sign in at the desk."""
    return db.session.scalars(select(User).where(User.active.is_(True)).order_by(User.name, User.id)).all()


def counted(since: datetime) -> list[Counted]:
    """What is counted of the enquiries that came since then; no names are read."""
    columns = (Enquiry.came_at, Enquiry.topic, Enquiry.state, Enquiry.deadline_at, Enquiry.first_answer_at)
    rows = db.session.execute(select(*columns).where(Enquiry.came_at >= since).order_by(Enquiry.came_at))
    return [Counted(*row) for row in rows]


def duties() -> Sequence[RotaDuty]:
    """The rota, in its order."""
    return db.session.scalars(select(RotaDuty).order_by(RotaDuty.position, RotaDuty.id)).all()


def changes(today: date) -> Sequence[RotaChange]:
    """The days that differ, from the day before yesterday on."""
    recent = RotaChange.last_day >= today - timedelta(days=2)
    return db.session.scalars(select(RotaChange).where(recent).order_by(RotaChange.first_day, RotaChange.id)).all()


def duty(number: int) -> RotaDuty | None:
    """The hours numbered *number*."""
    return db.session.get(RotaDuty, number)


def change(number: int) -> RotaChange | None:
    """The days that differ numbered *number*."""
    return db.session.get(RotaChange, number)
