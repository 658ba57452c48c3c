"""How long the answer in the making stays right: noted while it is made, read by the page cache.

What is noted lies in the request's environment, so that it counts in whatever context it was noted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from flask import has_request_context, request

KEY = "pressroom.lasting"


class Lasting:
    """Until when an answer is right, as far as that is known.

    Attributes:
        until: the first instant at which it may be another one; None if time alone does not change it.
        obstacle: why it may not be kept at all; empty if it may.
    """

    __slots__ = ("obstacle", "until")

    def __init__(self) -> None:
        self.until: datetime | None = None
        self.obstacle = ""


_part: ContextVar[Lasting | None] = ContextVar("part", default=None)


@contextmanager
def apart() -> Iterator[Lasting]:
    """Notes of their own on a part of an answer, which may be kept longer; in the end they count for the whole too."""
    notes = Lasting()
    before = _part.set(notes)
    try:
        yield notes
    finally:
        _part.reset(before)
        until(notes.until)
        if notes.obstacle:
            not_kept(notes.obstacle)


def current() -> Lasting | None:
    """The notes on the answer in the making; None if nobody asks for any."""
    if part := _part.get():
        return part
    if not has_request_context():
        return None
    notes: Lasting | None = request.environ.get(KEY)
    return notes


def until(moment: datetime | None) -> None:
    """The answer in the making may be another one from *moment* on."""
    notes = current()
    if notes and moment and (notes.until is None or moment < notes.until):
        notes.until = moment


def not_kept(why: str) -> None:
    """The answer in the making is for this reader only, and may not be kept for the next one."""
    if notes := current():
        notes.obstacle = notes.obstacle or why
