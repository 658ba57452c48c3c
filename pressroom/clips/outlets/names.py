"""Which outlet a name means: its own, another one of it, or one of an outlet that was merged into it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import aliased

from pressroom.clips.models import Outlet
from pressroom.clips.outlets.models import OutletAlias
from pressroom.clips.outlets.rules import key
from pressroom.kit.db import db

AT_ONCE = 500  # names in a statement


class Meant(NamedTuple):
    """An outlet by its number and its name."""

    id: int
    name: str


def known(keys: Collection[str]) -> dict[str, Meant]:
    """Key → the outlet that goes by it, for those of *keys* that are known; one statement for some hundred."""
    found: dict[str, Meant] = {}
    wanted = sorted(set(keys))
    into = aliased(Outlet)
    for start in range(0, len(wanted), AT_ONCE):
        these = wanted[start : start + AT_ONCE]
        by_slug = (
            select(Outlet.slug, func.coalesce(into.id, Outlet.id), func.coalesce(into.name, Outlet.name))
            .outerjoin(into, into.id == Outlet.merged_into_id)
            .where(Outlet.slug.in_(these))
        )
        by_alias = (
            select(OutletAlias.key, Outlet.id, Outlet.name)
            .join(Outlet, Outlet.id == OutletAlias.outlet_id)
            .where(OutletAlias.key.in_(these))
        )
        found |= {
            written: Meant(number, name) for written, number, name in db.session.execute(union_all(by_slug, by_alias))
        }
    return found


class Called:
    """What outlets are called here, by what lists call them. Kept for one import; it asks once for each name."""

    def __init__(self) -> None:
        self._keys: dict[str, str] = {}
        self._known: dict[str, Meant] = {}

    def learn(self, names: Iterable[str]) -> None:
        """Ask for those of *names* that are new."""
        new = {name: key(name) for name in names if name not in self._keys}
        self._keys |= new
        if new:
            self._known |= known(new.values())

    def of(self, name: str) -> str:
        """The name of the outlet that *name* means, after :meth:`learn`; *name* itself where only spelling differs.

        What is compared of two clips without an address has the outlet's name in it.
        """
        meant = self._known.get(self._keys[name])
        return name if meant is None or key(meant.name) == self._keys[name] else meant.name

    def number(self, name: str) -> int | None:
        """The number of the outlet that *name* means, after :meth:`learn`; None where it means none."""
        meant = self._known.get(self._keys[name])
        return meant.id if meant is not None else None


def called(name: str) -> str:
    """The same for a single name."""
    names = Called()
    names.learn([name])
    return names.of(name)
