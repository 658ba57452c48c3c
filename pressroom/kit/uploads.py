"""Uploads on their way in: how much a request may bring, and a disk that fills up meanwhile.

A form is read as a whole before a view sees it. Were a full disk to end that reading, what was typed beside the
file would be lost; so the file alone is given up, and whoever reads it is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

from flask import Flask, Request, request, session
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData

from pressroom.kit.files import FULL, StorageFullError

IN_MEMORY = 500_000  # bytes of an upload that are kept off the disk
LISTENED = 4_000_000  # bytes of a request that is too large in which what was typed is looked for
PIECE = 1 << 16
DESK = "/desk/"


class Incoming(SpooledTemporaryFile[bytes]):
    """A file that is being uploaded. When the disk is full the rest is passed over, and reading it raises."""

    full = False

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Keep *data*, as long as there is room."""
        if not self.full:
            try:
                super().write(data)
                self.flush()  # or the error would come later, and somewhere else
            except OSError as error:
                self._give_up(error)
        return len(data)

    def read(self, *args: int) -> bytes:
        """What was uploaded.

        Raises:
            StorageFullError: there was no room for all of it.
        """
        if self.full:
            raise StorageFullError("The disk is full, so the file did not arrive. Free some space, then send it again.")
        return super().read(*args)

    def _give_up(self, error: OSError) -> None:
        if error.errno not in FULL:
            raise error
        self.full = True
        with suppress(OSError):  # closing tries to write the rest once more
            self._file.close()
        self._file = BytesIO()


class PressRequest(Request):
    """A request whose files are :class:`Incoming`, and are closed with it even where it broke off."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._incoming: list[Incoming] = []

    def close(self) -> None:
        """Close all files, those too that no form came of."""
        super().close()
        for file in self._incoming:
            file.close()

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        self._incoming.append(Incoming(max_size=IN_MEMORY))
        return cast("IO[bytes]", self._incoming[-1])


def init_app(app: Flask) -> None:
    """Let whoever is signed in send files as large as the setting allows, and strangers a form's worth of text."""
    app.request_class = PressRequest

    @app.before_request
    def limit() -> None:
        if from_the_desk():
            request.max_content_length = app.config["MAX_UPLOAD_MB"] * 1_000_000


def from_the_desk() -> bool:
    """Whether the request in hand is a form of somebody who is signed in."""
    return request.method == "POST" and request.path.startswith(DESK) and "_user_id" in session


def typed_before(request: Request) -> list[tuple[str, str]]:
    """Name and text of each field that came before the files of a form that is refused for its size.

    A browser sends the fields of a form in their order. What is behind the first :data:`LISTENED` bytes is not waited
    for, so a film of any size is refused at once, and a text that stands before it is not lost.
    """
    boundary = request.mimetype_params.get("boundary", "")
    if request.mimetype != "multipart/form-data" or not boundary or not request.content_length:
        return []
    found: list[tuple[str, str]] = []
    name, text = "", bytearray()
    for event in _events(request, boundary.encode("latin-1", "replace")):
        if isinstance(event, Field):
            name, text = event.name, bytearray()
        elif isinstance(event, Data) and name:
            text += event.data
            if not event.more_data:
                found.append((name, text.decode("utf-8", "replace")))
        elif isinstance(event, File):
            name = ""
    return found


def _events(request: Request, boundary: bytes) -> Iterator[Event]:
    """What the beginning of a form consists of; it ends where it is broken."""
    decoder = MultipartDecoder(boundary)
    left = min(LISTENED, request.content_length or 0)
    stream = request.environ["wsgi.input"]
    with suppress(ValueError, OSError):
        while left > 0 and (piece := stream.read(min(PIECE, left))):
            left -= len(piece)
            decoder.receive_data(piece)
            while not isinstance(event := decoder.next_event(), NeedData | Epilogue):
                yield event
