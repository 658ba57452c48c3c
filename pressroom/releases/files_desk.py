"""``/desk/releases/<id>/files``: the pictures and other files of a release, from the library, in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from pressroom import accounts, jobs
from pressroom.accounts import Permission
from pressroom.kit import clock, text, web
from pressroom.kit.db import db, reading
from pressroom.kit.settings import setting
from pressroom.media import queries as media
from pressroom.media.rules import rights_note
from pressroom.releases import actions, editing, presskit, queries
from pressroom.releases.models import Release, ReleaseFile, ReleasePicture
from pressroom.releases.rules import RefusedError, State

bp = Blueprint("release_files", __name__, url_prefix="/desk/releases/<int(max=2147483647):release_id>/files")
accounts.protect(bp, Permission.WRITE)

STEPS = {"up": -1, "down": 1}


@bp.get("")
def index(release_id: int) -> ResponseReturnValue:
    """What the release has, and what the library offers."""
    return render_template("releases/desk/files.html", **_context(_found(release_id)))


@bp.post("")
def change(release_id: int) -> ResponseReturnValue:
    """Attach what was chosen, or move or take away one file: ``do`` is ``attach``, or as in ``up picture 7``."""
    release, now, by = _found(release_id), clock.now(), accounts.current_user()
    if not accounts.may(editing.needed("save", release.state(now))):
        return _refused(release_id, 403, "Only an editor changes the files of what is public or waits for its time.")
    if request.form.get("version", "") != str(release.version):
        return _refused(release_id, 409, CHANGED)
    verb, kind, number = ([*request.form.get("do", "").split(" "), "", ""])[:3]
    try:
        if verb == "attach":
            sent = request.form.getlist("asset")
            chosen = [int(said) for said in sent if said.isascii() and said.isdigit() and len(said) < 10]
            new = actions.attach(release, media.by_ids(chosen[:100]), by=by, now=now)
            said = f"Attached: {', '.join(new)}." if new else "Nothing was chosen that is not there already."
        else:
            lists = {"picture": _ids(release.pictures), "file": _ids(release.files)}
            if kind not in lists or verb not in {*STEPS, "first", "remove"} or not _moved(lists[kind], verb, number):
                abort(400)
            actions.arrange_files(release, by=by, now=now, pictures=lists["picture"], files=lists["file"])
            said = "Taken away; it stays in the library." if verb == "remove" else "Moved."
        db.session.commit()
    except RefusedError as error:
        return _refused(release_id, 422, *(problem.sentence for problem in error.problems))
    except (StaleDataError, IntegrityError):
        return _refused(release_id, 409, CHANGED)
    jobs.wake()
    flash(said)
    return web.see_other("release_files.index", release_id=release_id)


@bp.get("/press-kit.zip")
def press_kit(release_id: int) -> Response:
    """The press kit as it is now, before it is public."""
    return presskit.answer(presskit.of(_found(release_id), clock.now()))


CHANGED = "Somebody changed this release since you opened the page. Look at it below, and do it again."


def _ids(rows: Sequence[ReleasePicture] | Sequence[ReleaseFile]) -> list[int]:
    return [row.id for row in rows]


def _moved(ids: list[int], verb: str, number: str) -> bool:
    """Move or remove one of *ids* in place; False if it is not among them."""
    if number not in map(str, ids):
        return False
    at = ids.index(int(number))
    item = ids.pop(at)
    if verb == "first":
        ids.insert(0, item)
    elif verb in STEPS:
        ids.insert(max(0, at + STEPS[verb]), item)
    return True


def _found(release_id: int) -> Release:
    return queries.by_id(release_id) or abort(404)


def _context(release: Release, problems: Sequence[str] = ()) -> dict[str, Any]:
    now = clock.now()
    standing = release.state(now)
    words = text.clean(request.args.get("q", "")).strip()[:200]
    today = now.astimezone(ZoneInfo(setting("time_zone"))).date()
    offered = media.library(words, today=today, page=web.page_number(request.args))
    there = {row.asset_id for row in release.attached}
    return {
        "release": release,
        "problems": problems,
        "words": words,
        "offered": offered,
        "there": there,
        "rights": lambda asset: rights_note(asset.rights_until, today),
        "may_save": standing is not State.WITHDRAWN and accounts.may(editing.needed("save", standing)),
    }


def _refused(release_id: int, status: int, *problems: str) -> Response:
    with reading():
        html = render_template("releases/desk/files.html", **_context(_found(release_id), problems))
        return make_response(html, status)
