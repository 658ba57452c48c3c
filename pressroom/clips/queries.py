"""Reads of the clip archive. For a public reader the gate leaves out what is not public."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from pressroom import publishing
from pressroom.clips.links.rules import PublicLink, public_link
from pressroom.clips.models import Clip, Outlet, Topic
from pressroom.clips.rules import TAKEN_BACK, Medium, placed
from pressroom.clips.stories import aliases
from pressroom.kit.db import db
from pressroom.kit.prepared import Columns, Listed, Prepared
from pressroom.kit.web import Page, paginate


def whole() -> Select[Any]:
    """Clips with their outlet and topics, newest first."""
    return (
        select(Clip)
        .options(joinedload(Clip.outlet, innerjoin=True), selectinload(Clip.topics))
        .order_by(Clip.published_on.desc(), Clip.id.desc())
    )


def latest(limit: int) -> Sequence[Clip]:
    """The newest clips by the day on which they appeared."""
    return db.session.scalars(whole().limit(limit)).all()


_clip, _outlet = Columns(Clip, "id", "headline", "published_on"), Columns(Outlet, "id", "name")
_newest = publishing.Read(
    lambda: (
        select(*_clip.read, *_outlet.read)
        .join(Clip.outlet)
        .order_by(Clip.published_on.desc(), Clip.id.desc())
        .limit(bindparam("limit"))
    )
)


def newest(limit: int) -> Sequence[Clip]:
    """The same with what a line of coverage shows."""
    return [_clip.made(row, outlet=_outlet.made(row[3:])) for row in _newest.for_reader(limit=limit)]


def by_id(clip_id: int) -> Clip | None:
    """One clip, or None."""
    return db.session.scalars(whole().where(Clip.id == clip_id)).one_or_none()


def added() -> Select[Any]:
    """Clips, what was added last first: a story that was found late is new to who subscribed."""
    order = (Clip.public_from.desc(), Clip.published_on.desc(), Clip.id.desc())
    return whole().where(Clip.public_from.is_not(None)).order_by(None).order_by(*order)


def newest_id() -> int:
    """The highest number of a clip; 0 without one."""
    return db.session.scalar(select(Clip.id).order_by(Clip.id.desc()).limit(1)) or 0


_added_last = publishing.Read(
    lambda: (
        select(Clip.id)
        .where(Clip.public_from.is_not(None))
        .order_by(Clip.public_from.desc(), Clip.published_on.desc(), Clip.id.desc())
        .limit(bindparam("limit"))
    )
)


def subscribed(limit: int, *, beyond: int) -> Sequence[Clip]:
    """The *limit* clips that were added last, and all whose number is higher than *beyond*, where archives end."""
    # In one statement, or in order, SQLite goes through every clip by the index of its public_from.
    last = [number for (number,) in _added_last(limit=limit)]
    found = db.session.scalars(whole().order_by(None).where(or_(Clip.id > beyond, Clip.id.in_(last))))
    return sorted(found, key=lambda clip: (clip.public_from, clip.published_on, clip.id), reverse=True)


def numbered(first: int, last: int) -> Sequence[Clip]:
    """The clips with these numbers and those between, the highest first."""
    between = Clip.id.between(first, last)
    return db.session.scalars(whole().where(between).order_by(None).order_by(Clip.id.desc())).all()


def by_ids(ids: Sequence[int]) -> list[Clip]:
    """The clips with these numbers, in this order; one that may not be seen is left out."""
    found = {clip.id: clip for clip in db.session.scalars(whole().where(Clip.id.in_(ids)))}
    return [found[number] for number in ids if number in found]


def chosen(values: Mapping[str, Sequence[str]]) -> list[ColumnElement[bool]]:
    """That a clip has one of the values of each facet: outlets and topics by slug, mediums, languages, years."""
    rules: dict[str, Callable[[Sequence[str]], ColumnElement[bool]]] = {
        "outlet": lambda these: Clip.outlet_id.in_(select(Outlet.id).where(Outlet.slug.in_(these))),
        "topic": lambda these: Clip.topics.any(Topic.slug.in_(these)),
        "medium": lambda these: Clip.medium.in_([Medium(one) for one in these]),
        "language": lambda these: Clip.language.in_(these),
        "year": lambda these: or_(*(_in_year(int(one)) for one in these)),
    }
    return [rules[facet](these) for facet, these in values.items() if these]


def _in_year(year: int) -> ColumnElement[bool]:
    return Clip.published_on.between(date(max(year, 1), 1, 1), date(max(year, 1), 12, 31))


def withdrawn_last(limit: int, now: datetime, *where: ColumnElement[bool]) -> list[dict[str, Any]]:
    """What a feed may say of the *limit* clips that were withdrawn last, newest first; of those in its view."""
    named = (Clip.uid, Clip.id)
    found = publishing.withdrawal_notices(Clip, title=Clip.headline, named=named, now=now, limit=limit, where=where)
    return [{**row, "address": f"/clips/{row['id']}"} for row in found]


# Every page of results asks these two, so they are made once.
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_LINE = select(
    Clip.id,
    Clip.headline,
    Clip.published_on,
    Outlet.name.label("outlet"),
    Clip.byline,
    Clip.medium,
    Clip.language,
    Clip.excerpt,
    Clip.url,
    Clip.featured,
    Clip.page,
    Clip.section,
    Clip.programme,
    Clip.time_code,
    Outlet.words,
    Outlet.licensed_until,
    Clip.copy_url,
    Clip.copy_at,
).join(Clip.outlet)
_TIES = select(Clip.id, Topic.name, Topic.slug).join(Clip.topics)
_COLUMNS = _LINE.where(Clip.id.in_(_IDS))
_TOPICS = _TIES.where(Clip.id.in_(_IDS)).order_by(Topic.name)


def columns_of(ids: Sequence[int]) -> list[Any]:
    """What :class:`Line` names, of the clips with these ids, in this order, as the row of a statement.

    No object is made of a row; one that may not be seen is left out.
    """
    found = {row.id: row for row in db.session.execute(_COLUMNS, {"ids": ids})}
    return [found[clip_id] for clip_id in ids if clip_id in found]


_LINES = Listed(lambda ids: publishing.Read(lambda: _LINE.where(Clip.id.in_(ids))))
_LINKED_TOPICS = Listed(lambda ids: publishing.Read(lambda: _TIES.where(Clip.id.in_(ids)).order_by(Topic.name)))


class Line(NamedTuple):
    """A row of :func:`shown`. Of ``excerpt`` nobody but the desk is shown more than ``rights`` gives."""

    id: int
    headline: str
    published_on: date
    outlet: str
    byline: str
    medium: Medium
    language: str
    excerpt: str
    url: str
    featured: bool
    page: str
    section: str
    programme: str
    time_code: str
    words: int | None
    licensed_until: datetime | None
    copy_url: str
    copy_at: datetime | None

    @property
    def placed(self) -> tuple[str, ...]:
        """Where in the paper or in the programme it is, a phrase each."""
        return placed(page=self.page, section=self.section, programme=self.programme, time_code=self.time_code)

    @property
    def link(self) -> PublicLink | None:
        """Where the public is led."""
        return public_link(self.url, self.copy_url, self.copy_at)


def shown(ids: Sequence[int]) -> list[tuple[Line, list[tuple[str, str]]]]:
    """The same for a page that strangers read: the columns of each, and name and slug of each of its topics."""
    rows = {row[0]: Line(*row) for row in _LINES(ids)}
    topics: dict[int, list[tuple[str, str]]] = {}
    for clip_id, name, slug in _LINKED_TOPICS(ids):
        topics.setdefault(clip_id, []).append((name, slug))
    return [(rows[clip_id], topics.get(clip_id, [])) for clip_id in ids if clip_id in rows]


def topics_of(ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Clip → the names of its topics."""
    found: dict[int, tuple[str, ...]] = {}
    for clip_id, name, _ in db.session.execute(_TOPICS, {"ids": ids}):
        found[clip_id] = (*found.get(clip_id, ()), name)
    return found


