"""``/clips/icons/….png``: the icons of outlets, from here and never from theirs."""

from __future__ import annotations

import base64

from flask import Blueprint, Response, abort

from pressroom.clips.outlets import queries
from pressroom.kit import files

bp = Blueprint("clips_icons", __name__)

ONE_YEAR = 31_536_000


@bp.get("/clips/icons/<string(length=64):icon>.png")
def show(icon: str) -> Response:
    """An icon by its content, so that it may be kept for ever; there as long as a public clip is of its outlet."""
    png = queries.public_icon(icon) if files.Storage.is_name(icon) else ""
    if not png:
        abort(404)
    response = Response(base64.b64decode(png), content_type="image/png")
    response.cache_control.public = True
    response.cache_control.max_age = ONE_YEAR
    response.cache_control.immutable = True
    response.headers["X-Robots-Tag"] = "noindex"
    return response
