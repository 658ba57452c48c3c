"""``/annual-meeting/<year>/schedule``, ``…/sessions/…`` and ``…/abstracts/…``, for the public."""

from __future__ import annotations

from typing import Any, NoReturn

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pressroom import publishing
from pressroom.kit import calendar, clock, schema_org, web
from pressroom.meetings import queries, rules, schedule
from pressroom.meetings.models import Abstract, Meeting
from pressroom.meetings.schedule import PARAMETERS, PER_PAGE, Asked
from pressroom.publishing.cache import kept

bp = Blueprint("meetings_schedule", __name__, url_prefix="/annual-meeting/<int(fixed_digits=4):year>")

OF_A_SESSION = 100  # abstracts on its page
PER_LIST = 50


@bp.get("/schedule")
@kept(*PARAMETERS, "page")
def index(year: int) -> str:
    """Sessions and briefings, or those that the filters let through."""
    meeting, asked = _meeting(year), Asked.read(request.args)
    found = schedule.read(meeting, asked)
    page = web.Page(_slice(found.lines), len(found.lines), web.page_number(request.args), PER_PAGE)
    _refuse_page(page.pages)
    return render_template(
        "meetings/schedule.html",
        meeting=meeting,
        asked=asked,
        found=found,
        page=page,
        has_abstracts=schedule.count_abstracts(meeting) > 0,
        page_address=lambda number: schedule.address(meeting, asked, number),
        calendar=url_for(".as_calendar", year=year, **asked.parameters),
    )


def _slice(lines: Any) -> Any:
    start = (web.page_number(request.args) - 1) * PER_PAGE
    return lines[start : start + PER_PAGE]


@bp.get("/schedule.ics")
@kept(*PARAMETERS)
def as_calendar(year: int) -> Response:
    """What the filters let through, for a calendar that subscribes."""
    meeting, asked = _meeting(year), Asked.read(request.args)
    events = schedule.events(meeting, schedule.read(meeting, asked).lines)
    here = url_for(".as_calendar", year=year, **asked.parameters)
    return calendar.respond(events, f"schedule-{year}.ics", f"{meeting.title}: schedule", here)


@bp.get("/sessions/<int(max=2147483647):session_id>")
@kept("page")
def session(year: int, session_id: int) -> str:
    """A session, with the abstracts that are online."""
    meeting = _meeting(year)
    found = schedule.session(meeting, session_id) or abort(404)
    page = schedule.abstracts(meeting, web.page_number(request.args), session_id=session_id, per_page=OF_A_SESSION)
    _refuse_page(page.pages)
    return render_template(
        "meetings/session.html",
        meeting=meeting,
        sitting=found,
        page=page,
        online=_are_online(meeting),
        page_address=lambda number: url_for(".session", year=year, session_id=session_id, page=number),
    )


@bp.get("/sessions/<int(max=2147483647):session_id>.ics")
@kept()
def session_as_calendar(year: int, session_id: int) -> Response:
    """A session for a calendar."""
    meeting = _meeting(year)
    found = [line for line in schedule.lines(meeting) if line.kind != schedule.BRIEFING and line.id == session_id]
    return calendar.respond(schedule.events(meeting, found or abort(404)), f"session-{session_id}.ics")


@bp.get("/abstracts")
@kept("q", "topic", "page")
def abstracts(year: int) -> str:
    """The abstracts that are online, by number; those with some words, or on a topic."""
    meeting, asked = _meeting(year), Asked.read(request.args)
    given: dict[str, Any] = {name: value for name, value in (("q", asked.q), ("topic", asked.topic)) if value}
    page = schedule.abstracts(
        meeting, web.page_number(request.args), words=asked.q, topic=asked.topic, per_page=PER_LIST
    )
    _refuse_page(page.pages)
    return render_template(
        "meetings/abstracts.html",
        meeting=meeting,
        asked=asked,
        page=page,
        topics=schedule.topics(meeting, asked.q),
        online=_are_online(meeting),
        page_address=lambda number: url_for(".abstracts", year=year, page=number, **given),
    )


@bp.get("/abstracts/<slug>")
@kept()
def abstract(year: int, slug: str) -> ResponseReturnValue:
    """An abstract; 410 with the reason when it was withdrawn."""
    meeting = _meeting(year)
    if slug != rules.number_key(slug):
        abort(404)
    found = schedule.abstract(meeting, slug)
    if found is not None:
        return render_template(
            "meetings/abstract.html", meeting=meeting, abstract=found, structured=_structured(meeting, found)
        )
    table = Abstract.__table__.c
    which = table.meeting_id == meeting.id, table.slug == slug
    notice = publishing.withdrawal_notice(Abstract, *which, title=Abstract.title, now=clock.now())
    if notice is None:
        abort(404)
    return web.gone(notice["title"], notice["withdrawn_at"], notice["withdrawal_reason"])


def _structured(meeting: Meeting, abstract: Abstract) -> dict[str, Any]:
    """An abstract for machines (https://schema.org/ScholarlyArticle)."""
    said = {
        "@context": schema_org.CONTEXT,
        "@type": "ScholarlyArticle",
        "headline": abstract.title,
        "name": abstract.title,
        "identifier": abstract.number,
        "abstract": " ".join(abstract.text.split()[:80]),
        "author": abstract.authors,
        "url": web.external("meetings_schedule.abstract", year=meeting.year, slug=abstract.slug),
        "sameAs": f"https://doi.org/{abstract.doi}" if abstract.doi else abstract.url,
        "datePublished": abstract.public_from.isoformat() if abstract.public_from else "",
    }
    return schema_org.present(said)


def _are_online(meeting: Meeting) -> bool:
    return meeting.abstracts_from is not None and meeting.abstracts_from <= clock.now()


def _meeting(year: int) -> Meeting:
    """The meeting of a year; 410 with the reason for all that is in it when it was withdrawn, else 404."""
    return queries.by_year(year) or _gone(year)


def _gone(year: int) -> NoReturn:
    column = Meeting.__table__.c.year
    notice = publishing.withdrawal_notice(Meeting, column == year, title=Meeting.title, now=clock.now())
    if notice is None:
        abort(404)
    abort(web.gone(notice["title"], notice["withdrawn_at"], notice["withdrawal_reason"]))


def _refuse_page(pages: int) -> None:
    if problem := web.page_problem(request.args, pages):
        abort(404, problem)
