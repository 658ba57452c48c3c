"""A segment's files read where the system has mapped them, so that all processes have them in memory once.

Whoosh maps a segment and then copies each file of it: 150 megabytes in every process for 100,000 clips.
"""

from __future__ import annotations

import io
import mmap
from typing import Any

from whoosh.filedb.compound import CompoundStorage
from whoosh.filedb.structfile import BufferFile


class MappedSegment(CompoundStorage):  # type: ignore[misc]  # Whoosh has no types
    """The files of a segment that are kept in one."""

    def open_file(self, name: str, *args: Any, **options: Any) -> Any:
        """The file *name*, as Whoosh's readers want it."""
        if self.is_closed or not self._source:
            return super().open_file(name, *args, **options)
        offset, length = self.range(name)
        return MappedFile(memoryview(self._source)[offset : offset + length], name)

    def is_cut(self) -> bool:
        """Whether the file became shorter than what is mapped of it; whoever reads there is ended by the system."""
        return isinstance(self._source, mmap.mmap) and self._source.size() < len(self._source)


class MappedFile(BufferFile):  # type: ignore[misc]
    """A file that is a part of what is mapped; so are its own parts."""

    def __init__(self, part: memoryview, name: str | None = None) -> None:
        # As Whoosh's own does, but that it makes a copy for ``file``.
        self._buf: memoryview = part
        self._name = name
        self.file = io.BufferedReader(_Part(part))
        self.onclose = None
        self.is_real = self.is_closed = False

    @property
    def part(self) -> memoryview:
        """Its bytes, where they are mapped."""
        return self._buf

    def subset(self, position: int, length: int, name: str | None = None) -> MappedFile:
        """A part of it."""
        return MappedFile(self._buf[position : position + length], name or self._name)


class _Part(io.RawIOBase):
    """Bytes in memory as a file that is only read."""

    def __init__(self, part: memoryview) -> None:
        self._part = part
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + (0, self._at, len(self._part))[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:
        found = self._part[self._at : self._at + len(buffer)]
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)


def whole(file: Any) -> memoryview:
    """All bytes of a file of a segment; where they are mapped, there."""
    return file.part if isinstance(file, MappedFile) else memoryview(file.read())


def stretch(file: Any, start: int, length: int) -> memoryview:
    """Some bytes of a file of a segment; where they are mapped, there."""
    return file.part[start : start + length] if isinstance(file, MappedFile) else memoryview(file.get(start, length))


def map_files(segment: Any) -> list[MappedSegment]:
    """Have whoever opens the files of *segment*, one of Whoosh's, find them mapped.

    For reading only: a segment that is to be written into a table of contents cannot be pickled after this.

    Returns:
        A list that will hold what was opened.
    """
    mapped: list[MappedSegment] = []

    def opened(storage: Any) -> MappedSegment:
        file = storage.open_file(segment.make_filename(segment.COMPOUND_EXT))
        mapped.append(MappedSegment(file, storage.supports_mmap))
        return mapped[-1]

    segment.open_compound_file = opened
    return mapped
