"""``/desk/media/…``: files as staff see them, before and after they are public."""

from __future__ import annotations

from flask import Blueprint, Response

from pressroom import accounts
from pressroom.media.serving import LARGEST_ID, answer

bp = Blueprint("media_desk", __name__, url_prefix="/desk/media")
accounts.protect(bp)


@bp.get(f"/<int(max={LARGEST_ID}):asset_id>/<name>")
def file(asset_id: int, name: str) -> Response:
    """A file for whoever is signed in; kept nowhere on the way."""
    response = answer(asset_id, name)
    response.cache_control.no_store = True
    return response
