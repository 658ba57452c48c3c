"""``/releases/feed.…``, ``/releases/2026/feed.…``, ``/releases/2026/11/feed.…``: each list of releases as a feed."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from pressroom.kit import clock, web
from pressroom.kit.syndication import house_feed, respond
from pressroom.publishing.cache import kept
from pressroom.releases import archive, browsing, feeds, queries

bp = Blueprint("releases_view_feeds", __name__, url_prefix="/releases")


@bp.get("/feed.<any(rss, atom, json):fmt>")
@kept(*browsing.ADDRESS)
def index(fmt: str) -> Response:
    """All releases, narrowed as the address says."""
    return _feed(browsing.read(request.args), fmt)


@bp.get("/<int(min=1000, max=9999):year>/feed.<any(rss, atom, json):fmt>")
@kept(*browsing.ADDRESS)
def year(year: int, fmt: str) -> Response:
    """The releases of a year."""
    return _feed(browsing.read(request.args, year), fmt, real=True)


@bp.get("/<int(min=1000, max=9999):year>/<month:month>feed.<any(rss, atom, json):fmt>")
@kept(*browsing.ADDRESS)
def month(year: int, month: int, fmt: str) -> Response:
    """The releases of a month."""
    return _feed(browsing.read(request.args, year, month), fmt, real=True)


def _feed(asked: browsing.Asked, fmt: str, *, real: bool = False) -> Response:
    """The feed of a list; 404 with the page's sentence where the page has one."""
    now, facets = clock.now(), archive.facets(asked.filters)
    problem = asked.problem or browsing.unknown(asked.filters, facets, real=real)
    if problem:
        abort(404, problem)
    these = archive.conditions(asked.filters)
    page = web.paginate(queries.whole().where(*these), asked.page, feeds.ITEMS, total=archive.total(asked.filters))
    if problem := web.page_problem(request.args, page.pages):
        abort(404, problem)
    view = browsing.feed(asked.filters, facets)
    feed = house_feed(
        view.path,
        description="Press releases in full, as the page of the same address lists them.",
        page=browsing.address(asked.filters),
        items=map(feeds.item, queries.in_full(page.items)),
        gone=queries.withdrawn_last(feeds.WITHDRAWN, now, *these) if page.page == 1 else (),
        **view.document(page.page, page.pages),
    )
    return respond(feed, fmt, made=now)
