"""A release on paper: the PDF that goes with it, set once for each text and kept until there is no room for it.

It is named by a digest of all that stands on it, its release line among the rest. So what is kept is never given for
another version, nor what was made under embargo after the lift; and what nobody may see is not even looked for, because
the release has to pass the gate before its digest is known.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Response, abort, current_app, render_template, request, send_file
from PIL import Image
from werkzeug.exceptions import ServiceUnavailable

from pressroom.kit import pdf, web
from pressroom.kit.db import db
from pressroom.kit.pdf import PdfError, Picture
from pressroom.kit.settings import setting
from pressroom.kit.shelf import Shelf
from pressroom.media import actions as media
from pressroom.media import serving
from pressroom.media.models import Asset
from pressroom.media.rules import JPEG, PNG, WEBP
from pressroom.releases import related, renditions, rules, uses
from pressroom.releases.models import Release
from pressroom.releases.rules import State

FOLDER = "pdf"
MOST_BYTES = 300_000_000  # kept; what was not asked for longest goes first
WIDE = 1024  # pixels: 150 to the inch over the width of the text
QUALITY = 85
LETTER = frozenset({"US", "CA", "MX", "PH", "CL", "CO", "VE"})  # countries that write on ANSI paper
MEDIA_TYPE = "application/pdf"
NONE_HERE = "This press room makes no PDF files. The release is there as a page and as plain text."

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sheet:
    """A release ready to be set.

    Attributes:
        name: of the file, for whoever takes it away.
        changed: when what stands on it last changed.
        html: the document.
        styles: its CSS.
        pictures: the address of each picture in it → where its bytes lie, and their SHA-256.
        closer: more CSS, tried one after the other until it is one page; nothing where it may be any number.
    """

    name: str
    changed: datetime
    html: str
    styles: str
    pictures: Mapping[str, tuple[Path, str]] = field(default_factory=dict)
    closer: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Another one for anything else on it, and for another way of setting it."""
        said = [pdf.version(), str(QUALITY), self.html, self.styles, *self.closer]
        said += [f"{address} {sha256}" for address, (_path, sha256) in sorted(self.pictures.items())]
        return hashlib.sha256("\0".join(said).encode()).hexdigest()


def of(release: Release, now: datetime) -> Sheet:
    """*release* as it stands at *now*, with the pictures that the reader was given with it."""
    standing = release.state(now)
    zone = release.zone if release.embargoed else setting("time_zone")
    shown = list(_shown(release))
    html = render_template(
        "releases/pdf.html",
        release=release,
        line=rules.release_line(standing, release.public_from, zone),
        embargoed=standing is State.EMBARGOED,
        embargo=uses.line(release),
        written=(release.public_from, release.changed_at)
        if standing.is_out
        else (release.created_at, release.updated_at),
        body_html=renditions.dated_html(release),
        address=web.absolute(release.address) if release.address else "",
        pictures=[(address, asset) for address, asset, _path, _sha256 in shown],
        related=related.public([tie.item for tie in release.related_ties], now),
    )
    changed = renditions.last_change(release)
    return Sheet(
        name=f"{release.year or changed.year}-{release.slug}.pdf",
        changed=changed,
        html=html,
        styles=styles(),
        pictures={address: (path, sha256) for address, _asset, path, sha256 in shown},
    )


def content(sheet: Sheet) -> bytes:
    """The PDF of *sheet*: as it is kept, else set now and kept. Ends the transaction in hand: setting takes a second.

    Raises:
        PdfError: it could not be set.
    """
    kept, name = shelf(), f"{sheet.digest}.pdf"
    if (found := kept.get(name)) is not None:
        return found
    db.session.rollback()
    pictures = {address: _picture(path) for address, (path, _sha256) in sheet.pictures.items()}
    written = pdf.write(sheet.html, sheet.styles, pictures, base=web.absolute("/"), closer=sheet.closer)
    kept.put(name, written)
    return written


