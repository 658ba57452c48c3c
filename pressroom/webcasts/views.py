"""``/webcasts/``: for the public. What a page says depends on its address and the time."""

from __future__ import annotations

from operator import attrgetter

import orjson
from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from pressroom.kit import calendar, cards, clock, headers, web
from pressroom.kit.settings import setting
from pressroom.publishing.cache import kept
from pressroom.webcasts import cards as webcast_cards
from pressroom.webcasts import chapters, queries, shown, transcript
from pressroom.webcasts.models import Webcast

bp = Blueprint("webcasts", __name__, url_prefix="/webcasts")


@bp.get("/")
@kept("page")
def index() -> Response:
    """What is to come, then the recordings, page by page."""
    now = clock.now()
    past = queries.past(now, web.page_number(request.args))
    coming = queries.coming(now) if past.page == 1 else []
    problem = web.page_problem(request.args, past.pages)
    page = render_template(
        "webcasts/index.html",
        problem=problem,
        coming=coming,
        past=past,
        badge=lambda webcast: shown.badge(webcast, now),
        view_feed=shown.VIEW,
        page_address=lambda number: url_for("webcasts.index", page=number if number > 1 else None),
    )
    return make_response(page, 404 if problem else 200)


@bp.get("/calendar.ics")
@kept()
def coming() -> Response:
    """What is to come, and what was, for a calendar that subscribes."""
    events = shown.events(clock.now())
    return calendar.respond(events, "webcasts.ics", f"{setting('organisation_name')}: webcasts", request.path)


@bp.get("/<slug>")
@kept("t")
def show(slug: str) -> Response:
    """One webcast, whatever it is now; 410 with the reason when it was withdrawn.

    The second in ``t`` is for the script that starts the player there.
    """
    found = _public(slug)
    if isinstance(found, Response):
        return found
    context = shown.page(found, clock.now(), attrgetter("address"))
    response = make_response(render_template("webcasts/show.html", **context))
    if player := context["player"]:
        response.headers["Content-Security-Policy"] = headers.policy(frame_src=f"https://{player.host}")
    return response


@bp.get("/<slug>/embed")
@kept("t")
def embed(slug: str) -> Response:
    """The player alone, for a frame in a page of others."""
    found = _public(slug)
    if isinstance(found, Response):
        return found
    context = shown.page(found, clock.now(), attrgetter("address"))
    return headers.framed(make_response(render_template("webcasts/embed.html", **context)))


@bp.get("/<slug>.ics")
@kept()
def event(slug: str) -> Response:
    """The webcast for a calendar. What was withdrawn is cancelled there, too."""
    _check(slug)
    webcast = queries.by_slug(slug)
    found = shown.event(webcast) if webcast is not None else shown.cancelled(slug, clock.now())
    return calendar.respond([found or abort(404)], f"{slug}.ics")


@bp.get("/<slug>.txt")
@kept()
def text(slug: str) -> Response:
    """Every word of the recording, as plain text."""
    found = _public(slug)
    if isinstance(found, Response):
        return found
    if not found.has_words:
        abort(404)
    said = found.transcript or transcript.plain(found.cues)
    response = make_response(f"{found.title}\n{web.absolute(found.address)}\n\n{said.strip()}\n")
    response.mimetype = "text/plain"
    return web.conditional(response)


@bp.get("/<slug>/chapters.json")
@kept()
def chapters_json(slug: str) -> Response:
    """The chapters for players of podcasts."""
    found = _chaptered(slug)
    if isinstance(found, Response):
        return found
    response = Response(orjson.dumps(chapters.podcast(found.chapters, found.title)), mimetype=chapters.JSON_TYPE)
    return web.conditional(response)


@bp.get("/<slug>/chapters.vtt")
@kept()
def chapters_vtt(slug: str) -> Response:
    """The chapters for the player of a browser."""
    found = _chaptered(slug)
    if isinstance(found, Response):
        return found
    response = Response(chapters.webvtt(found.chapters, found.minutes), content_type="text/vtt; charset=utf-8")
    return web.conditional(response)


@bp.get("/<slug>/card-<digest>.png")
def card(slug: str, digest: str) -> BaseResponse:
    """The picture that a shared link shows, exactly as public as the webcast."""
    found = _public(slug)
    if isinstance(found, Response):
        return found
    return cards.answer(webcast_cards.face(found), digest, webcast_cards.address(found))


bp.add_app_template_global(webcast_cards.address, "webcast_card")


def _check(slug: str) -> None:
    if not slug.isprintable():  # PostgreSQL takes no null character, not even to look for it
        abort(404)


def _chaptered(slug: str) -> Webcast | Response:
    found = _public(slug)
    return found if isinstance(found, Response) or found.chapters else abort(404)


def _public(slug: str) -> Webcast | Response:
    """The webcast at *slug* as far as it is public; the notice when it was withdrawn; else 404."""
    _check(slug)
    if webcast := queries.by_slug(slug):
        return webcast
    notice = queries.withdrawn(slug, clock.now())
    if notice is None:
        abort(404)
    return web.gone(notice["title"], notice["withdrawn_at"], notice["withdrawal_reason"])
