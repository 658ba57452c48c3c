"""``/desk/media/…``: files as staff see them, before and after they are public."""

from __future__ import annotations

from flask import Blueprint, Response, abort

from pressroom import accounts
from pressroom.media import queries, serving
from pressroom.media.serving import LARGEST_ID

bp = Blueprint("media_desk", __name__, url_prefix="/desk/media")
accounts.protect(bp)


@bp.get(f"/<int(max={LARGEST_ID}):asset_id>/<name>", defaults={"size": ""})
@bp.get(f"/<int(max={LARGEST_ID}):asset_id>/<size>/<name>")
def file(asset_id: int, size: str, name: str) -> Response:
    """A file for whoever is signed in; kept nowhere on the way."""
    asset = queries.by_id(asset_id) or abort(404)
    response = serving.answer(serving.stored(asset, size, name), changed=asset.created_at)
    response.cache_control.no_store = True
    return response
