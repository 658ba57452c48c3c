"""Having a document read by a child process, and what it wrote."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import orjson

import pressroom

WALL = 180.0  # seconds, should the machine be so busy that the child gets no processor
_CHILD = "import sys; sys.path.insert(0, {place!r}); from pressroom.kit.feedreading.child import main; main()"


class Spool:
    """Records in a file that has no name, in the order in which they were written.

    Attributes:
        total: how many there are.
        about: what the document says of itself.
        is_whole: the document was read to its end.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        weakref.finalize(self, file.close)
        self.total, self.is_whole = 0, False
        self.about: dict[str, Any] = {}
        self._ends = 0
        for line in self._lines():
            if line.startswith(b'{"feed":'):
                self.about, self.is_whole = orjson.loads(line)["feed"], True
                break
            self.total += 1
            self._ends += len(line)

    def records(self, skip: int = 0) -> Iterator[dict[str, Any]]:
        """The records without the first *skip* ones; one is in memory at a time."""
        at = 0
        for number, line in enumerate(self._lines()):
            at += len(line)
            if at > self._ends:
                return
            if number >= skip:
                record: dict[str, Any] = orjson.loads(line)
                yield record

    def _lines(self) -> Iterator[bytes]:
        at = 0
        while True:
            self._file.seek(at)
            line = self._file.readline()
            if not line.endswith(b"\n"):
                return  # cut off, where the child was ended
            at += len(line)
            yield line


def read(document: Path, kind: str = "feed", *, charset: str = "", address: str = "") -> Spool:
    """Have *document* read. It takes a child process, ten seconds of a processor at most beside what its entries take.

    Args:
        kind: ``feed`` or ``mail``.
        charset: what the server said of it.
        address: where it was found, for what is relative to that.
    """
    place = str(Path(pressroom.__file__).resolve().parent.parent)
    spool: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 - it is the spool's from here on
    # What runs is this interpreter, with arguments of ours and no shell.
    command = [sys.executable, "-I", "-c", _CHILD.format(place=place), kind, charset, address]
    with document.open("rb") as source, suppress(subprocess.TimeoutExpired):  # what it wrote until then counts
        subprocess.run(  # noqa: S603 - see above
            command, stdin=source, stdout=spool, stderr=subprocess.DEVNULL, env={}, timeout=WALL, check=False
        )
    spool.seek(0)
    return Spool(spool)
