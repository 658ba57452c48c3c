"""What kind of file somebody sent: told by what stands in it, as names are often wrong; and how it is opened.

A table is what is left when nothing else is recognised; a workbook becomes a table before it is kept.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from pressroom.clips.gathering import bibtex, lines, ris, wordpress
from pressroom.clips.gathering.entries import Read, open_entries
from pressroom.clips.gathering.items import Reader
from pressroom.kit import workbooks
from pressroom.kit.encodings import UnreadableError
from pressroom.kit.workbooks import Converted

HEAD = 1 << 16  # bytes that are looked at

Recognises = Callable[[str, str], bool]
Opens = Callable[[Path], Reader]


@dataclass(frozen=True)
class Format:
    """A kind of file.

    Attributes:
        name: as in ``rules.FORMATS``.
        recognises: whether a file is one, by its beginning as text and its name in small letters.
        opens: a reader of the file at a path; raises ``UnreadableError`` if nothing of it can be read.
    """

    name: str
    recognises: Recognises
    opens: Opens


def of(path: Path, name: str) -> Format | None:
    """The kind of the file at *path*; None for a table.

    Args:
        name: what its sender calls it.

    Raises:
        UnreadableError: it is of a kind that is brought in elsewhere, or not at all.
    """
    head = _head(path)
    found = next((each for each in FORMATS if each.recognises(head, name.lower())), None)
    if found is None:
        _refuse_others(head)
    return found


def open_file(path: Path, name: str) -> Reader | None:
    """The file at *path* as a reader; None for a table, which needs to know its columns.

    Raises:
        UnreadableError: nothing of it can be read; with a sentence.
    """
    found = of(path, name)
    return found.opens(path) if found else None


def workbook(path: Path, out: BinaryIO) -> Converted | None:
    """The workbook at *path* as CSV in *out*; None if it is none.

    Raises:
        UnreadableError: it cannot be read.
    """
    return workbooks.as_csv(path, out) if workbooks.is_workbook(path) else None


def _entries(read: Read) -> Opens:
    return partial(open_entries, read=read)


def _head(path: Path) -> str:
    """The beginning of a file as text, as far as it is one."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return head.decode("utf-16" if wide else "utf-8", "replace").lstrip("\ufeff \t\r\n")


def _refuse_others(head: str) -> None:
    start = head[:2000].lower()
    if re.match(r"<!doctype html|<html", start):
        raise UnreadableError("The file is a web page. Choose a list of clips, or paste the page’s address instead.")
    if start.startswith("<") and re.search(r"<rss\b|<feed\b|<rdf:rdf\b", start):
        raise UnreadableError(
            "The file is a feed. Add its address to the sources, and what is new in it comes by itself."
        )
    if start.startswith("<"):
        raise UnreadableError("The file is XML, but no WordPress export. In WordPress choose Tools, Export.")
    if re.match(r"\[\s*(?:\{|\])", start):
        raise UnreadableError(
            "The file is one long JSON list. Write each object on a line of its own, without the brackets."
        )


def _is_wordpress(head: str, _: str) -> bool:
    return head.startswith("<") and "wordpress.org/export/" in head


def _is_lines(head: str, _: str) -> bool:
    return bool(re.match(r"\{\s*(?:\"|\})", head))


def _is_ris(head: str, _: str) -> bool:
    return bool(re.search(r"^TY {0,2}- ", head, re.MULTILINE))


def _is_bibtex(head: str, _: str) -> bool:
    return bool(re.search(r"^\s*@\s*[A-Za-z]{2,40}\s*\{", head, re.MULTILINE))


def _is_mail(head: str, name: str) -> bool:
    begins = re.match(r"From \S+|(?:[A-Za-z][A-Za-z-]{1,60}: ?.*(?:\r?\n[ \t].*)*\r?\n){2}", head)
    told = re.search(r"^(?:Message-ID|MIME-Version|Received|Subject|Return-Path):", head, re.MULTILINE | re.IGNORECASE)
    return bool(begins and told) or name.endswith((".eml", ".mbox"))


def _open_mail(path: Path) -> Reader:
    from pressroom.clips.gathering import mail  # noqa: PLC0415 - the parsers of e-mail are asked for when one comes

    return mail.open_mail(path)


FORMATS = (
    Format("wordpress", _is_wordpress, _entries(wordpress.read)),
    Format("lines", _is_lines, _entries(lines.read)),
    Format("mail", _is_mail, _open_mail),
    Format("references", _is_ris, _entries(ris.read)),
    Format("references", _is_bibtex, _entries(bibtex.read)),
)
