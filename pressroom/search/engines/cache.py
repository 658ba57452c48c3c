"""What was worked out and may be asked for again: bounded by bytes, shared by threads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Cache(Generic[Value]):
    """Values by key; those not asked for longest make room.

    Two threads that miss the same key at once both work it out: both get the right value, and none waits.

    Args:
        limit: bytes, by what *size* says of each value. What alone is larger is not kept.
    """

    OVERHEAD = 500  # bytes that an entry costs besides

    def __init__(self, limit: int, size: Callable[[Value], int]) -> None:
        self._limit = limit
        self._size = size
        self._kept: OrderedDict[Hashable, Value] = OrderedDict()
        self._lock = threading.Lock()
        self.bytes = 0

    def get(self, key: Hashable, work: Callable[[], Value]) -> Value:
        """What is kept for *key*, else what *work* gives."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        value = work()
        size = self._size(value) + self.OVERHEAD
        with self._lock:
            if key not in self._kept and size <= self._limit:
                self._kept[key] = value
                self.bytes += size
            while self.bytes > self._limit:
                _, oldest = self._kept.popitem(last=False)
                self.bytes -= self._size(oldest) + self.OVERHEAD
        return value

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self.bytes = 0
