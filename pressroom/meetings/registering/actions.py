"""Verbs: registering, changing it while it waits, deciding, deleting letters. In a context of staff; none commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from pressroom import audit
from pressroom.accounts.rules import check_email, check_name
from pressroom.accreditation import rules as eligibility
from pressroom.accreditation.models import Application
from pressroom.accreditation.rules import AccreditationError, Decision
from pressroom.audit import Actor
from pressroom.kit import files
from pressroom.kit.db import db
from pressroom.media.rules import Type, file_name
from pressroom.meetings.models import Meeting
from pressroom.meetings.registering.models import Registration

KIND = "press registration"
LEFT_OVER = timedelta(days=1)
FIELDS = ("name", "outlet", "role", "basis", "bylines", "letter_url", "statement")
Letter = tuple[str, Type, str]
"""SHA-256, type and name of an uploaded letter."""


def register(
    meeting: Meeting, *, now: datetime, email: str, letter: Letter | None = None, **fields: Any
) -> tuple[Registration, bool]:
    """Take a registration in; gives it, and whether it is new.

    Who registers again changes nothing: the address alone proves nothing, and the message to it leads to where the
    registration is changed.

    Args:
        fields: of :data:`FIELDS`.

    Raises:
        AccountError: the name or the address is none.
        AccreditationError: a link is none.
    """
    email = check_email(email)
    of_meeting = Registration.meeting_id == meeting.id
    there = db.session.scalar(select(Registration).where(of_meeting, Registration.email == email))
    if there is not None:
        return there, False
    registration = Registration(meeting=meeting, email=email, applied_at=now, updated_at=now, checks={})
    _fill(registration, fields, letter)
    db.session.add(registration)
    db.session.flush()
    audit.record(None, "register", KIND, registration.id, _title(registration), now=now)
    return registration, True


def change(registration: Registration, *, now: datetime, letter: Letter | None = None, **fields: Any) -> None:
    """Change what somebody sent, as they say themselves.

    Raises:
        AccreditationError: it was decided already, or a link is none.
    """
    _check_waits(registration)
    _fill(registration, fields, letter)
    registration.updated_at = now
    db.session.flush()
    audit.record(None, "change", KIND, registration.id, _title(registration), now=now)


def note_checks(registration: Registration, checks: Mapping[str, Mapping[str, Any]]) -> None:
    """Keep the checklist of a registration that waits.

    Raises:
        AccreditationError: it was decided already.
    """
    _check_waits(registration)
    registration.checks = {name: dict(check) for name, check in checks.items()}


def approve(registration: Registration, *, by: Actor | None, now: datetime) -> None:
    """Let this person come.

    Raises:
        AccreditationError: it was decided already, or the checklist does not carry it.
    """
    _check_waits(registration)
    eligibility.check_eligible(registration.checks)
    _decide(registration, Decision.APPROVED, "approve", by, now)


def decline(registration: Registration, *, by: Actor | None, now: datetime, reason: str) -> None:
    """Refuse a registration, with a reason.

    Raises:
        AccreditationError: it was decided already, or there is no reason.
    """
    _check_waits(registration)
    registration.reason = eligibility.check_reason(reason)
    _decide(registration, Decision.DECLINED, "decline", by, now)


def reopen(registration: Registration, *, by: Actor | None, now: datetime) -> None:
    """Take a decision back, so that another one can be made.

    Raises:
        AccreditationError: it waits for its decision.
    """
    if registration.decision is Decision.WAITING:
        raise AccreditationError("Nothing was decided yet.")
    registration.reason = ""
    _decide(registration, Decision.WAITING, "reopen", by, now)
    registration.decided_at, registration.decided_by = None, ""


def delete_letters(registrations: Iterable[Registration], *, now: datetime) -> list[str]:
    """Forget the letters of *registrations*; gives the files to delete once that is committed.

    A file that an application for accreditation, or another registration, names as well stays.
    """
    gone = {each.letter_sha256: each for each in registrations if each.letter_sha256}
    for registration in registrations:
        if registration.letter_sha256:
            registration.letter_sha256 = registration.letter_type = registration.letter_name = ""
            audit.record(None, "delete letter", KIND, registration.id, _title(registration), now=now)
    db.session.flush()
    kept = set(db.session.scalars(select(Application.letter_sha256).where(Application.letter_sha256.in_(gone))))
    kept |= set(db.session.scalars(select(Registration.letter_sha256).where(Registration.letter_sha256.in_(gone))))
    return sorted(gone.keys() - kept)


def remove_files(names: Iterable[str]) -> None:
    """Delete stored letters that nothing names any more."""
    for name in names:
        files.storage().remove(name)


def remove_left_over(*, now: datetime) -> list[str]:
    """Delete letters that have lain there for a day and that nothing names; gives their names.

    Such a letter was replaced by another, or came with a form that was not taken. Applications for accreditation keep
    theirs in the same place.
    """
    place, columns = files.storage(), (Application.letter_sha256, Registration.letter_sha256)
    kept = {name for column in columns for name in db.session.scalars(select(column).distinct())}
    gone = []
    for name in place.names():
        if name not in kept and place.age(name, now.timestamp()) > LEFT_OVER.total_seconds():
            place.remove(name)
            gone.append(name)
    return gone


def _fill(registration: Registration, fields: Mapping[str, Any], letter: Letter | None) -> None:
    eligibility.web_addresses(fields.get("bylines", ""))
    if fields.get("letter_url") and not eligibility.is_web_address(fields["letter_url"]):
        raise AccreditationError("Write the whole address of the letter, with https://.")
    for name in FIELDS:
        if name in fields:
            setattr(registration, name, check_name(fields[name]) if name == "name" else fields[name])
    if letter is not None:
        registration.letter_sha256, kind, name = letter
        registration.letter_type, registration.letter_name = kind.media_type, file_name(name, kind)


def _check_waits(registration: Registration) -> None:
    if registration.decision is not Decision.WAITING:
        raise AccreditationError("This registration was decided already.")


def _decide(registration: Registration, decision: Decision, verb: str, by: Actor | None, now: datetime) -> None:
    registration.decision, registration.decided_at = decision, now
    registration.decided_by = by.name if by else ""
    db.session.flush()
    changes = {"reason": [None, registration.reason]} if registration.reason else {}
    audit.record(by, verb, KIND, registration.id, _title(registration), changes=changes, now=now)


def _title(registration: Registration) -> str:
    return f"{registration.name}, {registration.outlet}"
