"""Addresses of static files carry a hash of the content, so that browsers may keep the files for ever."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from werkzeug.security import safe_join

from pressroom.publishing.cache import kept

ONE_YEAR = 31_536_000


@lru_cache(512)
def version(folder: str, filename: str) -> str:
    """Ten hexadecimal digits of the file's content; empty without such a file. Read once in a process."""
    path = safe_join(folder, filename)
    if path is None or not Path(path).is_file():
        return ""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:10]


def keep_for_ever(response: Response) -> None:
    """Let *response* be kept for a year without asking again; its address changes with its content."""
    response.cache_control.no_cache = None  # Flask's word for files that say nothing else
    response.cache_control.public = True
    response.cache_control.max_age = ONE_YEAR
    response.cache_control.immutable = True


def init_app(app: Flask) -> None:
    """Versions in the addresses of *app*'s static files, and long keeping under the right one."""

    kept("v")(app.view_functions["static"])

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "v" not in values and (found := _version(app, values.get("filename"))):
            values["v"] = found

    @app.after_request
    def keep(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in {200, 304}:
            asked = request.args.get("v")
            if asked and asked == _version(app, (request.view_args or {}).get("filename")):
                keep_for_ever(response)
        return response


def _version(app: Flask, filename: str | None) -> str:
    return version(str(app.static_folder), filename) if filename else ""
