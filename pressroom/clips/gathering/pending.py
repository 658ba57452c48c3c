"""What the worker has to do, as the desk shows it: each kind of rows says itself which of them are due, or failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pressroom.audit import Actor


@dataclass(frozen=True)
class Pending:
    """A row that is due, in hand, or failed.

    Attributes:
        state: such as ``Due``, ``Running`` or ``Failed``.
        href: where it is looked at on the desk; empty without such a page.
        due_at: when it is tried next; None where that is not known.
        attempts: how often it failed in a row.
        problem: why it failed last, as a sentence.
    """

    number: int
    title: str
    state: str
    href: str = ""
    due_at: datetime | None = None
    attempts: int = 0
    problem: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of rows.

    Attributes:
        name: in addresses.
        label: over its table.
        rows: the first of them, those that failed first. Given the instant, and how many.
        try_now: has the row with a number tried at once; gives a sentence, or None when there is no such row. It does
            not commit, and does not wake the worker.
    """

    name: str
    label: str
    rows: Callable[[datetime, int], Sequence[Pending]]
    try_now: Callable[[int, Actor, datetime], str | None]


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Show *kind* on the desk; the last one under a name counts."""
    _kinds[kind.name] = kind


def kinds() -> Sequence[Kind]:
    """All that are registered, in their order."""
    return tuple(_kinds.values())


def named(name: str) -> Kind | None:
    """The kind of that name, or None."""
    return _kinds.get(name)
