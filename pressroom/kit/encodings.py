"""Which characters a file's bytes mean, found in one pass that also names the file by its SHA-256."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

CHUNK = 1 << 18
SAMPLE = 1 << 16

# What people take for a CSV file, by its first bytes.
_KNOWN = {
    b"PK\x03\x04": "a workbook or an archive (.xlsx, .ods, .zip)",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls)",
    b"%PDF": "a PDF file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a compressed file",
    b"SQLite format 3": "a database",
}
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x19\x1b-\x1f]")
_BINARY_SHARE = 0.02  # random bytes have 11 % control characters, text has none
# Encodings of spreadsheets before UTF-8. The first is what Excel writes in Western Europe and America.
_LEGACY = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp932", "gb18030", "euc_kr", "big5")
_WESTERN = re.compile(r"cp1252|cp1250|cp1254|iso8859|latin|mac_roman|cp437|cp85\d", re.IGNORECASE)


class UnreadableError(ValueError):
    """A file is no table; the message says why and what to do."""


@dataclass(frozen=True)
class Scan:
    """What one pass over a file found.

    Attributes:
        sha256: of its bytes.
        encoding: a codec's name for ``open``.
    """

    sha256: str
    encoding: str


def scan(path: Path) -> Scan:
    """Read *path* once, in pieces.

    Raises:
        UnreadableError: it is empty or no text.
    """
    digest, utf8, odd = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")(), b""
    head, is_utf8 = b"", True
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            head = head or chunk[:SAMPLE]
            if is_utf8 and not _decodes(utf8, chunk):
                is_utf8, odd = False, _around_first_odd(chunk)
    is_utf8 = is_utf8 and _decodes(utf8, b"", final=True)
    if not head.strip():
        raise UnreadableError("The file is empty. Choose a CSV file whose first line names the columns.")
    return Scan(digest.hexdigest(), _encoding(head, odd or head, is_utf8=is_utf8))


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _around_first_odd(chunk: bytes) -> bytes:
    """A sample with the first bytes beyond ASCII: they tell encodings apart."""
    found = re.search(rb"[\x80-\xff]", chunk)
    start = found.start() if found else 0
    return chunk[max(0, start - SAMPLE // 4) : start + SAMPLE]


def _encoding(head: bytes, sample: bytes, *, is_utf8: bool) -> str:
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if wide := _wide(head):
        return wide
    _refuse_binary(head)
    return "utf-8" if is_utf8 else _legacy(sample)


def _wide(head: bytes) -> str:
    """UTF-16 without its mark: every other byte of Western text is zero."""
    pairs = max(1, len(head) // 2)
    high, low = head[1::2].count(0) / pairs, head[0::2].count(0) / pairs
    if high > 0.3 and low < 0.05:
        return "utf-16-le"
    return "utf-16-be" if low > 0.3 and high < 0.05 else ""


def _refuse_binary(head: bytes) -> None:
    what = next((name for start, name in _KNOWN.items() if head.startswith(start)), "")
    if what or len(_CONTROL.findall(head)) > len(head) * _BINARY_SHARE:
        raise UnreadableError(
            f"The file is {what or 'no text'}. Save the table as CSV (in a spreadsheet: Save as, CSV UTF-8) "
            "and choose that file."
        )


def _legacy(sample: bytes) -> str:
    # Deferred: it loads tables for every language, and most files are UTF-8.
    from charset_normalizer import from_bytes  # noqa: PLC0415

    best = from_bytes(sample, cp_isolation=list(_LEGACY)).best()
    if best is None or _WESTERN.match(best.encoding):
        return _western(sample, best.encoding if best else "")
    return best.encoding


def _western(sample: bytes, guess: str) -> str:
    """Western code pages differ in few letters, which a sample may lack: take the commonest."""
    if guess == "cp1250" and _has(sample, "ěščřžůłśżźęąő".encode("cp1250")):
        return guess
    return "cp1252"


def _has(sample: bytes, letters: Iterable[int]) -> bool:
    """Whether a word of *sample* has one of *letters* that cp1252 would show as a sign."""
    signs = {letter for letter in letters if not bytes([letter]).decode("cp1252", "replace").isalpha()}
    return any(re.search(rb"[A-Za-z]" + re.escape(bytes([sign])) + rb"[a-z]", sample) for sign in signs)
