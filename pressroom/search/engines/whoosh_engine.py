"""The engine on Whoosh's files: one index for all processes, read by each, written by one at a time."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import chain
from pathlib import Path

from pressroom.search.documents import Document, Query
from pressroom.search.engines import Found, IndexUnusableError, Key, Stats, whoosh_checksums
from pressroom.search.engines.whoosh_answer import Answer
from pressroom.search.engines.whoosh_damage import damage_said
from pressroom.search.engines.whoosh_files import VERSION, Files, entry, write, writer
from pressroom.search.engines.whoosh_lexicon import SnapshotLexicon
from pressroom.search.engines.whoosh_snapshot import CACHE, Snapshot, newest_generation, open_snapshot
from pressroom.search.tree import Node

MOST_WORDS = 5_000_000  # that a new index gathers before it writes a segment; about 30 bytes each
ATTEMPTS = 3  # to open the index, while another process writes it


class WhooshEngine:
    """See :class:`pressroom.search.engines.Engine`.

    Args:
        cache: bytes of what was worked out that a process keeps for the next question.
    """

    def __init__(self, folder: Path, cache: int = CACHE) -> None:
        self._files = Files(folder)
        self._cache = cache
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._stamp: tuple[int, ...] | None = None

    def ready(self) -> bool:
        """Whether there is an index of this version."""
        try:
            return newest_generation(self._files.current()) >= 0
        except (IndexUnusableError, OSError):
            return False

    def search(self, tree: Node, query: Query) -> Found:
        """Answer *tree* within the filters, order and page of *query*."""
        with damage_said():
            return Answer(self.snapshot(), tree, query).found()

    def total(self, tree: Node, query: Query) -> int:
        """How many match."""
        with damage_said():
            return Answer(self.snapshot(), tree, query).total()

    def lexicon(self) -> SnapshotLexicon:
        """The words of the index as it is now."""
        with damage_said():
            return SnapshotLexicon(self.snapshot())

    def write(self, documents: Sequence[Document], gone: Collection[Key]) -> None:
        """Put *documents* in, take *gone* out."""
        path = self._files.current()
        with damage_said():
            write(path, documents, gone)

    def contents(self) -> Mapping[Key, int]:
        """The keys of everything in the index, each with the fingerprint of its document."""
        with damage_said():
            snapshot = self.snapshot()
            numbers = (part.fingerprints[live].tolist() for part, live in snapshot.parts())
            return dict(zip(snapshot.keys(snapshot.documents), chain.from_iterable(numbers), strict=True))

    def lose(self) -> None:
        """Take the name of the index away; its files go when a new one is begun."""
        self._files.lose()

    def damages(self) -> Sequence[str]:
        """The files that are gone or are not what was written."""
        try:
            return whoosh_checksums.damages(self._files.current())
        except (IndexUnusableError, FileNotFoundError) as error:
            return [f"There is no index: {error}."]

    def stats(self) -> Stats:
        """How large the index is, and what it is made of."""
        with damage_said():
            snapshot = self.snapshot()
            kinds = snapshot.facets["kind"]
            counts = kinds.counts(snapshot.documents).tolist()
            return Stats(
                documents={kind: count for kind, count in zip(kinds.values, counts, strict=True) if count},
                version=VERSION,
                bytes=self._files.size(),
                free=self._files.free(),
                details={
                    "segments": len(snapshot.segments),
                    "deleted": snapshot.size - snapshot.count,
                    "generation": snapshot.generation,
                    "folder": snapshot.path.name,
                },
            )

    @contextmanager
    def replacement(self) -> Iterator[WhooshReplacement]:
        """Begin a new index."""
        path = self._files.begin()
        try:
            with ExitStack() as stack:
                yield WhooshReplacement(self._files, path, stack)
        finally:
            if not self.ready() or path != self._files.current():
                shutil.rmtree(path, ignore_errors=True)

    def snapshot(self) -> Snapshot:
        """The newest generation.

        Another process may be taking the files away under our hands: then once more.
        """
        with self._lock:
            kept = self._snapshot
            if kept and self._stamp and self._stamp == self._files.stamp(kept.path):
                return kept
            for attempt in range(ATTEMPTS):
                try:
                    kept = self._snapshot = self._newest(self._snapshot)
                except Exception:
                    self._snapshot = self._stamp = None
                    if attempt == ATTEMPTS - 1:
                        raise
                else:
                    return kept
        raise AssertionError("not reached")

    def _newest(self, kept: Snapshot | None) -> Snapshot:
        path = self._files.current()
        self._stamp = self._files.stamp(path)
        if kept and (kept.path, kept.generation) == (path, newest_generation(path)):
            return kept
        return open_snapshot(path, kept, self._cache)


class WhooshReplacement:
    """See :class:`pressroom.search.engines.Replacement`."""

    def __init__(self, files: Files, path: Path, stack: ExitStack) -> None:
        self._files = files
        self._path = path
        self._stack = stack
        self._writer = stack.enter_context(writer(path))

    def add(self, documents: Sequence[Document]) -> None:
        """Put *documents* in. When many words are in memory they become a segment."""
        for document in documents:
            self._writer.add_document(**entry(document))
        if self._writer.gathered > MOST_WORDS:
            self._stack.close()
            self._writer = self._stack.enter_context(writer(self._path))

    def take_over(self, documents: Sequence[Document], gone: Collection[Key]) -> None:
        """Put in what changed meanwhile, and answer from now on."""
        self._stack.close()  # commits what was added
        write(self._path, documents, gone)
        self._files.take_over(self._path)
