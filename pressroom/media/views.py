"""``/media/…``: files for the public. Each request passes the gate, so nothing outlives a withdrawal."""

from __future__ import annotations

from flask import Blueprint, Response, abort

from pressroom.kit import clock
from pressroom.media import queries, serving

bp = Blueprint("media", __name__, url_prefix="/media")


@bp.get("/<key>/<name>", defaults={"size": ""})
@bp.get("/<key>/<size>/<name>")
def file(key: str, size: str, name: str) -> Response:
    """A file that something public shows. It may be kept, and is asked for again at each use (ETag, 304).

    The key cannot be guessed; nor is it needed, for the gate alone decides.
    """
    asset = queries.by_key(key) or abort(404)
    found = serving.stored(asset, size, name)
    if serving.rights_over(asset, clock.now()):
        return serving.rights_ended(asset)
    response = serving.answer(found)
    response.cache_control.public = True
    response.cache_control.max_age = 0
    response.cache_control.must_revalidate = True
    return response
