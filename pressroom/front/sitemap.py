"""``/sitemap.xml``, ``/sitemaps/…`` and ``/robots.txt``: what search engines may read (sitemaps.org 0.9; RFC 9309).

``/sitemap.xml`` lists files, each of one kind of addresses and with the instant of the last change in it, so that a
crawler reads again what changed and no more. A file holds the rows of a range of numbers: a new clip changes the last
file of clips only, and what is withdrawn moves no other address into another file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, abort, render_template, url_for
from sqlalchemy import Select, func, select
from sqlalchemy.orm import load_only

from pressroom.clips.models import Clip
from pressroom.front.parts import site_name
from pressroom.kit import clock, text, web
from pressroom.kit.db import db
from pressroom.meetings.models import Abstract, Meeting, MeetingSession
from pressroom.pages.menus import NAVIGATION
from pressroom.pages.models import Page
from pressroom.pages.rules import address_of
from pressroom.publishing.cache import kept
from pressroom.releases import archive, browsing, translations
from pressroom.releases.archive import Filters
from pressroom.releases.models import Release
from pressroom.reporting.models import Expert, Term
from pressroom.webcasts.models import Webcast

bp = Blueprint("sitemap", __name__)

PER_FILE = 20_000  # numbers of rows; sitemaps.org allows 50,000 addresses and 50 MB
FIXED = ("/", *(entry.href for entry in NAVIGATION if entry.href.endswith("/")), "/annual-meeting", "/feeds/")
MORE = ("/glossary/", "/experts/", "/statements/", "/communicating-science/check", "/enquiries/new")
NEWS = timedelta(days=2)  # what Google’s rules for news sitemaps call new
MOST_NEWS = 1000  # addresses in a news sitemap


@dataclass(frozen=True)
class Entry:
    """An address, and when what stands there last changed."""

    href: str
    changed: datetime | None = None


@bp.get("/sitemap.xml")
@kept()
def sitemap() -> Response:
    """The list of the files, each with its last change."""
    return _xml("front/sitemap_index.xml", entries=list(files()))


@bp.get("/sitemaps/<any(pages, releases, months, webcasts, clips, abstracts):kind>-<int(min=1, max=9999):part>.xml")
@kept()
def file(kind: str, part: int) -> Response:
    """The public addresses of one kind, in a fixed order; 404 for a file that the list does not name."""
    found = list(KINDS[kind](part))
    if not found:
        abort(404)
    return _xml("front/sitemap.xml", entries=found)


@bp.get("/sitemaps/news.xml")
def news() -> Response:
    """The releases of the last two days, for those who look for news (Google’s sitemap-news 0.9).

    It is not kept: a release leaves it by time alone.
    """
    now = clock.now()
    statement = select(Release).where(Release.public_from > now - NEWS).order_by(Release.public_from.desc())
    rows = db.session.scalars(statement.options(_COLUMNS).limit(MOST_NEWS)).all()
    return web.conditional(
        _xml("front/sitemap_news.xml", releases=rows, name=site_name(), language_of=_language, clean=text.clean)
    )


@bp.get("/robots.txt")
@kept()
def robots() -> Response:
    """The desk and the endless pages of search are nothing for crawlers."""
    closed = ("/desk/", "/sign-in", "/search", "/clips/export.", "/clips/suggest")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), ""]
    lines += [f"Sitemap: {web.external(name)}" for name in ("sitemap.sitemap", "sitemap.news")]
    return Response("\n".join([*lines, ""]), mimetype="text/plain")


def files() -> Iterator[Entry]:
    """The files that hold anything, each with the last change of what stands in it."""
    changed = [db.session.scalar(select(func.max(model.updated_at))) for model in (Page, Term, Expert)]
    yield Entry(_address("pages", 1), _latest(*changed))
    yield from _ranges("releases", Release)
    if found := list(archive.periods()):
        yield Entry(_address("months", 1), max(period.changed for period in found))
    yield from _ranges("webcasts", Webcast)
    yield from _ranges("clips", Clip)
    yield from _ranges("abstracts", Abstract)


def _ranges(kind: str, model: Any) -> Iterator[Entry]:
    """A file for each range of numbers in which there is a public row: one statement, whatever their number."""
    part = (model.id - 1) // PER_FILE + 1
    columns = (func.max(model.updated_at), func.max(model.public_from))
    rows = db.session.execute(select(part, *columns).group_by(part).order_by(part))
    return (Entry(_address(kind, number), _latest(*moments)) for number, *moments in rows)


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


def _of(part: int, model: Any, *columns: Any) -> Select[Any]:
    """The rows of *model* that stand in the file *part*."""
    first = (part - 1) * PER_FILE
    return select(*(columns or (model,))).where(model.id > first, model.id <= first + PER_FILE).order_by(model.id)


def _address(kind: str, part: int) -> str:
    return url_for("sitemap.file", kind=kind, part=part)


# The kinds ------------------------------------------------------------------------------------------------

_COLUMNS = load_only(
    *(Release.id, Release.year, Release.slug, Release.public_from, Release.updated_at),
    *(Release.headline, Release.language),
)


def _pages(part: int) -> Iterator[Entry]:
    if part > 1:
        return
    yield from (Entry(href) for href in (*FIXED, *MORE))
    pages = db.session.execute(select(Page.slug, Page.updated_at).order_by(Page.id))
    yield from (Entry(address_of(slug), changed) for slug, changed in pages)
    meetings = db.session.execute(select(Meeting.year, Meeting.updated_at).order_by(Meeting.year))
    yield from (Entry(url_for("meetings.of_year", year=year), changed) for year, changed in meetings)
    for model, address in ((Term, "/glossary/"), (Expert, "/experts/")):
        rows = db.session.execute(select(model.slug, model.updated_at).order_by(model.id))
        yield from (Entry(f"{address}{slug}", changed) for slug, changed in rows)
    columns = (Meeting.year, MeetingSession.id, MeetingSession.updated_at)
    sessions = db.session.execute(
        select(*columns).join(Meeting, Meeting.id == MeetingSession.meeting_id).order_by(MeetingSession.id)
    ).all()
    for year in sorted({year for year, _, _ in sessions}):
        yield from (Entry(url_for(f"meetings_schedule.{name}", year=year)) for name in ("index", "abstracts"))
    for year, number, changed in sessions:
        yield Entry(url_for("meetings_schedule.session", year=year, session_id=number), changed)


def _releases(part: int) -> Iterator[Entry]:
    rows = db.session.scalars(_of(part, Release).options(_COLUMNS))
    return (Entry(release.address, release.changed_at) for release in rows)


def _months(part: int) -> Iterator[Entry]:
    """The lists of years and months."""
    for period in archive.periods() if part == 1 else ():
        yield Entry(browsing.address(Filters(period.year, period.month)), period.changed)


def _webcasts(part: int) -> Iterator[Entry]:
    rows = db.session.execute(_of(part, Webcast, Webcast.slug, Webcast.updated_at, Webcast.public_from))
    return (Entry(url_for("webcasts.show", slug=slug), _latest(*moments)) for slug, *moments in rows)


def _clips(part: int) -> Iterator[Entry]:
    rows = db.session.execute(_of(part, Clip, Clip.id, Clip.updated_at, Clip.public_from))
    return (Entry(url_for("clips.show", clip_id=number), _latest(*moments)) for number, *moments in rows)


def _abstracts(part: int) -> Iterator[Entry]:
    columns = (Meeting.year, Abstract.slug, Abstract.updated_at, Abstract.public_from)
    rows = db.session.execute(_of(part, Abstract, *columns).join(Meeting, Meeting.id == Abstract.meeting_id))
    for year, slug, *moments in rows:
        yield Entry(url_for("meetings_schedule.abstract", year=year, slug=slug), _latest(*moments))


KINDS: dict[str, Callable[[int], Iterator[Entry]]] = {
    "pages": _pages,
    "releases": _releases,
    "months": _months,
    "webcasts": _webcasts,
    "clips": _clips,
    "abstracts": _abstracts,
}


def _language(release: Release) -> str:
    return news_language(translations.language_of(release))


def news_language(tag: str) -> str:
    """As a news sitemap has it: ISO 639 in two or three letters, but for the two ways of writing Chinese.

    Args:
        tag: of BCP 47.
    """
    parts = tag.casefold().split("-")
    if parts[0] == "zh":
        return "zh-tw" if {"tw", "hk", "hant"} & set(parts) else "zh-cn"
    return parts[0]


def _xml(template: str, **context: Any) -> Response:
    return Response(render_template(template, **context), mimetype="application/xml")
