"""Reads of the outbox, in contexts of staff."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import load_only

from pressroom import publishing
from pressroom.kit.db import db
from pressroom.kit.web import Page, paginate
from pressroom.mail.models import Mail
from pressroom.mail.rules import State

PER_PAGE = 50

SHOWN = {
    "queued": (State.WAITING, State.SENDING),
    "sent": (State.SENT,),
    "failed": (State.FAILED, State.CANCELLED),
}
"""The lists of the desk."""

_LINE = load_only(
    Mail.purpose,
    Mail.to_address,
    Mail.to_name,
    Mail.subject,
    Mail.state,
    Mail.created_at,
    Mail.due_at,
    Mail.attempts,
    Mail.settled_at,
    Mail.problem,
    Mail.once,
)


def page(name: str, number: int, total: int) -> Page[Mail]:
    """One list in pages: what is queued by when it is due, the rest by when it was settled, the newest first.

    Args:
        total: how many are in it, as :func:`counts` says.
    """
    order = (Mail.due_at, Mail.id) if name == "queued" else (Mail.settled_at.desc(), Mail.id.desc())
    statement = select(Mail).options(_LINE).where(Mail.state.in_(SHOWN[name])).order_by(*order)
    return paginate(statement, number, PER_PAGE, total=total)


def by_id(mail_id: int) -> Mail | None:
    """One message."""
    return db.session.get(Mail, mail_id)


_counts = publishing.StaffRead(lambda: select(Mail.state, func.count()).group_by(Mail.state))


def counts() -> dict[str, int]:
    """How many there are in each list."""
    by_state: dict[State, int] = dict(_counts.as_changed())
    return {name: sum(by_state.get(state, 0) for state in states) for name, states in SHOWN.items()}


def waiting(purpose: str, now: datetime) -> int:
    """How many messages of a purpose are due and not settled yet."""
    open_ = Mail.state.in_(SHOWN["queued"])
    return db.session.scalar(select(func.count()).where(Mail.purpose == purpose, open_, Mail.due_at <= now)) or 0


def sent_since(moment: datetime) -> int:
    """How many the server took since then."""
    sent = Mail.state == State.SENT, Mail.settled_at > moment
    return db.session.scalar(select(func.count()).where(*sent)) or 0


def by_message_id(message_id: str) -> Mail | None:
    """The message with this name in its header."""
    return db.session.scalar(select(Mail).where(Mail.message_id == message_id))


@dataclass(frozen=True)
class Standing:
    """What a person who looks after the machine asks."""

    counts: dict[str, int]
    oldest: datetime | None
    last_problem: str


def standing() -> Standing:
    """How many there are, since when the oldest waits, and what was wrong last."""
    waiting = Mail.state.in_(SHOWN["queued"])
    oldest = db.session.scalar(select(func.min(Mail.created_at)).where(waiting))
    problem = select(Mail.problem).where(Mail.problem != "").order_by(Mail.id.desc()).limit(1)
    return Standing(counts(), oldest, db.session.scalar(problem) or "")


def by_once(names: Collection[str]) -> dict[str, Mail]:
    """The messages that were queued with these names, without their texts."""
    if not names:
        return {}
    rows: Sequence[Mail] = db.session.scalars(select(Mail).options(_LINE).where(Mail.once.in_(names))).all()
    return {row.once: row for row in rows if row.once}
