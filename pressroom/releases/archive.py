"""The index of releases: what may be asked for, what each further choice would show, and the months that there are.

Called for the public, the gate answers with what is public; so a month that holds nothing public is no month here.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Text, false, or_, select, type_coerce

from pressroom import publishing
from pressroom.kit import text
from pressroom.kit.db import db
from pressroom.kit.settings import setting
from pressroom.kit.web import Page, paginate
from pressroom.publishing.cache import once
from pressroom.releases import public, queries
from pressroom.releases.models import Release
from pressroom.releases.rules import Evidence, PeerReview, ReleaseKind, Subject

FIRST, LAST = 1, 12
AT_A_TIME = 1000  # rows in memory, where every release is looked at


@dataclass(frozen=True)
class Filters:
    """What of all releases is asked for; None means no choice. A month means something within a year only."""

    year: int | None = None
    month: int | None = None
    kind: ReleaseKind | None = None
    peer_review: PeerReview | None = None
    evidence: Evidence | None = None
    subject: Subject | None = None
    topic: str | None = None  # as in an address


SURE = 3, 26  # days of a month that no zone has in another one
LABELS = ("kind", "peer_review", "evidence", "subject")
"""The filters whose values are members of an enum, and columns of a release."""


@dataclass(frozen=True)
class Facets:
    """How many releases each choice would show. A facet's own choice does not narrow its counts.

    Attributes:
        total: how many releases are among those that are asked for.
        counts: filter → (value, count); years and months newest first, all else the most frequent first.
        names: what a topic's slug stands for.
        months: each year and month with a release, whatever else is chosen.
    """

    total: int
    counts: Mapping[str, Sequence[tuple[Any, int]]]
    names: Mapping[str, str]
    months: frozenset[tuple[int, int]]


def page(chosen: Filters, number: int = 1, per_page: int = queries.PER_PAGE) -> Page[Release]:
    """A page of releases, newest first, with what a line of a list shows.

    Args:
        chosen: a topic as the release writes it does as well as one from an address.
        number: of the page, from 1.
        per_page: how many lines.
    """
    if chosen == Filters():
        return public.page(number, per_page, total=total(chosen))
    return paginate(queries.lines().where(*conditions(chosen)), number, per_page, total=total(chosen))


def total(chosen: Filters) -> int:
    """How many public releases are among those that are asked for."""
    return facets(replace(chosen, topic=text.slugify(chosen.topic) if chosen.topic else None)).total


def conditions(chosen: Filters) -> list[ColumnElement[bool]]:
    """That a release is among those that are asked for."""
    found: list[ColumnElement[bool]] = []
    if chosen.year is not None:
        found.append(Release.year == chosen.year)
        if chosen.month is not None:
            found += _within(chosen.year, chosen.month)
    found += [getattr(Release, name) == value for name in LABELS if (value := getattr(chosen, name)) is not None]
    if chosen.topic is not None:
        found.append(_carries(chosen.topic))
    return found


_labelled = publishing.Read(
    lambda: select(
        Release.year, Release.public_from, Release.topics, *(getattr(Release, name) for name in LABELS)
    ).where(Release.public_from.is_not(None))
)


@once
def _alike() -> Mapping[tuple[Any, ...], int]:
    """How many public releases have the same year, month, topics and labels; every release passes for it."""
    zone = _zone()

    def counted(rows: Iterable[tuple[Any, ...]]) -> dict[tuple[Any, ...], list[Any]]:
        """Those that the database says in the same words, each with one of them: two microseconds a release."""
        found: dict[tuple[Any, ...], list[Any]] = {}
        for row in rows:
            year, at, topics, *labels = row
            month = _surely(year, str(at)[:10]) or _month(year, _labelled.read(row)[1], zone)
            said = topics if isinstance(topics, str) else tuple(topics)  # PostgreSQL's driver reads JSON itself
            found.setdefault((year, month, said, *labels), [0, row])[0] += 1
        return found

    alike: Counter[tuple[Any, ...]] = Counter()
    for (_, month, *_), (number, row) in _labelled.folded(counted).items():
        year, _, topics, *labels = _labelled.read(row)
        alike[year, month, tuple(topics), *labels] += number
    return alike


@lru_cache(20_000)
def _surely(year: int, day: str) -> int | None:
    """The month of an instant that the database writes with *day*, in every zone; None so near to another month."""
    return int(day[5:7]) if int(day[:4]) == year and SURE[0] <= int(day[8:10]) <= SURE[1] else None


@once
def facets(chosen: Filters) -> Facets:
    """Count every filter's values over every public release."""
    counts: dict[str, Counter[Any]] = {name: Counter() for name in ("year", "month", *LABELS, "topic")}
    names: dict[str, str] = {}
    months, total = set(), 0
    for (year, month, topics, *labels), number in _alike().items():
        slugs = {topic_slug(name): name for name in topics}
        names.update(slugs)
        months.add((year, month))
        has: dict[str, tuple[Any, ...]] = {"year": (year,), "month": (month,), "topic": tuple(slugs)}
        has |= {name: (value,) for name, value in zip(LABELS, labels, strict=True)}
        fails = {name for name, values in has.items() if getattr(chosen, name) not in (None, *values)}
        total += 0 if fails else number
        if year != chosen.year:
            has["month"] = ()  # the months of other years are not offered
        for name, values in has.items():
            # Another year is chosen without the month; all else is chosen beside what is chosen.
            shown = not fails - ({"year", "month"} if name == "year" else {name})
            for value in values:
                if value is not None:
                    counts[name][value] += number if shown else 0
    return Facets(total, {name: _in_order(name, found) for name, found in counts.items()}, names, frozenset(months))


