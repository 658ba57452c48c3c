"""The clip archive for everybody: its search page, and the page of a clip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from flask import Blueprint, abort, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from pressroom import publishing, search
from pressroom.clips import addresses, browsing, covering, dataset, lines, queries, rules, structured
from pressroom.clips.models import Clip
from pressroom.clips.people import bylines
from pressroom.clips.stories import queries as stories
from pressroom.kit import busy, clock, web
from pressroom.kit.settings import setting
from pressroom.publishing.cache import kept, revalidated
from pressroom.search import Results

bp = Blueprint("clips", __name__)


@bp.get("/clips/")
@kept(*browsing.ADDRESS)
def index() -> ResponseReturnValue:
    """The archive: words, filters, counts, order, pages; everything stands in the address."""
    busy.count("search", setting("search_limit"))
    search.catch_up(clock.now())
    return _index()


@revalidated
def _index() -> ResponseReturnValue:
    understood = browsing.read(request.args)
    asked = understood.asked
    if understood.moved:
        return redirect(asked.address(page=asked.page), 301)
    results = search.find(understood.query(), now=clock.now(), caught_up=True)
    problems = list(understood.problems)
    if problem := web.page_problem(request.args, results.pages):
        problems.append(problem)
    nothing = not (results.total or results.degraded)
    html = render_template(
        "clips/index.html",
        asked=asked,
        results=results,
        lines=_lines(results, marked=bool(asked.text)),
        facets=browsing.facets(understood, results),
        chips=browsing.chips(understood),
        sorts=browsing.sorts(asked),
        sizes=browsing.sizes(asked),
        files=browsing.files(asked),
        wider=browsing.wider(understood, now=clock.now()) if nothing else (),
        meant=_meant(results, asked),
        clear=browsing.clear(asked),
        shown=browsing.SHOWN,
        kept=[(name, value) for facet, name in browsing.PARAMETERS.items() for value in asked.chosen[facet]],
        problems=problems,
        view_feed=None if problems else browsing.feed(understood),
        per=asked.per if asked.per != browsing.PER_PAGE else "",
        address=lambda number: asked.address(page=number),
        beside=browsing.beside(asked, results),
        dataset=dataset.structured,
    )
    return make_response(html, 404 if problems else 200)


def _meant(results: Results, asked: browsing.Asked) -> str:
    """The address of what was perhaps meant."""
    return replace(asked, text=results.correction.text, page=1).address() if results.correction else ""


def _lines(results: Results, *, marked: bool) -> Sequence[Markup]:
    """The clips that were found, in the engine's order, as search read them through the gate just now."""
    return [
        lines.html(
            clip,
            topics,
            hit.headline if marked else escape(clip.headline),
            hit.snippet if marked else escape(hit.document.body),
        )
        for hit in results.hits
        for clip, topics in (cast("tuple[queries.Line, list[tuple[str, str]]]", hit.document.source),)
    ]


def _linked(byline: str) -> list[tuple[str, str]]:
    """The text of a by-line in pieces; a name leads to what else the archive has with it in the by-line."""
    pieces, end = [], 0
    for one in bylines.read(byline):
        words = one.name.replace('"', "")
        pieces += [
            (byline[end : one.start], ""),
            (byline[one.start : one.end], browsing.Asked(f'by:"{words}"').address()),
        ]
        end = one.end
    return [piece for piece in (*pieces, (byline[end:], "")) if piece[0]]


@bp.get("/clips/<int(max=2147483647):clip_id>")
@kept()
def show(clip_id: int) -> ResponseReturnValue:
    """One clip; one that was withdrawn says so and why."""
    clip = queries.by_id(clip_id)
    if clip is None:
        notice = publishing.withdrawal_notice(
            Clip, Clip.__table__.c.id == clip_id, title=Clip.headline, now=clock.now()
        )
        if notice:
            return web.gone(notice["title"], notice["withdrawn_at"], notice["withdrawal_reason"], "clips/gone.html")
        abort(404)
    return render_template(
        "clips/show.html",
        clip=clip,
        excerpt=clip.short_excerpt,
        byline=_linked(clip.byline),
        story=structured.of(clip),
        covered=covering.covered(clip.id),
        others=stories.others(clip.id),
        host=addresses.host(clip.url),
        language=rules.language_name(clip.language),
    )
