"""Reads. For the public they pass the gate: an asset is there when something public shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Date, bindparam, func, or_, select

from pressroom import publishing
from pressroom.kit import dates
from pressroom.kit.db import db
from pressroom.kit.settings import setting
from pressroom.kit.web import Page, paginate
from pressroom.media.models import Asset
from pressroom.media.rules import SEEN, SOON, TYPES, Filter, Kind


def by_id(asset_id: int) -> Asset | None:
    """The asset with that number, as far as the reader may see it."""
    return db.session.scalar(select(Asset).where(Asset.id == asset_id))


def by_key(key: str) -> Asset | None:
    """The asset with that key in its address, as far as the reader may see it."""
    return db.session.scalar(select(Asset).where(Asset.key == key))


_last_days = publishing.StaffRead(
    lambda: select(func.min(Asset.rights_until)).where(Asset.rights_until >= bindparam("today", type_=Date()))
)


def next_end_of_rights(now: datetime) -> datetime | None:
    """The first instant after *now* at which some file may no longer be shown. For staff."""
    zone = setting("time_zone")
    ((last,),) = _last_days(today=now.astimezone(ZoneInfo(zone)).date())
    return dates.end(last, zone) if last else None


def due_renditions(now: datetime) -> tuple[int, datetime] | None:
    """The picture whose renditions wait longest: its id, and the instant at which they became due. For the job."""
    statement = select(Asset.id, Asset.render_at).where(Asset.render_at <= now).order_by(Asset.render_at, Asset.id)
    row = db.session.execute(statement.limit(1)).first()
    return (row[0], row[1]) if row and row[1] else None


def kept_files() -> set[str]:
    """The names of all stored files that a row speaks of. For staff and jobs."""
    rows = db.session.execute(select(Asset.sha256, Asset.renditions))
    return {name for sha256, made in rows for name in (sha256, *(row["sha256"] for row in made))}


PER_PAGE = 24


def library(
    words: str = "",
    *,
    kind: Kind | None = None,
    narrowed: Filter = Filter.ALL,
    today: date,
    page: int = 1,
    per_page: int = PER_PAGE,
) -> Page[Asset]:
    """A page of all files, the newest first. For staff.

    Args:
        words: each stands in the name, the caption, the alternative text, the credit or the licence.
        narrowed: to those that lack a description, or whose right ends soon or has ended.
        today: in the organisation's zone.
    """
    statement = select(Asset).order_by(Asset.created_at.desc(), Asset.id.desc())
    for word in words.split()[:MOST_WORDS]:
        statement = statement.where(or_(*(column.icontains(word, autoescape=True) for column in _SEARCHED)))
    if kind is not None:
        statement = statement.where(Asset.media_type.in_(_types([kind])))
    if narrowed is Filter.UNDESCRIBED:
        statement = statement.where(Asset.media_type.in_(_types(SEEN)), Asset.alt == "", Asset.decorative.is_(False))
    elif narrowed is Filter.ENDING:
        statement = statement.where(Asset.rights_until <= today + SOON)
    return paginate(statement, page, per_page)


MOST_WORDS = 8
_SEARCHED = (Asset.name, Asset.caption, Asset.alt, Asset.credit, Asset.licence)


def _types(kinds: Iterable[Kind]) -> list[str]:
    wanted = set(kinds)
    return [name for name, known in TYPES.items() if known.kind in wanted]


def counts() -> Mapping[Kind, int]:
    """How many files of each kind there are. For staff."""
    rows = db.session.execute(select(Asset.media_type, func.count()).group_by(Asset.media_type))
    found: Counter[Kind] = Counter()
    for media_type, number in rows:
        found[TYPES[media_type].kind] += number
    return found


@dataclass(frozen=True)
class Progress:
    """How far the renditions are.

    Attributes:
        waiting: pictures that the worker still has before it.
        failed: pictures that it gave up or tries again, each with the reason.
    """

    waiting: int
    failed: Sequence[Asset]


def progress() -> Progress:
    """How far the renditions are. For staff."""
    waiting = select(func.count()).select_from(Asset).where(Asset.render_at.is_not(None), Asset.render_problem == "")
    failed = select(Asset).where(Asset.render_problem != "").order_by(Asset.id)
    return Progress(db.session.scalar(waiting) or 0, db.session.scalars(failed).all())


def by_ids(ids: Collection[int]) -> Sequence[Asset]:
    """The assets with these numbers. For staff."""
    return db.session.scalars(select(Asset).where(Asset.id.in_(ids)).order_by(Asset.id)).all()
