"""``/media/…``: files for the public. Each request passes the gate, so nothing outlives a withdrawal."""

from __future__ import annotations

from flask import Blueprint, Response

from pressroom.media.serving import LARGEST_ID, answer

bp = Blueprint("media", __name__, url_prefix="/media")


@bp.get(f"/<int(max={LARGEST_ID}):asset_id>/<name>")
def file(asset_id: int, name: str) -> Response:
    """A file that something public shows. It may be kept, and is asked for again at each use (ETag, 304)."""
    response = answer(asset_id, name)
    response.cache_control.public = True
    response.cache_control.max_age = 0
    response.cache_control.must_revalidate = True
    return response