topic_slug = lru_cache(4096)(text.slugify)
"""What a topic of a release is in addresses; the same few topics stand on many releases."""


def _in_order(name: str, found: Counter[Any]) -> list[tuple[Any, int]]:
    if name in ("year", "month"):
        return sorted(found.items(), reverse=True)
    return sorted(found.items(), key=lambda pair: (-pair[1], getattr(pair[0], "label", pair[0])))


@dataclass(frozen=True)
class Period:
    """A year, or a month of one, with a release in it; ``changed`` is when one of them last changed."""

    year: int
    month: int | None
    changed: datetime


def periods() -> Iterator[Period]:
    """Every year with a release, each followed by its months; the oldest first."""
    asked = select(Release.year, Release.public_from, Release.updated_at).where(Release.public_from.is_not(None))
    rows: Iterable[Any] = db.session.execute(asked.execution_options(yield_per=AT_A_TIME))
    zone, found = _zone(), dict[tuple[int, int], datetime]()
    for year, public_from, updated_at in rows:
        changed: datetime = max(public_from, updated_at)
        for key in ((year, 0), (year, _month(year, public_from, zone))):
            found[key] = max(found.get(key, changed), changed)
    return (Period(year, month or None, found[year, month]) for year, month in sorted(found))


def month_of(release: Release) -> int:
    """The month in whose list *release* stands."""
    assert release.year is not None
    assert release.public_from is not None
    return _month(release.year, release.public_from, _zone())


def _month(year: int, public_from: datetime, zone: ZoneInfo) -> int:
    """The month of *public_from*, within the year of the address.

    The year was set when the time was; if the organisation's zone changed since, a release of New Year's night may
    lie outside it by the clock. It stays in the year of its address: in January, or in December.
    """
    local = public_from.astimezone(zone)
    return local.month if local.year == year else FIRST if local.year < year else LAST


def _within(year: int, month: int) -> Iterator[ColumnElement[bool]]:
    """That a release of *year* stands in *month*: the rule of :func:`_month` in SQL."""
    if month > FIRST:
        yield Release.public_from >= _begin(year, month)
    if month < LAST:
        yield Release.public_from < _begin(year, month + 1)


def _begin(year: int, month: int) -> datetime:
    return datetime(year, month, 1, tzinfo=_zone())


def _zone() -> ZoneInfo:
    return ZoneInfo(setting("time_zone"))


def _carries(topic: str) -> ColumnElement[bool]:
    """That a public release has *topic*: one LIKE for each way in which it is written."""
    slug = text.slugify(topic)
    written = {name for _, _, names, *_ in _alike() for name in names if topic_slug(name) == slug}
    as_text = type_coerce(Release.topics, Text)
    return or_(
        false(),
        *(as_text.contains(json.dumps(name, ensure_ascii=False), autoescape=True) for name in sorted(written)),
    )


def said(value: StrEnum) -> str:
    """A value of a filter in words that say by themselves what they are about."""
    return str(getattr(value, "alone", "") or value.label)  # type: ignore[attr-defined]
