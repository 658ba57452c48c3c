"""Verbs: taking a file in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from flask import current_app

from pressroom import audit
from pressroom.kit import files
from pressroom.kit.db import db
from pressroom.media import pictures
from pressroom.media.models import Asset
from pressroom.media.rules import SNIFF, Kind, MediaError, Type, check_alt, file_name, sniff


def storage() -> files.Storage:
    """Where the bytes lie."""
    return files.Storage(Path(current_app.instance_path) / "media")


def store(
    file: IO[bytes],
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
    """Take *file* in: find its type, clean a picture, keep the bytes, add the row. The caller commits.

    Args:
        file: an open binary file that can seek, such as an upload's ``stream``.
        by: who uploads (``.id``, ``.name``), or None for a command.
        now: the instant, kept as ``created_at``.
        name: the name that it came with; only its words are kept.
        alt: what a picture shows; required unless *decorative*.

    Raises:
        MediaError: the file is not taken; the message is for whoever uploads.
    """
    kind = type_of(file)
    check_alt(kind, alt, decorative=decorative)
    width = height = None
    if kind.kind is Kind.PICTURE:
        picture = pictures.clean(file)
        file, width, height = picture.stream, picture.width, picture.height
    stored = _kept(file)
    asset = Asset(
        sha256=stored.sha256,
        bytes=stored.size,
        media_type=kind.media_type,
        name=file_name(name, kind),
        width=width,
        height=height,
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
    audit.record(by, "store", "asset", asset.id, asset.name, now=now)
    return asset


def type_of(file: IO[bytes]) -> Type:
    """The type of *file*, by content; it is left at its beginning.

    Raises:
        MediaError: empty, or of a type that is not taken.
    """
    file.seek(0)
    head = file.read(SNIFF)
    file.seek(0)
    return sniff(head)


def _kept(file: IO[bytes]) -> files.Stored:
    try:
        return storage().store(cast(BinaryIO, file), limit=current_app.config["MAX_UPLOAD_MB"] * 1_000_000)
    except files.FileError as error:
        raise MediaError(str(error)) from error


def path_of(asset: Asset) -> Path:
    """Where the bytes of *asset* lie."""
    return storage().path(asset.sha256)
