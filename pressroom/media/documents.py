"""Documents: a PDF that is whole; an office file whose ZIP holds what it says, in a size that can be opened."""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import IO

from pressroom.media.rules import DOCX, ODP, ODS, ODT, PPTX, XLSX, MediaError, Type

MOST_ENTRIES = 5_000
MOST_UNPACKED = 200_000_000  # bytes
MOST_TIMES = 100  # an office file of text becomes perhaps twenty times as large
FREE = 10_000_000  # bytes to which a small file may always unpack
PIECE = 1 << 20
TAIL = 1 << 16

_MAIN = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}
_OPEN_DOCUMENT = {kind.media_type.encode(): kind for kind in (ODT, ODS, ODP)}
_MACROS = re.compile(r"vbaproject\.bin$|^basic/|^scripts/", re.IGNORECASE)

BROKEN = "The document is broken or cut off. Open it where it was made, and save it again."


def check_pdf(file: IO[bytes]) -> None:
    """A PDF that came as a whole ends with its mark (ISO 32000-2, section 7.5.5).

    Raises:
        MediaError: the end is missing.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - TAIL))
    if b"%%EOF" not in file.read():
        raise MediaError(BROKEN)


def office_type(file: IO[bytes]) -> Type:
    """Which office document the ZIP in *file* is, by its main part; nothing of it is written anywhere.

    Raises:
        MediaError: it is another ZIP, broken, locked, carries macros, or unpacks to far more than it is.
    """
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            found = _main_part(archive)
            _check_entries(archive)
            _unpack_to_nowhere(archive, most=_most(file))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError) as error:
        if isinstance(error, MediaError):
            raise
        raise MediaError(BROKEN) from None  # what zipfile raises on broken content is not one family
    finally:
        file.seek(0)
    return found


def _most(file: IO[bytes]) -> int:
    at = file.tell()
    size = file.seek(0, 2)
    file.seek(at)
    return min(MOST_UNPACKED, max(FREE, size * MOST_TIMES))


def _main_part(archive: zipfile.ZipFile) -> Type:
    names = {entry.filename for entry in archive.infolist()}
    if "[Content_Types].xml" in names:
        for part, kind in _MAIN.items():
            if part in names:
                return kind
    if "mimetype" in names:
        with archive.open("mimetype") as said:
            if written := _OPEN_DOCUMENT.get(said.read(100).strip()):
                return written
    raise MediaError("ZIP files are not taken. Send the files in it one by one.")


def _check_entries(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise _bomb()
    for entry in entries:
        if entry.flag_bits & 1:
            raise MediaError("The document is locked with a password. Save it without one.")
        if entry.filename.startswith("/") or ".." in re.split(r"[/\\]", entry.filename):
            raise MediaError(BROKEN)
        if _MACROS.search(entry.filename):
            raise MediaError("The document carries macros, which are programs. Save it without them, or as a PDF.")


def _unpack_to_nowhere(archive: zipfile.ZipFile, most: int) -> None:
    """Count what really comes out, because the sizes in a ZIP are only claims; it stops at *most* bytes."""
    total = 0
    for entry in archive.infolist():
        with archive.open(entry) as part:
            while piece := part.read(PIECE):
                total += len(piece)
                if total > most:
                    raise _bomb()


def _bomb() -> MediaError:
    return MediaError("The document unpacks to far more than it is. Save it again where it was made, or as a PDF.")
