"""``/desk/experts/``: the directory, consent, and how the press office reaches somebody."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, flash, render_template
from flask.typing import ResponseReturnValue

from pressroom import accounts
from pressroom.accounts import Permission
from pressroom.kit import clock, web
from pressroom.kit.db import db
from pressroom.kit.settings import setting
from pressroom.media import actions as media
from pressroom.media.models import Asset
from pressroom.media.rules import Kind, MediaError, NoRoomError
from pressroom.reporting import actions, queries, rules
from pressroom.reporting.forms import ButtonForm, ConsentForm, ExpertForm
from pressroom.reporting.models import Expert
from pressroom.reporting.rules import ReportingError

bp = Blueprint("experts_desk", __name__, url_prefix="/desk/experts")
accounts.protect(bp, Permission.EDIT_PAGES)

EDITOR, CONSENT = "reporting/desk/expert.html", "reporting/desk/consent.html"
ONE = "/<int(max=2147483647):number>"


@bp.get("/")
def index() -> str:
    """Everybody, also those whose consent is over or was never given."""
    now = clock.now()
    return render_template("reporting/desk/experts.html", experts=queries.experts(), now=now, soon=now + rules.SOON)


@bp.get("/new")
def new() -> str:
    """The editor, empty."""
    return render_template(EDITOR, form=ExpertForm(formdata=None), expert=None)


@bp.post("/new")
def add() -> ResponseReturnValue:
    """Enter an expert."""
    form = ExpertForm()
    if not form.validate():
        return web.refused(EDITOR, form=form, expert=None)
    by, now = accounts.current_user(), clock.now()
    try:
        photo = _photo(form, by, now)
        row = actions.add_expert(by=by, now=now, photo=photo, **form.values())
        db.session.commit()
    except (MediaError, ReportingError) as refusal:
        return _refused(form, None, refusal)
    flash("Entered. Nobody but the desk sees them before you record their consent.", "good")
    return web.see_other("experts_desk.edit", number=row.id)


@bp.get(ONE)
def edit(number: int) -> str:
    """The editor of an expert."""
    row = _expert(number)
    return render_template(EDITOR, form=ExpertForm.of(row, _private(row)), **_context(row))


@bp.post(ONE)
def save(number: int) -> ResponseReturnValue:
    """Save an expert."""
    row, form = _expert(number), ExpertForm()
    if not form.validate():
        return web.refused(EDITOR, form=form, **_context(row))
    by, now = accounts.current_user(), clock.now()
    try:
        fields = form.values()
        if (photo := _photo(form, by, now)) is not None or form.drop_photo.data:
            fields["photo"] = photo
        changed = actions.edit_expert(row, by=by, now=now, version=form.version.data or 0, **fields)
        db.session.commit()
    except (MediaError, ReportingError) as refusal:
        return _refused(form, number, refusal)
    except rules.Stale:
        return _conflict(number, form)
    flash("Saved." if changed else "Nothing was changed.", "good")
    return web.see_other("experts_desk.edit", number=number)


@bp.get(f"{ONE}/consent")
def consent(number: int) -> str:
    """What was agreed so far, and the form for more."""
    row = _expert(number)
    today = clock.now().astimezone(ZoneInfo(setting("time_zone"))).date()
    form = ConsentForm(formdata=None, given_on=today.isoformat())
    return render_template(CONSENT, form=form, **_context(row))


@bp.post(f"{ONE}/consent")
def record(number: int) -> ResponseReturnValue:
    """Record a consent: the expert is public until it ends."""
    row, form = _expert(number), ConsentForm()
    if not form.validate():
        return web.refused(CONSENT, form=form, **_context(row))
    try:
        actions.record_consent(row, by=accounts.current_user(), now=clock.now(), **form.values())
        db.session.commit()
    except ReportingError as refusal:
        db.session.rollback()
        form.form_errors = [str(refusal)]
        return web.refused(CONSENT, form=form, **_context(_expert(number)))
    flash("Recorded. They stand in the directory until it ends.", "good")
    return web.see_other("experts_desk.edit", number=number)


@bp.post(f"{ONE}/end")
def end(number: int) -> ResponseReturnValue:
    """Take an expert out of the directory at once."""
    actions.end_consent(_expert(number), by=accounts.current_user(), now=clock.now())
    db.session.commit()
    flash("Out of the directory.", "good")
    return web.see_other("experts_desk.edit", number=number)


@bp.post(f"{ONE}/remove")
def remove(number: int) -> ResponseReturnValue:
    """Delete all that is kept of an expert."""
    actions.remove_expert(_expert(number), by=accounts.current_user(), now=clock.now())
    db.session.commit()
    flash("Deleted, with the consents.", "good")
    return web.see_other("experts_desk.index")


def _photo(form: ExpertForm, by: Any, now: datetime) -> Asset | None:
    """The photo that was sent along; what it shows is who they are."""
    sent = form.photo.data
    if not sent or not sent.filename:
        return None
    return media.store(
        sent.stream,
        kinds=(Kind.PICTURE,),
        wanted="Send the photo as JPEG, PNG or WebP.",
        by=by,
        now=now,
        name=sent.filename,
        alt=form.name.data,
        credit=form.photo_credit.data,
    )


def _refused(form: ExpertForm, number: int | None, refusal: MediaError | ReportingError) -> Response:
    db.session.rollback()
    if isinstance(refusal, MediaError):
        form.photo.errors = [str(refusal)]
    else:
        form.form_errors = [str(refusal)]
    status = 507 if isinstance(refusal, NoRoomError) else 422
    shown = _context(_expert(number)) if number is not None else {"expert": None}
    return web.shown_again(EDITOR, status, form=form, **shown)


def _conflict(number: int, form: ExpertForm) -> Response:
    """What was typed stays; saving again is then a choice."""
    db.session.rollback()
    saved = _expert(number)
    form.version.raw_data, form.version.data = None, saved.version
    return web.conflict(EDITOR, form=form, theirs=saved, **_context(saved))


def _context(row: Expert) -> dict[str, Any]:
    button = ButtonForm(formdata=None)
    return {"expert": row, "consents": queries.consents(row), "now": clock.now(), "button": button}


def _private(row: Expert) -> str:
    found = queries.private(row)
    return found.words if found else ""


def _expert(number: int) -> Expert:
    return queries.expert_by_id(number) or abort(404)
