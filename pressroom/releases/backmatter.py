"""Verbs about what is kept once and stands on many releases: boilerplates and media contacts. The edge commits."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, time
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from pressroom import audit
from pressroom.audit import Actor
from pressroom.kit import text
from pressroom.kit.db import db
from pressroom.releases import hours, queries, quoting, rules
from pressroom.releases.models import Boilerplate, Contact, ContactListing, Release
from pressroom.releases.rules import Problem, RefusedError

BOILERPLATE_LIMITS = {"name": "boilerplate_name", "body": "boilerplate_body"}
CONTACT_LIMITS = {
    name: f"contact_{name}" for name in ("name", "role", "organisation", "phone", "mobile", "email", "after_hours")
}
NAMED_IN_A_REFUSAL = 3

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class OvertakenError(RefusedError):
    """Somebody else saved first. Nothing was changed."""


def add_boilerplate(*, by: Actor | None, now: datetime, **fields: Any) -> Boilerplate:
    """A new boilerplate, after the others.

    Args:
        fields: ``name`` and ``body`` (Markdown, which may quote facts); ``standard``: new releases begin with it.

    Raises:
        RefusedError: the name or the text is missing or too long, another one has this name, or it quotes a fact that
            is not there.
    """
    _check_boilerplate(fields)
    html = _html(fields["body"], now)
    row = Boilerplate(slug=_free_slug(fields["name"], queries.boilerplates()), position=_last(queries.boilerplates()))
    db.session.add(row)
    _write(row, fields, now)
    row.body_html = html
    _record("create", "boilerplate", row, by, now)
    return row


def edit_boilerplate(
    row: Boilerplate, *, by: Actor | None, now: datetime, version: int | None = None, **fields: Any
) -> bool:
    """Change a boilerplate on every release that ends with it; False when nothing changes.

    Raises:
        OvertakenError: somebody saved since *version*.
        RefusedError: what :func:`add_boilerplate` refuses.
    """
    _check_boilerplate({"name": row.name, "body": row.body, **fields}, but=row.id)
    _refuse_overtaken(row, version)
    html = _html(fields.get("body", row.body), now)
    changes = _write(row, fields, now)
    if changes:
        row.body_html = html
        _record("edit", "boilerplate", row, by, now, changes)
    return bool(changes)


def remove_boilerplate(row: Boilerplate, *, by: Actor | None, now: datetime) -> None:
    """Take a boilerplate away that no release ends with.

    Raises:
        RefusedError: releases do.
    """
    _remove(row, "boilerplate", queries.with_boilerplate(row.id), by=by, now=now)


def holding(words: str) -> Sequence[Boilerplate]:
    """The boilerplates in whose source *words* stand, in the order of the desk."""
    found = select(Boilerplate).where(Boilerplate.body.icontains(words, autoescape=True))
    return db.session.scalars(found.order_by(Boilerplate.position, Boilerplate.id)).all()


def write_again(words: str, now: datetime) -> None:
    """Put what they quote into the boilerplates in whose source *words* stand, because it changed.

    The version stays: what somebody has open is not stale because a figure changed.
    """
    for row in holding(words):
        try:
            html = quoting.to_html(row.body, now)
        except ValueError:
            continue  # it quotes something else that is gone: whoever saves it next is told
        if html != row.body_html:
            changed = update(Boilerplate).where(Boilerplate.id == row.id).values(body_html=html, updated_at=now)
            db.session.execute(changed)


def add_contact(*, by: Actor | None, now: datetime, listed: bool = False, **fields: Any) -> Contact:
    """A new contact, after the others.

    Args:
        listed: stands on the contact page, at once.
        fields: ``name``, and of role, organisation, phone, mobile, email, weekdays, opens_at, closes_at, zone,
            after_hours, standard.

    Raises:
        RefusedError: there is no name or no way to reach them, or a field is malformed or too long.
    """
    _check_contact(fields)
    row = Contact(slug=_free_slug(fields["name"], queries.contacts()), position=_last(queries.contacts()))
    db.session.add(row)
    _write(row, fields, now)
    _list(row, listed, now)
    _record("create", "contact", row, by, now)
    return row


def edit_contact(
    row: Contact, *, by: Actor | None, now: datetime, listed: bool, version: int | None = None, **fields: Any
) -> bool:
    """Change a contact wherever they are named; False when nothing changes.

    Raises:
        OvertakenError: somebody saved since *version*.
        RefusedError: what :func:`add_contact` refuses.
    """
    names = (*CONTACT_LIMITS, "weekdays", "opens_at", "closes_at")
    _check_contact({name: getattr(row, name) for name in names} | fields)
    _refuse_overtaken(row, version)
    changes = _write(row, fields, now)
    if _list(row, listed, now):
        changes["listed"] = [not listed, listed]
        row.updated_at = now
    if changes:
        _record("edit", "contact", row, by, now, changes)
    return bool(changes)


def remove_contact(row: Contact, *, by: Actor | None, now: datetime) -> None:
    """Take a contact away whom no release names.

    Raises:
        RefusedError: releases do.
    """
    _remove(row, "contact", queries.with_contact(row.id), by=by, now=now)


def move(row: Boilerplate | Contact, step: int, *, by: Actor | None, now: datetime) -> bool:
    """One place up (-1) or down (1) in the order of the desk; False at the end."""
    every: list[Any] = list(queries.boilerplates() if isinstance(row, Boilerplate) else queries.contacts())
    at = every.index(row)
    to = at + step
    if not 0 <= to < len(every):
        return False
    every.insert(to, every.pop(at))
    for position, each in enumerate(every):
        each.position = position
    kind = "boilerplate" if isinstance(row, Boilerplate) else "contact"
    _record("move", kind, row, by, now, {"position": [at, to]})
    return True


# What the verbs share ------------------------------------------------------------------------------------


def _check_boilerplate(fields: Mapping[str, Any], *, but: int | None = None) -> None:
    problems = _too_long(fields, BOILERPLATE_LIMITS)
    if not fields.get("name", "").strip():
        problems.append(Problem("name", "Write whom it is about; the heading is “About” and this name."))
    elif any(same.name.casefold() == fields["name"].casefold() and same.id != but for same in queries.boilerplates()):
        problems.append(Problem("name", f"There is a boilerplate called {fields['name']} already. Change that one."))
    if not fields.get("body", "").strip():
        problems.append(Problem("body", "Write the paragraph."))
    if problems:
        raise RefusedError(*problems)


def _html(body: str, now: datetime) -> str:
    """The text with what it quotes, or the refusal that says what is quoted wrongly."""
    try:
        return quoting.to_html(body, now)
    except ValueError as error:
        raise RefusedError(Problem("body", str(error))) from None


def _check_contact(fields: Mapping[str, Any]) -> None:
    problems = _too_long(fields, CONTACT_LIMITS)
    if not fields.get("name", "").strip():
        problems.append(Problem("name", "Write a name, of a person or of an office."))
    if not any(fields.get(way) for way in ("phone", "mobile", "email")):
        problems.append(Problem("phone", "Give a telephone number or an e-mail address; one way to reach them."))
    for way in ("phone", "mobile"):
        if fields.get(way) and len(re.findall(r"\d", fields[way])) < 5:
            problems.append(Problem(way, "Write a telephone number, such as +1 301 555 0142."))
    if fields.get("email") and not _EMAIL.fullmatch(fields["email"]):
        problems.append(Problem("email", "Write an e-mail address, such as press@example.org."))
    opens, closes = _time(fields.get("opens_at")), _time(fields.get("closes_at"))
    found = hours.problems(fields.get("weekdays", 0), opens, closes)
    problems += [Problem(name, sentence) for name, sentence in found.items()]
    if problems:
        raise RefusedError(*problems)


def _time(value: Any) -> time | None:
    return value if isinstance(value, time) else None


def _too_long(fields: Mapping[str, Any], limits: Mapping[str, str]) -> list[Problem]:
    return [
        Problem(name, sentence)
        for name, limit in limits.items()
        if (sentence := rules.too_long(limit, fields.get(name, "")))
    ]


def _refuse_overtaken(row: Boilerplate | Contact, version: int | None) -> None:
    if version is not None and row.version != version:
        raise OvertakenError(Problem("", "Somebody else saved this while you wrote."))


def _write(row: Boilerplate | Contact, fields: Mapping[str, Any], now: datetime) -> dict[str, list[Any]]:
    """Set what differs; gives it as name → [before, after], as the audit keeps it."""
    changes = {}
    for name, value in fields.items():
        before = getattr(row, name)
        if before != value:
            changes[name] = [_plain(before), _plain(value)]
            setattr(row, name, value)
    if changes:
        row.updated_at = now
    return changes


def _plain(value: Any) -> Any:
    return f"{value:%H:%M}" if isinstance(value, time) else value


def _list(row: Contact, listed: bool, now: datetime) -> bool:
    """Put a contact on the contact page or take them off; True when that changes anything."""
    db.session.flush()
    there = queries.listing(row.id)
    if listed and there is None:
        db.session.add(ContactListing(contact_id=row.id, public_from=now))
    elif not listed and there is not None:
        db.session.delete(there)
    else:
        return False
    return True


def _remove(
    row: Boilerplate | Contact, kind: str, used_by: Collection[Release], *, by: Actor | None, now: datetime
) -> None:
    if used_by:
        names = "; ".join(f"“{release.headline}”" for release in list(used_by)[:NAMED_IN_A_REFUSAL])
        more = " and others" if len(used_by) > NAMED_IN_A_REFUSAL else ""
        sentence = f"Take it off these releases first: {names}{more}."
        raise RefusedError(Problem("", sentence))
    audit.record(by, "remove", kind, row.id, row.name, now=now)
    try:
        with db.session.begin_nested():
            db.session.delete(row)
    except IntegrityError:
        sentence = "A release took it up just now. Look again which releases use it."
        raise RefusedError(Problem("", sentence)) from None


def _record(
    action: str,
    kind: str,
    row: Boilerplate | Contact,
    by: Actor | None,
    now: datetime,
    changes: Mapping[str, list[Any]] | None = None,
) -> None:
    try:
        db.session.flush()
    except StaleDataError:
        raise OvertakenError(Problem("", "Somebody else saved this while you wrote.")) from None
    audit.record(by, action, kind, row.id, row.name, changes=changes, now=now)


def _free_slug(name: str, there: Collection[Boilerplate] | Collection[Contact]) -> str:
    slug, taken = text.slugify(name), {row.slug for row in there}
    candidates = itertools.chain((slug,), (f"{slug[:74]}-{number}" for number in itertools.count(2)))
    return next(each for each in candidates if each not in taken)


def _last(there: Collection[Boilerplate] | Collection[Contact]) -> int:
    return max((row.position for row in there), default=-1) + 1
