"""What may be said without disk and database: names, faults, and which backups are kept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

STORES = ("media", "files", "imports", "release-imports", "snapshots")
"""The folders of an instance whose files bear the SHA-256 of their bytes."""

DATABASE, SETTINGS, SECRETS, MANIFEST, SUMS = (
    "database.sqlite3.gz",
    "settings.toml",
    "secrets.json",
    "MANIFEST.json",
    "SHA256SUMS",
)
"""The members of a backup that are there once."""

_MEMBER = re.compile(
    rf"(?:{'|'.join(map(re.escape, (DATABASE, SETTINGS, SECRETS, MANIFEST, SUMS)))}"
    rf"|tables/[a-z][a-z0-9_]*\.jsonl(?:\.gz)?|(?:{'|'.join(STORES)})/[0-9a-f]{{64}})"
)
_NAME = re.compile(r"pressroom-(\d{8}T\d{6}Z)\.(?:tar|sealed)")
_STAMP = "%Y%m%dT%H%M%SZ"


class BackupError(Exception):
    """A backup was not made, or not restored; the message is a sentence that says why, and what to do."""


def is_member(name: str) -> bool:
    """Whether a backup has members of that name. What has another one is none, or was made to write elsewhere."""
    return _MEMBER.fullmatch(name) is not None


def file_name(now: datetime, *, sealed: bool) -> str:
    """What a scheduled backup of *now* is called."""
    return f"pressroom-{now.astimezone(UTC):{_STAMP}}.{'sealed' if sealed else 'tar'}"


def instant(name: str) -> datetime | None:
    """When the scheduled backup called *name* was made; None if it is called otherwise, and is somebody's own."""
    found = _NAME.fullmatch(name)
    return datetime.strptime(found[1], _STAMP).replace(tzinfo=UTC) if found else None


def kept(made: Iterable[datetime], *, daily: int, weekly: int) -> set[datetime]:
    """Which backups are kept: the last of each of so many days, the last of each of so many weeks, and the newest.

    Days and weeks are those of UTC, and only those count that have a backup: a press room that stood still for a month
    keeps as many as one that did not.

    Args:
        made: when each was made.
        daily: of how many days.
        weekly: of how many weeks (ISO 8601: from Monday).
    """
    newest_first = sorted(made, reverse=True)
    days: dict[object, datetime] = {}
    weeks: dict[object, datetime] = {}
    for moment in newest_first:
        days.setdefault(moment.date(), moment)
        weeks.setdefault(moment.isocalendar()[:2], moment)
    return {*newest_first[:1], *list(days.values())[:daily], *list(weeks.values())[:weekly]}
