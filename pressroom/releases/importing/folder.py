"""A folder of Markdown files, or a ZIP of one.

Nothing of a ZIP is written to the disk, and no size that it claims is believed.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pressroom.kit import text
from pressroom.releases.importing import markdownfile
from pressroom.releases.importing.items import MOST_ITEMS, Item, UnreadableError, fingerprint

ENDINGS = (".md", ".markdown")
LARGEST = 2_000_000  # bytes of one file
LARGEST_TOGETHER = 500_000_000
LARGEST_LIST = 32_000_000  # bytes of a ZIP's list of contents


@dataclass(frozen=True)
class Folder:
    """A folder on this machine."""

    path: Path
    name: str
    sha256: str

    def items(self, zone: str) -> Iterator[Item]:
        """The item of each Markdown file, in the order of their names."""
        for path in _found(self.path):
            name = path.relative_to(self.path).as_posix()
            try:
                with path.open("rb") as file:
                    data = file.read(LARGEST + 1)
            except OSError as error:
                yield _problem(name, f"It cannot be read: {error.strerror}.")
                continue
            yield _item(data, name, zone)


def open_folder(path: Path) -> Folder:
    """The folder at *path*.

    Raises:
        UnreadableError: there is no Markdown file in it, or too many.
    """
    digest = hashlib.sha256()
    count = 0
    for count, file in enumerate(_found(path), start=1):
        digest.update(f"{file.relative_to(path).as_posix()}\0{file.stat().st_size}\0".encode("utf-8", "replace"))
        if count > MOST_ITEMS:
            raise UnreadableError(f"The folder has more than {MOST_ITEMS:,} files. Import it in parts.")
    if not count:
        raise UnreadableError(f"There is no Markdown file in it. Read are files that end with {' or '.join(ENDINGS)}.")
    return Folder(path, path.resolve().name, digest.hexdigest())


def _found(folder: Path) -> Iterator[Path]:
    """The Markdown files below *folder*; hidden ones, and what a link leads out of it, are passed over."""
    for place, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place) / name
            if name.lower().endswith(ENDINGS) and not name.startswith(".") and not path.is_symlink():
                yield path


@dataclass(frozen=True)
class Zip:
    """A ZIP with Markdown files in it."""

    path: Path
    name: str
    sha256: str

    def items(self, zone: str) -> Iterator[Item]:
        """The item of each Markdown file, in the order of their names; a file that is unfit is a problem of its own."""
        with _opened(self.path) as archive:
            entries = _entries(archive)
            prefix = _common_folder(entries)
            together = 0
            for entry in entries:
                name = text.clean(entry.filename)[:200]
                shown = name.removeprefix(prefix)
                if problem := _unfit(entry):
                    yield _problem(shown, problem)
                    continue
                try:
                    with archive.open(entry) as file:
                        data = file.read(LARGEST + 1)
                except (
                    zipfile.BadZipFile,
                    zlib.error,
                    EOFError,
                    OSError,
                    NotImplementedError,
                    RuntimeError,
                    ValueError,
                ):
                    yield _problem(shown, "It is damaged in the ZIP. Make the ZIP again.")
                    continue
                together += len(data)
                if together > LARGEST_TOGETHER:
                    raise UnreadableError(
                        f"Unpacked, the ZIP is larger than {LARGEST_TOGETHER // 1_000_000} MB. Import it in parts."
                    )
                yield _item(data, shown, zone)


def open_zip(path: Path, name: str, sha256: str) -> Zip:
    """The ZIP at *path*.

    Raises:
        UnreadableError: it is damaged, or there is no Markdown file in it, or too many.
    """
    with _opened(path) as archive:
        entries = _entries(archive)
        if not entries:
            is_export = any(entry.filename.lower().endswith(".xml") for entry in archive.infolist())
            hint = " Unpack it, and choose the .xml file." if is_export else ""
            raise UnreadableError(
                f"There is no Markdown file in the ZIP. Read are files that end with {' or '.join(ENDINGS)}.{hint}"
            )
        if len(entries) > MOST_ITEMS:
            raise UnreadableError(f"The ZIP has more than {MOST_ITEMS:,} files. Import it in parts.")
    return Zip(path, name, sha256)


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        _check_list(path)
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, struct.error, UnicodeError):
        raise UnreadableError("The ZIP is damaged or was cut off. Make it again.") from None


def _check_list(path: Path) -> None:
    """Whether the list of contents may be read into memory; Python reads all of it at once (APPNOTE.TXT, 4.3.16)."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 66_000))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0:
        raise zipfile.BadZipFile
    (size,) = struct.unpack("<I", tail[at + 12 : at + 16])
    if size > LARGEST_LIST:
        raise UnreadableError("The ZIP has far too many files. Import it in parts.")


def _entries(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    found = [
        entry
        for entry in archive.infolist()
        if not entry.is_dir()
        and entry.filename.lower().endswith(ENDINGS)
        and not entry.filename.startswith("__MACOSX/")
        and not PurePosixPath(entry.filename.replace("\\", "/")).name.startswith(".")
    ]
    return sorted(found, key=lambda entry: entry.filename)


def _common_folder(entries: list[zipfile.ZipInfo]) -> str:
    """The one folder in which everything lies, as when a folder was packed; a file keeps its name without it."""
    tops = {entry.filename.partition("/")[0] for entry in entries}
    one = next(iter(tops)) if len(tops) == 1 else ""
    return f"{one}/" if one and one != ".." and all("/" in entry.filename for entry in entries) else ""


def _unfit(entry: zipfile.ZipInfo) -> str:
    """Why a file of a ZIP is not read; empty when it is."""
    name = entry.filename.replace("\\", "/")
    if name.startswith("/") or ":" in name.partition("/")[0] or ".." in PurePosixPath(name).parts:
        return "Its name leads out of the ZIP, so it is not read. Make the ZIP again from the folder."
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "It is a link to another file, so it is not read. Put the file itself into the ZIP."
    if entry.flag_bits & 1:
        return "It is protected by a password. Make the ZIP without one."
    if entry.file_size > LARGEST:
        return _too_large()
    return ""


def _too_large() -> str:
    return f"It is larger than {LARGEST // 1_000_000} MB, which no release is."


def _problem(name: str, problem: str) -> Item:
    shown = text.clean(name)[:200]
    return Item(
        source=markdownfile.SOURCE,
        guid=shown,
        fingerprint=fingerprint(shown),
        where=shown,
        format="markdown",
        problem=problem,
    )


def _item(data: bytes, name: str, zone: str) -> Item:
    if len(data) > LARGEST:
        return _problem(name, _too_large())
    try:
        source = _decoded(data)
    except UnreadableError as error:
        return _problem(name, str(error))
    return markdownfile.read(text.clean(source), path=text.clean(name)[:200], zone=zone)


def _decoded(data: bytes) -> str:
    """Text in UTF-8, or in UTF-16 with its mark; anything else is refused with its line, for guessing spoils names."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise UnreadableError("It begins as UTF-16 and is none. Save it as UTF-8.") from None
    if b"\0" in data:
        raise UnreadableError("It is no text. Save it as plain text in UTF-8.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableError(f"Line {line}: a character is not UTF-8. Save the file as UTF-8.") from None
