"""``/desk/releases/<id>/review``: a release is read by somebody else, and approved or sent back."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm.exc import StaleDataError

from pressroom import accounts
from pressroom.accounts import Permission
from pressroom.kit import clock, web
from pressroom.kit.db import db, reading
from pressroom.releases import actions, preview, queries, revisions, rules
from pressroom.releases.forms import ReviewForm
from pressroom.releases.models import Release
from pressroom.releases.rules import RefusedError

bp = Blueprint("releases_review", __name__, url_prefix="/desk/releases")
accounts.protect(bp)

VERBS: dict[str, tuple[Callable[..., None], str]] = {
    "approve": (actions.approve, "Approved. It can be published, or get its time."),
    "return": (actions.send_back, "Sent back: it is a draft again, with your note."),
}


@bp.route("/<int(max=2147483647):release_id>/review", methods=["GET", "POST"])
@accounts.requires(Permission.PUBLISH)
def review(release_id: int) -> ResponseReturnValue:
    """What was saved last, to be read; a button for each answer."""
    release = queries.by_id(release_id) or abort(404)
    form = ReviewForm(data={"version": str(release.version)})
    if request.method != "POST":
        return _page(release_id, form, 200)
    verb, sentence = VERBS.get(request.form.get("do", "")) or abort(400)
    if not form.validate():
        return _page(release_id, form, 422)
    if form.version.data != str(release.version):
        return _overtaken(release_id, form)
    try:
        verb(release, by=accounts.current_user(), now=clock.now(), note=form.note.data or "")
        db.session.commit()
    except RefusedError as error:
        for problem in error.problems:
            (form.note.errors if problem.field == "note" else form.form_errors).append(problem.sentence)
        return _page(release_id, form, 422)
    except StaleDataError:
        return _overtaken(release_id, form)
    flash(sentence)
    return web.see_other("releases_desk.edit", release_id=release_id)


def _overtaken(release_id: int, form: ReviewForm) -> Response:
    form.form_errors.append("Somebody saved this release since you opened this page. Read what stands there now.")
    return _page(release_id, form, 409)


def _page(release_id: int, form: ReviewForm, status: int) -> Response:
    with reading():
        release = queries.by_id(release_id) or abort(404)
        last = queries.last_revision(release_id) or abort(404)
        form.version.data = str(release.version)
        now = clock.now()
        html = render_template(
            "releases/desk/review.html",
            release=release,
            form=form,
            standing=release.state(now),
            preview=preview.of_saved(release, now),
            last=last,
            changed=queries.last_change(release_id),
            approved=queries.last_approval(release_id),
            fields={field: value for field, value in last.fields.items() if field != "pictures"},
            readable=revisions.readable,
            not_by=_not_by(release),
        )
        return make_response(html, status)


def _not_by(release: Release) -> str:
    """Why the person who reads may not approve it; empty if nothing speaks against it."""
    standing = release.state(clock.now())
    try:
        by = accounts.current_user().id
        rules.check_approve(standing, by=by, author=release.author_id, editor=release.edited_by_id)
    except RefusedError as error:
        return str(error) if standing is rules.State.IN_REVIEW else ""
    return ""
