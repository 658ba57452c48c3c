"""What the answer in the making was read from: noted meanwhile, so that it can be read again later and compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")


class Reads:
    """Questions, each with what was found.

    Attributes:
        complete: nothing was read besides.
    """

    __slots__ = ("asked", "complete")

    def __init__(self) -> None:
        self.asked: list[tuple[Callable[[], object], object]] = []
        self.complete = True

    def give_the_same(self) -> bool:
        """Whether each question finds now what it found then."""
        return all(ask() == found for ask, found in self.asked)


_noting: ContextVar[Reads | None] = ContextVar("reads", default=None)


@contextmanager
def noting() -> Iterator[Reads]:
    """Have all that is read meanwhile noted."""
    reads = Reads()
    before = _noting.set(reads)
    try:
        yield reads
    finally:
        _noting.reset(before)


def noted(ask: Callable[[], T]) -> T:
    """What *ask* finds, and if somebody notes, that; not what *ask* reads in its turn."""
    reads = _noting.get()
    if reads is None:
        return ask()
    before = _noting.set(None)
    try:
        found = ask()
    except BaseException:
        reads.complete = False
        raise
    finally:
        _noting.reset(before)
    reads.asked.append((ask, found))
    return found


def not_noted() -> None:
    """Something is read that nobody can ask again."""
    if reads := _noting.get():
        reads.complete = False
