"""``/desk/releases/<id>/coverage``: which clips cover a release, and proposals to be confirmed or refused."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from pressroom import accounts
from pressroom.accounts import Permission
from pressroom.clips import actions, covering, proposals, queries
from pressroom.clips.models import Clip
from pressroom.clips.stories import placing
from pressroom.kit import clock, text, web
from pressroom.kit.db import db, reading
from pressroom.releases.models import Release

bp = Blueprint("clip_coverage", __name__, url_prefix="/desk/releases/<int(max=2147483647):release_id>/coverage")
accounts.protect(bp, Permission.IMPORT)
of_clip = Blueprint("clip_covers", __name__, url_prefix="/desk/clips/<int(max=2147483647):clip_id>/covers")
accounts.protect(of_clip, Permission.IMPORT)

FOUND = 10  # clips that a search by hand shows
CHANGED = "Somebody changed this just now. Look at it below, and do it again."
GONE = "There is no such clip any more. Nothing was changed."
SO_ALREADY = "That was so already; nothing was changed."
VERBS = frozenset({"cover", "uncover", "refuse", "propose", "placements"})


@bp.get("")
def index(release_id: int) -> ResponseReturnValue:
    """What covers the release, what may, and a search for anything else."""
    return _page(_release(release_id))


@bp.post("")
def change(release_id: int) -> ResponseReturnValue:
    """Tie one clip to the release, take it away, or refuse it: ``do`` is as in ``cover 7``.

    ``placements`` ties the other placements of all stories that cover it.
    """
    release = _release(release_id)
    verb, _, number = request.form.get("do", "").partition(" ")
    if verb not in VERBS:
        abort(400)
    clip = covering.clip_of(number) if verb != "placements" else None
    if clip is None and verb != "placements":
        with reading():
            return _page(_release(release_id), GONE, 422)
    try:
        said = _placements(release) if clip is None else _act(verb, clip, release)
        db.session.commit()
    except (IntegrityError, StaleDataError):
        with reading():
            return _page(_release(release_id), CHANGED, 409)
    flash(said)
    return web.see_other("clip_coverage.index", release_id=release_id)


@of_clip.post("")
def from_clip(clip_id: int) -> ResponseReturnValue:
    """The same from the page of a clip: ``do`` is as in ``cover 3``, with the number of a release."""
    clip = queries.by_id(clip_id) or abort(404)
    verb, _, number = request.form.get("do", "").partition(" ")
    if verb not in {"cover", "refuse"}:
        abort(400)
    release = covering.by_id(int(number)) if number.isascii() and number.isdigit() and len(number) <= 9 else None
    try:
        said = _act(verb, clip, release) if release else "There is no such release any more. Nothing was changed."
        db.session.commit()
    except (IntegrityError, StaleDataError):
        db.session.rollback()
        said, release = CHANGED, None
    flash(said, "message" if release else "error")
    return web.see_other("clips_desk.edit", clip_id=clip_id)


def _act(verb: str, clip: Clip, release: Release) -> str:
    """Do it. Gives a sentence that says so."""
    by, now = accounts.current_user(), clock.now()
    if verb == "refuse":
        refused = proposals.refuse(clip, release, by=by, now=now)
        return f"“{clip.headline}” is not proposed again." if refused else SO_ALREADY
    if verb == "propose":
        proposals.propose_again(clip.id, release.id)
        return f"“{clip.headline}” may be proposed again."
    if not actions.cover(clip, release, by=by, now=now, covers=verb == "cover"):
        return SO_ALREADY
    if verb == "uncover":
        return f"“{clip.headline}” was taken away."
    proposals.propose_again(clip.id, release.id)
    others = len(proposals.placements_of_covering(release.id)) if placing.stories_of([clip.id]) else 0
    more = f" Its story has {others} other placement{'' if others == 1 else 's'}: see the proposals." if others else ""
    return f"“{clip.headline}” covers this release.{more}"


def _placements(release: Release) -> str:
    """Tie the other placements of all stories that cover the release."""
    clips = queries.by_ids(proposals.placements_of_covering(release.id))
    for clip in clips:
        if not clip.withdrawn_at:
            actions.cover(clip, release, by=accounts.current_user(), now=clock.now())
    return f"{len(clips)} other placements cover this release now." if clips else SO_ALREADY


def _release(release_id: int) -> Release:
    return covering.by_id(release_id) or abort(404)


def _page(release: Release, problem: str = "", status: int = 200) -> Response:
    words = text.clean(request.args.get("q", "")).strip()[:200]
    tied = covering.tied(release.id)
    stories = placing.stories_of([clip.id for clip in tied])
    proposed = proposals.of_release(release)
    html = render_template(
        "clips/desk/coverage.html",
        release=release,
        tied=tied,
        stories=len(tied) - len(stories) + len(set(stories.values())),
        proposals=proposed,
        placements=sum(proposal.placement for proposal in proposed),
        refused=proposals.refused_last(release.id),
        words=words,
        found=queries.desk_page(words=words).items[:FOUND] if words else (),
        now=clock.now(),
        problem=problem,
    )
    return make_response(html, status)
