"""How a file is answered: the same for the public and for staff, who see different rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Response, abort, current_app, make_response, render_template, request, send_file
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from pressroom.kit import dates
from pressroom.kit.settings import setting
from pressroom.media import actions
from pressroom.media.models import Asset
from pressroom.media.rules import ORIGINAL, TYPES, rendition_name

POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
LARGEST_ID = 2**31 - 1  # of an integer column; a larger number in an address is simply not found
WHOLE = "pressroom.whole"  # set in the environment of a request that no web server in front stands behind
_ONE_RANGE = re.compile(r"bytes=[ \t]*(?:[0-9]{1,18}-[0-9]{0,18}|-(?P<suffix>[0-9]{1,18}))[ \t]*", re.IGNORECASE)


@dataclass(frozen=True)
class Stored:
    """The bytes behind an address, and what they are.

    ``changed`` is None for what is derived: then the file itself knows, for it may be made again with other words.
    """

    sha256: str
    media_type: str
    name: str
    changed: datetime | None

    @property
    def path(self) -> Path:
        """Where they lie."""
        return actions.storage().path(self.sha256)


def stored(asset: Asset, size: str, name: str) -> Stored:
    """What stands at an address of *asset*; 404 if nothing does.

    Args:
        size: the name of a rendition; empty for the file itself, which is the rendition of that name once it is made.
        name: as the address has it.
    """
    row = asset.rendition(size or ORIGINAL)
    if row is None and size:
        abort(404)
    found = (
        Stored(row["sha256"], row["media_type"], rendition_name(asset.name, row["media_type"]), None)
        if row
        else Stored(asset.sha256, asset.media_type, asset.name, asset.created_at)
    )
    if found.name != name:
        abort(404)
    return found


def answer(file: Stored) -> Response:
    """The bytes of *file*, with ranges and conditions (RFC 9110, sections 13 and 14).

    Where a web server in front can send files itself, it is told which (the setting ``accel_redirect``).
    """
    kind = TYPES[file.media_type]
    response = send_file(
        file.path,
        mimetype=file.media_type,
        as_attachment=not kind.inline,
        download_name=file.name,
        etag=file.sha256,
        last_modified=file.changed,
        conditional=False,
        max_age=0,
    )
    shield(response)
    if file.media_type == "text/vtt":
        response.headers["Content-Type"] = "text/vtt; charset=utf-8"
    response.headers["Accept-Ranges"] = "bytes"
    prefix = current_app.config["ACCEL_REDIRECT"]
    if prefix and WHOLE not in request.environ:
        return _handed_on(response, f"{prefix.rstrip('/')}/{file.sha256[:2]}/{file.sha256}")
    return conditional(response)


def conditional(response: Response) -> Response:
    """*response*, whole, in part, or 304, as the request in hand has it; its length and its ETag are set."""
    try:
        response.make_conditional(
            _conditions(response.content_length or 0), accept_ranges=True, complete_length=response.content_length
        )
    except RequestedRangeNotSatisfiable:
        response.close()
        raise
    return response


def _conditions(length: int) -> dict[str, Any]:
    """The request's environment, without a Range that RFC 9110 lets us (section 14.2), or has us, ignore.

    Ignored are other units, what is malformed, several ranges at once, anything on a HEAD, and a part of what the
    reader has only in a weakly equal form (section 13.1.5). The last more bytes than there are, are all of them
    (section 14.1.2).
    """
    environ = dict(request.environ)
    asked = _ONE_RANGE.fullmatch(environ.get("HTTP_RANGE", ""))
    if request.method != "GET" or not asked or environ.get("HTTP_IF_RANGE", "").startswith("W/"):
        environ.pop("HTTP_RANGE", None)
    elif asked["suffix"] and int(asked["suffix"]) >= length:
        environ["HTTP_RANGE"] = "bytes=0-"
    return environ


def _handed_on(response: Response, path: str) -> Response:
    """The headers alone; the server in front adds the bytes and what tells them from others, and answers conditions."""
    response.close()
    response.response = []
    for name in ("Content-Length", "Accept-Ranges", "ETag", "Last-Modified"):
        response.headers.pop(name, None)
    response.headers["X-Accel-Redirect"] = path
    return response


def shield(response: Response) -> None:
    """What was uploaded runs nothing, loads nothing and leads nowhere, whatever is in it."""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = POLICY


def rights_ended(asset: Asset) -> Response:
    """410, and since when the file may no longer be shown."""
    assert asset.rights_until is not None
    text = f"It could be shown until {dates.day(asset.rights_until)}. Ask the press office for another one."
    page = render_template("errors/error.html", code=410, title="The right to show this file has ended", text=text)
    return make_response(page, 410)


def rights_over(asset: Asset, now: datetime) -> bool:
    """Whether *asset* may no longer be shown at *now*, in the organisation's zone."""
    return asset.rights_until is not None and asset.rights_over(now, setting("time_zone"))
