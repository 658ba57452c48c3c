"""Uploads on their way in: how much a request may bring, and a disk that fills up meanwhile.

A form is read as a whole before a view sees it. Were a full disk to end that reading, what was typed beside the
file would be lost; so the file alone is given up, and whoever reads it is told.
"""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from flask import Flask, Request, request, session

from pressroom.kit.files import FULL, StorageFullError

IN_MEMORY = 500_000  # bytes of an upload that are kept off the disk
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
    """A request whose files are :class:`Incoming`."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return cast("IO[bytes]", Incoming(max_size=IN_MEMORY))


def init_app(app: Flask) -> None:
    """Let whoever is signed in send files as large as the setting allows, and strangers a form's worth of text."""
    app.request_class = PressRequest

    @app.before_request
    def limit() -> None:
        if request.method == "POST" and request.path.startswith(DESK) and "_user_id" in session:
            request.max_content_length = app.config["MAX_UPLOAD_MB"] * 1_000_000
