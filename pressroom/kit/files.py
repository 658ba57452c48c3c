"""Content-addressed storage: a file is kept under the SHA-256 of its bytes.

No name that a person typed is ever part of a path. The same bytes are kept once. A file is either whole or
not there: it is written beside its place, flushed to the disk, and renamed.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from flask import current_app

FOLDER = "files"
CHUNK = 1 << 18
_NAME = re.compile(r"[0-9a-f]{64}")
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What an operating system says when a disk, or a quota on it, is full."""


class FileError(Exception):
    """A file was not stored; the message is a sentence for the person who sent it."""


class FileTooLargeError(FileError):
    """More bytes came than are allowed."""


class StorageFullError(FileError):
    """The disk, or the quota on it, is full."""


@dataclass(frozen=True)
class Stored:
    """What became of the bytes.

    Attributes:
        sha256: the file's name from now on, 64 hexadecimal digits.
        size: in bytes.
        new: False when the same bytes were there before.
    """

    sha256: str
    size: int
    new: bool


@dataclass(frozen=True)
class Storage:
    """The files under one folder, spread over 256 folders by the first two digits of their names."""

    folder: Path

    def store(self, stream: BinaryIO, *, limit: int | None = None) -> Stored:
        """Keep what *stream* still holds.

        Args:
            stream: it is read in pieces, from where it stands.
            limit: the most bytes that are taken.

        Raises:
            FileTooLargeError: there are more; nothing was kept.
            StorageFullError: the disk is full; nothing was kept.
        """
        with refusing_when_full(), self._incoming() as (handle, incoming):
            sha256, size = _copy(stream, handle, limit)
            place = self.path(sha256)
            if place.is_file() and place.stat().st_size == size:
                os.utime(place)  # it is wanted again, so that no sweep takes it for left over
                return Stored(sha256, size, new=False)
            self._put_in_place(incoming, place)
            return Stored(sha256, size, new=True)

    def path(self, sha256: str) -> Path:
        """Where the file of that name is, or would be.

        Raises:
            ValueError: that is no name of a stored file.
        """
        if not _NAME.fullmatch(sha256):
            raise ValueError("a stored file is named by 64 hexadecimal digits in lower case")
        return self.folder / sha256[:2] / sha256

    def exists(self, sha256: str) -> bool:
        """Whether the file is there."""
        return self.path(sha256).is_file()

    def is_whole(self, sha256: str) -> bool:
        """Whether the file is there and its bytes are still the ones that gave it its name."""
        try:
            with self.path(sha256).open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest() == sha256
        except FileNotFoundError:
            return False

    def remove(self, sha256: str) -> None:
        """Delete the file; it is no error when it is not there."""
        self.path(sha256).unlink(missing_ok=True)

    def age(self, sha256: str, now: float) -> float:
        """For how many seconds the file has been there, or not been sent again, at *now* (seconds of the epoch)."""
        return now - self.path(sha256).stat().st_mtime

    def names(self) -> Iterator[str]:
        """The names of all files, in no order."""
        return (file.name for file in self.folder.glob("??/*") if self.is_name(file.name))

    @staticmethod
    def is_name(name: str) -> bool:
        """Whether a stored file can be called so."""
        return _NAME.fullmatch(name) is not None

    def _put_in_place(self, incoming: Path, place: Path) -> None:
        _make_folder(place.parent)
        incoming.replace(place)
        flush_folder(place.parent)
        flush_folder(self.folder)

    @contextmanager
    def _incoming(self) -> Iterator[tuple[BinaryIO, Path]]:
        """A new file on the same disk as the stored ones; it is gone afterwards unless it was renamed."""
        _make_folder(self.folder)
        descriptor, name = tempfile.mkstemp(prefix=".incoming-", dir=self.folder)
        incoming = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as handle:
                os.fchmod(descriptor, 0o640)  # a web server in the same group may serve it
                yield handle, incoming
        finally:
            incoming.unlink(missing_ok=True)


def _make_folder(folder: Path) -> None:
    """Whatever the umask says, a web server in the same group may go through it, and not list it."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o710)


def kept_in(folder: str) -> Storage:
    """The files of the current press room that are kept in *folder* of its instance folder, or of its bucket."""
    make: Callable[[Path], Storage] = current_app.extensions.get("file_storage", Storage)
    return make(Path(current_app.instance_path) / folder)


def storage() -> Storage:
    """The files of the current press room that are no media."""
    return kept_in(FOLDER)


def store(stream: BinaryIO, *, limit: int | None = None) -> Stored:
    """:meth:`Storage.store` of the current press room."""
    return storage().store(stream, limit=limit)


def path(sha256: str) -> Path:
    """:meth:`Storage.path` of the current press room."""
    return storage().path(sha256)


def _copy(stream: BinaryIO, handle: BinaryIO, limit: int | None) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while piece := stream.read(CHUNK):
        size += len(piece)
        if limit is not None and size > limit:
            raise FileTooLargeError(f"The file is larger than {_megabytes(limit)}. Send a smaller one.")
        digest.update(piece)
        handle.write(piece)
    handle.flush()
    os.fsync(handle.fileno())
    return digest.hexdigest(), size


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.3g} MB" if size >= 1_000_000 else f"{size:,} bytes"


def flush_folder(folder: Path) -> None:
    """A rename survives a power cut only when its folder was flushed too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def refusing_when_full() -> Iterator[None]:
    """Say of a full disk that it is full.

    Raises:
        StorageFullError: what is done in here found no room.
    """
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StorageFullError(
                "The press room's disk is full: the file was not stored. Free some space, then send it again."
            ) from error
        raise
