"""What strangers read of releases: through the gate, and as objects that no session knows.

A page asks the same few statements again and again, so each is put together once (:mod:`pressroom.kit.prepared`). What
was not read of a release is an error when it is asked for, so no page begins to read by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import CompoundSelect, Select, bindparam, func, or_, select, union
from sqlalchemy.orm import RelationshipProperty

from pressroom import publishing
from pressroom.kit import clock
from pressroom.kit.db import Base, UTCDateTime
from pressroom.kit.prepared import Columns
from pressroom.kit.settings import setting
from pressroom.kit.web import Page
from pressroom.releases.models import Release

SOURCES = ("body", "notes")
"""Markdown: what is shown is the HTML that was made of it."""

NEVER = datetime.max.replace(tzinfo=UTC)
OF_THE_DESK = ("review_at", "review_by_name", "review_note", "author_id", "edited_by_id")

_release = Columns(Release, but=(*SOURCES, *OF_THE_DESK))
_version = Columns(Release, "id", "year", "slug", "language", "translation_of_id")


Told = dict[int, list[tuple[object, Any]]]


def _key(row: tuple[Any, ...]) -> object:
    """*row*, or in words if it has what cannot be a key, such as a list from PostgreSQL."""
    try:
        hash(row)
    except TypeError:
        return repr(row)
    return row


class _List:
    """One of the lists of a release, as its model has it: rows, each perhaps with what it shows."""

    def __init__(self, name: str, shows: str = "") -> None:
        self.name, self.shows = name, shows
        self.of = publishing.Read(lambda: self._rows(lambda tie: tie == bindparam("release")))
        self.of_the_subscribed = publishing.Read(lambda: self._rows(lambda tie: tie.in_(_subscribed())))

    @cached_property
    def relation(self) -> RelationshipProperty[Any]:
        """As the mapper knows it."""
        return Release.__mapper__.relationships[self.name]

    @cached_property
    def columns(self) -> list[Columns[Any]]:
        """Of its rows, and of what they show."""
        part = self.relation.mapper
        shown = [part.relationships[self.shows].mapper.class_] if self.shows else []
        return [Columns(each, but=SOURCES) for each in (part.class_, *shown)]

    def _rows(self, wanted: Callable[[Any], Any]) -> Select[Any]:
        part = self.relation.mapper.class_
        rows = select(*(column for each in self.columns for column in each.read)).where(wanted(part.release_id))
        rows = rows.order_by(*(self.relation.order_by or ()))
        return rows.join(getattr(part, self.shows)) if self.shows else rows

    def made(self, row: list[Any]) -> Any:
        """The object of a row."""
        first, *shown = self.columns
        return first.made(row, **{self.shows: shown[0].made(row[len(first.names) :])} if shown else {})

    def within_rights(self, rows: list[Any]) -> list[Any]:
        """Those of *rows* that show no file, or one that may still be shown."""
        if not rows or self.shows != "asset":
            return rows
        now, zone = clock.now(), setting("time_zone")
        return [row for row in rows if not row.asset.rights_over(now, zone)]

    def told(self, **which: Any) -> Told:
        """What the subscribed show, by the numbers of their releases: each row as it was read, and as an object."""
        raw = self.of_the_subscribed.raw(**which)
        made = [self.made(self.of_the_subscribed.read(row)) for row in raw]
        shown = {id(one) for one in self.within_rights(made)}
        found: Told = {}
        for row, one in zip(raw, made, strict=True):
            if id(one) in shown:
                found.setdefault(one.release_id, []).append((_key(row), one))
        return found


_lists = (
    *(_List("corrections"), _List("pictures", "asset"), _List("files", "asset"), _List("related_ties")),
    *(_List("boilerplate_ties", "boilerplate"), _List("contact_ties", "contact")),
)


def _newest(statement: Select[Any]) -> Select[Any]:
    newest = statement.where(Release.public_from.is_not(None))
    return newest.order_by(Release.public_from.desc(), Release.id.desc()).limit(bindparam("limit"))


def _subscribed() -> CompoundSelect[Any]:
    """The numbers of the newest, of all since then, and of those that were corrected last.

    Each is found by its index. Said as conditions with OR between them, PostgreSQL looks at every release.
    """
    newest = _newest(select(Release.id)).subquery()
    since = select(Release.id).where(Release.public_from >= bindparam("since", type_=UTCDateTime()))
    lately = select(Release.id).where(Release.corrected_at.is_not(None))
    corrected = lately.order_by(Release.corrected_at.desc(), Release.id.desc()).limit(bindparam("corrected")).subquery()
    return union(select(newest.c.id), since, select(corrected.c.id))


# Most of the lists of most releases are empty, and are not asked for.
_at = publishing.Read(
    lambda: select(*_release.read, *(getattr(Release, each.name).any() for each in _lists)).where(
        Release.year == bindparam("year"), Release.slug == bindparam("slug")
    )
)
_those_subscribed = publishing.Read(
    lambda: (
        select(*_release.read)
        .where(Release.id.in_(_subscribed()))
        .order_by(Release.public_from.desc(), Release.id.desc())
    )
)
_line = Columns(Release, "id", "year", "slug", "kind", "headline", "subhead", "public_from")
_lines = publishing.Read(lambda: _newest(select(*_line.read)).offset(bindparam("offset")))
_before = publishing.Read(
    lambda: select(func.max(Release.public_from)).where(Release.public_from < bindparam("moment", type_=UTCDateTime()))
)
_versions = publishing.Read(
    lambda: (
        select(*_version.read)
        .where(or_(Release.id == bindparam("first"), Release.translation_of_id == bindparam("first")))
        .order_by(Release.translation_of_id.is_not(None), Release.id)
    )
)


def by_address(year: int, slug: str) -> Release | None:
    """The release at ``/releases/<year>/<slug>``, with all its lists, and without files that may no longer be shown."""
    rows = _at(year=year, slug=slug)
    if not rows:
        return None
    release = _release.made(rows[0])
    for each, has in zip(_lists, rows[0][-len(_lists) :], strict=True):
        found = [each.made(row) for row in each.of(release=release.id)] if has else []
        vars(release)[each.name] = each.within_rights(found)
    return release


def content(release: Release) -> tuple[object, ...]:
    """All that was read of *release*, with its lists: while this is the same, so is what is made of it."""
    said = [*_columns(release)]
    for each in _lists:
        rows = vars(release).get(each.name, ())
        said += each.name, len(rows)
        for row in rows:
            said += _columns(row)
            said += _columns(getattr(row, each.shows)) if each.shows else ()
    return tuple(said)


def _columns(row: Base) -> Iterator[object]:
    """The values that *row* holds, but for other rows; what cannot be a key is written down."""
    for name, value in vars(row).items():
        if isinstance(value, list | dict):
            if name not in row.__mapper__.relationships:
                yield repr(value)
        elif name[0] != "_" and not isinstance(value, Base):
            yield value


@dataclass(frozen=True)
class Unread:
    """A release of which nothing was made yet.

    Attributes:
        key: it and what it shows, as the database gave them: what is made of the same is the same.
        made: makes it.
    """

    key: tuple[object, ...]
    made: Callable[[], Release] = field(compare=False)


def latest(limit: int) -> Sequence[Release]:
    """The newest *limit* releases with their corrections and pictures; newest first."""
    return [each.made() for each in subscribed(limit, since=NEVER, corrected=0)]


def subscribed(limit: int, *, since: datetime, corrected: int) -> Sequence[Unread]:
    """What who subscribed has to have, with corrections and pictures; newest first.

    Archives are read once, so a correction of an old release is told here as well (RFC 5005, section 4).

    Args:
        limit: how many of the newest, at least.
        since: the end of what is in archives; all that came later is there.
        corrected: how many of those that were corrected last, at most.
    """
    which = {"limit": limit, "since": since, "corrected": corrected}
    number = _release.names.index("id")
    rows = _those_subscribed.raw(**which)
    lists = {each.name: each.told(**which) for each in _lists[:2]}
    return [_unread(row, {name: told.get(row[number], []) for name, told in lists.items()}) for row in rows]


def _unread(row: tuple[Any, ...], lists: dict[str, list[tuple[object, Any]]]) -> Unread:
    def made() -> Release:
        shown = {name: [one for _, one in rows] for name, rows in lists.items()}
        return _release.made(_those_subscribed.read(row), **shown)

    return Unread((_key(row), *(tuple(key for key, _ in rows) for rows in lists.values())), made)


def before(moment: datetime) -> datetime | None:
    """When the last release became public that did so before *moment*."""
    found: datetime | None = _before(moment=moment)[0][0]
    return found


def page(number: int, per_page: int, *, total: int) -> Page[Release]:
    """A page of all *total* releases, newest first, with what a line of a list shows."""
    rows = _lines(limit=per_page, offset=(number - 1) * per_page)
    return Page([_line.made(row) for row in rows], total, number, per_page)


def versions(release: Release) -> Sequence[Release]:
    """A release, what it translates and what translates it or that, the original first; what a link needs."""
    return [_version.made(row) for row in _versions(first=release.translation_of_id or release.id)]
