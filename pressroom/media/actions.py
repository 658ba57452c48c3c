"""Verbs: taking a file in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from flask import current_app

from pressroom import audit
from pressroom.kit import files
from pressroom.kit.db import db
from pressroom.media import intake
from pressroom.media.intake import Intake
from pressroom.media.models import Asset
from pressroom.media.rules import Kind, MediaError, check_alt, file_name


def storage() -> files.Storage:
    """Where the bytes lie."""
    return files.Storage(Path(current_app.instance_path) / "media")


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
    check_alt(found, described.get("alt", ""), decorative=described.get("decorative", False))
    return keep(intake.examine(file), **described)


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
    """Store a file that was examined, with its row. The caller commits.

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
        alt=alt.strip(),
        decorative=decorative,
        caption=caption.strip(),
        credit=credit.strip(),
        licence=licence.strip(),
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
