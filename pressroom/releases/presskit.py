"""The press kit of a release: one ZIP with all that a newsroom takes away. The same release is the same bytes."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from flask import Response, render_template, request, send_file

from pressroom.kit import calendar, vcard, web
from pressroom.kit.files import StorageFullError, refusing_when_full
from pressroom.kit.settings import setting
from pressroom.media import actions as media
from pressroom.media import serving
from pressroom.media.models import Asset
from pressroom.media.rules import ORIGINAL
from pressroom.releases import citation, pdf, related, renditions, rules, uses
from pressroom.releases.models import Contact, Release, ReleaseFile, ReleasePicture

MANIFEST = "MANIFEST.sha256"
IN_MEMORY = 10_000_000
PIECE = 1 << 18
READABLE = 0o644 << 16


@dataclass(frozen=True)
class Entry:
    """A file of the kit: its name in it, its SHA-256, and its bytes or where they lie."""

    name: str
    sha256: str
    content: bytes | Path


@dataclass(frozen=True)
class Kit:
    """What a kit holds, before it is packed.

    Attributes:
        folder: the one folder in the ZIP.
        changed: the instant that its files carry.
    """

    folder: str
    changed: datetime
    entries: Sequence[Entry]

    @property
    def etag(self) -> str:
        """Another one for any other bytes."""
        return hashlib.sha256(f"{self.folder}\n{self.changed}\n".encode() + self.manifest).hexdigest()

    @property
    def manifest(self) -> bytes:
        """As ``sha256sum --check`` reads it."""
        return "".join(f"{entry.sha256}  {entry.name}\n" for entry in self.entries).encode()

    def pack(self, out: IO[bytes]) -> None:
        """Write the ZIP to *out*. Nothing in it is compressed: pictures are already, and the bytes stay the same."""
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
            for name, content in (*((entry.name, entry.content) for entry in self.entries), (MANIFEST, self.manifest)):
                info = zipfile.ZipInfo(f"{self.folder}/{name}", self.changed.astimezone(UTC).timetuple()[:6])
                info.external_attr = READABLE
                with archive.open(info, "w") as target:
                    for piece in _pieces(content):
                        target.write(piece)


def _pieces(content: bytes | Path) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def of(release: Release, now: datetime) -> Kit:
    """The kit of *release* as it stands at *now*. Its files are those that the reader was given with it."""
    pictures = list(_files("pictures", release.pictures))
    others = list(_files("files", release.files))
    context = {
        "release": release,
        "line": rules.release_line(release.state(now), release.public_from, release.zone),
        "embargo": uses.line(release),
        "body_html": renditions.dated_html(release),
        "address": web.absolute(release.address) if release.address else "",
        "pictures": [(name, asset) for name, asset, _path, _sha256 in pictures],
        "files": [(name, asset) for name, asset, _path, _sha256 in others],
        "related": related.public([tie.item for tie in release.related_ties], now),
    }
    entries = [text_entry("release.txt", renditions.plain(release, now=now))]
    entries.append(text_entry("release.html", render_template("releases/kit/release.html", **context)))
    changed = renditions.last_change(release)  # read before the PDF, for whose making the transaction ends
    folder = f"{release.year or changed.year}-{release.slug}"
    if release.quotations:
        entries.append(text_entry("quotations.txt", renditions.quotations(release, now=now)))
    entries.append(text_entry("contact.txt", _tidy(render_template("releases/kit/contact.txt", release=release))))
    entries += _cards(release)
    if release.embargoed and release.public_from is not None:
        entries.append(_entry("embargo.ics", calendar.write([renditions.lift(release)])))
    if release.study_title or release.study_doi:
        entries += [text_entry("study.ris", citation.ris(release)), text_entry("study.bib", citation.bibtex(release))]
    if pictures or others:
        entries.append(text_entry("captions.txt", _tidy(render_template("releases/kit/captions.txt", **context))))
    entries += [Entry(name, sha256, path) for name, _asset, path, sha256 in (*pictures, *others)]
    if on_paper := pdf.for_kit(release, now):
        entries.insert(2, _entry("release.pdf", on_paper))
    return Kit(folder, changed, entries)


def answer(kit: Kit) -> Response:
    """The kit as a download, with ranges and conditions; it is packed only for whoever does not have it.

    Raises:
        StorageFullError: there is no room to pack it.
    """
    out = cast("IO[bytes]", SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115 - the response closes it
    if not request.if_none_match.contains_weak(kit.etag):
        try:
            with refusing_when_full():
                kit.pack(out)
        except StorageFullError:
            out.close()
            raise
    length = out.tell()
    out.seek(0)
    response = send_file(
        out,
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"{kit.folder}.zip",
        etag=kit.etag,
        last_modified=kit.changed,
        conditional=False,
        max_age=0,
    )
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Accept-Ranges"] = "bytes"
    response.content_length = length
    return serving.conditional(response)


def card(contact: Contact) -> vcard.Contact:
    """A contact of a release as its card says it."""
    return vcard.Contact(
        organisation=contact.organisation or setting("organisation_name"),
        name=contact.name,
        role=contact.role,
        phone=contact.phone,
        mobile=contact.mobile,
        email=contact.email,
        hours="\n".join(filter(None, (contact.hours, contact.after_hours))),
        zone=contact.zone if contact.hours else "",
    )


def _cards(release: Release) -> Iterator[Entry]:
    """A card for each contact; that of the settings where the release names nobody."""
    if not release.people:
        yield text_entry("contact.vcf", vcard.write(vcard.media_contact()))
    for contact in release.people:
        yield text_entry(f"contacts/{contact.slug}.vcf", vcard.write(card(contact)))


def _files(folder: str, rows: Iterable[ReleasePicture | ReleaseFile]) -> Iterator[tuple[str, Asset, Path, str]]:
    """Name in the kit, asset, path and SHA-256 of each file; a picture with its words in it, once it is made so."""
    for number, row in enumerate(rows, start=1):
        made = row.asset.rendition(ORIGINAL)
        sha256 = made["sha256"] if made else row.asset.sha256
        path = media.storage().path(sha256)
        if path.is_file():
            yield f"{folder}/{number:02}-{row.asset.name}", row.asset, path, sha256


def _tidy(said: str) -> str:
    """No more than one blank line at a time."""
    lines: list[str] = []
    for line in said.strip().split("\n"):
        if line.strip() or lines[-1:] != [""]:
            lines.append(line.rstrip())
    return "\n".join(lines) + "\n"


def text_entry(name: str, said: str) -> Entry:
    """A file of words."""
    return _entry(name, said.encode())


def _entry(name: str, content: bytes) -> Entry:
    return Entry(name, hashlib.sha256(content).hexdigest(), content)