def answer(sheet: Sheet) -> Response:
    """The PDF, with ranges and conditions; it is set only for whoever does not have it.

    Raises:
        ServiceUnavailable: it could not be set.
    """
    written = b""
    if not request.if_none_match.contains_weak(sheet.digest):
        try:
            written = content(sheet)
        except PdfError as error:
            log.error("a PDF could not be made: %s", error)
            raise ServiceUnavailable(retry_after=600) from None
    response = send_file(
        BytesIO(written),
        mimetype=MEDIA_TYPE,
        download_name=sheet.name,
        etag=sheet.digest,
        last_modified=sheet.changed,
        conditional=False,
        max_age=0,
    )
    response.headers["X-Robots-Tag"] = "noindex"  # the page is what should be found
    response.headers["Accept-Ranges"] = "bytes"
    response.content_length = len(written)
    return serving.conditional(response)


def for_kit(release: Release, now: datetime) -> bytes | None:
    """The PDF for the press kit; None where none can be made."""
    if pdf.missing():
        return None
    try:
        return content(of(release, now))
    except PdfError as error:
        log.error("a press kit goes without its PDF: %s", error)
        return None


def require() -> None:
    """Say that there are none here, after it is settled that the reader may know of the release.

    Raises:
        NotFound: this press room makes none.
    """
    if pdf.missing():
        abort(404, NONE_HERE)


def _shown(release: Release) -> Iterator[tuple[str, Asset, Path, str]]:
    """Address in the document, file, path and SHA-256 of each picture, in web size once it is made so."""
    for number, row in enumerate(release.pictures, start=1):
        found = _web_size(row.asset)
        if found is None:
            continue
        path = media.storage().path(found)
        if path.is_file():
            yield f"pressroom:picture/{number}", row.asset, path, found


def _web_size(asset: Asset) -> str | None:
    """The SHA-256 of the smallest rendition that is wide enough, else of the picture itself."""
    sizes = sorted((row for row in asset.renditions if row["name"] != "original"), key=lambda row: row["width"])
    wide = next((row for row in sizes if row["width"] >= WIDE), sizes[-1] if sizes else None)
    if wide is not None:
        return str(wide["sha256"])
    return asset.sha256 if asset.media_type in {JPEG.media_type, PNG.media_type, WEBP.media_type} else None


def _picture(path: Path) -> Picture:
    """As a PDF holds it without unpacking it: JPEG as it is, what is opaque made so, the rest as PNG."""
    raw = path.read_bytes()
    try:
        with Image.open(BytesIO(raw), formats=("JPEG", "PNG", "WEBP")) as opened:
            if opened.format == "JPEG" and opened.width <= 2 * WIDE:
                return Picture(raw, JPEG.media_type)
            opened.thumbnail((2 * WIDE, 2 * WIDE))
            kind, options = _opaque(opened)
            out = BytesIO()
            (opened.convert("RGB") if kind is JPEG else opened.convert("RGBA")).save(out, **options)
            return Picture(out.getvalue(), kind.media_type)
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise PdfError(f"a picture could not be read ({type(error).__name__})") from error


def _opaque(picture: Image.Image) -> tuple[Any, dict[str, Any]]:
    seen_through = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
    return (PNG, {"format": "PNG"}) if seen_through else (JPEG, {"format": "JPEG", "quality": QUALITY})


def styles(name: str = "pdf.css") -> str:
    """The house's sheet for paper called *name*, after what the settings say."""
    country = setting("language").rpartition("-")[2].upper()
    size = "letter" if country in LETTER else "A4"
    brand = f":root {{ --brand: {setting('organisation_brand')}; --alert: {setting('organisation_alert')}; }}\n"
    sheet = Path(str(current_app.static_folder)) / "css" / name
    return f"{brand}@page {{ size: {size}; }}\n{sheet.read_text('utf-8')}"


def shelf() -> Shelf:
    """Where they are kept."""
    return Shelf(Path(current_app.instance_path) / FOLDER, MOST_BYTES)
