"""Links that are due, and copies that are looked for, as work that the desk shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from pressroom.audit import Actor
from pressroom.clips.gathering import pending
from pressroom.clips.gathering.pending import Kind, Pending
from pressroom.clips.links import actions, queries
from pressroom.clips.links.models import ClipLink
from pressroom.kit.db import db

_WITH_CLIP = joinedload(ClipLink.clip, innerjoin=True)


def _links(now: datetime, limit: int) -> Sequence[Pending]:
    due = select(ClipLink).options(_WITH_CLIP).where(ClipLink.due_at <= now)
    found = db.session.scalars(due.order_by(ClipLink.failures.desc(), ClipLink.due_at).limit(limit))
    return [_shown(link, link.due_at, link.failures, link.said if link.state.is_failure else "") for link in found]


def _copies(now: datetime, limit: int) -> Sequence[Pending]:
    due = select(ClipLink).options(_WITH_CLIP).where(ClipLink.copy_due_at.is_not(None))
    found = db.session.scalars(due.order_by(ClipLink.copy_due_at).limit(limit))
    return [_shown(link, link.copy_due_at, link.copy_attempts, link.copy_said) for link in found]


def _shown(link: ClipLink, due_at: datetime | None, attempts: int, problem: str) -> Pending:
    href = url_for("clips_links.show", clip_id=link.clip_id)
    return Pending(link.clip_id, link.clip.headline, "Failed" if problem else "Due", href, due_at, attempts, problem)


def _look_now(number: int, _by: Actor, now: datetime) -> str | None:
    link = queries.held(number)
    if link is None:
        return None
    actions.look_now(link, now=now)
    return "It is looked at as soon as its host may be asked."


def _ask_now(number: int, _by: Actor, now: datetime) -> str | None:
    link = queries.held(number)
    if link is None:
        return None
    link.copy_due_at = now
    return "Archives are asked within a minute, if the setting memento is on."


def init_app() -> None:
    """Register both."""
    pending.register(Kind("links", "Links of clips", _links, _look_now))
    pending.register(Kind("copies", "Copies in archives", _copies, _ask_now))
