"""The verbs of the desk's own pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, BinaryIO

from pressroom import audit
from pressroom.desk.forms import LOGO
from pressroom.kit import settings
from pressroom.media import actions as media
from pressroom.media import intake
from pressroom.media.rules import Kind, MediaError

LOGO_TYPES = "The logo is a drawing (SVG) or a picture (PNG, JPEG, WebP or AVIF)."
LOGO_KINDS = (Kind.LOGO, Kind.PICTURE)


def save_settings(values: Mapping[str, Any], *, by: Any, now: datetime) -> list[str]:
    """Keep the settings *values* by name; gives the names of those that changed. The caller commits.

    Raises:
        SettingsError: a value is malformed.
    """
    changed = settings.edit(values)
    if changed:
        changes = {name: [before, after] for name, (before, after) in changed.items()}
        audit.record(by, "edit", "settings", None, "Settings", changes=changes, now=now)
    return list(changed)


def store_logo(file: BinaryIO, name: str, *, by: Any, now: datetime) -> str:
    """Take a logo in, and give the value of its setting. The caller keeps it, and commits.

    Raises:
        MediaError: it is no logo that we take; the message is for whoever uploads.
    """
    found = intake.type_of(file)
    if found.kind not in LOGO_KINDS or not found.inline:
        raise MediaError(LOGO_TYPES)
    described = {"by": by, "now": now, "name": name, "decorative": True}
    return str(media.store(file, **described).sha256)


def without_logo() -> dict[str, str]:
    """The value that takes the logo away."""
    return {LOGO: ""}
