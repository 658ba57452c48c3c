"""How releases point at webcasts."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import bindparam, select

from pressroom import publishing
from pressroom.kit.db import db
from pressroom.kit.prepared import Columns
from pressroom.releases.related import Shown
from pressroom.webcasts.models import Webcast

_PUBLIC = re.compile(r"/webcasts/([a-z0-9-]{1,80})")
_DESK = re.compile(r"/desk/webcasts/([1-9][0-9]{0,8})(?:/.*)?")


def find(path: str) -> int | None:
    """The number of the webcast at *path*, of the public or of the desk."""
    if desk := _DESK.fullmatch(path):
        return db.session.scalar(select(Webcast.id).where(Webcast.id == int(desk[1])))
    public = _PUBLIC.fullmatch(path)
    return db.session.scalar(select(Webcast.id).where(Webcast.slug == public[1])) if public else None


_columns = Columns(Webcast, "id", "title", "slug", "public_from", "withdrawn_at")
_named = publishing.Read(lambda: select(*_columns.read).where(Webcast.id == bindparam("number")))


def show(ids: Collection[int], now: datetime) -> Mapping[int, Shown]:
    """Those webcasts that the reader may see."""
    rows = [_columns.made(row) for number in ids for row in _named.for_reader(number=number)]
    return {row.id: Shown(row.title, f"/webcasts/{row.slug}", row.is_public(now), label="Webcast") for row in rows}
