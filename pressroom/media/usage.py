"""Where files are used. The rooms above tell this one, which does not know them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pressroom.media.models import Asset


@dataclass(frozen=True)
class Use:
    """One place in which a file is used.

    Attributes:
        kind: in a word, such as "Release".
        title: what the place is called.
        desk_address: where it is edited.
        public_from: from when the public sees the file there; None while no time is set.
        notice: the embargo line that goes with the file because of this use; empty without one.
    """

    kind: str
    title: str
    desk_address: str
    public_from: datetime | None = None
    notice: str = ""


Finder = Callable[[Sequence[Asset]], Iterable[tuple[int, Use]]]
"""Gives (id of the asset, use) for each use that a room makes of the assets."""

_finders: list[Finder] = []
_LAST = datetime.max.replace(tzinfo=UTC)


def finds(finder: Finder) -> Finder:
    """Have *finder* asked as well. A decorator for the rooms above."""
    _finders.append(finder)
    return finder


def of(assets: Sequence[Asset]) -> Mapping[int, Sequence[Use]]:
    """Each use of *assets*, by their ids. For staff and jobs."""
    found: dict[int, list[Use]] = defaultdict(list)
    for finder in _finders:
        for asset_id, use in finder(assets):
            found[asset_id].append(use)
    return found


def notice(uses: Iterable[Use]) -> str:
    """The embargo line of a file: that of the use by which it becomes public first."""
    first = min(uses, key=lambda use: use.public_from or _LAST, default=None)
    return first.notice if first else ""
