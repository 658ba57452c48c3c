"""``/`` and ``/search``: the front of the house."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for

from pressroom import search
from pressroom.clips import queries as clips
from pressroom.front import asking, found, rules
from pressroom.kit import busy, clock, schema_org, web
from pressroom.kit.settings import setting
from pressroom.meetings import queries as meetings
from pressroom.pages import queries as pages
from pressroom.publishing.cache import kept, revalidated
from pressroom.releases import public as releases
from pressroom.webcasts import queries as webcasts

bp = Blueprint("front", __name__)

RELEASES = 6
CLIPS = 5
FIGURES = 4
PER_PAGE = 20


@bp.get("/")
@kept()
@revalidated
def home() -> str:
    """The press room: who to call, the lead, what is new, what is next, the figures."""
    now = clock.now()
    newest = releases.latest(RELEASES)
    lead = rules.lead(newest)
    return render_template(
        "front/home.html",
        lead=lead,
        releases=[release for release in newest if release is not lead],
        clips=clips.newest(CLIPS),
        webcast=webcasts.upcoming(),
        meeting=meetings.current(now),
        figures=[fact for fact in pages.headline_facts() if len(fact.value) <= 12][:FIGURES],
        structured=schema_org.organisation_in_full(),
        zones=setting("zones"),
        now=now,
    )


@dataclass(frozen=True)
class Choice:
    """A filter as a link."""

    label: str
    count: int
    href: str
    current: bool
    kind: str = "kind"


@bp.get("/search")
@kept(*asking.ADDRESS)
def find() -> Response:
    """Search over releases, clips, webcasts and pages. What means nothing is left out, and said."""
    asked = asking.read(request.args)
    text, kind, sort, problems = asked.text, asked.kind, asked.sort, list(asked.problems)
    query = search.Query(
        text=text,
        kinds=(kind,) if kind else (),
        sort=sort,
        page=web.page_number(request.args),
        per_page=PER_PAGE,
        after=request.args.get("after", ""),
        before=request.args.get("before", ""),
    )
    if asked.anything:
        busy.count("search", setting("search_limit"))
    results = search.find(query, now=clock.now()) if asked.anything else search.Results()
    if asked.anything and (problem := web.page_problem(request.args, results.pages)):
        problems.append(problem)
    page = render_template(
        "front/search.html",
        problems=problems,
        q=text,
        kind=kind,
        asked=asked.anything,
        view_feed=asked.feed if asked.anything and not problems and kind not in found.TOLD_NOBODY else None,
        results=results,
        lines=found.of(results),
        kinds=_kinds(results, text, kind, sort),
        sorts=_sorts(text, kind, sort),
        page_href=lambda page: _href(text, kind, sort, page),
        beside=(
            _href(text, kind, sort, results.page - 1, before=results.before),
            _href(text, kind, sort, results.page + 1, after=results.after),
        ),
        alert_of=_href(text, kind, "relevance") if kind not in found.TOLD_NOBODY else "",
        meant=_href(results.correction.text, kind, sort) if results.correction else "",
        without_kind=_href(text, "", sort),
        kind_name=found.KINDS.get(kind, ""),
    )
    return make_response(page, 404 if problems else 200)


@bp.get("/search/suggest")
def suggest() -> Response:
    """Words that the words typed may become, each with how much it finds."""
    return web.suggestions([{name: row[name] for name in ("kind", "text", "count", "href")} for row in suggested()])


def suggested() -> list[dict[str, Any]]:
    """How the words of the request in hand may go on, each with where that leads; counted against its network."""
    busy.count("suggest", setting("search_limit"))
    query = search.Query(text=asking.printable(request.args.get("q", ""))[: asking.MOST_WORDS].lstrip())
    found_words = search.suggest(query, now=clock.now(), facets=())
    hrefs = [_href(one.text, "", "relevance") for one in found_words]
    return [
        {"kind": one.kind, "text": one.text, "count": one.count, "href": href, "address": web.absolute(href)}
        for one, href in zip(found_words, hrefs, strict=True)
    ]


def _href(text: str, kind: str, sort: str, page: int = 1, *, after: str = "", before: str = "") -> str:
    return url_for(
        "front.find",
        q=text or None,
        kind=kind or None,
        sort=sort if sort != "relevance" else None,
        page=page if page > 1 else None,
        after=after or None,
        before=before or None,
    )


def _kinds(results: search.Results, text: str, chosen: str, sort: str) -> list[Choice]:
    counts = dict(results.facets.get("kind", ()))
    return [
        Choice(name, counts.get(kind, 0), _href(text, kind, sort), kind == chosen)
        for kind, name in found.KINDS.items()
        if counts.get(kind)
    ]


def _sorts(text: str, kind: str, chosen: str) -> list[dict[str, Any]]:
    return [
        {"label": name, "href": _href(text, kind, sort), "current": sort == chosen}
        for sort, name in asking.SORTS.items()
    ]
