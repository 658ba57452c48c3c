"""``/desk/meetings/``: announcing a meeting and keeping its press programme."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm.exc import StaleDataError

from pressroom import accounts
from pressroom.accounts import Permission
from pressroom.kit import clock, dates, web
from pressroom.kit.db import db
from pressroom.kit.settings import setting
from pressroom.meetings import actions, asking, queries
from pressroom.meetings.forms import BriefingForm, ButtonForm, MeetingForm, WithdrawForm
from pressroom.meetings.models import Briefing, Meeting
from pressroom.meetings.rules import MeetingError, Unsure
from pressroom.meetings.schedule_desk import MEANWHILE, said
from pressroom.releases.rules import RefusedError

bp = Blueprint("meetings_desk", __name__, url_prefix="/desk/meetings")
accounts.protect(bp, Permission.EDIT_PAGES)

EDITOR, BRIEFING = "meetings/desk/edit.html", "meetings/desk/briefing.html"
WITHDRAW = "meetings/desk/withdraw.html"
LARGEST_ID = 2**31 - 1  # of an integer column; a larger number in an address is simply not found
ONE = f"/<int(max={LARGEST_ID}):meeting_id>"
ONE_BRIEFING = f"{ONE}/briefings/<int(max={LARGEST_ID}):briefing_id>"


@bp.get("/")
def index() -> str:
    """All meetings, drafts too."""
    return render_template("meetings/desk/index.html", meetings=queries.meetings(), now=clock.now())


@bp.get("/new")
def new() -> str:
    """The editor, with the texts that a meeting begins with."""
    return render_template(EDITOR, form=MeetingForm(zone=setting("time_zone")), meeting=None)


@bp.post("/new")
def create() -> ResponseReturnValue:
    """Make a draft."""
    form = MeetingForm()
    if not form.validate_on_submit() or not _year_is_free(form, None):
        return web.refused(EDITOR, form=form, meeting=None)
    meeting = actions.create(by=accounts.current_user(), now=clock.now(), **form.values())
    db.session.commit()
    flash("Saved as a draft. Add the briefings, then publish it.", "good")
    return web.see_other("meetings_desk.edit", meeting_id=meeting.id)


@bp.get(ONE)
def edit(meeting_id: int) -> str:
    """The editor of a meeting, with its press programme."""
    meeting = _meeting(meeting_id)
    return render_template(EDITOR, form=MeetingForm.of(meeting), meeting=meeting, now=clock.now())


@bp.post(ONE)
def save(meeting_id: int) -> ResponseReturnValue:
    """Save a meeting."""
    meeting, form = _meeting(meeting_id), MeetingForm()
    if not form.validate_on_submit() or not _year_is_free(form, meeting):
        return web.refused(EDITOR, form=form, meeting=meeting, now=clock.now())
    by, now = accounts.current_user(), clock.now()
    try:
        version, sure = form.version.data or 0, asking.answer()
        changed = actions.edit(meeting, by=by, now=now, version=version, sure=sure, **form.values())
        db.session.commit()
    except StaleDataError:
        return _conflict(meeting_id, form)
    except (MeetingError, RefusedError) as error:
        db.session.rollback()
        form.form_errors = [said(error)]
        return web.refused(EDITOR, form=form, meeting=_meeting(meeting_id), now=now)
    except Unsure as question:
        return asking.ask(question, zone=form.zone.data, back=url_for(".edit", meeting_id=meeting_id))
    except dates.WallTimeError as error:
        form.zone.errors = [f"A briefing does not fit into this zone. {error}"]
        return web.refused(EDITOR, form=form, meeting=meeting, now=now)
    flash("Saved." if changed else "Nothing was changed.", "good")
    return web.see_other("meetings_desk.edit", meeting_id=meeting_id)


@bp.post(f"{ONE}/publish")
@accounts.requires(Permission.PUBLISH)
def publish(meeting_id: int) -> ResponseReturnValue:
    """Show it to the public."""
    meeting = _meeting(meeting_id)
    try:
        actions.publish(meeting, by=accounts.current_user(), now=clock.now())
        db.session.commit()
        flash("The meeting is public now.", "good")
    except StaleDataError:
        db.session.rollback()
        flash(MEANWHILE, "bad")
    return web.see_other("meetings_desk.edit", meeting_id=meeting_id)


@bp.get(f"{ONE}/withdraw")
@accounts.requires(Permission.PUBLISH)
def confirm_withdrawal(meeting_id: int) -> str:
    """Ask before a meeting goes."""
    return render_template(WITHDRAW, form=WithdrawForm(), meeting=_meeting(meeting_id))


@bp.post(f"{ONE}/withdraw")
@accounts.requires(Permission.PUBLISH)
def withdraw(meeting_id: int) -> ResponseReturnValue:
    """Take a meeting off."""
    meeting, form = _meeting(meeting_id), WithdrawForm()
    if not form.validate_on_submit():
        return web.refused(WITHDRAW, form=form, meeting=meeting)
    try:
        actions.withdraw(meeting, by=accounts.current_user(), now=clock.now(), reason=form.reason.data)
        db.session.commit()
    except StaleDataError:
        return _meanwhile(WITHDRAW, meeting_id, form)
    flash("The meeting is off the site.", "good")
    return web.see_other("meetings_desk.edit", meeting_id=meeting_id)


@bp.get(f"{ONE}/briefings/new")
def new_briefing(meeting_id: int) -> str:
    """The editor of a briefing, empty."""
    meeting = _meeting(meeting_id)
    form = BriefingForm(day=meeting.starts_on.isoformat())
    return render_template(BRIEFING, form=form, meeting=meeting, briefing=None)


@bp.post(f"{ONE}/briefings/new")
def add_briefing(meeting_id: int) -> ResponseReturnValue:
    """Add a briefing."""
    meeting, form = _meeting(meeting_id), BriefingForm()
    if not form.for_meeting(meeting):
        return web.refused(BRIEFING, form=form, meeting=meeting, briefing=None)
    try:
        actions.add_briefing(meeting, by=accounts.current_user(), now=clock.now(), **form.values())
        db.session.commit()
    except StaleDataError:
        return _meanwhile(BRIEFING, meeting_id, form, briefing=None)
    flash("The briefing is in the programme.", "good")
    return web.see_other("meetings_desk.edit", meeting_id=meeting_id)


@bp.get(ONE_BRIEFING)
def edit_briefing(meeting_id: int, briefing_id: int) -> str:
    """The editor of a briefing."""
    meeting = _meeting(meeting_id)
    briefing = _briefing(meeting, briefing_id)
    form = BriefingForm.of(briefing, meeting.zone)
    return render_template(BRIEFING, form=form, meeting=meeting, briefing=briefing)


@bp.post(ONE_BRIEFING)
def save_briefing(meeting_id: int, briefing_id: int) -> ResponseReturnValue:
    """Save a briefing."""
    meeting, form = _meeting(meeting_id), BriefingForm()
    briefing = _briefing(meeting, briefing_id)
    if not form.for_meeting(meeting):
        return web.refused(BRIEFING, form=form, meeting=meeting, briefing=briefing)
    by, now, version = accounts.current_user(), clock.now(), form.version.data or 0
    try:
        sure = asking.answer()
        actions.edit_briefing(meeting, briefing, by=by, now=now, version=version, sure=sure, **form.values())
        db.session.commit()
    except StaleDataError:
        return _briefing_conflict(meeting_id, briefing_id, form)
    except (MeetingError, RefusedError) as error:
        db.session.rollback()
        form.form_errors = [said(error)]
        meeting = _meeting(meeting_id)
        return web.refused(BRIEFING, form=form, meeting=meeting, briefing=_briefing(meeting, briefing_id))
    except Unsure as question:
        db.session.rollback()
        back = url_for(".edit", meeting_id=meeting_id)
        return asking.ask(question, zone=_meeting(meeting_id).zone, back=back)
    flash("Saved.", "good")
    return web.see_other("meetings_desk.edit", meeting_id=meeting_id)


@bp.get(f"{ONE_BRIEFING}/remove")
def confirm_removal(meeting_id: int, briefing_id: int) -> str:
    """Ask before a briefing goes."""
    meeting = _meeting(meeting_id)
    briefing = _briefing(meeting, briefing_id)
    return render_template("meetings/desk/remove_briefing.html", form=ButtonForm(), meeting=meeting, briefing=briefing)


@bp.post(f"{ONE_BRIEFING}/remove")
def remove_briefing(meeting_id: int, briefing_id: int) -> ResponseReturnValue:
    """Take a briefing out of the programme."""
    meeting = _meeting(meeting_id)
    briefing = _briefing(meeting, briefing_id)
    try:
        actions.remove_briefing(meeting, briefing, by=accounts.current_user(), now=clock.now())
        db.session.commit()
    except (MeetingError, StaleDataError) as error:
        db.session.rollback()
        flash(said(error), "bad")
        return web.see_other("meetings_desk.edit_briefing", meeting_id=meeting_id, briefing_id=briefing_id)
    flash("The briefing is out of the programme.", "good")
    return web.see_other("meetings_desk.edit", meeting_id=meeting_id)


def _year_is_free(form: MeetingForm, meeting: Meeting | None) -> bool:
    other = queries.by_year(form.values()["year"])
    if other is None or other is meeting:
        return True
    form.starts_on.errors = [f"There is a meeting of {other.year} already: {other.title}. Edit that one."]
    return False


def _meanwhile(template: str, meeting_id: int, form: FlaskForm, **more: Any) -> Response:
    """The form again, with what was typed: somebody saved something else of the meeting."""
    db.session.rollback()
    form.form_errors = [MEANWHILE]
    return web.conflict(template, form=form, meeting=_meeting(meeting_id), **more)


def _conflict(meeting_id: int, form: MeetingForm) -> Response:
    db.session.rollback()
    saved = _meeting(meeting_id)
    form.version.raw_data, form.version.data = None, saved.version
    return web.conflict(EDITOR, form=form, meeting=saved, theirs=saved, now=clock.now())


def _briefing_conflict(meeting_id: int, briefing_id: int, form: BriefingForm) -> Response:
    db.session.rollback()
    meeting = _meeting(meeting_id)
    saved = _briefing(meeting, briefing_id)
    form.version.raw_data, form.version.data = None, saved.version
    return web.conflict(BRIEFING, form=form, meeting=meeting, briefing=saved, theirs=saved)


def _meeting(meeting_id: int) -> Meeting:
    return queries.by_id(meeting_id) or abort(404)


def _briefing(meeting: Meeting, briefing_id: int) -> Briefing:
    return queries.briefing(meeting, briefing_id) or abort(404)
