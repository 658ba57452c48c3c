"""Who answers now, for every page: worked out once in each edition, until somebody begins or stops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from flask import current_app
from sqlalchemy import Date, bindparam, select
from sqlalchemy.exc import SQLAlchemyError

from pressroom import publishing
from pressroom.enquiries import rota
from pressroom.enquiries.models import RotaChange, RotaDuty
from pressroom.enquiries.rota import Change, Duty
from pressroom.kit import clock, prepared
from pressroom.publishing.cache import once
from pressroom.releases import hours
from pressroom.releases.models import Contact

OLD = timedelta(days=3)
"""What differed on days that are over for so long, in every zone, is of no interest any more."""


@dataclass(frozen=True)
class Person:
    """Somebody on the rota, as the pages name them."""

    name: str
    role: str
    phone: str
    mobile: str
    email: str
    week: tuple[str, ...]


@dataclass(frozen=True)
class Office:
    """Who answers, at the instant of asking and later.

    Attributes:
        now: those who answer, first the one who is rung first.
        until: when the first of them stops.
        then: who is next, and when.
        everybody: the rota, in its order.
    """

    now: tuple[Person, ...]
    until: datetime | None
    then: tuple[Person, datetime] | None
    everybody: tuple[Person, ...]


_DUTY = ("contact_id", "weekdays", "opens_at", "closes_at", "zone")
_CONTACT = ("id", "name", "role", "phone", "mobile", "email")
_CHANGE = ("contact_id", "first_day", "last_day", "zone", "opens_at", "closes_at")


def _columns(of: Any, names: Sequence[str]) -> list[Any]:
    return [getattr(of, name) for name in names]


_duties = publishing.Read(
    lambda: (
        select(*_columns(RotaDuty, _DUTY), *_columns(Contact, _CONTACT))
        .join(Contact, Contact.id == RotaDuty.contact_id)
        .order_by(RotaDuty.position, RotaDuty.id)
    )
)
_changes = publishing.Read(lambda: select(*_columns(RotaChange, _CHANGE)))


def press_office() -> Office | None:
    """The press office by its rota; None where there is none, or where the database does not say it now.

    The page of an error shows it as well, whatever failed.
    """
    try:
        return _office()
    except (SQLAlchemyError, prepared.connections_of(current_app).errors):
        current_app.logger.warning("the rota was not read", exc_info=True)
        return None


@once
def _office() -> Office | None:
    rows = _duties()
    if not rows:
        return None
    now = clock.now()
    duties = tuple(Duty(*row[: len(_DUTY)]) for row in rows)
    people = _people(rows, duties)
    found = _spells(duties, tuple(Change(*row) for row in _changes()), _hour(now))
    answer = rota.at(found, list(people), now)
    then = answer.then if answer.then and answer.then.who in people else None
    return Office(
        now=tuple(people[who] for who in answer.who if who in people),
        until=answer.until,
        then=(people[then.who], then.begins) if then else None,
        everybody=tuple(people.values()),
    )


def _people(rows: Sequence[Sequence[Any]], duties: Sequence[Duty]) -> dict[int, Person]:
    people: dict[int, Person] = {}
    for row in rows:
        number, name, role, phone, mobile, email = row[len(_DUTY) :]
        week = tuple(in_words(duty) for duty in duties if duty.who == number)
        people.setdefault(number, Person(name, role, phone, mobile, email, week))
    return people


def in_words(duty: Duty) -> str:
    """As in "Monday to Friday, 09:00–17:00, New York time"."""
    words = hours.in_words(duty.weekdays, duty.opens, duty.closes, duty.zone)
    return (
        words if duty.closes > duty.opens else words.replace(f"–{duty.closes:%H:%M}", f"–{duty.closes:%H:%M} next day")
    )


_all_duties = publishing.StaffRead(lambda: select(*_columns(RotaDuty, _DUTY)))
_recent_changes = publishing.StaffRead(
    lambda: select(*_columns(RotaChange, _CHANGE)).where(RotaChange.last_day >= bindparam("since", type_=Date()))
)


def next_turn(now: datetime) -> datetime | None:
    """The first instant after *now* at which somebody begins or stops to answer. For staff."""
    duties = tuple(Duty(*row) for row in _all_duties())
    if not duties:
        return None
    changes = tuple(Change(*row) for row in _recent_changes(since=(now - OLD).date()))
    found = _spells(duties, changes, _hour(now))
    # Where nothing turns within sight, it is looked again before the end of it.
    return rota.turn(found, now) or now + rota.LOOK / 2


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)


@lru_cache(4)  # each edit asks anew, and hardly one is of the rota; what ended within the hour is in it as well
def _spells(duties: tuple[Duty, ...], changes: tuple[Change, ...], hour: datetime) -> Sequence[rota.Spell]:
    return tuple(rota.spells(duties, changes, hour))


def of_row(row: RotaDuty) -> str:
    """The hours of a row of the rota, in words."""
    return in_words(Duty(row.contact_id, row.weekdays, row.opens_at, row.closes_at, row.zone))
