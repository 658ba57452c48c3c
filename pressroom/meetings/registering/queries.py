"""Reads of registrations, in contexts of staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from pressroom.accreditation.rules import Basis, Decision
from pressroom.kit.db import contains, db
from pressroom.kit.web import Page, paginate
from pressroom.meetings.models import Meeting
from pressroom.meetings.registering.models import Registration

PER_PAGE = 50
LONGEST = 200  # characters of the words that somebody looks for


@dataclass(frozen=True)
class Asked:
    """What a list is narrowed to; empty for all."""

    decision: Decision | None = None
    basis: Basis | None = None
    words: str = ""

    @classmethod
    def read(cls, args: Mapping[str, str]) -> Asked:
        """As an address says it; what is not understood narrows nothing."""
        decision = basis = None
        with suppress(ValueError):
            decision = Decision(args.get("state", ""))
        with suppress(ValueError):
            basis = Basis(args.get("ground", ""))
        return cls(decision, basis, " ".join(args.get("q", "").replace("\0", "").split())[:LONGEST])

    @property
    def parameters(self) -> dict[str, Any]:
        """As an address says it."""
        given = {"state": self.decision, "ground": self.basis, "q": self.words}
        return {name: str(value) for name, value in given.items() if value}


def registration(meeting_id: int, number: int) -> Registration | None:
    """One registration, if it is for that meeting."""
    which = Registration.id == number, Registration.meeting_id == meeting_id
    return db.session.scalar(select(Registration).where(*which).options(joinedload(Registration.meeting)))


def page(meeting: Meeting, asked: Asked, number: int) -> Page[Registration]:
    """A page of the list, those who registered last first."""
    return paginate(
        _of(meeting, asked).order_by(Registration.applied_at.desc(), Registration.id.desc()), number, PER_PAGE
    )


def every(meeting: Meeting, asked: Asked) -> Sequence[Registration]:
    """All of the list, by name."""
    statement = _of(meeting, asked).options(joinedload(Registration.meeting))
    return db.session.scalars(statement.order_by(func.lower(Registration.name), Registration.id)).all()


def counts(meeting: Meeting) -> dict[str, int]:
    """How many wait, are registered, and are declined."""
    counted = select(Registration.decision, func.count()).where(Registration.meeting_id == meeting.id)
    found = {decision.value: count for decision, count in db.session.execute(counted.group_by(Registration.decision))}
    return {decision.value: found.get(decision.value, 0) for decision in Decision}


def _of(meeting: Meeting, asked: Asked) -> Select[Any]:
    statement = select(Registration).where(Registration.meeting_id == meeting.id)
    if asked.decision:
        statement = statement.where(Registration.decision == asked.decision)
    if asked.basis:
        statement = statement.where(Registration.basis == asked.basis)
    for word in asked.words.split():
        columns = (Registration.name, Registration.outlet, Registration.email, Registration.role)
        statement = statement.where(or_(*(contains(column, word) for column in columns)))
    return statement
