"""``/desk/fact-sheet``: the facts, one by one."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, render_template
from flask.typing import ResponseReturnValue

from pressroom import accounts
from pressroom.accounts import Permission
from pressroom.kit import clock, web
from pressroom.kit.db import db
from pressroom.pages import actions, past, queries, quoting, rules
from pressroom.pages.forms import FactForm, MoveForm, ReasonForm
from pressroom.pages.models import Fact

bp = Blueprint("facts_desk", __name__, url_prefix="/desk/fact-sheet")
accounts.protect(bp, Permission.EDIT_PAGES)

EDITOR = "pages/desk/fact.html"
REMOVAL = "pages/desk/remove_fact.html"
LARGEST_ID = 2**31 - 1  # of an integer column; a larger number in an address is simply not found
FACT = f"/<int(max={LARGEST_ID}):fact_id>"


@bp.get("")
def index() -> str:
    """All facts in their order, and those that were taken off."""
    facts, now = queries.facts(), clock.now()
    shown = [fact for fact in facts if fact.is_public(now)]
    page = queries.page(rules.FACT_SHEET)
    sections = rules.sections(page.body_html if page else "", shown)
    return render_template(
        "pages/desk/facts.html",
        page=page,
        sections=[section for section in sections if section.facts],
        withdrawn=[fact for fact in facts if not fact.is_public(now)],
        form=MoveForm(),
        today=past.today(now),
    )


@bp.get("/new")
def new() -> str:
    """The editor, empty."""
    return render_template(EDITOR, form=FactForm(), fact=None, **_beside(None))


@bp.post("/new")
def create() -> ResponseReturnValue:
    """Add a fact."""
    form = FactForm()
    if not form.validate_on_submit():
        return web.refused(EDITOR, form=form, fact=None, **_beside(None))
    fact = actions.add_fact(by=accounts.current_user(), now=clock.now(), key=form.key.data, **form.values())
    db.session.commit()
    flash(f"{fact.label} is on the fact sheet now.", "good")
    return web.see_other("facts_desk.index")


@bp.get(FACT)
def edit(fact_id: int) -> str:
    """The editor of a fact."""
    fact = _fact(fact_id)
    return render_template(EDITOR, form=FactForm.of(fact), fact=fact, **_beside(fact))


@bp.post(FACT)
def save(fact_id: int) -> ResponseReturnValue:
    """Save a fact."""
    fact, form = _fact(fact_id), FactForm()
    if not form.validate_on_submit():
        return web.refused(EDITOR, form=form, fact=fact, **_beside(fact))
    by, now = accounts.current_user(), clock.now()
    try:
        changed = actions.edit_fact(fact, by=by, now=now, version=form.version.data or 0, **form.values())
        db.session.commit()
    except rules.Stale:
        return _conflict(fact_id, form)
    flash("Saved." if changed else "Nothing was changed.", "good")
    return web.see_other("facts_desk.index")


@bp.post(f"{FACT}/move")
def move(fact_id: int) -> ResponseReturnValue:
    """One place up or down within its section."""
    fact, form = _fact(fact_id), MoveForm()
    if form.step.data not in (-1, 1):
        abort(400)
    actions.move_fact(fact, form.step.data, by=accounts.current_user(), now=clock.now())
    db.session.commit()
    return web.see_other("facts_desk.index", _anchor=f"fact-{fact_id}")


@bp.get(f"{FACT}/remove")
def confirm_removal(fact_id: int) -> str:
    """Ask before a fact goes."""
    fact = _fact(fact_id)
    return render_template(REMOVAL, form=ReasonForm(), fact=fact, places=quoting.places(fact))


@bp.post(f"{FACT}/remove")
def remove(fact_id: int) -> ResponseReturnValue:
    """Take a fact off."""
    fact, form = _fact(fact_id), ReasonForm()
    if not form.validate_on_submit():
        return web.refused(REMOVAL, form=form, fact=fact, places=quoting.places(fact))
    by, now, why = accounts.current_user(), clock.now(), form.reason.data
    try:
        actions.remove_fact(fact, by=by, now=now, reason=why, for_cause=form.for_cause.data)
        db.session.commit()
    except rules.Quoted as error:
        db.session.rollback()
        form.form_errors.append("Texts quote this fact. Take it out of them first; they are listed below.")
        return web.refused(REMOVAL, form=form, fact=_fact(fact_id), places=error.places)
    flash(f"{fact.label} is off the fact sheet. You can put it back below.", "good")
    return web.see_other("facts_desk.index")


@bp.post(f"{FACT}/versions/<int(max={LARGEST_ID}):number>")
def hide(fact_id: int, number: int) -> ResponseReturnValue:
    """Have no past date show an earlier version, or show it again."""
    done = actions.hide_version(_fact(fact_id), number, by=accounts.current_user(), now=clock.now())
    if not done:
        abort(404)
    db.session.commit()
    return web.see_other("facts_desk.edit", fact_id=fact_id, _anchor="history")


@bp.post(f"{FACT}/restore")
def restore(fact_id: int) -> ResponseReturnValue:
    """Put a fact back."""
    fact = _fact(fact_id)
    actions.restore_fact(fact, by=accounts.current_user(), now=clock.now())
    db.session.commit()
    flash(f"{fact.label} is back on the fact sheet.", "good")
    return web.see_other("facts_desk.index")


def _conflict(fact_id: int, form: FactForm) -> Response:
    db.session.rollback()
    saved = _fact(fact_id)
    form.version.raw_data, form.version.data = None, saved.version
    return web.conflict(EDITOR, form=form, fact=saved, theirs=saved, **_beside(saved))


def _beside(fact: Fact | None) -> dict[str, object]:
    """What the editor shows beside the form."""
    known = dict.fromkeys(row.section for row in queries.facts() if row.section)
    return {
        "known_sections": list(known),
        "revisions": queries.fact_revisions(fact) if fact else (),
        "places": quoting.places(fact) if fact else (),
    }


def _fact(fact_id: int) -> Fact:
    return queries.fact(fact_id) or abort(404)
