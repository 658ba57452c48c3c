"""Which clips are most like a text. For staff and the worker: it finds what is not public as well."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select, union_all

from pressroom.clips.stories import rules
from pressroom.clips.stories.models import EXCERPT, HEADLINE, ClipPrint
from pressroom.clips.stories.rules import Print
from pressroom.kit.db import db

_ALWAYS = (0, 4_000_000)  # ordinals of days before all and after all


class Match(NamedTuple):
    """A clip that is a placement of the same story.

    Attributes:
        distance: in how many of 64 bits the prints of headline and excerpt differ.
    """

    clip_id: int
    distance: int


def nearest(headline: str, excerpt: str, day: date | None, *, outlet_id: int = 0) -> tuple[int, int] | None:
    """The clip that is most like a text, if it is one story with it, and in how many of 64 bits they differ.

    Args:
        day: clips of two weeks before and after it are compared; without one, all are.
        outlet_id: whose text it is; 0 where that is not known.
    """
    (made,) = rules.made([(headline, excerpt)], [outlet_id])
    found = matches(made, day.toordinal() if day else None)
    return (found[0].clip_id, found[0].distance) if found else None


def matches(made: Print, day: int | None, *, but: int = 0) -> list[Match]:
    """The clips that are one story with a text, the most alike first.

    Args:
        day: as an ordinal; None for any.
        but: the clip that it is of.
    """
    headline, excerpt = rules.bands(made)
    first, last = (day - rules.WINDOW, day + rules.WINDOW) if day is not None else _ALWAYS
    values: dict[str, Any] = {"first": first, "last": last, "but": but, **_named(HEADLINE, headline)}
    if excerpt is not None:
        values |= _named(EXCERPT, excerpt)
    rows = db.session.connection().execute(_statement(excerpt is not None), values).all()
    found = {}
    for clip_id, *columns in rows:
        if clip_id not in found:
            found[clip_id] = rules.alike(made, Print(*columns))
    near = [Match(clip_id, distance) for clip_id, distance in found.items() if distance is not None]
    return sorted(near, key=lambda match: (match.distance, match.clip_id))


def _named(names: tuple[str, ...], values: list[int]) -> Mapping[str, int]:
    return dict(zip(names, values, strict=True))


@lru_cache(2)
def _statement(with_excerpt: bool) -> Select[Any]:
    """The clips that share a band, of each band the newest; each look-up goes by an index of band and day."""
    table = ClipPrint.__table__
    columns = (
        table.c.clip_id,
        table.c.whole,
        table.c.headline,
        table.c.excerpt,
        table.c.letters,
        table.c.excerpt_letters,
        table.c.numbers,
        table.c.outlet,
    )
    looked_up = []
    for band in (*HEADLINE, *EXCERPT) if with_excerpt else HEADLINE:
        here = table.c[band] == bindparam(band)
        within = table.c.day.between(bindparam("first"), bindparam("last"))
        one = select(*columns).where(here, within, table.c.clip_id != bindparam("but"))
        newest = one.order_by(table.c.day.desc()).limit(rules.MOST_ALIKE).subquery(f"by_{band}")
        looked_up.append(select(newest))
    found: Select[Any] = select(union_all(*looked_up).subquery("found"))
    return found
