"""How other releases are pointed at."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import bindparam, select

from pressroom import publishing
from pressroom.kit.db import db
from pressroom.kit.prepared import Columns
from pressroom.releases import queries
from pressroom.releases.models import Release
from pressroom.releases.related import Shown

KIND = "release"

_columns = Columns(Release, "id", "headline", "year", "slug", "language", "public_from", "withdrawn_at")

_PUBLIC = re.compile(r"/releases/([0-9]{4})/([a-z0-9-]{1,80})(?:\.txt|\.ics|/press-kit\.zip)?")
_DESK = re.compile(r"/desk/releases/([1-9][0-9]{0,8})(?:/.*)?")


def find(path: str) -> int | None:
    """The number of the release at *path*, of the public or of the desk; an address that it left counts as well."""
    if desk := _DESK.fullmatch(path):
        return db.session.scalar(select(Release.id).where(Release.id == int(desk[1])))
    if (public := _PUBLIC.fullmatch(path)) is None:
        return None
    at = int(public[1]), public[2]
    found = db.session.scalar(select(Release.id).where(Release.year == at[0], Release.slug == at[1]))
    moved = None if found else queries.moved(*at)
    return moved.id if moved else found


_named = publishing.Read(lambda: select(*_columns.read).where(Release.id == bindparam("number")))


def show(ids: Collection[int], now: datetime) -> Mapping[int, Shown]:
    """Those releases that the reader may see."""
    rows = [_columns.made(row) for number in ids for row in _named.for_reader(number=number)]
    return {
        row.id: Shown(row.headline, row.address, row.is_public(now), label="Release", language=row.language)
        for row in rows
    }
