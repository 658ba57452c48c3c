"""Whoosh's files: the schema, the folders, durable writing.

``index/current`` names the folder that answers. A new index is written into a folder of its own, made
durable, and takes over by one rename of that small file. Whoosh keeps pickles in its files, so the folder is
for its owner only, and is never taken from elsewhere; it can always be made again from the database.
"""

from __future__ import annotations

import math
import os
import secrets
import shutil
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from whoosh import fields, formats
from whoosh.analysis import Token
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex, clean_files
from whoosh.reading import SegmentReader

from pressroom.search.analysis import plain_words, stem
from pressroom.search.documents import FACETS, Document
from pressroom.search.engines import IndexUnusableError, Key, NoSpaceError, whoosh_checksums
from pressroom.search.engines.whoosh_columns import NumberColumn, ValuesColumn
from pressroom.search.engines.whoosh_writer import ArrayWriter

VERSION = 3  # to be raised whenever the schema or the analysis changes: an index of another version is made again
PREFIX = f"whoosh-{VERSION}-"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
APART = "\x1d"  # stands between the parts of a text
ALIKE = 8  # segments of a like size that become one, and how much larger the next size is
ROOM = 3  # times the old index that a new one needs while it is made: itself, what is merged, the old one's changes
TICK = 100_000_000  # nanoseconds, far more than a tick
GAP = 100  # places between the parts, so that no phrase reaches from one into the next


def stemmed(value: str, **_options: object) -> Iterator[Any]:
    """The stems of *value* with their places, as Whoosh's tokens."""
    token = Token(positions=True, boost=1.0, stopped=False)
    for word, place in _places(value):
        token.text, token.pos = stem(word), place
        yield token


def unstemmed(value: str, **_options: object) -> Iterator[Any]:
    """The words of *value* with their places, as Whoosh's tokens."""
    token = Token(positions=True, boost=1.0, stopped=False)
    for token.text, token.pos in _places(value):
        yield token


@lru_cache(4)  # the same text goes into several fields, one after the other
def _places(value: str) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    place = 0
    for part in value.split(APART):
        words = plain_words(part)
        found += zip(words, range(place, place + len(words)), strict=True)
        place += len(words) + GAP
    return found


NUMBERS = ("id", "published", "day", "length", "fingerprint")
SCHEMA = fields.Schema(
    key=fields.ID(unique=True),
    # One field for everything that plain words search: frequencies and length count over the whole, as in
    # BM25F with equal weights, and a word costs one list of postings. Nothing is stored: what is shown is
    # read through the gate.
    text=fields.TEXT(analyzer=stemmed, phrase=True),
    people=fields.TEXT(analyzer=unstemmed, phrase=True),
    words=fields.FieldType(format=formats.Frequency(), analyzer=unstemmed),
    **{name: fields.COLUMN(NumberColumn()) for name in NUMBERS},
    **{name: fields.COLUMN(ValuesColumn()) for name in FACETS},
)


def entry(document: Document) -> dict[str, Any]:
    """*document* as Whoosh is given it."""
    parts = (document.headline, document.body, document.people, document.outlet, *document.topics)
    text = APART.join(part.replace(APART, " ") for part in parts)
    return {
        "key": key_text(Key(document.kind, document.id)),
        "text": text,
        "words": text,
        "people": document.people.replace(APART, " "),
        "id": document.id,
        "published": (document.published - EPOCH) // timedelta(microseconds=1),
        "day": document.published.date().toordinal(),
        "length": len(_places(text)),
        "fingerprint": document.fingerprint,
        "kind": (document.kind,),
        "outlet": _filed(document.outlet),
        "medium": _filed(document.medium),
        "language": _filed(document.language),
        "topic": _filed(*document.topics),
        "year": (str(document.published.year),),
    }


def _filed(*values: str) -> tuple[str, ...]:
    """What a document is filed under, each value once."""
    return tuple(dict.fromkeys(value for value in values if value))


def key_text(key: Key) -> str:
    """*key* as a term."""
    return f"{key.kind}:{key.id}"


