"""A menu as people write it: a line for each entry, ``Label | /address``, in their order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

MOST = 12
LONGEST_LABEL = 40

_ADDRESS = re.compile(r"/(?!/)[^\s\\]{0,300}|https?://[^\s/]+\.[^\s]{1,300}")


class MenuError(ValueError):
    """A line is no entry; the message says which, and what to write."""


@dataclass(frozen=True)
class Entry:
    """A line of a menu. *end*: it stands at the far end."""

    label: str
    href: str
    end: bool = False


@lru_cache(16)
def read(text: str) -> tuple[Entry, ...]:
    """The entries of *text*; empty lines mean nothing.

    Raises:
        MenuError: with a sentence.
    """
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) > MOST:
        raise MenuError(f"A menu has {MOST} entries at most; these are {len(lines)}.")
    return tuple(_entry(number, line) for number, line in lines)


def check(text: str) -> None:
    """Raise :class:`MenuError` for a text that is no menu."""
    read(text)


def written(entries: tuple[Entry, ...]) -> str:
    """*entries* as :func:`read` reads them."""
    return "\n".join(f"{entry.label} | {entry.href}" for entry in entries)


def _entry(number: int, line: str) -> Entry:
    label, mark, href = (part.strip() for part in line.partition("|"))
    if not mark or not label or not href:
        raise MenuError(
            f"Line {number} is no entry. Write the label, an upright stroke and the address: Logos | /logos"
        )
    if len(label) > LONGEST_LABEL:
        raise MenuError(f"Line {number}: shorten the label to {LONGEST_LABEL} characters.")
    if not _ADDRESS.fullmatch(href):
        raise MenuError(f"Line {number}: write an address of this site, such as /logos, or one with https://.")
    return Entry(label, href)
