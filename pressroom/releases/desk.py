"""Releases at the desk: the list, the editor, publishing early, withdrawal."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, abort, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from pressroom import accounts
from pressroom.accounts import Permission
from pressroom.kit import calendar, clock, web
from pressroom.kit.db import db, reading
from pressroom.kit.settings import setting
from pressroom.publishing.cache import once_for_staff
from pressroom.releases import (
    actions,
    coverage,
    editing,
    following,
    hinting,
    pdf,
    preview,
    queries,
    renditions,
    rules,
    unsaved,
)
from pressroom.releases.forms import ConfirmForm, ReleaseForm, WithdrawForm
from pressroom.releases.models import Release
from pressroom.releases.rules import RefusedError, State

bp = Blueprint("releases_desk", __name__, url_prefix="/desk/releases")
accounts.protect(bp)

EDITOR = "releases/desk/edit.html"
JUST_NOW = timedelta(hours=1)
DIGITS = 9  # of a number of a revision
CHOICE, THEIRS = "take-", "theirs"  # of the boxes where two changed the same


bp.add_app_template_global(coverage.desk_address, "coverage_address")
bp.add_app_template_global(hinting.of_release, "release_hints")
bp.add_app_template_global(following.of, "followed_rule")
bp.add_app_template_global(following.desk_address, "followed_address")


@bp.get("/")
def index() -> ResponseReturnValue:
    """Drafts, what waits for review or for its time, and what is out."""
    listed = _listed(web.page_number(request.args), publishes=accounts.may(Permission.PUBLISH))
    return render_template("releases/desk/index.html", listed=listed)


@once_for_staff
def _listed(number: int, *, publishes: bool) -> Markup:
    """The lists of page *number*, for whoever may or may not publish."""
    now = clock.now()
    return web.part(
        "releases/desk/_list.html",
        board=queries.board(now),
        page=queries.out(number, now=now),
        publishes=publishes,
        list_address=lambda number: url_for("releases_desk.index", page=number),
        now=now,
    )


@bp.route("/new", methods=["GET", "POST"])
@accounts.requires(Permission.WRITE)
def new() -> ResponseReturnValue:
    """A new release."""
    form = ReleaseForm()
    if request.method == "POST":
        return _edited(None, form)
    begun = queries.unsaved_new(accounts.current_user().id)
    taken = next((each for each in begun if each.uid == request.args.get("unsaved")), None)
    if taken:
        form.uid.data = taken.uid
        form.fill(taken.fields)
    form.keeping.data = "" if begun and not taken else "1"
    return _editor(None, form, taken=taken, unsaved=[] if taken else begun)


@bp.route("/<int(max=2147483647):release_id>", methods=["GET", "POST"])
@accounts.requires(Permission.WRITE)
def edit(release_id: int) -> ResponseReturnValue:
    """The editor of one release."""
    release = queries.by_id(release_id) or abort(404)
    form = ReleaseForm(release, base=queries.last_number(release_id))
    if request.method != "POST":
        return _opened(release, form)
    _take_theirs(release, form)
    return _edited(release, form)


@bp.route("/<int(max=2147483647):release_id>/publish", methods=["GET", "POST"])
@accounts.requires(Permission.PUBLISH)
def publish(release_id: int) -> ResponseReturnValue:
    """Publishing before its time asks once more, on a page of its own."""
    release = queries.by_id(release_id) or abort(404)
    form, now = ConfirmForm(data={"version": str(release.version)}), clock.now()
    if not form.validate_on_submit():
        return _asked(release_id, form)
    try:
        rules.check_publish_early(release.state(now))
        if form.version.data != str(release.version):
            return _asked(release_id, form, changed=True)
        actions.publish(release, by=accounts.current_user(), now=now)
        db.session.commit()
    except RefusedError as error:
        form.form_errors.extend(problem.sentence for problem in error.problems)
        return _asked(release_id, form)
    except StaleDataError:
        return _asked(release_id, form, changed=True)
    flash("Published.")
    return web.see_other("releases_desk.edit", release_id=release_id)


def _asked(release_id: int, form: ConfirmForm, *, changed: bool = False) -> Response:
    """The question: 200, 422 with what forbids it, or 409 when somebody saved since it was put."""
    with reading():
        release = queries.by_id(release_id) or abort(404)
        if changed:
            form.version.data = str(release.version)
            form.form_errors.append("Somebody saved this release since you opened this page. Read it again.")
        standing = release.state(clock.now())
        html = render_template("releases/desk/publish.html", release=release, form=form, standing=standing)
        return make_response(html, 409 if changed else 422 if request.method == "POST" else 200)


@bp.route("/<int(max=2147483647):release_id>/withdraw", methods=["GET", "POST"])
@accounts.requires(Permission.PUBLISH)
def withdraw(release_id: int) -> ResponseReturnValue:
    """Withdrawal asks for its reason on a page of its own."""
    release = queries.by_id(release_id) or abort(404)
    form, now = WithdrawForm(), clock.now()
    if not form.validate_on_submit():
        html = render_template("releases/desk/withdraw.html", release=release, form=form, standing=release.state(now))
        return make_response(html, 422 if request.method == "POST" else 200)
    try:
        actions.withdraw(release, by=accounts.current_user(), now=now, reason=form.reason.data or "")
    except RefusedError as error:
        for problem in error.problems:
            (form.reason.errors if problem.field else form.form_errors).append(problem.sentence)
        return web.refused("releases/desk/withdraw.html", release=release, form=form, standing=release.state(now))
    db.session.commit()
    flash("Withdrawn. The reason stands at the address of the release.")
    return web.see_other("releases_desk.edit", release_id=release_id)


@bp.get("/<int(max=2147483647):release_id>/lift.ics")
def lift(release_id: int) -> ResponseReturnValue:
    """When a release becomes public, for a calendar."""
    release = queries.by_id(release_id) or abort(404)
    if release.public_from is None:
        abort(404, "No time is set for this release yet.")
    return calendar.respond([renditions.lift(release)], f"{release.slug}.ics")


@bp.get("/<int(max=2147483647):release_id>/release.txt")
def plain(release_id: int) -> ResponseReturnValue:
    """A release as plain text, before and after it is public."""
    release = queries.by_id(release_id) or abort(404)
    return Response(renditions.plain(release, now=clock.now()), content_type="text/plain; charset=utf-8")


@bp.get("/<int(max=2147483647):release_id>/release.pdf")
def on_paper(release_id: int) -> ResponseReturnValue:
    """A release as PDF, before and after it is public."""
    release = queries.by_id(release_id) or abort(404)
    pdf.require()
    return pdf.answer(pdf.of(release, clock.now()))


def _opened(release: Release, form: ReleaseForm) -> ResponseReturnValue:
    """The editor with what is saved; or with what this person typed before and did not save, if it was asked for."""
    found = queries.unsaved(accounts.current_user().id, release.uid)
    taken = found if request.args.get("unsaved") == "1" else None
    if taken:
        if form.base.data != str(taken.base):
            form.version.data, form.base.data = "", str(taken.base)  # saved since: the two are brought together
        form.fill(taken.fields)
    form.keeping.data = "" if found and not taken else "1"
    return _editor(release, form, taken=taken, unsaved=[found] if found and not taken else [])


# The editor ----------------------------------------------------------------------------------------------


def _editor(release: Release | None, form: ReleaseForm, **more: Any) -> str:
    return render_template(EDITOR, **_context(release, form), **more)


def _context(release: Release | None, form: ReleaseForm) -> dict[str, Any]:
    now = clock.now()
    standing = release.state(now) if release else State.DRAFT
    return {
        "release": release,
        "form": form,
        "standing": standing,
        "may_publish": accounts.may(Permission.PUBLISH),
        "second_person": setting("release_approval"),
        "may_save": standing is not State.WITHDRAWN and accounts.may(editing.needed("save", standing)),
        "now": now,
        "limits": rules.LIMITS,
    }


def _edited(release: Release | None, form: ReleaseForm) -> ResponseReturnValue:
    """The answer to a press on one of the editor's buttons."""
    do, now = request.form.get("do", "save"), clock.now()
    if do not in editing.BUTTONS:
        abort(400)
    standing = release.state(now) if release else State.DRAFT
    if not accounts.may(editing.needed(do, standing)):
        return _not_allowed(release, form)
    if release is None and do != "preview" and (there := queries.by_uid(form.uid.data or "")):
        return _saved_already(there)
    if not form.validate():
        return _refused(release, form)
    if do == "preview":
        return _editor(release, form, preview=preview.of(form, release, now))
    if release is None and (there := _made_just_now(form, now)):
        return _saved_already(there)
    if release is not None and request.form.get("version", "") != str(release.version):
        return _conflict(release.id, form)
    try:
        release, sentence = editing.act(do, release, form, by=accounts.current_user(), now=now)
        if form.keeping.data:
            unsaved.throw_away(by=accounts.current_user(), uid=release.uid)
        db.session.commit()
    except RefusedError as error:
        form.refuse(error)
        return _refused(release, form, status=507 if isinstance(error, rules.NoRoomError) else 422)
    except IntegrityError:
        db.session.rollback()
        if "uid" in form and (there := queries.by_uid(form.uid.data)):
            return _saved_already(there)
        form.refuse(editing.ADDRESS_TAKEN)
        return _refused(release, form)
    except StaleDataError:
        assert release is not None
        return _conflict(int(request.view_args["release_id"]), form)  # type: ignore[index]
    flash(sentence)
    return web.see_other("releases_desk.edit", release_id=release.id)


