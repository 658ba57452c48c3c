"""Verbs of snapshots. A file is stored first, then the row that names it: none ever names a file that is not there.

A process that is killed in between leaves a file that no row names; the same page stores the same bytes again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from pressroom.clips.gathering import pages
from pressroom.clips.links.reading import Page
from pressroom.clips.snapshots import cleaning
from pressroom.clips.snapshots.models import ClipSnapshot
from pressroom.kit import files
from pressroom.kit.db import db
from pressroom.kit.fetch import Fetched
from pressroom.kit.files import Storage

FOLDER = "snapshots"


@dataclass(frozen=True)
class Taken:
    """A snapshot whose file is stored, and whose row is not written yet."""

    page: Page
    address: str
    stored: files.Stored
    whole: bool


def storage() -> Storage:
    """Where the files are: in the instance folder, or in the bucket."""
    return files.kept_in(FOLDER)


def take(fetched: Fetched, page: Page, *, most: int) -> Taken:
    """Store the cleaned file of a page. Hold no transaction: a disk may be slow, and a bucket far away.

    Args:
        most: bytes that were read of it; as many say that it was cut.

    Raises:
        StorageFullError: there is no room; nothing was kept.
    """
    title = page.titles[0] if page.titles else ""
    file = cleaning.cleaned(pages.decoded(fetched), title=title, address=fetched.address)
    stored = storage().store(BytesIO(file.encode()))
    return Taken(page, fetched.address, stored, len(fetched.content) < most)


def keep(clip_id: int, url: str, taken: Taken, *, now: datetime) -> ClipSnapshot:
    """Write the row of a snapshot. The caller commits."""
    row = ClipSnapshot(
        clip_id=clip_id,
        taken_at=now,
        url=url,
        address=taken.address[:2000],
        title=(taken.page.titles[0] if taken.page.titles else "")[:1000],
        text=taken.page.text,
        sha256=taken.stored.sha256,
        size=taken.stored.size,
        whole=taken.whole,
    )
    db.session.add(row)
    db.session.flush()
    return row
