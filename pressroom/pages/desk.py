"""``/desk/pages/``: writing the fixed pages."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, render_template, request
from flask.typing import ResponseReturnValue

from pressroom import accounts
from pressroom.accounts import Permission
from pressroom.kit import clock, web
from pressroom.kit.db import db, reading
from pressroom.pages import actions, queries, rules
from pressroom.pages.forms import PageForm
from pressroom.pages.models import Page
from pressroom.pages.quotations import QuotationError

bp = Blueprint("pages_desk", __name__, url_prefix="/desk/pages")
accounts.protect(bp, Permission.EDIT_PAGES)

EDITOR = "pages/desk/edit.html"


@bp.get("/")
def index() -> str:
    """All fixed pages."""
    return render_template("pages/desk/index.html", pages=queries.pages())


@bp.get("/<slug>")
def edit(slug: str) -> str:
    """The editor of a page."""
    page = _page(slug)
    return render_template(EDITOR, form=PageForm(obj=page), page=page, revisions=queries.revisions(page))


@bp.post("/<slug>")
def save(slug: str) -> ResponseReturnValue:
    """Show a preview, or save."""
    page = _page(slug)
    form = PageForm()
    if not form.validate_on_submit():
        return web.refused(EDITOR, form=form, page=page, revisions=queries.revisions(page))
    if request.form.get("do") == "preview":
        with reading():
            try:
                shown = actions.quoted(form.values(), page.body, clock.now())
            except QuotationError as error:
                return _refused(page.slug, form, "body", error)
            return render_template(EDITOR, form=form, page=page, preview=shown, revisions=queries.revisions(page))
    return _save(page, form)


def _save(page: Page, form: PageForm) -> Response:
    by, now, slug = accounts.current_user(), clock.now(), page.slug
    try:
        changed = actions.edit(
            page, by=by, now=now, version=form.version.data or 0, note=form.note.data, **form.values()
        )
        if form.slug.data and not page.is_fixed:
            changed = actions.move(page, form.slug.data, by=by, now=now) or changed
        db.session.commit()
    except rules.Stale:
        return _conflict(slug, form)
    except (QuotationError, rules.PageError) as error:
        db.session.rollback()
        return _refused(slug, form, "body" if isinstance(error, QuotationError) else "slug", error)
    said = "Saved. It is on the page now." if page.is_public(now) else "Saved."
    flash(said if changed else "Nothing was changed.", "good")
    return web.see_other("pages_desk.edit", slug=page.slug)


def _refused(slug: str, form: PageForm, field: str, error: ValueError) -> Response:
    """The text quotes a fact that is not there, or the address is taken; nothing was changed."""
    page = _page(slug)
    form[field].errors = [*form[field].errors, str(error)]
    return web.refused(EDITOR, form=form, page=page, revisions=queries.revisions(page))


def _conflict(slug: str, form: PageForm) -> Response:
    """Both texts: what was typed, and what somebody else saved. Saving again is then a choice."""
    db.session.rollback()
    saved = _page(slug)
    form.version.raw_data, form.version.data = None, saved.version
    return web.conflict(EDITOR, form=form, page=saved, theirs=saved, revisions=queries.revisions(saved))


def _page(slug: str) -> Page:
    return queries.page(slug) or abort(404)
