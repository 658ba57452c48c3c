"""Verbs: taking an enquiry in, dealing with it, erasing who asked; the rota. In a context of staff; none commits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from pressroom import audit
from pressroom.accounts.models import User
from pressroom.accounts.passwords import new_token
from pressroom.accounts.rules import check_email, check_name
from pressroom.audit import Actor
from pressroom.enquiries import rules
from pressroom.enquiries.models import Enquiry, EnquiryNote, RotaChange, RotaDuty
from pressroom.enquiries.rules import Act, State, Topic
from pressroom.kit.db import db

KIND = "enquiry"
PERSONAL = ("key", "name", "outlet", "email", "phone", "question", "about_path", "about_title")
"""What is erased: all that says who asked, and what."""


def take(
    *,
    now: datetime,
    name: str,
    outlet: str,
    topic: Topic,
    question: str,
    email: str = "",
    phone: str = "",
    about: tuple[str, str] | None = None,
    deadline_at: datetime | None = None,
    zone: str = "UTC",
) -> tuple[Enquiry, bool]:
    """Take an enquiry in; the same one again, sent a second time, is the first. Gives it, and whether it is new.

    With another deadline it is another one: the desk must not go by what the reporter corrected.

    Args:
        now: the instant.
        about: path and title of the page that it is about.
        zone: that of the reporter.

    Raises:
        AccountError: the name or the address is none.
        EnquiryError: the deadline is none that can be kept.
    """
    if deadline_at is not None:
        rules.check_deadline(deadline_at, now)
    name, email = check_name(name), check_email(email) if email else ""
    if same := _same(now, name=name, email=email, phone=phone, question=question, deadline_at=deadline_at):
        return same, False
    path, title = about or ("", "")
    enquiry = Enquiry(
        key=new_token(),
        name=name,
        outlet=outlet,
        email=email,
        phone=phone,
        topic=topic,
        question=question,
        about_path=path,
        about_title=title[:300],
        came_at=now,
        deadline_at=deadline_at,
        zone=zone,
    )
    db.session.add(enquiry)
    db.session.flush()
    _audited(enquiry, "ask", None, now)
    return enquiry, True


def _same(now: datetime, **said: Any) -> Enquiry | None:
    typed = [getattr(Enquiry, field) == value for field, value in said.items()]
    return db.session.scalar(select(Enquiry).where(Enquiry.came_at > now - rules.SAME, *typed).limit(1))


def assign(enquiry: Enquiry, person: User | None, *, by: Actor, now: datetime) -> None:
    """Say who deals with it; None: nobody in particular.

    Raises:
        EnquiryError: what was kept of it was erased.
    """
    _check(Act.ASSIGN, enquiry)
    before = enquiry.assigned_to_name
    enquiry.assigned_to_id, enquiry.assigned_to_name = (person.id, person.name[:200]) if person else (None, "")
    if before != enquiry.assigned_to_name:
        _audited(enquiry, "assign", by, now, {"assigned_to": [before, enquiry.assigned_to_name]})


def note(enquiry: Enquiry, words: str, *, by: Actor, now: datetime) -> None:
    """Write something down for colleagues.

    Raises:
        EnquiryError: there are no words, or what was kept was erased.
    """
    _check(Act.NOTE, enquiry, words)
    _write(enquiry, words, by=by, now=now)
    _audited(enquiry, "note", by, now)


def reply(enquiry: Enquiry, words: str, *, by: Actor, now: datetime) -> None:
    """Tell the reporter something; it stays open.

    Raises:
        EnquiryError: there are no words, or it is closed.
    """
    _check(Act.REPLY, enquiry, words)
    _write(enquiry, words, by=by, now=now, told=True)
    enquiry.first_answer_at = enquiry.first_answer_at or now
    _audited(enquiry, "reply", by, now)


def answer(enquiry: Enquiry, words: str, *, by: Actor, now: datetime) -> None:
    """Close it as answered; without words it was answered on the telephone.

    Raises:
        EnquiryError: it is closed.
    """
    _check(Act.ANSWER, enquiry, words)
    _close(enquiry, State.ANSWERED, words, by=by, now=now)


def decline(enquiry: Enquiry, words: str, *, by: Actor, now: datetime) -> None:
    """Close it without an answer, and say why.

    Raises:
        EnquiryError: there is no reason, or it is closed.
    """
    _check(Act.DECLINE, enquiry, words)
    _close(enquiry, State.DECLINED, words, by=by, now=now)


def reopen(enquiry: Enquiry, *, by: Actor, now: datetime) -> None:
    """Open it again; the first answer stays the first.

    Raises:
        EnquiryError: it is open, or what was kept was erased.
    """
    _check(Act.REOPEN, enquiry)
    before, enquiry.state = enquiry.state, State.OPEN
    enquiry.closed_at, enquiry.closed_by = None, ""
    _audited(enquiry, "reopen", by, now, {"state": [before.value, State.OPEN.value]})


def erase(enquiry: Enquiry, *, now: datetime) -> None:
    """Erase who asked, and what, with what the desk wrote; what is counted stays."""
    for name in PERSONAL:
        setattr(enquiry, name, "")
    enquiry.notes.clear()
    enquiry.erased_at = now
    _audited(enquiry, "erase", None, now)


def due_for_erasing(now: datetime, days: int, limit: int = 100) -> list[Enquiry]:
    """The enquiries that were closed *days* days ago, and whose names are still kept."""
    old = Enquiry.closed_at <= now - timedelta(days=days), Enquiry.erased_at.is_(None)
    return list(db.session.scalars(select(Enquiry).where(*old).order_by(Enquiry.id).limit(limit)))


def _check(act: Act, enquiry: Enquiry, words: str = "") -> None:
    rules.check_act(act, enquiry.state, words, erased=enquiry.erased_at is not None)


def _write(enquiry: Enquiry, words: str, *, by: Actor, now: datetime, told: bool = False) -> None:
    enquiry.notes.append(EnquiryNote(at=now, by_name=by.name[:200], words=words, told=told))


def _close(enquiry: Enquiry, state: State, words: str, *, by: Actor, now: datetime) -> None:
    if words:
        _write(enquiry, words, by=by, now=now, told=True)
    enquiry.first_answer_at = enquiry.first_answer_at or now
    enquiry.state, enquiry.closed_at, enquiry.closed_by = state, now, by.name[:200]
    _audited(enquiry, state.value, by, now, {"state": [State.OPEN.value, state.value]})


def _audited(
    enquiry: Enquiry, action: str, by: Actor | None, now: datetime, changes: Mapping[str, list[Any]] | None = None
) -> None:
    """The audit keeps no name of a reporter: it is never erased."""
    title = f"Enquiry {enquiry.id}, {enquiry.topic.label.lower()}"
    audit.record(by, action, KIND, enquiry.id, title, changes=changes or {}, now=now)


# The rota --------------------------------------------------------------------------------------------------


def add_duty(*, by: Actor | None, now: datetime, **fields: Any) -> RotaDuty:
    """Put hours on the rota, after the others.

    Args:
        fields: contact, weekdays (bits), opens_at, closes_at, zone.
    """
    last = db.session.scalar(select(func.max(RotaDuty.position)))
    duty = RotaDuty(public_from=now, position=0 if last is None else last + 1, **fields)
    db.session.add(duty)
    db.session.flush()
    audit.record(by, "add", "rota duty", duty.id, duty.contact.name, now=now)
    return duty


def add_change(*, by: Actor | None, now: datetime, **fields: Any) -> RotaChange:
    """Note days that differ.

    Args:
        fields: contact (None: everybody), first_day, last_day, opens_at, closes_at, zone, note.
    """
    change = RotaChange(public_from=now, **fields)
    db.session.add(change)
    db.session.flush()
    audit.record(by, "add", "rota change", change.id, _of(change), now=now)
    return change


def remove(row: RotaDuty | RotaChange, *, by: Actor | None, now: datetime) -> None:
    """Take hours, or days that differ, off the rota."""
    kind, title = ("rota duty", row.contact.name) if isinstance(row, RotaDuty) else ("rota change", _of(row))
    audit.record(by, "remove", kind, row.id, title, now=now)
    db.session.delete(row)
    db.session.flush()


def _of(change: RotaChange) -> str:
    who = change.contact.name if change.contact else "The office"
    return f"{who}, {change.first_day.isoformat()} to {change.last_day.isoformat()}"
