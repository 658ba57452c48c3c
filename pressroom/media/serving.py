"""How a file is answered: the same for the public and for staff, who see different rows."""

from __future__ import annotations

from flask import Response, abort, send_file

from pressroom.media import actions, queries

POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
LARGEST_ID = 2**31 - 1  # of an integer column; a larger number in an address is simply not found


def answer(asset_id: int, name: str) -> Response:
    """The bytes of an asset, with ranges and conditions (RFC 9110, 13 and 14); 404 if there is none."""
    asset = queries.by_id(asset_id)
    if asset is None or asset.name != name:
        abort(404)
    response = send_file(
        actions.path_of(asset),
        mimetype=asset.media_type,
        as_attachment=not asset.inline,
        download_name=asset.name,
        etag=asset.sha256,
        last_modified=asset.created_at,
        conditional=True,
        max_age=0,
    )
    shield(response)
    if asset.media_type == "text/vtt":
        response.headers["Content-Type"] = "text/vtt; charset=utf-8"
    return response


def shield(response: Response) -> None:
    """What was uploaded runs nothing, loads nothing and leads nowhere, whatever is in it."""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = POLICY
