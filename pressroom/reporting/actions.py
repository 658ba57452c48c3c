"""Verbs: terms, experts and their consent. Each leaves an audit line and a queued document; none commits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from pressroom import audit, search
from pressroom.audit import Actor
from pressroom.kit import text
from pressroom.kit.db import db
from pressroom.kit.settings import setting
from pressroom.media.models import Asset
from pressroom.reporting import rules
from pressroom.reporting.models import Expert, ExpertConsent, ExpertContact, Term
from pressroom.reporting.rules import ReportingError

TERM, EXPERT = "term", "expert"
PUBLIC_TEXTS = ("title", "institution", "media_experience", "availability")


def add_term(*, by: Actor | None, now: datetime, **fields: Any) -> Term:
    """Put a term into the glossary; public at once.

    Args:
        fields: term and definition (Markdown), and of forms, source, see_also (slugs).
    """
    slug = _free(Term, text.slugify(fields["term"]))
    row = Term(slug=slug, created_at=now, updated_at=now, public_from=now, **fields)
    row.definition_html = text.to_html(row.definition)
    db.session.add(row)
    db.session.flush()
    audit.record(by, "create", TERM, row.id, row.term, now=now)
    search.enqueue(TERM, row.id, due=now)
    return row


def edit_term(row: Term, *, by: Actor | None, now: datetime, version: int | None = None, **fields: Any) -> bool:
    """Save a term; True if anything changed.

    Raises:
        Stale: somebody saved since *version*.
    """
    changes = _edited(row, version, fields)
    if not changes:
        return False
    row.definition_html = text.to_html(row.definition)
    _touch(row, now)
    audit.record(by, "edit", TERM, row.id, row.term, changes=changes, now=now)
    search.enqueue(TERM, row.id, due=now)
    return True


def remove_term(row: Term, *, by: Actor | None, now: datetime) -> None:
    """Take a term out of the glossary for good; its links in releases go with it."""
    audit.record(by, "remove", TERM, row.id, row.term, now=now)
    search.enqueue(TERM, row.id, due=now)
    db.session.delete(row)
    db.session.flush()


def add_expert(*, by: Actor | None, now: datetime, private: str = "", **fields: Any) -> Expert:
    """Enter an expert. Nobody but the desk sees them before consent is recorded.

    Args:
        private: how the press office reaches them; for the desk only.
        fields: name, and of title, institution, topics, languages, zone, media_experience, availability, photo.

    Raises:
        ReportingError: a public text holds an address or a telephone number.
    """
    _refuse_addresses(fields)
    row = Expert(slug=_free(Expert, text.slugify(fields["name"])), created_at=now, updated_at=now, **fields)
    db.session.add(row)
    db.session.flush()
    db.session.add(ExpertContact(expert_id=row.id, words=private))
    audit.record(by, "create", EXPERT, row.id, row.name, now=now)
    return row


def edit_expert(
    row: Expert,
    *,
    by: Actor | None,
    now: datetime,
    version: int | None = None,
    private: str | None = None,
    **fields: Any,
) -> bool:
    """Save an expert; True if anything changed. What the audit keeps of the private words is that they changed.

    Raises:
        Stale: somebody saved since *version*.
        ReportingError: a public text holds an address or a telephone number.
    """
    _refuse_addresses(fields)
    changes = _edited(row, version, fields)
    contact = contact_of(row)
    if private is not None and contact.words != private:
        contact.words = private
        changes["private"] = ["(not kept here)", "(not kept here)"]
    if not changes:
        return False
    _touch(row, now)
    audit.record(by, "edit", EXPERT, row.id, row.name, changes=changes, now=now)
    _enqueue(row, now)
    return True


def record_consent(
    row: Expert, *, by: Actor | None, now: datetime, given_on: date, until: date, document: str
) -> ExpertConsent:
    """Write down that an expert agreed, and show them until the end of the last day.

    Args:
        document: where the consent itself is kept: a form, a message.

    Raises:
        ReportingError: it is none, or nothing says where it is kept.
    """
    zone = setting("time_zone")
    rules.check_consent(given_on, until, now.astimezone(ZoneInfo(zone)).date())
    if not document:
        raise ReportingError("Say where the consent is kept, such as the form or the message with its date.")
    consent = ExpertConsent(
        expert_id=row.id,
        given_on=given_on,
        until=until,
        document=document,
        recorded_at=now,
        recorded_by=by.name[:200] if by else "",
    )
    db.session.add(consent)
    if not row.is_public(now):
        row.public_from = now
    row.withdrawn_at, row.withdrawal_reason = rules.consent_ends(until, zone), ""
    _touch(row, now)
    changes = {"consent": [None, f"{given_on.isoformat()} to {until.isoformat()}"]}
    audit.record(by, "record consent", EXPERT, row.id, row.name, changes=changes, now=now)
    _enqueue(row, now)
    return consent


def end_consent(row: Expert, *, by: Actor | None, now: datetime) -> None:
    """Take an expert out of the directory at once: they asked for it, or nobody can be reached."""
    if not row.is_public(now):
        return
    row.withdrawn_at = now
    _touch(row, now)
    audit.record(by, "end consent", EXPERT, row.id, row.name, now=now)
    _enqueue(row, now)


def remove_expert(row: Expert, *, by: Actor | None, now: datetime) -> None:
    """Delete all that is kept of an expert; the audit keeps that there was one of this name."""
    audit.record(by, "remove", EXPERT, row.id, row.name, now=now)
    search.enqueue(EXPERT, row.id, due=now)
    db.session.delete(row)
    db.session.flush()


def contact_of(row: Expert) -> ExpertContact:
    """How an expert is reached."""
    found = db.session.scalar(select(ExpertContact).where(ExpertContact.expert_id == row.id))
    if found is None:
        found = ExpertContact(expert_id=row.id, words="")
        db.session.add(found)
    return found


def _enqueue(row: Expert, now: datetime) -> None:
    """Have search look now, and once more when consent ends."""
    search.enqueue(EXPERT, row.id, due=now)
    if row.withdrawn_at is not None and row.withdrawn_at > now:
        search.enqueue(EXPERT, row.id, due=row.withdrawn_at)


def _refuse_addresses(fields: Mapping[str, Any]) -> None:
    if found := rules.private_words(fields.get(name, "") for name in PUBLIC_TEXTS):
        raise ReportingError(f"“{found[:60]}” would be public. Write it into the field that only the desk reads.")


def _free(model: type[Term] | type[Expert], wanted: str) -> str:
    slug, number = wanted, 1
    while db.session.scalar(select(model.id).where(model.slug == slug)) is not None:
        number += 1
        slug = f"{wanted[: text.SLUG_LENGTH - 5]}-{number}"
    return slug


def _edited(row: Term | Expert, version: int | None, fields: Mapping[str, Any]) -> dict[str, list[Any]]:
    if version is not None and row.version != version:
        raise rules.Stale
    changes = {}
    for name, value in fields.items():
        before = getattr(row, name)
        if before != value:
            changes[name] = [_plain(before), _plain(value)]
            setattr(row, name, value)
    return changes


def _plain(value: Any) -> Any:
    if isinstance(value, Asset):
        return value.name
    if isinstance(value, tuple):
        return ", ".join(value)
    return value if isinstance(value, str) or value is None else str(value)


def _touch(row: Term | Expert, now: datetime) -> None:
    row.updated_at = now
    try:
        db.session.flush()
    except StaleDataError:
        raise rules.Stale from None
