"""How releases point at the fixed pages."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import load_only

from pressroom.kit.db import db
from pressroom.pages.models import Page
from pressroom.releases.related import Shown

_ADDRESS = re.compile(r"(?:/desk/pages)?/([a-z0-9-]{1,80})")


def find(path: str) -> int | None:
    """The number of the page at *path*, of the public or of the desk."""
    found = _ADDRESS.fullmatch(path)
    return db.session.scalar(select(Page.id).where(Page.slug == found[1])) if found else None


def show(ids: Collection[int], now: datetime) -> Mapping[int, Shown]:
    """Those pages that the reader may see."""
    only = load_only(Page.title, Page.slug, Page.public_from, Page.withdrawn_at)
    found = db.session.scalars(select(Page).where(Page.id.in_(ids)).options(only))
    return {row.id: Shown(row.title, f"/{row.slug}", row.is_public(now), label="Page") for row in found}
