"""Reads about people in by-lines. For the desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from pressroom.clips.models import Clip, Outlet
from pressroom.clips.people.models import Byline, BylineName, Person, PersonName
from pressroom.clips.queries import whole
from pressroom.kit.db import db
from pressroom.kit.web import Page, counted

PER_PAGE = 30
MOST_FOUND = 20


class Writer(NamedTuple):
    """A person with how many clips they wrote that were not withdrawn."""

    person: Person
    clips: int


class For(NamedTuple):
    """For whom, and how many."""

    outlet_id: int
    outlet: str
    clips: int


def _pairs() -> Any:
    """(person, by-line) of each by-line that somebody is in, once."""
    return (
        select(PersonName.person_id, BylineName.byline_id)
        .join(PersonName, PersonName.id == BylineName.name_id)
        .distinct()
        .subquery()
    )


def _counts() -> Any:
    pairs = _pairs()
    every = select(Clip.byline, func.count().label("clips")).where(Clip.byline != "").group_by(Clip.byline)
    # Withdrawn ones are few, and all are counted by an index that knows nothing of them.
    withdrawn = aliased(Clip)
    gone = every.where(Clip.id.in_(select(withdrawn.id).where(withdrawn.withdrawn_at.is_not(None)))).subquery()
    by_text = every.subquery()
    clips = func.sum(by_text.c.clips - func.coalesce(gone.c.clips, 0))
    return (
        select(pairs.c.person_id, clips.label("clips"))
        .join(Byline, Byline.id == pairs.c.byline_id)
        .join(by_text, by_text.c.byline == Byline.text)
        .outerjoin(gone, gone.c.byline == Byline.text)
        .group_by(pairs.c.person_id)
        .subquery()
    )


def _named(words: str) -> Select[Any]:
    statement = select(Person)
    for word in words.split()[:10]:
        theirs = select(PersonName.person_id).where(PersonName.name.icontains(word, autoescape=True))
        statement = statement.where(Person.name.icontains(word, autoescape=True) | Person.id.in_(theirs))
    return statement


def page(*, words: str = "", page: int = 1) -> Page[Writer]:
    """A page of people, who wrote most first; every word has to stand in a name."""
    total = counted(_named(words))
    counts = _counts()
    clips = func.coalesce(counts.c.clips, 0)
    statement = _named(words).add_columns(clips).outerjoin(counts, counts.c.person_id == Person.id)
    statement = statement.order_by(clips.desc(), Person.name, Person.id)
    number = min(max(page, 1), max(1, -(-total // PER_PAGE)))
    rows = db.session.execute(statement.limit(PER_PAGE).offset((number - 1) * PER_PAGE))
    return Page([Writer(person, int(n)) for person, n in rows], total, number, PER_PAGE)


def outlets_of(ids: Sequence[int], *, most: int | None = None) -> dict[int, list[For]]:
    """Person → for whom they wrote, the most first."""
    pairs = _pairs()
    clips = func.count().label("clips")
    rows = db.session.execute(
        select(pairs.c.person_id, Outlet.id, Outlet.name, clips)
        .join(Byline, Byline.id == pairs.c.byline_id)
        .join(Clip, Clip.byline == Byline.text)
        .join(Outlet, Outlet.id == Clip.outlet_id)
        .where(pairs.c.person_id.in_(ids), Clip.withdrawn_at.is_(None))
        .group_by(pairs.c.person_id, Outlet.id, Outlet.name)
        .order_by(clips.desc(), Outlet.name)
    )
    found: dict[int, list[For]] = {}
    for person_id, *said in rows:
        theirs = found.setdefault(person_id, [])
        if most is None or len(theirs) < most:
            theirs.append(For(*said))
    return found


def by_id(person_id: int) -> Person | None:
    """One person, or None."""
    return db.session.get(Person, person_id)


def clips_of(person_id: int, limit: int) -> Sequence[Clip]:
    """The newest clips with one of their names."""
    texts = (
        select(Byline.text)
        .join(BylineName, BylineName.byline_id == Byline.id)
        .join(PersonName, PersonName.id == BylineName.name_id)
        .where(PersonName.person_id == person_id)
    )
    there = Clip.byline.in_(texts), Clip.withdrawn_at.is_(None)
    return db.session.scalars(whole().where(*there).limit(limit)).all()


def found(words: str, *, but: int) -> Sequence[Person]:
    """Some people with all of these words in a name, without the one whose number is *but*."""
    if not words:
        return []
    return db.session.scalars(_named(words).where(Person.id != but).order_by(Person.name).limit(MOST_FOUND)).all()


def names(person_id: int) -> Sequence[PersonName]:
    """All names of a person, the first one first."""
    return db.session.scalars(select(PersonName).where(PersonName.person_id == person_id).order_by(PersonName.id)).all()
