"""``/desk/pages/…``: adding pages, publishing and taking them off, and earlier versions."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from pressroom import accounts
from pressroom.accounts import Permission
from pressroom.kit import clock, difference, web
from pressroom.kit.db import db, reading
from pressroom.pages import actions, queries, rules
from pressroom.pages.forms import PageForm, ReasonForm
from pressroom.pages.models import Page, PageRevision
from pressroom.pages.quotations import QuotationError
from pressroom.pages.rules import PageError

bp = Blueprint("further_desk", __name__, url_prefix="/desk/pages")
accounts.protect(bp, Permission.EDIT_PAGES)

EDITOR, STATE, VERSION = "pages/desk/edit.html", "pages/desk/state.html", "pages/desk/version.html"
NUMBER = "<int(max=2147483647):number>"


@bp.get("/new")
def new() -> str:
    """The editor, empty."""
    return render_template(EDITOR, form=PageForm(), page=None, revisions=())


@bp.post("/new")
def create() -> ResponseReturnValue:
    """Show a preview, or keep the page; it is public when it is published."""
    form = PageForm()
    if not form.validate_on_submit():
        return web.refused(EDITOR, form=form, page=None, revisions=())
    by, now, shown = accounts.current_user(), clock.now(), {}
    try:
        if request.form.get("do") == "preview":
            shown = {"preview": actions.quoted(form.values(), "", now)}
        else:
            values = form.values() | {"slug": form.slug.data, "note": form.note.data}
            page = actions.create(by=by, now=now, **values)
            db.session.commit()
    except (PageError, IntegrityError) as error:
        return _wrong(form, "slug", str(error) if isinstance(error, PageError) else "This address was taken just now.")
    except QuotationError as error:
        return _wrong(form, "body", str(error))
    if shown:
        return web.shown_again(EDITOR, 200, form=form, page=None, revisions=(), **shown)
    flash("Kept as a draft. Publish it when it is ready.", "good")
    return web.see_other("pages_desk.edit", slug=page.slug)


def _wrong(form: PageForm, field: str, sentence: str) -> Response:
    db.session.rollback()
    form[field].errors = [*form[field].errors, sentence]
    return web.refused(EDITOR, form=form, page=None, revisions=())


@bp.route("/<slug>/publish", methods=["GET", "POST"])
def publish(slug: str) -> ResponseReturnValue:
    """To publish asks on a page of its own."""
    return _change(slug, "publish")


@bp.route("/<slug>/withdraw", methods=["GET", "POST"])
def withdraw(slug: str) -> ResponseReturnValue:
    """So does taking a page off."""
    return _change(slug, "withdraw")


def _change(slug: str, act: str) -> ResponseReturnValue:
    page, form = _page(slug), ReasonForm()
    if request.method != "POST":
        return render_template(STATE, form=form, page=page, act=act)
    if not form.validate():
        return web.refused(STATE, form=form, page=page, act=act)
    by, now = accounts.current_user(), clock.now()
    try:
        if act == "publish":
            actions.publish(page, by=by, now=now)
        else:
            actions.withdraw(page, by=by, now=now, reason=form.reason.data)
        db.session.commit()
    except PageError as error:
        db.session.rollback()
        form.form_errors.append(str(error))
        return web.refused(STATE, form=form, page=_page(slug), act=act)
    flash("It is public now." if act == "publish" else "It is off. Its address says so.", "good")
    return web.see_other("pages_desk.edit", slug=slug)


@bp.get(f"/<slug>/versions/{NUMBER}")
def version(slug: str, number: int) -> str:
    """An earlier version, and how it differs from the page as it is."""
    page = _page(slug)
    return render_template(VERSION, **_context(page, _revision(page, number)))


@bp.post(f"/<slug>/versions/{NUMBER}")
def restore(slug: str, number: int) -> ResponseReturnValue:
    """Bring an earlier version back, as a new one."""
    page = _page(slug)
    row, sent = _revision(page, number), request.form.get("version", "")
    opened = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0
    by, now = accounts.current_user(), clock.now()
    try:
        actions.restore(page, number, by=by, now=now, version=opened)
        db.session.commit()
    except (rules.Stale, QuotationError) as error:
        db.session.rollback()
        page = _page(slug)
        stale = isinstance(error, rules.Stale)
        said = "Somebody saved this page meanwhile. Look at the difference again." if stale else str(error)
        with reading():
            context = _context(page, _revision(page, row.number)) | {"problem": said}
            return make_response(render_template(VERSION, **context), 409 if stale else 422)
    flash(f"Version {number} stands there again.", "good")
    return web.see_other("pages_desk.edit", slug=slug)


@bp.post(f"/<slug>/versions/{NUMBER}/hide")
def hide(slug: str, number: int) -> ResponseReturnValue:
    """Have no past date of the fact sheet show this text, or show it again."""
    if not actions.hide_text(_page(slug), number, by=accounts.current_user(), now=clock.now()):
        abort(404)
    db.session.commit()
    return web.see_other("further_desk.version", slug=slug, number=number)


def _context(page: Page, row: PageRevision) -> dict[str, object]:
    old, new = ("\n\n".join((one.title, one.standfirst, one.body)) for one in (row, page))
    return {"page": page, "revision": row, "differences": difference.compare(old, new), "problem": ""}


def _page(slug: str) -> Page:
    return queries.page(slug) or abort(404)


def _revision(page: Page, number: int) -> PageRevision:
    return queries.revision(page, number) or abort(404)
