"""How releases point at the fixed pages."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import bindparam, select

from pressroom import publishing
from pressroom.kit.db import db
from pressroom.kit.prepared import Columns
from pressroom.pages.models import Page
from pressroom.releases.related import Shown

_ADDRESS = re.compile(r"(?:/desk/pages|/pages)?/([a-z0-9-]{1,80})")


def find(path: str) -> int | None:
    """The number of the page at *path*, of the public or of the desk."""
    found = _ADDRESS.fullmatch(path)
    return db.session.scalar(select(Page.id).where(Page.slug == found[1])) if found else None


_columns = Columns(Page, "id", "title", "slug", "public_from", "withdrawn_at")
_named = publishing.Read(lambda: select(*_columns.read).where(Page.id == bindparam("number")))


def show(ids: Collection[int], now: datetime) -> Mapping[int, Shown]:
    """Those pages that the reader may see."""
    rows = [_columns.made(row) for number in ids for row in _named.for_reader(number=number)]
    return {row.id: Shown(row.title, row.address, row.is_public(now), label="Page") for row in rows}
