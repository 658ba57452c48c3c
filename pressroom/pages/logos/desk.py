"""``/desk/logos/``: the logos, their files, and the terms."""

from __future__ import annotations

from flask import Blueprint, abort, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue

from pressroom import accounts, jobs
from pressroom.accounts import Permission
from pressroom.kit import clock, web
from pressroom.kit.db import db, reading
from pressroom.media import actions as media
from pressroom.media import queries as library
from pressroom.media.models import Asset
from pressroom.media.rules import MediaError, NoRoomError
from pressroom.media.serving import LARGEST_ID
from pressroom.pages import rules
from pressroom.pages.logos import actions, queries
from pressroom.pages.logos.actions import LogoError
from pressroom.pages.logos.forms import FileForm, LogoForm, TermsForm
from pressroom.pages.logos.models import Logo, Role

bp = Blueprint("logos_desk", __name__, url_prefix="/desk/logos")
accounts.protect(bp, Permission.EDIT_PAGES)

EDITOR, TERMS = "pages/desk/logo.html", "pages/desk/logo_terms.html"
ONE = f"/<int(max={LARGEST_ID}):logo_id>"


@bp.get("/")
def index() -> str:
    """All logos, and the terms."""
    return render_template("pages/desk/logos.html", logos=queries.logos(), terms=queries.terms(), now=clock.now())


@bp.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """One more logo."""
    form = LogoForm()
    if request.method != "POST":
        return render_template(EDITOR, form=form, logo=None)
    if not form.validate():
        return web.refused(EDITOR, form=form, logo=None)
    logo = actions.add(by=accounts.current_user(), now=clock.now(), **form.values())
    db.session.commit()
    flash(f"{logo.title} is kept. Add its files, then publish it.", "good")
    return web.see_other("logos_desk.edit", logo_id=logo.id)


@bp.get(ONE)
def edit(logo_id: int) -> str:
    """The editor of a logo."""
    logo = _logo(logo_id)
    return render_template(EDITOR, **_context(logo, LogoForm.of(logo)))


@bp.post(ONE)
def save(logo_id: int) -> ResponseReturnValue:
    """Save a logo."""
    logo, form = _logo(logo_id), LogoForm()
    if not form.validate_on_submit():
        return web.refused(EDITOR, **_context(logo, form))
    by, now = accounts.current_user(), clock.now()
    try:
        changed = actions.edit(logo, by=by, now=now, version=form.version.data or 0, **form.values())
        db.session.commit()
    except rules.Stale:
        db.session.rollback()
        logo = _logo(logo_id)
        form.version.raw_data, form.version.data = None, logo.version
        form.form_errors.append("Somebody else saved this logo while you wrote. Save again to replace theirs.")
        return web.conflict(EDITOR, **_context(logo, form))
    flash("Saved." if changed else "Nothing was changed.", "good")
    return web.see_other("logos_desk.edit", logo_id=logo_id)


@bp.post(f"{ONE}/files")
def add_file(logo_id: int) -> ResponseReturnValue:
    """Add a file: one that is sent now, or one of the library."""
    logo, form = _logo(logo_id), FileForm()
    if not form.validate_on_submit():
        return _shown_again(logo, form, 422)
    by, now = accounts.current_user(), clock.now()
    try:
        actions.attach(logo, _asset(form, logo), Role(form.role.data), by=by, now=now)
        db.session.commit()
    except (MediaError, LogoError) as error:
        db.session.rollback()
        form.file.errors = [*form.file.errors, str(error)]
        return _shown_again(_logo(logo_id), form, 507 if isinstance(error, NoRoomError) else 422)
    jobs.wake()
    flash("Added.", "good")
    return web.see_other("logos_desk.edit", logo_id=logo_id, _anchor="files")


def _asset(form: FileForm, logo: Logo) -> Asset:
    if file := form.file.data:
        by, now, name = accounts.current_user(), clock.now(), file.filename or "logo"
        return media.store(file.stream, by=by, now=now, name=name, alt=form.alt.data or logo.title)
    found = next(iter(library.by_ids([form.asset.data or 0])), None)
    if found is None:
        raise LogoError("Choose a file: send one, or take one of the library.")
    return found


@bp.post(f"{ONE}/do")
def act(logo_id: int) -> ResponseReturnValue:
    """``do`` is ``publish``, ``withdraw``, or ``detach 7``."""
    logo, by, now = _logo(logo_id), accounts.current_user(), clock.now()
    verb, _, number = request.form.get("do", "").partition(" ")
    try:
        match verb:
            case "publish":
                actions.publish(logo, by=by, now=now)
            case "withdraw":
                actions.withdraw(logo, by=by, now=now)
            case "detach" if (
                number.isascii()
                and number.isdigit()
                and len(number) < 10
                and actions.detach(logo, int(number), by=by, now=now)
            ):
                pass
            case _:
                abort(400)
        db.session.commit()
    except LogoError as error:
        db.session.rollback()
        form = FileForm()
        form.form_errors.append(str(error))
        return _shown_again(_logo(logo_id), form, 422)
    flash({"publish": "It is on the page now.", "withdraw": "It is off the page."}.get(verb, "Taken away."), "good")
    return web.see_other("logos_desk.edit", logo_id=logo_id)


@bp.route("/terms", methods=["GET", "POST"])
def terms() -> ResponseReturnValue:
    """The terms; new ones are asked for of everybody again."""
    found = queries.terms()
    form = TermsForm(obj=found)
    if request.method != "POST":
        return render_template(TERMS, form=form, terms=found)
    if not form.validate():
        return web.refused(TERMS, form=form, terms=found)
    written = actions.write_terms(form.body.data, by=accounts.current_user(), now=clock.now())
    db.session.commit()
    flash("Saved. Whoever downloads is asked again." if written else "Nothing was changed.", "good")
    return web.see_other("logos_desk.index")


def _shown_again(logo: Logo, form: FileForm, status: int) -> ResponseReturnValue:
    with reading():
        context = _context(logo, LogoForm(formdata=None, obj=logo)) | {"files": form}
        return make_response(render_template(EDITOR, **context), status)


def _context(logo: Logo, form: LogoForm) -> dict[str, object]:
    return {"logo": logo, "form": form, "files": FileForm(formdata=None), "now": clock.now()}


def _logo(number: int) -> Logo:
    return queries.logo(number) or abort(404)
