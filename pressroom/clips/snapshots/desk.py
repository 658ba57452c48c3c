"""``/desk/clips/<id>/snapshot``: a story's page as it was, for staff. It is a page of others: it may load nothing, run
nothing, and lead nowhere by itself."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from pressroom import accounts
from pressroom.accounts import Permission
from pressroom.clips.snapshots import actions, queries
from pressroom.clips.snapshots.models import ClipSnapshot

bp = Blueprint("clips_snapshots", __name__, url_prefix="/desk/clips/<int(max=2147483647):clip_id>")
accounts.protect(bp, Permission.IMPORT)

POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"


@bp.get("/snapshot")
def show(clip_id: int) -> Response:
    """The cleaned file of the newest snapshot, or of that with the number ``n``."""
    snapshot = _wanted(clip_id)
    try:
        written = actions.storage().path(snapshot.sha256).read_bytes()
    except FileNotFoundError:
        abort(404, "The file of this snapshot is gone; its text is still there.")
    return _closed(Response(written, content_type="text/html; charset=utf-8"))


@bp.get("/snapshot.txt")
def text(clip_id: int) -> Response:
    """Its words."""
    return _closed(Response(_wanted(clip_id).text, content_type="text/plain; charset=utf-8"))


def _wanted(clip_id: int) -> ClipSnapshot:
    number = request.args.get("n", "")
    wanted = int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else None
    return queries.one(clip_id, wanted) or abort(404)


def _closed(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    return response
