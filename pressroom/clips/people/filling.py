"""By-lines that were not read yet become people: in portions, each in a transaction, in the order of the texts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, func, insert, select

from pressroom.clips.models import Clip
from pressroom.clips.people import bylines
from pressroom.clips.people.models import Byline, BylineName, Person, PersonName
from pressroom.kit.db import db

PORTION = 500
BEHIND = 1_000
MOST = 100_000  # of the last clips at a time


def reached() -> int:
    """The number from which on clips are still to come, slow transactions considered."""
    return max((db.session.scalar(select(func.max(Clip.id))) or 0) - BEHIND, 0)


def portion(after: str, *, now: datetime, since: int = 0) -> str | None:
    """Read the next by-lines after the text *after*; gives the last of them, or None at the end. The caller commits.

    Args:
        since: only those of clips with higher numbers.
    """
    texts = _unread_since(since) if since else _unread(after)
    if not texts:
        return None
    read = {text: bylines.read(text) for text in texts}
    names = {bylines.key(one.name): one.name for found in read.values() for one in found}
    ids = _ids(names, now)
    statement = insert(Byline).returning(Byline.id, Byline.text)
    numbers = {text: number for number, text in db.session.execute(statement, [{"text": text} for text in texts])}
    links = {(numbers[text], ids[bylines.key(one.name)]) for text, found in read.items() for one in found}
    if links:
        rows = [{"byline_id": byline, "name_id": name} for byline, name in sorted(links)]
        db.session.execute(insert(BylineName), rows)
    return texts[-1]


def _unread(after: str) -> Sequence[str]:
    known = exists().where(Byline.text == Clip.byline)
    new = select(Clip.byline).where(Clip.byline > after, ~known)
    return db.session.scalars(new.distinct().order_by(Clip.byline).limit(PORTION)).all()


def _unread_since(since: int) -> Sequence[str]:
    """The same of the last clips, found by their numbers; what was read before has a row, whatever its place."""
    # The limit keeps the table from being read in the order of by-lines, which is all of it.
    last = select(Clip.byline.label("text")).where(Clip.id > since).order_by(Clip.id).limit(MOST).subquery()
    known = exists().where(Byline.text == last.c.text)
    new = select(last.c.text).where(last.c.text != "", ~known)
    return db.session.scalars(new.distinct().order_by(last.c.text).limit(PORTION)).all()


def _ids(names: dict[str, str], now: datetime) -> dict[str, int]:
    """Key → the number of the name; a name that is new is a person of its own."""
    known = select(PersonName.key, PersonName.id).where(PersonName.key.in_(names))
    found = dict(db.session.execute(known).all())
    new = {key: name for key, name in names.items() if key not in found}
    if new:
        people = [{"version": 1, "name": name, "note": "", "created_at": now} for name in new.values()]
        made = dict(db.session.execute(insert(Person).returning(Person.name, Person.id), people).all())
        rows = [{"key": key, "name": name, "person_id": made[name]} for key, name in new.items()]
        found |= dict(db.session.execute(insert(PersonName).returning(PersonName.key, PersonName.id), rows).all())
    return found
