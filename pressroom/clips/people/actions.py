"""Verbs of people in by-lines: each makes the change and a line in the audit. None commits."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm.exc import StaleDataError

from pressroom import audit
from pressroom.audit import Actor
from pressroom.clips.people.models import Person, PersonName
from pressroom.kit import text
from pressroom.kit.db import db

KIND = "clip_person"


class PersonError(ValueError):
    """Something cannot be done with a person; the message says what to do."""


def edit(person: Person, *, by: Actor | None, now: datetime, version: int, name: str, note: str) -> bool:
    """Change what the desk calls somebody, and its note on them. Gives whether anything changed.

    The note itself is not in the audit: it is about a person, and may have to be deleted.

    Raises:
        PersonError: somebody else saved it meanwhile, or the name is empty.
    """
    if not text.has_letters(name):
        raise PersonError("Write the name.")
    if person.version != version:
        raise PersonError("Somebody else saved this while you wrote. Save again to replace theirs.")
    changes = {"name": [person.name, name]} if name != person.name else {}
    if note != person.note:
        changes["note"] = ["", "changed"]
    if not changes:
        return False
    person.name, person.note = name, note
    try:
        db.session.flush()
    except StaleDataError:
        raise PersonError("Somebody else saved this while you wrote. Save again to replace theirs.") from None
    audit.record(by, "edit", KIND, person.id, person.name, changes=changes, now=now)
    return True


def merge(one: Person, into: Person, *, by: Actor | None, now: datetime) -> None:
    """Say that *one* is *into*: all names are that one's from now on, and notes are put together.

    What was noted on *one* begins with its name from then on, so that it goes along when the two are parted.

    Raises:
        PersonError: they are the same.
    """
    if one.id == into.id:
        raise PersonError("Choose somebody else: these are the same already.")
    name, names = one.name, [each.name for each in one.names]
    leads = [f"{each}: " for each in sorted(names, key=lambda each: each != name)] or [f"{name}: "]
    theirs = [each if each.startswith(tuple(leads)) else leads[0] + each for each in _paragraphs(one.note)]
    _give(select(PersonName.id).where(PersonName.person_id == one.id), into)
    into.note = "\n\n".join((*_paragraphs(into.note), *theirs))
    db.session.expire(one, ["names"])
    db.session.expire(into, ["names"])
    db.session.delete(one)
    db.session.flush()
    audit.record(by, "merge", KIND, into.id, into.name, changes={"merged": ["", name]}, now=now)


def part(name: PersonName, *, by: Actor | None, now: datetime) -> Person:
    """Make somebody of their own of a name that was thought to be another one's; its by-lines go along, and what begins
    with it in the note.

    Raises:
        PersonError: it is the only name.
    """
    former = name.person
    count = db.session.scalar(select(func.count(PersonName.id)).where(PersonName.person_id == former.id)) or 0
    if count < 2:
        raise PersonError("This is the only name. There is nobody to part.")
    lead = f"{name.name}: "
    theirs = [each.removeprefix(lead) for each in _paragraphs(former.note) if each.startswith(lead)]
    person = Person(name=name.name, note="\n\n".join(theirs), created_at=now)
    if theirs:
        former.note = "\n\n".join(each for each in _paragraphs(former.note) if not each.startswith(lead))
    db.session.add(person)
    db.session.flush()
    _give(select(PersonName.id).where(PersonName.id == name.id), person)
    db.session.expire(former, ["names"])
    audit.record(by, "part", KIND, former.id, former.name, changes={"parted": [name.name, ""]}, now=now)
    return person


def _paragraphs(note: str) -> list[str]:
    return [each.strip() for each in re.split(r"\n\s*\n", note) if each.strip()]


def _give(names: object, to: Person) -> None:
    statement = update(PersonName).where(PersonName.id.in_(names)).values(person_id=to.id)  # type: ignore[arg-type]
    db.session.execute(statement.execution_options(synchronize_session=False))
    db.session.expire_all()