def _made_just_now(form: ReleaseForm, now: datetime) -> Release | None:
    """What this person made of the same words a moment ago: after Back a browser fills a fresh form with them."""
    written, by = form.fields(), accounts.current_user()
    return queries.made_of(written["headline"], written["body"], by=by.id, since=now - JUST_NOW)


def _saved_already(release: Release) -> Response:
    """The form of a new release came a second time, as after Back in the browser: it makes no second one."""
    flash("This was saved already, so nothing was added. Make further changes here.")
    return web.see_other("releases_desk.edit", release_id=release.id)


def _refused(release: Release | None, form: ReleaseForm, *, status: int = 422) -> Response:
    with reading():
        return web.shown_again(EDITOR, status, **_context(release, form))


def _not_allowed(release: Release | None, form: ReleaseForm) -> Response:
    """403 with what was typed: the release may have been published while a writer wrote."""
    form.say("", "Only an editor may do this to a release. Your text stands below; ask an editor to take it over.")
    if release is not None:
        _keep(release, form)
    with reading():
        return make_response(_editor(release, form), 403)


def _keep(release: Release, form: ReleaseForm) -> None:
    """What was typed and could not be saved is offered again when the editor is opened."""
    uid, by, now = release.uid, accounts.current_user(), clock.now()
    db.session.rollback()
    if form.keeping.data or not queries.unsaved(by.id, uid):
        with suppress(RefusedError):  # far too long to be kept; it stands in the answer
            unsaved.keep(by=by, uid=uid, base=_base(form), fields=form.kept(), now=now)
            form.keeping.data = "1"
    try:
        db.session.commit()
    except IntegrityError:  # another window of the same person keeps its text just now
        db.session.rollback()