def count() -> int:
    """How many clips there are."""
    return db.session.scalar(select(func.count()).select_from(Clip)) or 0


def all_ids() -> Sequence[int]:
    """The ids of all clips."""
    return db.session.scalars(select(Clip.id).order_by(Clip.id)).all()


def names_of(outlets: Sequence[str], topics: Sequence[str]) -> dict[tuple[str, str], str]:
    """("outlet" or "topic", slug) → name, of those with a clip: what nobody may see has no name either."""
    found = {("outlet", slug): name for slug, name in _NAMED_OUTLETS(outlets)}
    return found | {("topic", slug): name for slug, name in _NAMED_TOPICS(topics)}


def _of_slugs(model: type[Outlet | Topic], has_clips: Callable[[], ColumnElement[bool]]) -> Listed:
    columns = model.slug, model.name
    return Listed(lambda slugs: publishing.Read(lambda: select(*columns).where(model.slug.in_(slugs), has_clips())))


_NAMED_OUTLETS = _of_slugs(
    Outlet, lambda: select(Clip.id).where(Clip.outlet_id == Outlet.id, Outlet.merged_into_id.is_(None)).exists()
)
_NAMED_TOPICS = _of_slugs(Topic, Topic.clips.any)


def moved(slugs: Sequence[str]) -> dict[str, str]:
    """Slug of an outlet that was merged → the slug of the one that it is now."""
    into = aliased(Outlet)
    statement = select(Outlet.slug, into.slug).join(into, into.id == Outlet.merged_into_id)
    return dict(db.session.execute(statement.where(Outlet.slug.in_(slugs))).all())


