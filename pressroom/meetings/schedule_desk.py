"""``/desk/meetings/<number>/schedule`` and ``…/abstracts``: sessions, what follows them, and single abstracts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, render_template, request, url_for
from sqlalchemy.orm.exc import StaleDataError

from pressroom import accounts
from pressroom.accounts import Permission
from pressroom.kit import clock, web
from pressroom.kit.db import db
from pressroom.meetings import abstracts, actions, asking, bindings, queries, schedule
from pressroom.meetings.forms import ButtonForm, SessionForm, WithdrawForm
from pressroom.meetings.models import Abstract, Meeting, MeetingSession
from pressroom.meetings.rules import MeetingError, Unsure
from pressroom.releases.rules import RefusedError

bp = Blueprint("meetings_schedule_desk", __name__, url_prefix="/desk/meetings/<int(max=2147483647):meeting_id>")
accounts.protect(bp, Permission.EDIT_PAGES)

FORM, ABSTRACT = "meetings/desk/session.html", "meetings/desk/abstract.html"
SESSION = "/sessions/<int(max=2147483647):session_id>"
MEANWHILE = "Somebody saved something of this meeting at the same moment. Nothing of theirs is lost; send yours again."
ONE_ABSTRACT = "/abstracts/<int(max=2147483647):abstract_id>"


@bp.get("/schedule")
def index(meeting_id: int) -> str:
    """Every session, and the releases that follow the schedule."""
    meeting = _meeting(meeting_id)
    opens = bindings.halls(meeting)
    return render_template(
        "meetings/desk/schedule.html",
        meeting=meeting,
        lines=[line for line in schedule.lines(meeting) if line.kind != schedule.BRIEFING],
        bound=[
            (binding, release, bindings.instant_of(binding, opens)) for binding, release in bindings.of_meeting(meeting)
        ],
        sentence=bindings.sentence,
        abstracts=schedule.count_abstracts(meeting),
        now=clock.now(),
    )


@bp.get("/sessions/new")
def new(meeting_id: int) -> str:
    """The editor of a session, empty."""
    meeting = _meeting(meeting_id)
    return render_template(FORM, form=SessionForm(day=meeting.starts_on.isoformat()), meeting=meeting, session=None)


@bp.post("/sessions/new")
def add(meeting_id: int) -> Response:
    """Add a session."""
    meeting, form = _meeting(meeting_id), SessionForm()
    if not form.for_meeting(meeting):
        return web.refused(FORM, form=form, meeting=meeting, session=None)
    by, now = accounts.current_user(), clock.now()
    try:
        actions.add_session(meeting, by=by, now=now, sure=asking.answer(), **form.values())
        db.session.commit()
    except (MeetingError, RefusedError, StaleDataError) as error:
        return _refused(meeting_id, None, form, error)
    except Unsure as question:
        return _asked(meeting_id, question)
    flash("The session is in the schedule.", "good")
    return web.see_other(".index", meeting_id=meeting_id)


@bp.get(SESSION)
def edit(meeting_id: int, session_id: int) -> str:
    """The editor of a session."""
    meeting = _meeting(meeting_id)
    session = _session(meeting, session_id)
    return render_template(FORM, form=SessionForm.of(session, meeting.zone), meeting=meeting, session=session)


@bp.post(SESSION)
def save(meeting_id: int, session_id: int) -> Response:
    """Save a session; embargoes that hang on it move with it."""
    meeting, form = _meeting(meeting_id), SessionForm()
    session = _session(meeting, session_id)
    if not form.for_meeting(meeting):
        return web.refused(FORM, form=form, meeting=meeting, session=session)
    by, now, version = accounts.current_user(), clock.now(), form.version.data or 0
    try:
        actions.edit_session(meeting, session, by=by, now=now, version=version, sure=asking.answer(), **form.values())
        db.session.commit()
    except StaleDataError:
        return _conflict(meeting_id, session_id, form)
    except (MeetingError, RefusedError) as error:
        return _refused(meeting_id, session_id, form, error)
    except Unsure as question:
        return _asked(meeting_id, question)
    flash("Saved.", "good")
    return web.see_other(".index", meeting_id=meeting_id)


@bp.get(f"{SESSION}/remove")
def confirm_removal(meeting_id: int, session_id: int) -> str:
    """Ask before a session goes."""
    meeting = _meeting(meeting_id)
    session = _session(meeting, session_id)
    return render_template("meetings/desk/remove_session.html", form=ButtonForm(), meeting=meeting, session=session)


@bp.post(f"{SESSION}/remove")
def remove(meeting_id: int, session_id: int) -> Response:
    """Take a session out of the schedule."""
    meeting = _meeting(meeting_id)
    session = _session(meeting, session_id)
    try:
        actions.remove_session(meeting, session, by=accounts.current_user(), now=clock.now())
        db.session.commit()
    except (MeetingError, RefusedError, StaleDataError) as error:
        db.session.rollback()
        flash(said(error), "bad")
        return web.see_other(".edit", meeting_id=meeting_id, session_id=session_id)
    except Unsure:  # another opening of the poster hall counts now, and that is soon
        db.session.rollback()
        flash("An embargo would end within the hour. Move what follows this session first, then remove it.", "bad")
        return web.see_other(".edit", meeting_id=meeting_id, session_id=session_id)
    flash("The session is out of the schedule.", "good")
    return web.see_other(".index", meeting_id=meeting_id)


# Abstracts ------------------------------------------------------------------------------------------------


@bp.get("/abstracts")
def abstract_list(meeting_id: int) -> str:
    """The abstracts, those too that nobody sees yet."""
    meeting, asked = _meeting(meeting_id), schedule.Asked.read(request.args)
    return render_template(
        "meetings/desk/abstracts.html",
        meeting=meeting,
        asked=asked,
        page=schedule.abstracts(meeting, web.page_number(request.args), words=asked.q),
        page_address=lambda number: url_for(".abstract_list", meeting_id=meeting_id, page=number, q=asked.q or None),
        now=clock.now(),
    )


@bp.get(ONE_ABSTRACT)
def abstract(meeting_id: int, abstract_id: int) -> str:
    """One abstract, and what may be done with it."""
    return render_template(ABSTRACT, **_shown(meeting_id, abstract_id, WithdrawForm()))


@bp.post(ONE_ABSTRACT)
def withdraw(meeting_id: int, abstract_id: int) -> Response:
    """Take an abstract back, with a reason."""
    form = WithdrawForm()
    if not form.validate_on_submit():
        return web.refused(ABSTRACT, **_shown(meeting_id, abstract_id, form))
    found = _abstract(_meeting(meeting_id), abstract_id)
    abstracts.withdraw(found, by=accounts.current_user(), now=clock.now(), reason=form.reason.data)
    db.session.commit()
    flash("The abstract is withdrawn.", "good")
    return web.see_other(".abstract", meeting_id=meeting_id, abstract_id=abstract_id)


@bp.post(f"{ONE_ABSTRACT}/restore")
def restore(meeting_id: int, abstract_id: int) -> Response:
    """Take a withdrawal back."""
    meeting = _meeting(meeting_id)
    try:
        abstracts.restore(_abstract(meeting, abstract_id), meeting, by=accounts.current_user(), now=clock.now())
        db.session.commit()
        flash("The abstract is back.", "good")
    except MeetingError as error:
        db.session.rollback()
        flash(str(error), "bad")
    return web.see_other(".abstract", meeting_id=meeting_id, abstract_id=abstract_id)


def _shown(meeting_id: int, abstract_id: int, form: WithdrawForm) -> dict[str, Any]:
    meeting = _meeting(meeting_id)
    return {"meeting": meeting, "abstract": _abstract(meeting, abstract_id), "form": form, "now": clock.now()}


# What they share ------------------------------------------------------------------------------------------


def said(error: Exception) -> str:
    """A refusal as a sentence."""
    if isinstance(error, StaleDataError):
        return MEANWHILE
    if isinstance(error, RefusedError):
        return " ".join(problem.sentence for problem in error.problems)
    return str(error)


def _refused(meeting_id: int, session_id: int | None, form: SessionForm, error: Exception) -> Response:
    db.session.rollback()
    form.form_errors = [said(error)]
    meeting = _meeting(meeting_id)
    session = _session(meeting, session_id) if session_id is not None else None
    status = 409 if isinstance(error, StaleDataError) else 422
    return web.shown_again(FORM, status, form=form, meeting=meeting, session=session)


def _asked(meeting_id: int, question: Unsure) -> Response:
    db.session.rollback()
    return asking.ask(question, zone=_meeting(meeting_id).zone, back=url_for(".index", meeting_id=meeting_id))


def _conflict(meeting_id: int, session_id: int, form: SessionForm) -> Response:
    db.session.rollback()
    meeting = _meeting(meeting_id)
    saved = _session(meeting, session_id)
    form.version.raw_data, form.version.data = None, saved.version
    return web.conflict(FORM, form=form, meeting=meeting, session=saved, theirs=saved)


def _meeting(meeting_id: int) -> Meeting:
    return queries.by_id(meeting_id) or abort(404)


def _session(meeting: Meeting, session_id: int) -> MeetingSession:
    return schedule.session(meeting, session_id) or abort(404)


def _abstract(meeting: Meeting, abstract_id: int) -> Abstract:
    found = db.session.get(Abstract, abstract_id)
    return found if found is not None and found.meeting_id == meeting.id else abort(404)
