"""A JSON Feed (version 1.1, https://www.jsonfeed.org/version/1.1/) read one item after another."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

LONGEST_VALUE = 1_000_000  # characters of one item, or of what stands beside the items
_SPACES = " \t\r\n"


class BrokenError(ValueError):
    """It is no JSON from here on."""


class Stream:
    """The top level of a document that comes in pieces.

    Attributes:
        about: what stands beside the items, once they are read.
    """

    def __init__(self, pieces: Iterable[str]) -> None:
        self.about: dict[str, Any] = {}
        self._pieces = iter(pieces)
        self._buffer, self._at = "", 0
        self._decoder = json.JSONDecoder()

    def items(self) -> Iterator[Any]:
        """Each item as it is.

        Raises:
            BrokenError: nothing behind this point can be read.
        """
        self._expect("{")
        while self._peek() != "}":
            name = self._value()
            self._expect(":")
            if name == "items" and self._peek() == "[":
                yield from self._list()
            else:
                self.about[str(name)[:100]] = self._value()
            if self._peek() == ",":
                self._at += 1

    def _list(self) -> Iterator[Any]:
        self._expect("[")
        while self._peek() != "]":
            yield self._value()
            if self._peek() == ",":
                self._at += 1
            elif self._peek() != "]":
                raise BrokenError
        self._at += 1

    def _more(self) -> bool:
        piece = next(self._pieces, None)
        if piece is None:
            return False
        self._buffer, self._at = self._buffer[self._at :] + piece, 0
        return True

    def _peek(self) -> str:
        while True:
            while self._at < len(self._buffer):
                if self._buffer[self._at] not in _SPACES:
                    return self._buffer[self._at]
                self._at += 1
            if not self._more():
                raise BrokenError

    def _expect(self, mark: str) -> None:
        if self._peek() != mark:
            raise BrokenError
        self._at += 1

    def _value(self) -> Any:
        self._peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._buffer, self._at)
            except (ValueError, RecursionError):
                pass
            else:
                if end < len(self._buffer) or not self._more():  # a number may go on
                    self._at = end
                    return value
                continue
            if len(self._buffer) - self._at > LONGEST_VALUE or not self._more():
                raise BrokenError
