"""``/desk/releases/<id>/coverage``: which clips cover a release, and proposals to be confirmed."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from pressroom import accounts
from pressroom.accounts import Permission
from pressroom.clips import actions, covering, queries
from pressroom.kit import clock, text, web
from pressroom.kit.db import db, reading
from pressroom.releases.models import Release

bp = Blueprint("clip_coverage", __name__, url_prefix="/desk/releases/<int(max=2147483647):release_id>/coverage")
accounts.protect(bp, Permission.IMPORT)

FOUND = 10  # clips that a search by hand shows
CHANGED = "Somebody changed this just now. Look at it below, and do it again."
VERBS = {"cover": True, "uncover": False}


@bp.get("")
def index(release_id: int) -> ResponseReturnValue:
    """What covers the release, what may, and a search for anything else."""
    return _page(_release(release_id))


@bp.post("")
def change(release_id: int) -> ResponseReturnValue:
    """Tie one clip to the release, or take it away: ``do`` is as in ``cover 7``."""
    release = _release(release_id)
    verb, _, number = request.form.get("do", "").partition(" ")
    if verb not in VERBS:
        abort(400)
    clip = covering.clip_of(number)
    if clip is None:
        with reading():
            return _page(_release(release_id), "There is no such clip any more. Nothing was changed.", 422)
    try:
        changed = actions.cover(clip, release, by=accounts.current_user(), now=clock.now(), covers=VERBS[verb])
        db.session.commit()
    except (IntegrityError, StaleDataError):
        with reading():
            return _page(_release(release_id), CHANGED, 409)
    said = f"“{clip.headline}” covers this release." if VERBS[verb] else f"“{clip.headline}” was taken away."
    flash(said if changed else "That was so already; nothing was changed.")
    return web.see_other("clip_coverage.index", release_id=release_id)


def _release(release_id: int) -> Release:
    return covering.by_id(release_id) or abort(404)


def _page(release: Release, problem: str = "", status: int = 200) -> Response:
    words = text.clean(request.args.get("q", "")).strip()[:200]
    html = render_template(
        "clips/desk/coverage.html",
        release=release,
        tied=covering.tied(release.id),
        proposals=covering.proposals(release),
        words=words,
        found=queries.desk_page(words=words).items[:FOUND] if words else (),
        now=clock.now(),
        problem=problem,
    )
    return make_response(html, status)
