"""Verbs: each changes the row, adds the audit's line and queues the index's work. The caller commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from pressroom import audit, search
from pressroom.audit import Actor
from pressroom.kit import text
from pressroom.kit.db import db
from pressroom.webcasts import queries, rules, taking
from pressroom.webcasts.models import Webcast
from pressroom.webcasts.rules import WebcastError
from pressroom.webcasts.search import KIND
from pressroom.webcasts.taking import Removal, Upload

FIELDS = (
    "title",
    "summary",
    "description",
    "starts_at",
    "minutes",
    "zone",
    "speakers",
    "topics",
    "video_url",
    "transcript",
    "language",
    "chapters",
)


NOTHING = Removal()


def create(*, by: Actor | None, now: datetime, uid: str = "", uploads: Sequence[Upload] = (), **fields: Any) -> Webcast:
    """A new webcast, a draft.

    Args:
        by: who makes it; None for a command.
        uid: what it is known by for good; without one, it is made here.
        uploads: files of it.
        fields: of :data:`FIELDS`; ``title``, ``starts_at``, ``minutes`` and ``zone`` are needed.

    Raises:
        WebcastError: a field or a file is not right; the sentences are by field.
    """
    webcast = Webcast(
        uid=uid or str(uuid4()),
        slug=_free_slug(fields["title"]),
        author=by.name if by else "",
        created_at=now,
        updated_at=now,
    )
    _set(webcast, fields)
    taking.take_in(webcast, uploads, by, now)
    db.session.add(webcast)
    db.session.flush()
    audit.record(by, "create", KIND, webcast.id, webcast.title, now=now)
    return webcast


def edit(
    webcast: Webcast,
    *,
    by: Actor | None,
    now: datetime,
    uploads: Sequence[Upload] = (),
    removal: Removal = NOTHING,
    **fields: Any,
) -> Webcast:
    """Change *webcast*: fields, files that come, and files that are taken out.

    Raises:
        WebcastError: a field or a file is not right, or what is public would no longer be allowed to be.
    """
    before = _said(webcast)
    _set(webcast, fields)
    taking.take_out(webcast, removal)
    taking.take_in(webcast, uploads, by, now)
    _hold(webcast, now)
    after = _said(webcast)
    changes = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
    if changes:
        webcast.updated_at = now
        if webcast.public_from is None and "title" in changes:
            webcast.slug = _free_slug(webcast.title, mine=webcast.slug)
        audit.record(by, "edit", KIND, webcast.id, webcast.title, changes=changes, now=now)
        _queue(webcast, now)
    return webcast


def publish(webcast: Webcast, *, by: Actor | None, now: datetime) -> None:
    """Make *webcast* public from *now*.

    Raises:
        WebcastError: it is public or withdrawn, or lacks what a public one needs.
    """
    rules.refuse_publishing(webcast, now, now)
    _open(webcast, "publish", at=now, by=by, now=now)


def schedule(webcast: Webcast, *, by: Actor | None, now: datetime, at: datetime) -> None:
    """Make *webcast* public from *at*, an instant in the future.

    Raises:
        WebcastError: as :func:`publish`; or *at* is not in the future.
    """
    if at <= now:
        raise WebcastError({"day": ["That time has passed. Give one in the future, or publish now."]})
    rules.refuse_publishing(webcast, at, now)
    _open(webcast, "schedule", at=at, by=by, now=now)


def unschedule(webcast: Webcast, *, by: Actor | None, now: datetime) -> None:
    """Make a scheduled *webcast* a draft again.

    Raises:
        WebcastError: it is not scheduled.
    """
    if webcast.public_from is None or webcast.public_from <= now:
        raise WebcastError({"": ["This webcast is not scheduled."]})
    changes = {"public_from": [webcast.public_from, None]}
    webcast.public_from = None
    webcast.updated_at = now
    audit.record(by, "unschedule", KIND, webcast.id, webcast.title, changes=changes, now=now)
    _queue(webcast, now)


def withdraw(webcast: Webcast, *, by: Actor | None, now: datetime, reason: str) -> None:
    """Take a public *webcast* and its files back. Its address goes on to say so, with *reason*.

    Raises:
        WebcastError: it is not public, was withdrawn before, or there is no reason.
    """
    rules.refuse_withdrawing(webcast, reason, now)
    webcast.withdrawn_at = now
    webcast.withdrawal_reason = reason.strip()
    webcast.updated_at = now
    audit.record(by, "withdraw", KIND, webcast.id, webcast.title, changes={"reason": ["", reason.strip()]}, now=now)
    _queue(webcast, now)


def _said(webcast: Webcast) -> dict[str, Any]:
    """What an edit can change, for the audit."""
    return {name: getattr(webcast, name) for name in FIELDS} | taking.named(webcast)


def _open(webcast: Webcast, action: str, *, at: datetime, by: Actor | None, now: datetime) -> None:
    changes = {"public_from": [webcast.public_from, at]}
    webcast.public_from = at
    webcast.updated_at = now
    audit.record(by, action, KIND, webcast.id, webcast.title, changes=changes, now=now)
    _queue(webcast, now)


def _set(webcast: Webcast, fields: Mapping[str, Any]) -> None:
    if unknown := fields.keys() - set(FIELDS):
        raise TypeError(f"a webcast has no {', '.join(sorted(unknown))}")
    if fields.get("video_url"):
        rules.check_video_url(fields["video_url"])
    for name, value in fields.items():
        setattr(webcast, name, value)
    if "description" in fields:
        webcast.description_html = text.to_html(webcast.description)
    if "transcript" in fields:
        webcast.transcript_html = text.to_html(webcast.transcript)
    webcast.ends_at = webcast.starts_at + timedelta(minutes=webcast.minutes)


def _hold(webcast: Webcast, now: datetime) -> None:
    """What is public, or will be by itself, stays fit to be."""
    if webcast.public_from is not None and webcast.withdrawn_at is None:
        problems = rules.problems_when_public(webcast, max(webcast.public_from, now))
        if problems:
            raise WebcastError(problems)


def _free_slug(title: str, *, mine: str = "") -> str:
    slug = text.slugify(title)
    taken = (queries.taken_slugs(slug) - {mine}) | rules.RESERVED
    if slug not in taken:
        return slug
    return next(f"{slug}-{n}" for n in count(2) if f"{slug}-{n}" not in taken)


def _queue(webcast: Webcast, now: datetime) -> None:
    """Have the index look at it: now, and when it becomes public by time."""
    search.enqueue(KIND, webcast.id, due=now)
    if webcast.public_from is not None and webcast.public_from > now:
        search.enqueue(KIND, webcast.id, due=webcast.public_from)