class Files:
    """The folder of the index and what is in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pointer = str(folder / "current")  # asked for at every question

    def stamp(self, path: Path) -> tuple[int, ...] | None:
        """Something that is another after every change while *path* answers; None if it may change unseen.

        A folder's time changes with each file that comes, goes or takes over, but it is as coarse as the tick of
        the kernel's clock: a folder that changed just now can change again and have the same time.
        """
        try:
            pointer, folder = os.stat(self._pointer), os.stat(str(path))  # noqa: PTH116 - a Path takes longer
        except OSError:
            return None
        settled = time.time_ns() - max(pointer.st_mtime_ns, folder.st_mtime_ns) > TICK
        return (pointer.st_ino, pointer.st_mtime_ns, folder.st_ino, folder.st_mtime_ns) if settled else None

    def current(self) -> Path:
        """The folder of Whoosh's files that answers.

        Raises:
            IndexUnusableError: there is none, or it is of another version.
        """
        try:
            name = (self.folder / "current").read_text("ascii")
        except (OSError, UnicodeDecodeError) as error:
            raise IndexUnusableError("no index was made yet") from error
        if not name.startswith(PREFIX) or "/" in name or not (self.folder / name).is_dir():
            raise IndexUnusableError(f"the index {name[:40]!r} is gone or of another version")
        return self.folder / name

    def begin(self) -> Path:
        """A new, empty folder of Whoosh's files. What an earlier one left behind when it was killed is removed.

        Raises:
            NoSpaceError: the disk has not the room for it.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self._keep_only(self._pointed())
        needed, free = ROOM * self.size(), self.free()
        if free < needed:
            raise NoSpaceError(needed, free)
        path = self.folder / f"{PREFIX}{secrets.token_hex(6)}"
        path.mkdir(mode=0o700)
        FileStorage(str(path)).create_index(SCHEMA)
        return path

    def take_over(self, path: Path) -> None:
        """Let *path* answer from now on, and remove every other."""
        pointer = self.folder / "current.new"
        with pointer.open("w", encoding="ascii") as out:
            out.write(path.name)
            out.flush()
            os.fsync(out.fileno())
        pointer.replace(self.folder / "current")
        _sync(self.folder)
        self._keep_only(path)

    def lose(self) -> None:
        """Let nothing answer from now on."""
        (self.folder / "current").unlink(missing_ok=True)
        _sync(self.folder)

    def size(self) -> int:
        """Bytes of the index, whatever state it is in."""
        return sum(_size(path) for path in self.folder.glob("whoosh-*/*"))

    def free(self) -> int:
        """Bytes that are free where the index lies."""
        return shutil.disk_usage(self.folder).free

    def _pointed(self) -> Path | None:
        try:
            return self.current()
        except IndexUnusableError:
            return None

    def _keep_only(self, path: Path | None) -> None:
        for other in self.folder.glob("whoosh-*"):
            if other != path:
                shutil.rmtree(other, ignore_errors=True)


class _Storage(FileStorage):  # type: ignore[misc]  # Whoosh has no types
    """Knows which files it opened, and which its temporary storage did."""

    def __init__(self, path: str, opened: list[Any]) -> None:
        super().__init__(path)
        self.opened = opened

    def open_file(self, name: str, **options: Any) -> Any:
        self.opened.append(super().open_file(name, **options))
        return self.opened[-1]

    def create_file(self, name: str, **options: Any) -> Any:
        self.opened.append(super().create_file(name, **options))
        return self.opened[-1]

    def temp_storage(self, name: str | None = None) -> Any:
        return _Storage(super().temp_storage(name).folder, self.opened)


@contextmanager
def storage(path: Path) -> Iterator[Any]:
    """Whoosh's view of *path*. What it left open on an error, on damaged files or a full disk, is closed."""
    files = _Storage(str(path), [])
    try:
        yield files
    except BaseException:
        for file in files.opened:
            with suppress(Exception):  # what it still had to write finds no room
                file.close()
            with suppress(Exception):
                file.file.close()
        raise
    finally:
        files.opened.clear()


@contextmanager
def writer(path: Path) -> Iterator[Any]:
    """A Whoosh writer on *path*; durable when it ends, and undone by any error."""
    with storage(path) as files:
        opened = ArrayWriter(FileIndex(files, schema=SCHEMA))
        lock = opened.writelock  # whoosh3 forgets it when it lets it go
        try:
            yield opened
            opened.commit(mergetype=_merged)
            whoosh_checksums.note(path)
            _sync(path)
        except BaseException:
            _undo(opened, lock, files)
            raise


def write(path: Path, documents: Sequence[Document], gone: Collection[Key]) -> None:
    """Put *documents* in the place of those with their keys, take *gone* out, and make it durable."""
    with writer(path) as opened:
        with opened.searcher() as searcher:
            for key in {*gone, *(Key(document.kind, document.id) for document in documents)}:
                opened.delete_by_term("key", key_text(key), searcher=searcher)
        for document in documents:
            opened.add_document(**entry(document))


def _merged(opened: Any, segments: Sequence[Any]) -> list[Any]:
    """Which of *segments* stay as they are; the others are merged into what is being written.

    Eight of a like size become one of the next size, so a document is written again once for each size up to
    that of the archive. Whoosh's own rule, from about twenty segments on, merges the largest ones at every commit.
    """
    sizes: dict[int, list[Any]] = {}
    for segment in segments:
        if segment.doc_count():
            sizes.setdefault(int(math.log(segment.doc_count(), ALIKE)), []).append(segment)
    keep = []
    for alike in sizes.values():
        for segment in alike:
            if len(alike) >= ALIKE or segment.doc_count() * 2 < segment.doc_count_all():
                with SegmentReader(opened.storage, opened.schema, segment) as reader:
                    opened.add_reader(reader)
            else:
                keep.append(segment)
    return keep


def _undo(opened: Any, lock: Any, files: Any) -> None:
    """Give the writer up. Whoosh 2.7.4 keeps its lock when a commit fails half-way; both leave files."""
    for step in (opened.cancel, lock.release, opened.temp_storage().destroy):
        with suppress(Exception):
            step()
    with suppress(Exception):
        toc = TOC.read(files, opened.indexname, schema=SCHEMA)
        clean_files(files, opened.indexname, toc.generation, toc.segments)


def _size(path: Path) -> int:
    """Bytes of a file; 0 if it was taken away meanwhile."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _sync(folder: Path) -> None:
    """Have the files of *folder*, and their names, on the disk."""
    for path in (*folder.iterdir(), folder):
        if path.is_dir() and path != folder:
            continue
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
