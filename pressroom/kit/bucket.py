"""The same storage in a bucket of S3 or of what speaks like it, for a press room on several hosts.

The bucket is the truth. What a host uses it copies to its own disk once, under the same name: a file is named by its
bytes and never changes, so a copy is never out of date, and whoever sends, shrinks or prints a file finds it at a path.
Nothing is sent from the bucket itself: an address that is signed for an hour would show for an hour what was withdrawn.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from flask import Flask, Response

from pressroom.kit.files import Storage, StorageFullError, Stored, refusing_when_full
from pressroom.kit.settings import SettingsError

IN_USE = 3600.0  # seconds after it was last asked for in which a copy is not taken away
RETRY_SECONDS = 30


class UnreachableError(StorageFullError):
    """The bucket does not answer. For whoever sent a file it is as if there were no room: it was not kept."""

    def __init__(self) -> None:
        super().__init__("The store for files does not answer: nothing was stored. Send it again in a moment.")


@dataclass(frozen=True)
class BucketStorage(Storage):
    """The files below ``prefix`` of a bucket, and copies of those in use in ``folder``.

    Args:
        bucket: a store of obstore's.
        prefix: what the names in the bucket begin with, such as ``media/``.
        most: bytes of copies that are kept; more only while they are in use.
    """

    bucket: Any
    prefix: str
    most: int

    def store(self, stream: BinaryIO, *, limit: int | None = None) -> Stored:
        """Keep what *stream* still holds; it is in the bucket when this returns.

        Raises:
            FileTooLargeError: there are more bytes than *limit*.
            StorageFullError: this host's disk, over which it goes, is full.
            UnreachableError: the bucket does not answer.
        """
        stored = super().store(stream, limit=limit)
        new = not self._is_there(stored.sha256, stored.size)
        with _reaching():  # again, too, when it is there: so that no sweep takes it for left over
            _obstore().put(self.bucket, self._key(stored.sha256), super().path(stored.sha256))
        self._make_room()
        return Stored(stored.sha256, stored.size, new=new)

    def path(self, sha256: str) -> Path:
        """Where a copy of the file is; it is fetched if there is none. Without one in the bucket nothing is there.

        Raises:
            UnreachableError: there is no copy, and the bucket does not answer.
        """
        place = super().path(sha256)
        try:
            os.utime(place)
        except FileNotFoundError:
            self._fetch(sha256, place)
        return place

    def exists(self, sha256: str) -> bool:
        """Whether the file is in the bucket."""
        return self._head(sha256) is not None

    def is_whole(self, sha256: str) -> bool:
        """Whether the bytes in the bucket are the ones that gave the file its name."""
        digest = hashlib.sha256()
        try:
            for piece in self._pieces(sha256):
                digest.update(piece)
        except FileNotFoundError:
            return False
        return digest.hexdigest() == sha256

    def remove(self, sha256: str) -> None:
        """Delete the file and the copy of this host; those of others go when they need the room."""
        with suppress(FileNotFoundError), _reaching():
            _obstore().delete(self.bucket, self._key(sha256))
        super().remove(sha256)

    def age(self, sha256: str, now: float) -> float:
        """For how many seconds the file has been in the bucket, or not been sent again, at *now*."""
        found = self._head(sha256)
        if found is None:
            raise FileNotFoundError(sha256)
        return now - float(found["last_modified"].timestamp())

    def names(self) -> Iterator[str]:
        """The names of all files in the bucket, in no order."""
        with _reaching():
            for some in _obstore().list(self.bucket, prefix=self.prefix):
                yield from (name for one in some if self.is_name(name := one["path"].rpartition("/")[2]))

    def _key(self, sha256: str) -> str:
        return f"{self.prefix}{super().path(sha256).relative_to(self.folder).as_posix()}"

    def _head(self, sha256: str) -> Any:
        key = self._key(sha256)
        with _reaching():
            try:
                return _obstore().head(self.bucket, key)
            except FileNotFoundError:
                return None

    def _is_there(self, sha256: str, size: int) -> bool:
        found = self._head(sha256)
        return found is not None and found["size"] == size

    def _pieces(self, sha256: str) -> Iterator[bytes]:
        """The bytes in the bucket."""
        with _reaching():
            for piece in _obstore().get(self.bucket, self._key(sha256)).stream():
                yield bytes(piece)

    def _fetch(self, sha256: str, place: Path) -> None:
        """Copy the file to *place*; not what is damaged, and nothing that is cut off."""
        digest = hashlib.sha256()
        with suppress(FileNotFoundError), refusing_when_full(), self._incoming() as (handle, incoming):
            for piece in self._pieces(sha256):
                digest.update(piece)
                handle.write(piece)
            handle.flush()
            if digest.hexdigest() == sha256:
                self._put_in_place(incoming, place)
        self._make_room()

    def _make_room(self) -> None:
        """Take the copies away that were not asked for the longest, until they fit."""
        copies = [
            (file.stat(), file) for name in super().names() if (file := super(BucketStorage, self).path(name)).exists()
        ]
        held = sum(found.st_size for found, _ in copies)
        for found, file in sorted(copies, key=lambda copy: copy[0].st_mtime):
            if held <= self.most or time.time() - found.st_mtime < IN_USE:
                return
            file.unlink(missing_ok=True)
            held -= found.st_size


def init_app(app: Flask) -> None:
    """Keep the files of *app* in a bucket, if the setting ``media_store`` names one.

    Raises:
        SettingsError: it names none that can be used, or the extra is missing.
    """
    if not (address := app.config["MEDIA_STORE"]):
        return
    parts = urlsplit(address)
    if parts.scheme != "s3" or not parts.netloc:
        raise SettingsError(f"media_store = {address!r}: write s3://bucket/prefix, or leave it empty")
    try:
        from obstore.store import S3Store  # noqa: PLC0415 - an extra
    except ImportError:
        raise SettingsError(f"media_store = {address!r} needs the extra: pip install 'pressroom[s3]'") from None
    given = {"endpoint": app.config["MEDIA_ENDPOINT"], "region": app.config["MEDIA_REGION"]}
    plain = app.config["MEDIA_ENDPOINT"].startswith("http://")
    config: Any = {name: value for name, value in given.items() if value}
    patience: Any = {"max_retries": 2, "retry_timeout": timedelta(seconds=15)}  # obstore's own is three minutes
    client: Any = {"allow_http": plain, "connect_timeout": "5s"}
    bucket = S3Store(parts.netloc, client_options=client, retry_config=patience, **config)
    keep_in(app, bucket, parts.path.strip("/"))


def keep_in(app: Flask, bucket: Any, prefix: str) -> None:
    """Keep the files of *app* in *bucket*, a store of obstore's, below *prefix*."""
    begin = f"{prefix}/" if prefix else ""
    most = app.config["MEDIA_COPIES_GB"] * 1_000_000_000
    app.extensions["file_storage"] = lambda folder: BucketStorage(folder, bucket, f"{begin}{folder.name}/", most)
    app.register_error_handler(UnreachableError, _unavailable)


def _unavailable(_error: UnreachableError) -> Response:
    headers = {"Retry-After": str(RETRY_SECONDS), "Cache-Control": "no-store"}
    text = "The file cannot be had at the moment. Try again in half a minute.\n"
    return Response(text, 503, headers, mimetype="text/plain")


@contextmanager
def _reaching() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except (_obstore().exceptions.BaseError, OSError, TimeoutError) as error:
        raise UnreachableError from error


def _obstore() -> Any:
    import obstore  # noqa: PLC0415 - an extra; whoever has no bucket has no obstore

    return obstore
