"""Reads about outlets. For the desk, but for what says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import aliased, joinedload

from pressroom import publishing
from pressroom.clips.models import Clip, Outlet
from pressroom.clips.outlets.models import OutletAlias, OutletIcon, OutletMoved, OutletWork
from pressroom.clips.outlets.rules import Known
from pressroom.kit.db import db
from pressroom.kit.prepared import Prepared
from pressroom.kit.web import Page, counted

PER_PAGE = 30
MOST_FOUND = 20


class Row(NamedTuple):
    """An outlet with how many clips it brought that were not withdrawn."""

    outlet: Outlet
    clips: int


def _named(words: str) -> Select[Any]:
    """Outlets that are not merged, with all of *words* in one of their names, or in the host of their home page."""
    statement = select(Outlet).where(Outlet.merged_into_id.is_(None))
    former = aliased(Outlet)
    for word in words.split()[:10]:
        others = select(OutletAlias.outlet_id).where(OutletAlias.text.icontains(word, autoescape=True))
        merged = select(former.merged_into_id).where(former.name.icontains(word, autoescape=True))
        statement = statement.where(
            Outlet.name.icontains(word, autoescape=True)
            | Outlet.home.icontains(word, autoescape=True)
            | Outlet.id.in_(others)
            | Outlet.id.in_(merged)
        )
    return statement


# No column of a clip is named, so PostgreSQL too looks into the index alone.
_EVERY = select(func.count()).select_from(Clip).where(Clip.outlet_id == Outlet.id).scalar_subquery()
# Counted by themselves, as they are few, and all by an index that knows nothing of them. Found by their numbers: asked
# in one step, SQLite would go through every clip in the order of outlets.
_withdrawn = aliased(Clip)
_GONE = (
    select(Clip.outlet_id, func.count().label("clips"))
    .where(Clip.id.in_(select(_withdrawn.id).where(_withdrawn.withdrawn_at.is_not(None))))
    .group_by(Clip.outlet_id)
    .subquery("gone")
)
_CLIPS = _EVERY - func.coalesce(_GONE.c.clips, 0)
SORTS = {"name": "By name", "clips": "Most clips", "new": "Newest"}


def _with_clips(outlets: Select[Any]) -> Select[Any]:
    return outlets.add_columns(_CLIPS).outerjoin(_GONE, _GONE.c.outlet_id == Outlet.id)


def page(*, words: str = "", sort: str = "name", page: int = 1) -> Page[Row]:
    """A page of outlets with their counts."""
    chosen = _named(words)
    total = counted(chosen)
    number = min(max(page, 1), max(1, -(-total // PER_PAGE)))
    order = {"clips": (_CLIPS.desc(), Outlet.name), "new": (Outlet.id.desc(),)}.get(sort, (Outlet.name,))
    these = _with_clips(chosen).order_by(*order).limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    return Page([Row(outlet, clips) for outlet, clips in db.session.execute(these)], total, number, PER_PAGE)


def by_id(outlet_id: int) -> Outlet | None:
    """One outlet, merged or not; or None."""
    return db.session.get(Outlet, outlet_id)


def by_slug(slug: str) -> Outlet | None:
    """Likewise by its slug."""
    return db.session.scalars(select(Outlet).where(Outlet.slug == slug)).one_or_none()


def count_clips(outlet_id: int) -> int:
    """How many clips an outlet brought, public or not yet."""
    theirs = (Clip.outlet_id == outlet_id, Clip.withdrawn_at.is_(None))
    return db.session.scalar(select(func.count(Clip.id)).where(*theirs)) or 0


def former(outlet_id: int) -> Sequence[Outlet]:
    """The outlets that were merged into this one."""
    return db.session.scalars(select(Outlet).where(Outlet.merged_into_id == outlet_id).order_by(Outlet.name)).all()


def found(words: str, *, but: int) -> Sequence[Row]:
    """Some outlets with all of these words, without the one whose number is *but*."""
    if not words:
        return []
    these = _with_clips(_named(words).where(Outlet.id != but)).order_by(Outlet.name).limit(MOST_FOUND)
    return [Row(outlet, clips) for outlet, clips in db.session.execute(these)]


def known() -> list[Known]:
    """All outlets, for comparing."""
    counts = select(Clip.outlet_id, func.count().label("clips")).group_by(Clip.outlet_id).subquery()
    clips = func.coalesce(counts.c.clips, 0) - func.coalesce(_GONE.c.clips, 0)
    rows = db.session.execute(
        select(Outlet.id, Outlet.name, Outlet.home, clips)
        .outerjoin(counts, counts.c.outlet_id == Outlet.id)
        .outerjoin(_GONE, _GONE.c.outlet_id == Outlet.id)
        .where(Outlet.merged_into_id.is_(None))
    )
    return [Known(*row) for row in rows]


def works(outlet_id: int, limit: int = 20) -> Sequence[OutletWork]:
    """What was done, or is to be done, with all clips of an outlet; the newest first."""
    both = (OutletWork.outlet_id == outlet_id) | (OutletWork.into_id == outlet_id)
    loaded = (joinedload(OutletWork.outlet), joinedload(OutletWork.into))
    return db.session.scalars(
        select(OutletWork).options(*loaded).where(both).order_by(OutletWork.id.desc()).limit(limit)
    ).all()


def work(work_id: int) -> OutletWork | None:
    """One of these."""
    loaded = (joinedload(OutletWork.outlet), joinedload(OutletWork.into))
    return db.session.scalars(select(OutletWork).options(*loaded).where(OutletWork.id == work_id)).one_or_none()


def duplicates(work_id: int, limit: int = 200) -> Sequence[tuple[Clip, Clip | None]]:
    """The clips that a merge found to be the same as another one, each with that one."""
    other = aliased(Clip)
    rows = db.session.execute(
        select(Clip, other)
        .join(OutletMoved, OutletMoved.clip_id == Clip.id)
        .outerjoin(other, other.id == OutletMoved.same_as_id)
        .where(OutletMoved.work_id == work_id, OutletMoved.same_as_id.is_not(None))
        .order_by(Clip.id)
        .limit(limit)
    )
    return [(clip, same) for clip, same in rows]


# For everybody -------------------------------------------------------------------------------------------


_ICON = Prepared(lambda: select(OutletIcon.png).where(OutletIcon.sha256 == bindparam("sha256")))
_SHOWN = publishing.Read(lambda: select(Clip.id).join(Clip.outlet).where(Outlet.icon == bindparam("sha256")).limit(1))


def public_icon(sha256: str) -> str:
    """The icon in Base64, if a clip that everybody may see is of an outlet that has it; else empty."""
    if not _SHOWN.for_reader(sha256=sha256):
        return ""
    rows = _ICON(sha256=sha256)
    return rows[0][0] if rows else ""


def icon(sha256: str) -> str:
    """The icon in Base64, for the desk; empty without one."""
    return db.session.scalar(select(OutletIcon.png).where(OutletIcon.sha256 == sha256)) or ""
