"""``/sitemap.xml`` and ``/robots.txt``: what search engines may read (sitemaps.org, protocol 0.9; RFC 9309).

A file takes 50,000 addresses at most. Below that there is one; above it, an index of several.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from flask import Blueprint, Response, abort, render_template, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import load_only

from pressroom.clips.models import Clip
from pressroom.front.parts import NAVIGATION
from pressroom.kit import web
from pressroom.kit.db import db
from pressroom.pages.models import Page
from pressroom.publishing.cache import kept
from pressroom.releases import archive, browsing
from pressroom.releases.archive import Filters
from pressroom.releases.models import Release
from pressroom.webcasts.models import Webcast

bp = Blueprint("sitemap", __name__)

PER_FILE = 20_000
FIXED = ("/", *(entry.href for entry in NAVIGATION if entry.href.endswith("/")), "/annual-meeting", "/feeds/")


@dataclass(frozen=True)
class Entry:
    """An address, and when what stands there last changed."""

    href: str
    changed: datetime | None = None


@bp.get("/sitemap.xml")
@kept("part")
def sitemap() -> Response:
    """All public addresses; where they are too many for one file, the list of files, ``?part=1`` and on."""
    parts = -(-count() // PER_FILE)
    asked = web.page_number({"page": request.args.get("part", "1")})
    if "part" not in request.args and parts > 1:
        hrefs = [Entry(url_for("sitemap.sitemap", part=n + 1)) for n in range(parts)]
        return _xml("front/sitemap_index.xml", hrefs)
    if asked > max(parts, 1):
        abort(404)
    return _xml("front/sitemap.xml", list(islice(entries(), (asked - 1) * PER_FILE, asked * PER_FILE)))


@bp.get("/robots.txt")
@kept()
def robots() -> Response:
    """The desk and the endless pages of search are nothing for crawlers."""
    closed = ("/desk/", "/sign-in", "/search", "/clips/export.", "/clips/suggest")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), ""]
    lines += [f"Sitemap: {web.external('sitemap.sitemap')}", ""]
    return Response("\n".join(lines), mimetype="text/plain")


def count() -> int:
    """How many addresses there are."""
    totals = [db.session.scalar(select(func.count(model.id))) or 0 for model in (Release, Clip, Webcast, Page)]
    return len(FIXED) + sum(totals) + len(list(archive.periods()))


def entries() -> Iterator[Entry]:
    """Every public address, in a fixed order."""
    yield from (Entry(href) for href in FIXED)
    pages = select(Page.slug, Page.updated_at).order_by(Page.id)
    yield from (Entry(f"/{slug}", changed) for slug, changed in db.session.execute(pages))
    columns = load_only(Release.id, Release.year, Release.slug, Release.public_from, Release.updated_at)
    releases = select(Release).options(columns).order_by(Release.id)
    yield from (Entry(release.address, release.changed_at) for release in db.session.scalars(releases))
    for period in archive.periods():
        yield Entry(browsing.address(Filters(period.year, period.month)), period.changed)
    webcasts = select(Webcast).options(load_only(Webcast.slug, Webcast.updated_at)).order_by(Webcast.id)
    yield from (Entry(webcast.address, webcast.updated_at) for webcast in db.session.scalars(webcasts))
    clips = db.session.scalars(select(Clip.id).order_by(Clip.id))
    yield from (Entry(url_for("clips.show", clip_id=number)) for number in clips)


def _xml(template: str, rows: list[Entry]) -> Response:
    return Response(render_template(template, entries=rows), mimetype="application/xml")
