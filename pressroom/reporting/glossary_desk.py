"""``/desk/glossary/``: the terms."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, render_template
from flask.typing import ResponseReturnValue

from pressroom import accounts
from pressroom.accounts import Permission
from pressroom.kit import clock, web
from pressroom.kit.db import db
from pressroom.reporting import actions, queries, rules
from pressroom.reporting.forms import ButtonForm, TermForm
from pressroom.reporting.models import Term

bp = Blueprint("glossary_desk", __name__, url_prefix="/desk/glossary")
accounts.protect(bp, Permission.EDIT_PAGES)

EDITOR = "reporting/desk/term.html"
ONE = "/<int(max=2147483647):number>"


@bp.get("/")
def index() -> str:
    """All terms."""
    return render_template("reporting/desk/glossary.html", terms=queries.terms())


@bp.get("/new")
def new() -> str:
    """The editor, empty."""
    return render_template(EDITOR, form=TermForm(formdata=None), term=None)


@bp.post("/new")
def add() -> ResponseReturnValue:
    """Add a term."""
    form = TermForm()
    if not form.validate():
        return web.refused(EDITOR, form=form, term=None)
    row = actions.add_term(by=accounts.current_user(), now=clock.now(), **form.values())
    db.session.commit()
    flash("In the glossary, and linked in releases from now on.", "good")
    return web.see_other("glossary_desk.edit", number=row.id)


@bp.get(ONE)
def edit(number: int) -> str:
    """The editor of a term."""
    row = _term(number)
    names = {other.slug: other.term for other in queries.terms()}
    return render_template(EDITOR, form=TermForm.of(row, names), term=row, button=ButtonForm(formdata=None))


@bp.post(ONE)
def save(number: int) -> ResponseReturnValue:
    """Save a term."""
    row, form = _term(number), TermForm()
    if not form.validate():
        return web.refused(EDITOR, form=form, term=row)
    by, now = accounts.current_user(), clock.now()
    try:
        changed = actions.edit_term(row, by=by, now=now, version=form.version.data or 0, **form.values())
        db.session.commit()
    except rules.Stale:
        return _conflict(number, form)
    flash("Saved." if changed else "Nothing was changed.", "good")
    return web.see_other("glossary_desk.edit", number=number)


@bp.post(f"{ONE}/remove")
def remove(number: int) -> ResponseReturnValue:
    """Take a term out."""
    actions.remove_term(_term(number), by=accounts.current_user(), now=clock.now())
    db.session.commit()
    flash("Out of the glossary; its links in releases are gone.", "good")
    return web.see_other("glossary_desk.index")


def _conflict(number: int, form: TermForm) -> Response:
    """Both texts: what was typed, and what somebody else saved. Saving again is then a choice."""
    db.session.rollback()
    saved = _term(number)
    form.version.raw_data, form.version.data = None, saved.version
    return web.conflict(EDITOR, form=form, term=saved, theirs=saved)


def _term(number: int) -> Term:
    return queries.term_by_id(number) or abort(404)
