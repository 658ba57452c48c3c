"""Where kept answers lie: by address, within so many bytes; what was not asked for longest goes first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

from pressroom.publishing.cache.entry import Entry
from pressroom.publishing.cache.key import Key


class Sized(Protocol):
    """What takes so many bytes."""

    @property
    def size(self) -> int:
        """How many."""


Name = TypeVar("Name")
What = TypeVar("What", bound=Sized)


class Store:
    """The entries of this process.

    Whoever asks for one search after another would put out every page; so what has a query, of which there is no end,
    never takes more than half of the room.

    Attributes:
        limit: bytes of all entries with all their encodings.
        largest: bytes that one entry may have.
    """

    def __init__(self, limit: int) -> None:
        self.limit, self.largest = limit, limit // 8
        self._pages, self._searches = Shelf[Key, Entry](limit), Shelf[Key, Entry](limit // 2)
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._pages.entries) + len(self._searches.entries)

    @property
    def bytes(self) -> int:
        """What they all take."""
        return self._pages.bytes + self._searches.bytes

    def get(self, key: Key) -> Entry | None:
        """What is kept at *key*, right or not; it counts as asked for."""
        return self._pages.get(key) or self._searches.get(key)

    def put(self, key: Key, entry: Entry) -> None:
        """Keep *entry* in the place of what was there."""
        endless = bool(key.query) and not entry.control  # an address with a version is one of a few
        shelf, other = (self._searches, self._pages) if endless else (self._pages, self._searches)
        with self._lock:
            other.take(key)
            shelf.put(key, entry)
            self._shrink()

    def encode(self, key: Key, entry: Entry, encoding: str) -> None:
        """Have *entry* in *encoding* as well, and count what it takes."""
        with self._lock:
            if encoding in entry.bodies:
                return
            before = entry.size
            entry.add(encoding)
            for shelf in (self._pages, self._searches):
                if shelf.entries.get(key) is entry:
                    shelf.bytes += entry.size - before
            self._shrink()

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._pages.clear()
            self._searches.clear()

    def _shrink(self) -> None:
        self._searches.shrink()
        while self.bytes > self.limit and self._pages.drop():
            pass


class Shelf(Generic[Name, What]):
    """Entries, the one that was not asked for longest first. Who changes it has a lock."""

    def __init__(self, limit: int) -> None:
        self.limit, self.bytes = limit, 0
        self.entries: OrderedDict[Name, What] = OrderedDict()

    def get(self, key: Name) -> What | None:
        entry = self.entries.get(key)
        if entry is not None:
            with suppress(KeyError):  # another thread has just taken it out
                self.entries.move_to_end(key)
        return entry

    def put(self, key: Name, entry: What) -> None:
        self.take(key)
        self.entries[key] = entry
        self.bytes += entry.size

    def take(self, key: Name) -> None:
        if before := self.entries.pop(key, None):
            self.bytes -= before.size

    def clear(self) -> None:
        self.entries, self.bytes = OrderedDict(), 0

    def drop(self) -> bool:
        if not self.entries:
            return False
        self.bytes -= self.entries.popitem(last=False)[1].size
        return True

    def shrink(self) -> None:
        while self.bytes > self.limit and self.drop():
            pass
