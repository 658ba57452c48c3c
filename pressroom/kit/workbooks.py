"""A workbook (.xlsx, ECMA-376) as CSV: its first sheet with anything on it, row for row, and no bomb goes off.

Row 7 of the sheet is line 7 of the CSV, so that a problem is named as people see it. Read are values, never formulas.
Parts are parsed by expat piece by piece and nothing is kept of a sheet but the row in hand.
"""

from __future__ import annotations

import csv
import io
import os
import re
import struct
import zlib
from array import array
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from posixpath import join, normpath
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from pressroom.kit.encodings import UnreadableError

MOST_DIRECTORY = 1_000_000  # bytes of the archive's list of parts; a workbook has some dozens
MOST_SMALL = 5_000_000  # bytes, unpacked: the list of sheets, the styles
MOST_STRINGS = 200_000_000  # the texts of all cells
MOST_SHEET = 400_000_000
MOST_TEXTS = 1_200_000
MOST_CELLS = 1_500_000  # and rows
MOST_ROWS = 1_048_576  # as many as Excel has
MOST_COLUMNS = 1_000
LONGEST_CELL = 32_767  # as in Excel
LONGEST_TAG = 1 << 20  # bytes
DEEPEST = 50
PIECE = 1 << 16

ADVICE = "Save the sheet as CSV (in a spreadsheet: Save as, CSV UTF-8) and choose that file."
_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))  # ECMA-376, 18.8.30
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
_EPOCH_1904 = datetime(1904, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Converted:
    """What became of a workbook.

    Attributes:
        sheet: the name of the sheet that was read.
        rows: how many rows have anything in them.
        problem: why it was not read to its end, as a sentence; empty if it was.
    """

    sheet: str
    rows: int
    problem: str = ""


def is_workbook(path: Path) -> bool:
    """Whether the file at *path* is a workbook of this kind. Never raises."""
    try:
        with _opened(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (UnreadableError, OSError):
        return False


def as_csv(path: Path, out: BinaryIO) -> Converted:
    """Write the first sheet of the workbook at *path* that has rows to *out*, as CSV in UTF-8.

    Raises:
        UnreadableError: it cannot be read; with a sentence.
    """
    with _opened(path) as archive, TemporaryFile() as texts:
        try:
            return _converted(archive, out, texts)
        except (BadZipFile, KeyError, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
            raise UnreadableError(f"The workbook is damaged. {ADVICE}") from error


def _converted(archive: ZipFile, out: BinaryIO, file: IO[bytes]) -> Converted:
    sheets, is_1904 = _sheets(archive)
    dates = _date_styles(archive)
    texts = _texts(archive, file)
    for name, part in sheets:
        writer = _Writer(out)
        problem = ""
        sheet = _Sheet(texts, dates, writer, _EPOCH_1904 if is_1904 else _EPOCH)
        try:
            _parse(archive, part, sheet.start, sheet.end, sheet.text, most=MOST_SHEET)
        except _StopError as stop:
            problem = f"The sheet was read up to row {writer.line:,}: {stop}."
        except (BadZipFile, zlib.error, EOFError):
            problem = f"The workbook is damaged behind row {writer.line:,}; what stands before it was read."
        writer.flush()
        if writer.rows:
            return Converted(name, writer.rows, problem)
        if problem:
            raise UnreadableError(f"{problem} {ADVICE}")
    raise UnreadableError("The workbook has no rows. Choose a file whose first line names the columns.")


class _StopError(Exception):
    """Ends the reading of a part; the message says why."""


def _opened(path: Path) -> ZipFile:
    """The archive, unless its list of parts is a bomb itself.

    Raises:
        UnreadableError: it is no archive, or none that a spreadsheet writes.
    """
    with path.open("rb") as file:
        file.seek(0, io.SEEK_END)
        file.seek(max(0, file.tell() - 65_557))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise UnreadableError(f"The file is no workbook, or it was cut off. {ADVICE}")
    (size,) = struct.unpack_from("<I", tail, at + 12)
    if size > MOST_DIRECTORY:
        raise UnreadableError(f"The archive has more parts than a workbook has. {ADVICE}")
    try:
        return ZipFile(path)
    except (BadZipFile, ValueError, NotImplementedError) as error:
        raise UnreadableError(f"The file is no workbook, or it was cut off. {ADVICE}") from error


Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Data = Callable[[str], None]


def _parse(archive: ZipFile, part: str, start: Start, end: End, data: Data, *, most: int) -> None:
    """Parse a part of the archive; names come without their namespace.

    Raises:
        _StopError: it is broken, too large, or does what no workbook does.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = 0

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise _StopError("its parts lie deeper inside each other than a spreadsheet writes them")
        start(name.rpartition(":")[2] if ":" in name else name, attributes)

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(name.rpartition(":")[2] if ":" in name else name)

    def refuse(*_: Any) -> None:
        raise _StopError("it has a document type, which no spreadsheet writes and which can hide attacks")

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = opened, closed, data
    parser.StartDoctypeDeclHandler = refuse
    left = most
    try:
        with archive.open(part) as file:
            while piece := file.read(PIECE):
                left -= len(piece)
                if left < 0:
                    raise _StopError(f"unpacked it has more than {most // 1_000_000:,} MB")
                parser.Parse(piece, False)
                if most - left - parser.CurrentByteIndex > LONGEST_TAG:  # it is read again with each piece
                    raise _StopError("one of its tags has no end")
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise _StopError(f"its XML is broken ({expat.ErrorString(error.code)})") from None


def _all_of(archive: ZipFile, part: str, start: Start, data: Data = lambda _: None, end: End = lambda _: None) -> None:
    """Parse a small part.

    Raises:
        UnreadableError: it cannot be read to its end.
    """
    try:
        _parse(archive, part, start, end, data, most=MOST_SMALL)
    except _StopError as stop:
        raise UnreadableError(f"The workbook cannot be read: {stop}. {ADVICE}") from None


def _sheets(archive: ZipFile) -> tuple[list[tuple[str, str]], bool]:
    """The sheets as (name, part), those that are shown first; and whether days are counted from 1904."""
    listed: list[tuple[str, str, str]] = []
    places: dict[str, str] = {}
    flags: dict[str, str] = {}

    def book(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet" and len(listed) < 1000:
            number = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            listed.append((attributes.get("name", ""), number, attributes.get("state", "visible")))
        elif name == "workbookPr":
            flags.update(attributes)

    def relation(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and len(places) < 10_000:
            places[attributes.get("Id", "")] = attributes.get("Target", "")

    _all_of(archive, "xl/workbook.xml", book)
    with suppress(KeyError):
        _all_of(archive, "xl/_rels/workbook.xml.rels", relation)
    there = set(archive.namelist())
    found = []
    for name, number, _ in sorted(listed, key=lambda one: one[2] != "visible"):
        target = places.get(number, "")
        part = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
        if target and part in there:
            found.append((name, part))
    return found, flags.get("date1904", "") in {"1", "true"}


def _date_styles(archive: ZipFile) -> frozenset[int]:
    """The numbers of the styles that show a number as a day."""
    formats: dict[int, str] = {}
    styles: list[int] = []
    inside: set[str] = set()

    def start(name: str, attributes: dict[str, str]) -> None:
        inside.add(name)
        if name == "numFmt":
            formats[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif name == "xf" and "cellXfs" in inside:
            styles.append(_number(attributes.get("numFmtId")))

    with suppress(KeyError):
        _all_of(archive, "xl/styles.xml", start, end=inside.discard)
    return frozenset(n for n, style in enumerate(styles) if style in _DATES or _is_date(formats.get(style, "")))


def _is_date(code: str) -> bool:
    return bool(re.search(r"[dy]|m{3}|h", _NOT_SHOWN.sub("", code[:200].lower())))


def _number(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 10 else 0


class _Texts:
    """The texts that cells name by a number, in a file: a large workbook has more than should be in memory."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._ends = array("Q", [0])
        self.read = lru_cache(4096)(self._read)

    def __len__(self) -> int:
        return len(self._ends) - 1

    def append(self, said: str) -> None:
        """One more."""
        if len(self) >= MOST_TEXTS:
            raise _StopError(f"it has more than {MOST_TEXTS:,} texts")
        self._ends.append(self._ends[-1] + self._file.write(said.encode("utf-8", "replace")))

    def _read(self, number: int) -> str:
        begin, end = self._ends[number], self._ends[number + 1]
        return os.pread(self._file.fileno(), end - begin, begin).decode()


def _texts(archive: ZipFile, file: IO[bytes]) -> _Texts:
    """The texts that cells name by a number, kept in *file*."""
    texts = _Texts(file)
    pieces: list[str] = []
    state = {"in_text": False, "sounds": False}

    def start(name: str, _: dict[str, str]) -> None:
        if name == "si":
            pieces.clear()
        elif name == "rPh":  # how Japanese is pronounced
            state["sounds"] = True
        elif name == "t":
            state["in_text"] = not state["sounds"]

    def data(said: str) -> None:
        if state["in_text"] and len(pieces) < 10_000:
            pieces.append(said[:LONGEST_CELL])

    def end(name: str) -> None:
        if name == "t":
            state["in_text"] = False
        elif name == "rPh":
            state["sounds"] = False
        elif name == "si":
            texts.append("".join(pieces)[:LONGEST_CELL])

    try:
        with suppress(KeyError):
            _parse(archive, "xl/sharedStrings.xml", start, end, data, most=MOST_STRINGS)
    except _StopError as stop:
        raise UnreadableError(f"The workbook cannot be read: {stop}. {ADVICE}") from None
    file.flush()
    return texts


class _Writer:
    """Rows as lines, the empty ones too."""

    def __init__(self, out: BinaryIO) -> None:
        self.out = out
        self.line = self.rows = 0
        self._text = io.StringIO()
        self._csv = csv.writer(self._text)

    def write(self, number: int, cells: Mapping[int, str]) -> None:
        """The row of this number."""
        if number > self.line + 1:
            self._text.write("\r\n" * (number - self.line - 1))
        self.line = number
        if cells:
            self._csv.writerow([cells.get(n, "") for n in range(max(cells) + 1)])
            self.rows += 1
        else:
            self._text.write("\r\n")
        if self._text.tell() > PIECE:
            self.flush()

    def flush(self) -> None:
        """What was written goes out."""
        self.out.write(self._text.getvalue().encode("utf-8", "replace"))
        self._text.seek(0)
        self._text.truncate()


class _Sheet:
    """Gathers one row after another."""

    def __init__(self, texts: _Texts, dates: frozenset[int], writer: _Writer, epoch: datetime) -> None:
        self.texts, self.dates, self.writer, self.epoch = texts, dates, writer, epoch
        self.cells: dict[int, str] = {}
        self.count = self.row = self.column = 0
        self.kind, self.style = "n", 0
        self.pieces: list[str] = []
        self.length = 0
        self.listens = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in {"c", "row"}:
            self.count += 1
            if self.count > MOST_CELLS:
                raise _StopError(f"it has more than {MOST_CELLS:,} cells and rows")
        if name == "c":
            found = _REFERENCE.fullmatch(attributes.get("r", ""))
            self.column = _column(found[1]) if found else self.column + 1
            self.kind, self.style = attributes.get("t", "n"), _number(attributes.get("s"))
            self.pieces, self.length = [], 0
        elif name in {"v", "t"}:
            self.listens = True
        elif name == "row":
            self.row = max(_number(attributes.get("r")), self.writer.line + 1)
            self.cells, self.column = {}, 0
            if self.row > MOST_ROWS:
                raise _StopError(f"it has more than {MOST_ROWS:,} rows")

    def text(self, said: str) -> None:
        if self.listens and self.length < LONGEST_CELL:
            self.pieces.append(said[: LONGEST_CELL - self.length])
            self.length += len(said)

    def end(self, name: str) -> None:
        if name in {"v", "t"}:
            self.listens = False
        elif name == "c":
            if self.pieces and self.column <= MOST_COLUMNS and (said := self._said()):
                self.cells[self.column - 1] = said
        elif name == "row":
            self.writer.write(self.row, self.cells)

    def _said(self) -> str:
        written = "".join(self.pieces)
        if self.kind == "s":
            number = _number(written.strip())
            written = self.texts.read(number) if number < len(self.texts) else ""
        elif self.kind == "b":
            written = "yes" if written.strip() == "1" else "no"
        elif self.kind == "e":
            written = ""
        elif self.kind == "n":
            written = self._counted(written.strip())
        return " ".join(written.split()) if "\n" in written or "\r" in written else written

    def _counted(self, written: str) -> str:
        """A number, or the day that it stands for."""
        try:
            number = float(written)
        except ValueError:
            return written
        if self.style in self.dates and 0 < number < 2_958_466:  # the year 10000
            at = self.epoch + timedelta(days=number)
            at = (at + timedelta(seconds=30)).replace(second=0, microsecond=0)
            return f"{at:%Y-%m-%d}" if number == int(number) else f"{at:%Y-%m-%d %H:%M}"
        return str(int(number)) if abs(number) < 10**15 and number.is_integer() else written


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
