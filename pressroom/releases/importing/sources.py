"""What kind of file it is, told by its content and never by its name."""

from __future__ import annotations

import codecs
import hashlib
from pathlib import Path

from pressroom.releases.importing import folder
from pressroom.releases.importing.items import Source, UnreadableError
from pressroom.releases.importing.wxr import Export

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def open_source(path: Path, name: str = "", sha256: str = "") -> Source:
    """What lies at *path*: an export, a ZIP, a folder.

    Args:
        name: what people call it; that of *path* when empty.
        sha256: of its bytes, if that is known.

    Raises:
        UnreadableError: it is none of them; the message is a sentence.
    """
    if path.is_dir():
        return folder.open_folder(path)
    with path.open("rb") as file:
        head = file.read(4_096)
        if not head.strip():
            raise UnreadableError("The file is empty. Choose a WordPress export (.xml) or a ZIP of Markdown files.")
        file.seek(0)
        sha256 = sha256 or hashlib.file_digest(file, "sha256").hexdigest()
    if head.startswith(_ZIP):
        return folder.open_zip(path, name or path.name, sha256)
    start = head
    for mark in _MARKS:
        start = start.removeprefix(mark)
    if start.replace(b"\0", b"").lstrip().startswith(b"<"):
        return Export(path, name or path.name, sha256)
    if head.startswith((b"---", b"+++")) and not head.startswith(_ZIP):
        raise UnreadableError("This is one Markdown file. Pack its folder into a ZIP, and choose that.")
    raise UnreadableError(
        "The file is neither a WordPress export (.xml) nor a ZIP of Markdown files. Choose one of the two."
    )
