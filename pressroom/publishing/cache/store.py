"""Where kept answers lie: by address, within so many bytes; what was not asked for longest goes first."""

from __future__ import annotations

import threading
from collections import OrderedDict

from pressroom.publishing.cache.entry import Entry
from pressroom.publishing.cache.key import Key


class Store:
    """The entries of this process.

    Attributes:
        limit: bytes of all entries with all their encodings.
        largest: bytes that one entry may have.
    """

    def __init__(self, limit: int) -> None:
        self.limit, self.largest = limit, limit // 8
        self.bytes = 0
        self._entries: OrderedDict[Key, Entry] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Key) -> Entry | None:
        """What is kept at *key*, right or not; it counts as asked for."""
        entry = self._entries.get(key)
        if entry is not None:
            try:
                self._entries.move_to_end(key)
            except KeyError:  # another thread has just taken it out
                return entry
        return entry

    def put(self, key: Key, entry: Entry) -> None:
        """Keep *entry* in the place of what was there."""
        with self._lock:
            before = self._entries.pop(key, None)
            self._entries[key] = entry
            self.bytes += entry.size - (before.size if before else 0)
            self._shrink()

    def encode(self, key: Key, entry: Entry, encoding: str) -> None:
        """Have *entry* in *encoding* as well, and count what it takes."""
        with self._lock:
            if encoding in entry.bodies:
                return
            before = entry.size
            entry.add(encoding)
            if self._entries.get(key) is entry:
                self.bytes += entry.size - before
                self._shrink()

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
            self.bytes = 0

    def _shrink(self) -> None:
        while self.bytes > self.limit and self._entries:
            self.bytes -= self._entries.popitem(last=False)[1].size
