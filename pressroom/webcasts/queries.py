"""Reads. For the public they pass the gate; staff see everything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, bindparam, func, or_, select
from sqlalchemy.orm import defer, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from pressroom import publishing
from pressroom.kit import clock
from pressroom.kit.db import UTCDateTime, db
from pressroom.kit.prepared import Columns
from pressroom.kit.settings import setting
from pressroom.kit.web import Page, paginate
from pressroom.webcasts.models import Webcast, WebcastQuality, WebcastSubtitles
from pressroom.webcasts.rules import Many, Slot

FILES = tuple(joinedload(getattr(Webcast, slot)) for slot in Slot)
LISTS = (
    selectinload(Webcast.subtitles).joinedload(WebcastSubtitles.asset),
    selectinload(Webcast.qualities).joinedload(WebcastQuality.asset),
)
WITHOUT_CUES = selectinload(Webcast.subtitles).options(defer(WebcastSubtitles.cues), joinedload(WebcastSubtitles.asset))


def _coming(now: datetime) -> Select[Any]:
    return select(Webcast).where(Webcast.ends_at > now).order_by(Webcast.starts_at, Webcast.id)


_line = Columns(Webcast, "id", "slug", "title", "summary", "starts_at", "minutes", "zone")
_next = publishing.Read(
    lambda: select(*_line.read).where(Webcast.ends_at > publishing.NOW).order_by(Webcast.starts_at, Webcast.id).limit(1)
)


def upcoming() -> Webcast | None:
    """The webcast that is on, or is next, as everybody may see it."""
    return next((_line.made(row) for row in _next()), None)


def coming(now: datetime, limit: int = 50) -> Sequence[Webcast]:
    """What is on and what is to come, the nearest first."""
    return db.session.scalars(_coming(now).limit(limit)).all()


_planned_line = Columns(Webcast, "id", "slug", "title", "starts_at", "zone", "public_from", "withdrawn_at")
_planned = publishing.StaffRead(
    lambda: (
        select(*_planned_line.read)
        .where(Webcast.ends_at > bindparam("now", type_=UTCDateTime()))
        .order_by(Webcast.starts_at, Webcast.id)
        .limit(bindparam("limit"))
    )
)


def planned(now: datetime, limit: int) -> Sequence[Webcast]:
    """What is on and what is to come, drafts too, the nearest first, as a line. For staff, to be shown."""
    return [_planned_line.made(row) for row in _planned(now=now, limit=limit)]


def past(now: datetime, page: int = 1) -> Page[Webcast]:
    """What is over, the latest first."""
    over: Select[Any] = select(Webcast).where(Webcast.ends_at <= now)
    return paginate(over.order_by(Webcast.starts_at.desc(), Webcast.id.desc()), page)


def announced() -> Select[Any]:
    """Webcasts with their files, what became public last first; for :func:`in_full`."""
    statement = select(Webcast).where(Webcast.public_from.is_not(None)).options(*FILES)
    return statement.order_by(Webcast.public_from.desc(), Webcast.id.desc())


def in_full(webcasts: Iterable[Webcast]) -> list[Webcast]:
    """*webcasts* of :func:`announced`, without files that may no longer be shown."""
    return [_within_rights(webcast) for webcast in webcasts]


def latest(limit: int) -> Sequence[Webcast]:
    """The webcasts that became public last, with their files, for feeds and the front page."""
    return in_full(db.session.scalars(announced().limit(limit)))


def subscribed(limit: int, *, since: datetime) -> Sequence[Webcast]:
    """The *limit* webcasts that became public last, and all that did so since then."""
    newest = select(Webcast.id).where(Webcast.public_from.is_not(None))
    newest = newest.order_by(Webcast.public_from.desc(), Webcast.id.desc()).limit(limit)
    these = or_(Webcast.public_from >= since, Webcast.id.in_(newest))
    return in_full(db.session.scalars(announced().where(these)))


def announced_by_ids(ids: Sequence[int]) -> list[Webcast]:
    """The webcasts with these numbers, with their files, in no order, for feeds."""
    return in_full(db.session.scalars(announced().where(Webcast.id.in_(ids))))


def between(begins: datetime, ends: datetime) -> Sequence[Webcast]:
    """What became public from *begins* on and before *ends*, for feeds."""
    these = Webcast.public_from >= begins, Webcast.public_from < ends
    return in_full(db.session.scalars(announced().where(*these)))


def before(moment: datetime) -> datetime | None:
    """When the last webcast became public that did so before *moment*."""
    return db.session.scalar(select(func.max(Webcast.public_from)).where(Webcast.public_from < moment))


def after(moment: datetime) -> datetime | None:
    """When the first webcast became public that did so at *moment* or later."""
    return db.session.scalar(select(func.min(Webcast.public_from)).where(Webcast.public_from >= moment))


def recorded(limit: int) -> Sequence[Webcast]:
    """The webcasts that were held last and whose recording is kept here, with their files."""
    kept = select(Webcast).where(Webcast.recording_id.is_not(None), Webcast.public_from.is_not(None))
    kept = kept.options(*FILES, WITHOUT_CUES)
    return in_full(db.session.scalars(kept.order_by(Webcast.starts_at.desc(), Webcast.id.desc()).limit(limit)))


def held_last(limit: int) -> Sequence[Webcast]:
    """For calendars: what is to come and what was, the latest event first."""
    statement = select(Webcast).order_by(Webcast.starts_at.desc(), Webcast.id.desc())
    return db.session.scalars(statement.limit(limit)).all()


def by_slug(slug: str) -> Webcast | None:
    """The webcast at ``/webcasts/<slug>``, with its files."""
    webcast = db.session.scalar(select(Webcast).where(Webcast.slug == slug).options(*FILES, *LISTS))
    return _within_rights(webcast) if webcast else None


def _within_rights(webcast: Webcast) -> Webcast:
    """*webcast* without the files that may no longer be shown; for pages of the public, which write nothing."""
    now, zone = clock.now(), setting("time_zone")
    for slot in Slot:
        file = getattr(webcast, slot)
        if file is not None and file.rights_over(now, zone):
            set_committed_value(webcast, slot, None)
    for name in set(Many) & vars(webcast).keys():  # of what was read with it
        rows = [row for row in getattr(webcast, name) if row.asset is not None]
        set_committed_value(webcast, name, [row for row in rows if not row.asset.rights_over(now, zone)])
    if webcast.recording is None and "qualities" in vars(webcast):
        set_committed_value(webcast, "qualities", [])  # the same film, only smaller
    return webcast


def by_id(webcast_id: int) -> Webcast | None:
    """The webcast with that number, with its files."""
    return db.session.scalar(select(Webcast).where(Webcast.id == webcast_id).options(*FILES, *LISTS))


def by_uid(uid: str) -> Webcast | None:
    """The webcast that was made with that uid."""
    return db.session.scalar(select(Webcast).where(Webcast.uid == uid))


def by_ids(ids: Sequence[int]) -> Sequence[Webcast]:
    """The webcasts with those numbers, and all that is said in them, in no order."""
    said = joinedload(Webcast.subtitles)  # most have none, and search asks for webcasts on each of its pages
    return db.session.scalars(select(Webcast).where(Webcast.id.in_(ids)).options(said)).unique().all()


def all_ids() -> Sequence[int]:
    """The numbers of all that the reader may see."""
    return db.session.scalars(select(Webcast.id).order_by(Webcast.id)).all()


def everything(page: int = 1) -> Page[Webcast]:
    """For the desk: all of them, the latest event first."""
    every: Select[Any] = select(Webcast)
    return paginate(every.order_by(Webcast.starts_at.desc(), Webcast.id.desc()), page, per_page=50)


def withdrawn(slug: str, now: datetime) -> RowMapping | None:
    """Title, instant and reason of what was withdrawn at that address."""
    there = Webcast.__table__.c.slug == slug
    return publishing.withdrawal_notice(Webcast, there, title=Webcast.title, now=now)


def withdrawn_last(limit: int, now: datetime, *where: ColumnElement[bool]) -> list[dict[str, Any]]:
    """What a feed may say of the *limit* webcasts that were withdrawn last, newest first; of those in its view."""
    named = (Webcast.uid, Webcast.slug)
    found = publishing.withdrawal_notices(Webcast, title=Webcast.title, named=named, now=now, limit=limit, where=where)
    return [{**row, "address": f"/webcasts/{row['slug']}"} for row in found]


_EVENT = (*(getattr(Webcast, name) for name in ("uid", "slug", "starts_at", "minutes", "zone", "version")),)
"""What calendars have of a webcast besides its title: its announcement said it."""


def cancelled(slug: str, now: datetime) -> Mapping[str, Any] | None:
    """What was withdrawn at that address, for calendars."""
    return next(iter(cancelled_last(1, now, Webcast.__table__.c.slug == slug)), None)


def cancelled_last(limit: int, now: datetime, *where: ColumnElement[bool]) -> Sequence[Mapping[str, Any]]:
    """The *limit* webcasts that were withdrawn last, newest first, for calendars."""
    return publishing.withdrawal_notices(Webcast, title=Webcast.title, named=_EVENT, now=now, limit=limit, where=where)


def taken_slugs(beginning: str) -> set[str]:
    """The slugs in use that begin so; for staff, who must see drafts' as well."""
    alike = Webcast.slug.startswith(beginning, autoescape=True)
    return set(db.session.scalars(select(Webcast.slug).where(alike)))