def _conflict(release_id: int, form: ReleaseForm) -> Response:
    """409: somebody else saved first. What goes together is in the form; the rest is shown, to be chosen."""
    db.session.rollback()
    _keep(queries.by_id(release_id) or abort(404), form)
    with reading():
        release = queries.by_id(release_id) or abort(404)
        theirs = queries.last_revision(release_id) or abort(404)
        base = queries.revision(release_id, number) if (number := _base(form)) else None
        met = form.meet(base.fields if base else None, theirs.fields)
        form.meet_pictures(release, base.fields if base else None)
        form.version.data, form.base.data = str(release.version), str(theirs.number)
        return web.conflict(EDITOR, **_context(release, form), theirs=theirs, base=base, met=met)


def _base(form: ReleaseForm) -> int:
    """The number of the revision that this form was made of; 0 when it does not say."""
    written = form.base.data or ""
    return int(written) if written.isascii() and written.isdigit() and len(written) <= DIGITS else 0


def _take_theirs(release: Release, form: ReleaseForm) -> None:
    """What was chosen where two had changed the same: theirs is the revision that this form was made of."""
    chosen = {name for name, value in request.form.items() if name.startswith(CHOICE) and value == THEIRS}
    names = [name.removeprefix(CHOICE) for name in chosen]
    theirs = queries.revision(release.id, _base(form)) if names else None
    if theirs:
        form.take(names, theirs.fields)
