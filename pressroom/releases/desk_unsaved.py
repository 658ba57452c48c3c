"""``/desk/releases/unsaved``: typed text is kept while it is written, and thrown away when asked."""

from __future__ import annotations

from flask import Blueprint, flash, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from pressroom import accounts
from pressroom.accounts import Permission
from pressroom.kit import clock, dates, web
from pressroom.kit.db import db
from pressroom.kit.settings import setting
from pressroom.releases import queries, unsaved
from pressroom.releases.forms import ReleaseForm
from pressroom.releases.rules import RefusedError

bp = Blueprint("releases_unsaved", __name__, url_prefix="/desk/releases/unsaved")
accounts.protect(bp, Permission.WRITE)

DIGITS = 9


@bp.post("")
def keep() -> ResponseReturnValue:
    """Keep the form of the editor as it stands; the script of the editor sends it. Says since when, as JSON."""
    form, now = ReleaseForm(), clock.now()
    base = request.form.get("base", "")
    number = int(base) if base.isascii() and base.isdigit() and len(base) <= DIGITS else 0
    uid = request.form.get("uid", "")
    try:
        kept = unsaved.keep(by=accounts.current_user(), uid=uid, base=number, fields=form.kept(), now=now)
        db.session.commit()
    except RefusedError as error:
        db.session.rollback()
        return jsonify(error=str(error)), 422
    except IntegrityError:  # two windows began at once; the other one kept its text
        db.session.rollback()
        return jsonify(error="Another window keeps its text just now. This one tries again."), 409
    return jsonify(kept=f"Kept {dates.moment(now, setting('time_zone'))}; not saved." if kept else "")


@bp.post("/<uid>/discard")
def discard(uid: str) -> ResponseReturnValue:
    """Throw it away, and go to the editor."""
    release = queries.by_uid(uid)
    gone = unsaved.throw_away(by=accounts.current_user(), uid=uid)
    db.session.commit()
    flash("The unsaved text was thrown away." if gone else "There was no unsaved text any more.")
    return web.see_other("releases_desk.edit", release_id=release.id) if release else web.see_other("releases_desk.new")