def former_slugs(slugs: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The other way round: slug → those of the outlets that were merged into it."""
    into = aliased(Outlet)
    statement = select(into.slug, Outlet.slug).join(into, into.id == Outlet.merged_into_id)
    found: dict[str, tuple[str, ...]] = {}
    for slug, before in db.session.execute(statement.where(into.slug.in_(slugs)).order_by(Outlet.slug)):
        found[slug] = (*found.get(slug, ()), before)
    return found


_into = aliased(Outlet)
_OUTLETS = Listed(
    lambda names: Prepared(
        lambda: (
            select(Outlet.name, func.coalesce(_into.slug, Outlet.slug))
            .outerjoin(_into, _into.id == Outlet.merged_into_id)
            .where(Outlet.name.in_(names))
        )
    )
)
_TOPIC_SLUGS = Listed(lambda names: Prepared(lambda: select(Topic.name, Topic.slug).where(Topic.name.in_(names))))


def slugs_of(outlets: Sequence[str], topics: Sequence[str]) -> dict[tuple[str, str], str]:
    """("outlet" or "topic", name) → slug, for counted links; the names are those that the index gave."""
    found = {("outlet", name): slug for name, slug in _OUTLETS(outlets)}
    return found | {("topic", name): slug for name, slug in _TOPIC_SLUGS(topics)}


def outlet_names() -> Sequence[str]:
    """Every outlet's name. For the desk."""
    return db.session.scalars(select(Outlet.name).where(Outlet.merged_into_id.is_(None)).order_by(Outlet.name)).all()


def topic_names() -> Sequence[str]:
    """Every topic's name. For the desk."""
    return db.session.scalars(select(Topic.name).order_by(Topic.name)).all()


def countries() -> Sequence[str]:
    """The countries of outlets, by their codes. For the desk."""
    here = Outlet.merged_into_id.is_(None), Outlet.country != ""
    return db.session.scalars(select(Outlet.country).where(*here).distinct().order_by(Outlet.country)).all()


def desk_page(*, words: str = "", country: str = "", page: int = 1) -> Page[Clip]:
    """A page of all clips for the desk, newest first; every word has to stand in the headline or the
    outlet's name.

    Args:
        country: of whose outlets; empty for all.
    """
    statement = whole().join(Clip.outlet).where(Clip.origin != TAKEN_BACK)
    if country:
        statement = statement.where(Outlet.country == country)
    for word in words.split()[:10]:
        statement = statement.where(
            Clip.headline.icontains(word, autoescape=True) | Outlet.name.icontains(word, autoescape=True)
        )
    return paginate(statement, page, 30)


def by_fingerprint(fingerprint: str) -> int | None:
    """The id of the clip with this fingerprint. For actions: it also finds what is not public."""
    own = db.session.scalar(select(Clip.id).where(Clip.fingerprint == fingerprint))
    return own if own is not None else aliases.known([fingerprint]).get(fingerprint)
