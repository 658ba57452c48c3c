"""A form that cannot go on yet, carried by the page that says why: fields in hidden ones, files as text beside them.

Nothing is stored for it. Files above :data:`MOST` are not carried, and the page says what to do.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterator
from io import BytesIO

import orjson
from flask import request
from werkzeug.datastructures import FileStorage, MultiDict

FILE = "proof_file"
MOST = 10_000_000  # bytes of files


def files() -> list[FileStorage]:
    """The files that were sent, without the boxes that were left empty."""
    return [file for _, file in request.files.items(multi=True) if file.filename]


def fields(*, without: Collection[str] = ()) -> tuple[list[tuple[str, str]], bool]:
    """Name and text of each hidden field, and whether the files are too large; then there are none.

    Args:
        without: names that are not carried.
    """
    carried = [] if FILE in request.form else list(_carried(files()))
    if sum(map(len, carried)) > MOST * 4 // 3:
        return [], True
    left_out = {*without, "csrf_token"}
    typed = [(name, text) for name, text in request.form.items(multi=True) if name not in left_out]
    return [*typed, *((FILE, text) for text in carried)], False


def restore() -> None:
    """Give this request the files that a page carried."""
    if request.method == "POST" and FILE in request.form:
        request.files = MultiDict(_files_from(request.form.getlist(FILE)))  # type: ignore[assignment]


def _carried(files: list[FileStorage]) -> Iterator[str]:
    for file in files:
        content = file.stream.read(MOST + 1)
        kept = {"field": file.name, "name": file.filename, "data": base64.b64encode(content).decode()}
        yield orjson.dumps(kept).decode()


def _files_from(texts: list[str]) -> Iterator[tuple[str, FileStorage]]:
    """What :func:`_carried` made; what somebody else made up is no file."""
    for text in texts:
        try:
            kept = orjson.loads(text)
            field, name, data = str(kept["field"]), str(kept["name"]), base64.b64decode(kept["data"], validate=True)
        except (ValueError, TypeError, KeyError):
            continue
        yield field, FileStorage(BytesIO(data), filename=name, name=field)
