"""Verbs: taking a file in."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from sqlalchemy import ColumnElement, Table, select, update

from pressroom import audit
from pressroom.kit import files
from pressroom.kit.bucket import UnreachableError
from pressroom.kit.db import db
from pressroom.media import intake, queries, renditions, usage
from pressroom.media.intake import Intake
from pressroom.media.models import Asset
from pressroom.media.renditions import Rendition
from pressroom.media.rules import TYPES, Kind, MediaError, Type, UsedError, check_alt, file_name
from pressroom.media.xmp import Words

TABLE = cast(Table, Asset.__table__)
log = logging.getLogger(__name__)


def storage() -> files.Storage:
    """Where the bytes lie."""
    return files.kept_in("media")


def store(
    file: IO[bytes],
    *,
    kinds: Collection[Kind] = tuple(Kind),
    wanted: str = "",
    **described: Any,
) -> Asset:
    """Take *file* in: find its type, clean it, keep the bytes, add the row. The caller commits.

    Args:
        file: an open binary file that can seek, such as an upload's ``stream``.
        kinds: what may be sent here.
        wanted: the sentence for a file of another kind.
        described: what :func:`keep` takes.

    Raises:
        MediaError: the file is not taken; the message is for whoever uploads.
        NoRoomError: the disk is full.
    """
    found = intake.type_of(file)
    if found.kind not in kinds:
        raise MediaError(wanted)
    taken = intake.examine(file)
    alt = described.get("alt", "").strip() or taken.words.alt
    decorative = described.get("decorative", False)
    check_alt(found, described.get("alt", "") if decorative else alt, decorative=decorative)
    return keep(taken, **described)


def keep(
    taken: Intake,
    *,
    by: Any,
    now: datetime,
    name: str,
    alt: str = "",
    decorative: bool = False,
    caption: str = "",
    credit: str = "",
    licence: str = "",
) -> Asset:
    """Store a file that was examined, with its row. What is not said is read from the file. The caller commits.

    Args:
        by: who uploads (``.id``, ``.name``), or None for a command.
        now: the instant, kept as ``created_at``.
        name: the name that it came with; only its words are kept.
        alt: what is seen.

    Raises:
        NoRoomError: the disk is full; nothing was kept.
    """
    with intake.refusing_when_full():
        taken.stream.seek(0)
        stored = storage().store(cast(BinaryIO, taken.stream))
    asset = Asset(
        sha256=stored.sha256,
        bytes=stored.size,
        media_type=taken.type.media_type,
        name=file_name(name, taken.type),
        width=taken.width,
        height=taken.height,
        alt="" if decorative else alt.strip() or taken.words.alt,
        decorative=decorative,
        caption=caption.strip() or taken.words.caption,
        credit=credit.strip() or taken.words.credit,
        licence=licence.strip() or taken.words.licence,
        rights_until=taken.words.rights_until,
        render_at=now if taken.type.kind is Kind.PICTURE else None,
        author=by.name if by else "",
        created_at=now,
    )
    db.session.add(asset)
    db.session.flush()
    left_out = {"left out": [", ".join(taken.removed), ""]} if taken.removed else None
    audit.record(by, "store", "asset", asset.id, asset.name, changes=left_out, now=now)
    return asset


def path_of(asset: Asset) -> Path:
    """Where the bytes of *asset* lie."""
    return storage().path(asset.sha256)


DESCRIBED = ("alt", "decorative", "caption", "credit", "licence", "rights_until")


def describe(asset: Asset, *, by: Any, now: datetime, **fields: Any) -> dict[str, list[Any]]:
    """Change what is said about *asset*; its renditions are made again with it. The caller commits.

    Args:
        fields: of :data:`DESCRIBED`.

    Returns:
        What changed, as name → [before, after].

    Raises:
        MediaError: what is seen would be neither described nor decorative, or both.
    """
    if unknown := fields.keys() - set(DESCRIBED):
        raise TypeError(f"nothing called {', '.join(sorted(unknown))} is said about a file")
    after = {name: fields.get(name, getattr(asset, name)) for name in DESCRIBED}
    check_alt(TYPES[asset.media_type], after["alt"], decorative=after["decorative"])
    changes = {name: [old, value] for name, value in after.items() if (old := getattr(asset, name)) != value}
    for name, (_old, value) in changes.items():
        setattr(asset, name, value)
    if changes:
        renew([asset], now=now)
        shown = {
            name: [str(part) if isinstance(part, date) else part for part in pair] for name, pair in changes.items()
        }
        audit.record(by, "describe", "asset", asset.id, asset.name, changes=shown, now=now)
    return changes


def delete(asset: Asset, *, by: Any, now: datetime) -> None:
    """Delete *asset*. Its bytes go with the next sweep, unless another row speaks of them. The caller commits.

    Raises:
        UsedError: something uses it; the message says what.
    """
    if uses := usage.of([asset]).get(asset.id, ()):
        raise UsedError("It is used, so it stays: " + "; ".join(f"{use.kind} “{use.title}”" for use in uses) + ".")
    audit.record(by, "delete", "asset", asset.id, asset.name, changes={"sha256": [asset.sha256, None]}, now=now)
    db.session.delete(asset)


# Renditions -------------------------------------------------------------------------------------------------

LEASE = timedelta(minutes=10)  # a worker that did not end by then died
MOST_TRIES = 3
LEFT_OVER = timedelta(days=1)


def renew(assets: Iterable[Asset], *, now: datetime) -> None:
    """Have the renditions of pictures looked at again: their words, or their embargo line, may have changed."""
    for asset in assets:
        if asset.kind is Kind.PICTURE:
            asset.render_at, asset.render_tries, asset.render_problem = now, 0, ""


def queue_all(*, now: datetime, again: bool = False) -> int:
    """Have the renditions of all pictures looked at; gives how many pictures there are. The caller commits.

    Args:
        again: make even those anew that are there and up to date.
    """
    pictures = [name for name, kind in TYPES.items() if kind.kind is Kind.PICTURE]
    values: dict[str, Any] = {"render_at": now, "render_tries": 0, "render_problem": ""}
    if again:
        values["recipe"] = ""
    done = db.session.execute(update(TABLE).where(TABLE.c.media_type.in_(pictures)).values(values))
    return int(done.rowcount)  # type: ignore[attr-defined] # of an UPDATE


def claim_renditions(asset_id: int, since: datetime, *, now: datetime) -> datetime | None:
    """Take the picture that has waited since then, for :data:`LEASE`; None if somebody else did. The caller commits."""
    lease = now + LEASE
    values = {"render_at": lease, "render_tries": TABLE.c.render_tries + 1}
    done = db.session.execute(update(TABLE).where(*_claimed(asset_id, since)).values(values))
    return lease if done.rowcount else None  # type: ignore[attr-defined] # of an UPDATE


def make_renditions(asset_id: int, lease: datetime, *, now: datetime) -> None:
    """Make what is missing or out of date, outside of any transaction, then tell the row. The caller commits."""
    asset = queries.by_id(asset_id)
    if asset is None:
        return
    tries, words = asset.render_tries, asset.words(usage.notice(usage.of([asset]).get(asset.id, ())))
    sha256, kind, recipe = asset.sha256, TYPES[asset.media_type], renditions.recipe(asset.sha256, words)
    there = asset.recipe == recipe and all(storage().exists(row["sha256"]) for row in asset.renditions)
    db.session.rollback()
    values: dict[str, Any] = {"render_at": None, "render_problem": ""}
    try:
        if not there:
            values |= {"renditions": _stored(sha256, kind, words), "recipe": recipe}
    except Exception as error:
        log.exception("renditions of asset %d", asset_id)
        values = _failed(error, tries, now)
    db.session.execute(update(TABLE).where(*_claimed(asset_id, lease)).values(values))


def _claimed(asset_id: int, at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (TABLE.c.id == asset_id, TABLE.c.render_at == at)


def _stored(sha256: str, kind: Type, words: Words) -> list[dict[str, Any]]:
    content = storage().path(sha256).read_bytes()
    rows = []
    for made in renditions.make(content, kind, words):
        stored = storage().store(BytesIO(made.content))
        row = Rendition(made.name, made.type.media_type, made.width, made.height, stored.size, stored.sha256)
        rows.append(asdict(row))
    return rows


def _failed(error: Exception, tries: int, now: datetime) -> dict[str, Any]:
    """Try again later and later, then leave it; the page shows the picture itself meanwhile."""
    if isinstance(error, files.StorageFullError):
        problem = str(error) if isinstance(error, UnreachableError) else "There was no room on the disk."
    elif isinstance(error, FileNotFoundError):
        problem = "The stored file is gone. Delete it here and upload it again."
    else:
        problem = "The picture could not be made smaller. Save it again as JPEG or PNG, and upload that."
    again = now + timedelta(minutes=5 * tries) if tries < MOST_TRIES else None
    return {"render_at": again, "render_problem": problem}


def failed_renditions() -> list[tuple[int, str, str]]:
    """Pictures whose renditions could not be made: id, name, and why."""
    rows = select(TABLE.c.id, TABLE.c.name, TABLE.c.render_problem).where(TABLE.c.render_problem != "")
    return [(row.id, row.name, row.render_problem) for row in db.session.execute(rows.order_by(TABLE.c.id))]


def sweep(*, now: datetime) -> list[str]:
    """Delete stored files that have been there for a day and that no row speaks of; gives their names."""
    kept, place, at = queries.kept_files(), storage(), now.timestamp()
    left = [name for name in place.names() if name not in kept and place.age(name, at) > LEFT_OVER.total_seconds()]
    for name in left:
        place.remove(name)
    return left
