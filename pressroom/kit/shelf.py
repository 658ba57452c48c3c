"""Files that are made on demand and can be made again: kept whole or not at all, and no more than there is room for."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Shelf:
    """A folder of such files, each under a name that says all that is in it.

    Attributes:
        most: bytes; what was not asked for longest goes first.
    """

    folder: Path
    most: int

    def get(self, name: str) -> bytes | None:
        """What is kept under *name*, from now on the last that was asked for; None when it is not there."""
        place = self.folder / name
        with suppress(FileNotFoundError):
            written = place.read_bytes()
            with suppress(OSError):
                os.utime(place)
            return written
        return None

    def put(self, name: str, written: bytes) -> None:
        """Keep *written*. A full disk keeps nothing, and is no error: it can be made again."""
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            with NamedTemporaryFile(dir=self.folder, prefix=".making-", delete=False) as made:
                made.write(written)
            Path(made.name).replace(self.folder / name)
            self.make_room()
        except OSError as error:
            log.warning("a file of %s was not kept: %s", self.folder.name, error.strerror)

    def make_room(self) -> None:
        """Delete what was not asked for longest, until no more than :attr:`most` bytes are kept."""
        total = 0
        for _at, size, file in sorted(self._kept(), reverse=True):
            total += size
            if total > self.most:
                file.unlink(missing_ok=True)

    def _kept(self) -> Iterator[tuple[float, int, Path]]:
        for file in self.folder.iterdir():
            with suppress(FileNotFoundError):  # another process made room
                stat = file.stat()
                yield stat.st_mtime, stat.st_size, file
