"""``/desk/releases/<id>/revisions``: every save of a release, what differs between two, and the way back to one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm.exc import StaleDataError

from pressroom import accounts
from pressroom.accounts import Permission
from pressroom.kit import clock, web
from pressroom.kit.db import db, reading
from pressroom.releases import actions, editing, queries, revisions
from pressroom.releases.forms import ConfirmForm
from pressroom.releases.models import ReleaseRevision
from pressroom.releases.rules import RefusedError

bp = Blueprint("releases_revisions", __name__, url_prefix="/desk/releases/<int(max=2147483647):release_id>")
accounts.protect(bp)

DIGITS = 9  # of a number of a revision, in an address


@bp.get("/revisions")
def index(release_id: int) -> ResponseReturnValue:
    """Every save, newest first."""
    release = queries.by_id(release_id) or abort(404)
    return render_template("releases/desk/revisions.html", release=release, revisions=queries.saves(release_id))


@bp.get("/revisions/<int(max=2147483647):number>")
def show(release_id: int, number: int) -> ResponseReturnValue:
    """One save, to be read."""
    release = queries.by_id(release_id) or abort(404)
    revision = queries.revision(release_id, number) or abort(404)
    (fields,) = _named(revision.fields)
    return render_template(
        "releases/desk/revision.html", release=release, revision=revision, fields=fields, readable=revisions.readable
    )


@bp.get("/compare")
def compare(release_id: int) -> ResponseReturnValue:
    """What differs between two saves, ``?from=3&to=5``: the last two where the address names none."""
    release = queries.by_id(release_id) or abort(404)
    kept = queries.saves(release_id)
    after = _asked("to", kept[0].number)
    before = _asked("from", max(after - 1, 1))
    old = queries.revision(release_id, before) or abort(404)
    new = queries.revision(release_id, after) or abort(404)
    return render_template(
        "releases/desk/compare.html",
        release=release,
        revisions=kept,
        old=old,
        new=new,
        differences=revisions.differences(*_named(old.fields, new.fields)),
    )


@bp.route("/revisions/<int(max=2147483647):number>/restore", methods=["GET", "POST"])
@accounts.requires(Permission.WRITE)
def restore(release_id: int, number: int) -> ResponseReturnValue:
    """To bring an earlier text back asks on a page of its own, which shows what would change."""
    release = queries.by_id(release_id) or abort(404)
    revision = queries.revision(release_id, number) or abort(404)
    now = clock.now()
    if not accounts.may(editing.needed("save", release.state(now))):
        abort(403)
    form = ConfirmForm(data={"version": str(release.version)})
    if not form.validate_on_submit():
        return _ask(release_id, revision.number, form, 422 if request.method == "POST" else 200)
    if form.version.data != str(release.version):
        return _overtaken(release_id, number, form)
    try:
        changes = actions.restore(release, revision, by=accounts.current_user(), now=now)
        db.session.commit()
    except RefusedError as error:
        form.form_errors.extend(problem.sentence for problem in error.problems)
        return _ask(release_id, number, form, 422)
    except StaleDataError:
        return _overtaken(release_id, number, form)
    flash(f"The text of version {number} stands again." if changes else "The text is that already; nothing changed.")
    return web.see_other("releases_desk.edit", release_id=release_id)


def _overtaken(release_id: int, number: int, form: ConfirmForm) -> ResponseReturnValue:
    form.form_errors.append("Somebody saved this release since you opened this page. Read again what would change.")
    return _ask(release_id, number, form, 409)


def _ask(release_id: int, number: int, form: ConfirmForm, status: int) -> ResponseReturnValue:
    with reading():
        release = queries.by_id(release_id) or abort(404)
        revision = queries.revision(release_id, number) or abort(404)
        last = queries.last_revision(release_id) or abort(404)
        form.version.data = str(release.version)
        before, after = _named(last.fields, revision.fields)
        brought = revisions.restored(before, after, keeps_address=release.year is not None)
        html = render_template(
            "releases/desk/restore.html",
            release=release,
            revision=revision,
            form=form,
            standing=release.state(clock.now()),
            differences=revisions.differences(before, brought),
        )
        return make_response(html, status)


def _asked(name: str, default: int) -> int:
    """A number in the address."""
    written = request.args.get(name, "")
    if not written:
        return default
    if not (written.isascii() and written.isdigit() and len(written) <= DIGITS):
        abort(404)
    return int(written)


def _named(*fields: revisions.Fields) -> list[dict[str, Any]]:
    """*fields* with the names of their pictures in place of their numbers."""
    numbers = {number for each in fields for number in each.get("pictures", ())}
    names = {asset.id: asset.caption or asset.name for asset in queries.assets(numbers)}
    return [
        {**each, "pictures": [names.get(number, f"picture {number}") for number in each.get("pictures", ())]}
        for each in fields
    ]


def revision_label(revision: ReleaseRevision) -> str:
    """What a revision was for, in words."""
    act = revisions.ACTS.get(revision.act, revision.act.capitalize())
    return ": ".join(part for part in (act, revision.note) if part)


bp.add_app_template_global(revision_label)
bp.add_app_template_filter(revisions.name, "field_name")
