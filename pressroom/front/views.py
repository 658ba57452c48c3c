"""``/``, ``/search``, ``/feeds/``: the front of the house."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for

from pressroom import search
from pressroom.clips import queries as clips
from pressroom.front import found, rules
from pressroom.kit import busy, clock, web
from pressroom.kit.settings import setting
from pressroom.meetings import queries as meetings
from pressroom.pages import queries as pages
from pressroom.publishing.cache import kept
from pressroom.releases import queries as releases
from pressroom.webcasts import queries as webcasts

bp = Blueprint("front", __name__)

RELEASES = 6
CLIPS = 5
FIGURES = 4
SORTS = {"relevance": "Best match", "newest": "Newest", "oldest": "Oldest"}
PER_PAGE = 20
MOST_WORDS = 400  # characters of a search; more is pasted text, and finds nothing


@bp.get("/")
@kept()
def home() -> str:
    """The press room: who to call, the lead, what is new, what is next, the figures."""
    now = clock.now()
    newest = releases.latest(RELEASES, pictures=True)
    lead = rules.lead(newest)
    return render_template(
        "front/home.html",
        lead=lead,
        releases=[release for release in newest if release is not lead],
        clips=clips.latest(CLIPS),
        webcast=webcasts.upcoming(now),
        meeting=meetings.current(now),
        figures=[fact for fact in pages.headline_facts() if len(fact.value) <= 12][:FIGURES],
        structured=_organisation(),
        zones=setting("zones"),
        now=now,
    )


def _organisation() -> dict[str, Any]:
    """The organisation in schema.org's words."""
    said = {
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": setting("organisation_name"),
        "url": setting("organisation_url"),
        "telephone": setting("organisation_phone"),
        "address": ", ".join(setting("organisation_address").splitlines()),
    }
    contact = {
        "@type": "ContactPoint",
        "contactType": "media",
        "telephone": setting("contact_phone"),
        "email": setting("contact_email"),
    }
    return {name: value for name, value in said.items() if value} | {
        "contactPoint": {name: value for name, value in contact.items() if value}
    }


@dataclass(frozen=True)
class Choice:
    """A filter as a link."""

    label: str
    count: int
    href: str
    current: bool
    kind: str = "kind"


@bp.get("/search")
@kept("q", "kind", "sort", "page", "after", "before")
def find() -> Response:
    """Search over releases, clips, webcasts and pages. What means nothing is left out, and said."""
    text = _printable(request.args.get("q", ""))[:MOST_WORDS]
    kind, problems = request.args.get("kind", ""), []
    if kind and kind not in found.KINDS:
        problems.append(f"There is no kind “{_printable(kind)[:40]}”.")
        kind = ""
    sort = request.args.get("sort", "") or "relevance"
    if sort not in SORTS:
        problems.append(f"There is no order “{_printable(sort)[:40]}”; there are {', '.join(SORTS)}.")
        sort = "relevance"
    asked = bool(text.strip() or kind)
    query = search.Query(
        text=text,
        kinds=(kind,) if kind else (),
        sort=sort,
        page=web.page_number(request.args),
        per_page=PER_PAGE,
        after=request.args.get("after", ""),
        before=request.args.get("before", ""),
    )
    if asked:
        busy.count("search", setting("search_limit"))
    results = search.find(query, now=clock.now()) if asked else search.Results()
    if asked and (problem := web.page_problem(request.args, results.pages)):
        problems.append(problem)
    page = render_template(
        "front/search.html",
        problems=problems,
        q=text,
        kind=kind,
        asked=asked,
        results=results,
        lines=found.shown(results.hits),
        kinds=_kinds(results, text, kind, sort),
        sorts=_sorts(text, kind, sort),
        page_href=lambda page: _href(text, kind, sort, page),
        beside=(
            _href(text, kind, sort, results.page - 1, before=results.before),
            _href(text, kind, sort, results.page + 1, after=results.after),
        ),
        alert_of=_href(text, kind, "relevance"),
        meant=_href(results.correction.text, kind, sort) if results.correction else "",
        without_kind=_href(text, "", sort),
        kind_name=found.KINDS.get(kind, ""),
    )
    return make_response(page, 404 if problems else 200)


@bp.get("/search/suggest")
def suggest() -> Response:
    """Words that the words typed may become, each with how much it finds."""
    busy.count("suggest", setting("search_limit"))
    query = search.Query(text=_printable(request.args.get("q", ""))[:MOST_WORDS].lstrip())
    rows = [
        {"kind": one.kind, "text": one.text, "count": one.count, "href": _href(one.text, "", "relevance")}
        for one in search.suggest(query, now=clock.now(), facets=())
    ]
    return web.suggestions(rows)


def _printable(text: str) -> str:
    """*text* with blanks for what can neither be typed nor shown."""
    return "".join(character if character.isprintable() else " " for character in text)


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
    return [{"label": name, "href": _href(text, kind, sort), "current": sort == chosen} for sort, name in SORTS.items()]


FEEDS = (
    (
        "releases",
        "Releases",
        "Every press release, from the second it is public. Corrections move up as updates.",
    ),
    ("clips", "Coverage", "Stories about our field and our work, as they enter the clip archive."),
    ("webcasts", "Webcasts", "Briefings announced, and recordings when they are ready."),
)


@bp.get("/feeds/")
@kept()
def feeds() -> str:
    """What can be followed, and what each feed is for."""
    return render_template("front/feeds.html", feeds=FEEDS)


@bp.get("/feeds/all.opml")
@kept()
def outlines() -> Response:
    """All feeds as one file for a reader (OPML 2.0)."""
    return Response(render_template("front/feeds.opml", feeds=FEEDS), mimetype="text/x-opml")
