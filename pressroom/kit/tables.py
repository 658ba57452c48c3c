"""A CSV file as a table: its columns, and its rows one after another with their line numbers."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from pressroom.kit.encodings import UnreadableError, scan

DELIMITERS = (",", ";", "\t", "|")
LONGEST_LINE = 1_000_000  # characters; a row has some hundreds, or the text of an abstract
SAMPLE_ROWS = 20
MOST_COLUMNS = 200


@dataclass(frozen=True)
class Row:
    """A row of the table.

    Attributes:
        line: the line of the file on which it begins, from 1.
        cells: its cells; a row that cannot be taken apart has none.
        error: why it cannot be taken apart; empty otherwise.
    """

    line: int
    cells: Sequence[str] = ()
    error: str = ""


@dataclass(frozen=True)
class Table:
    """A file that can be read as a table.

    Attributes:
        sha256: of the file's bytes.
        header: the names of the columns, as they stand there.
        sample: its first rows.
        total: how many rows it has below the header, blank lines not counted.
    """

    path: Path
    sha256: str
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    preamble: int = 0
    sample: list[Row] = field(default_factory=list)
    total: int = 0

    def rows(self, skip: int = 0) -> Iterator[Row]:
        """The rows below the header, without the first *skip* ones. One row is in memory at a time."""
        return islice(_records(self.path, self.encoding, self.delimiter, self.preamble), skip + 1, None)


Guess = Callable[[Sequence[str]], Mapping[str, int]]
"""Tells which fields the names of columns mean."""


def open_table(path: Path, guess: Guess, such_as: str) -> Table:
    """*path* as a table: encoding and delimiter are found, the rows counted.

    Args:
        guess: with the right delimiter it understands the most columns.
        such_as: names of columns as an example, for who left them out.

    Raises:
        UnreadableError: it is empty, no text, or has no row that names columns.
    """
    found = scan(path)
    first = _first_line(path, found.encoding)
    preamble = int(first.lower().startswith("sep=") and len(first.strip()) <= 5)  # Excel's own hint
    delimiter = (
        first[4:5] if preamble and first[4:5] in DELIMITERS else _delimiter(path, found.encoding, preamble, guess)
    )
    records = _records(path, found.encoding, delimiter, preamble)
    header = next(records, Row(1))
    if header.error or not any(cell.strip() for cell in header.cells):
        raise UnreadableError(
            f"The first line does not name the columns{f': {header.error}' if header.error else ''}. "
            f"Write their names there, such as {such_as}."
        )
    if len(header.cells) > MOST_COLUMNS:
        raise UnreadableError(f"The first line has {len(header.cells):,} columns. That is no table of this kind.")
    sample = list(islice(records, SAMPLE_ROWS))
    total = len(sample) + sum(1 for _ in records)
    if not total:
        raise UnreadableError("The file has column names but no rows below them. There is nothing to import.")
    names = tuple(" ".join(cell.split())[:80] for cell in header.cells)
    return Table(path, found.sha256, found.encoding, delimiter, names, preamble, sample, total)


def _first_line(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        return file.readline(200)


def _delimiter(path: Path, encoding: str, preamble: int, guess: Guess) -> str:
    """The delimiter that makes the most sense: by columns that are known, then by columns at all."""

    def sense(delimiter: str) -> tuple[int, int]:
        header = next(_records(path, encoding, delimiter, preamble), Row(1)).cells
        return len(guess(header)), len(header)

    return max(DELIMITERS, key=sense)  # the first of equals


def _records(path: Path, encoding: str, delimiter: str, preamble: int) -> Iterator[Row]:
    """Every record with anything in it, the header too."""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        cut: set[int] = set()
        lines = _lines(file, cut)
        for _ in range(preamble):
            next(lines, "")
        # Strict: a quotation mark left open or closed too early is an error of its row, not a cell that
        # silently swallows the rows behind it.
        reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=delimiter != "\t")
        while True:
            line = preamble + reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Row(line, error=_sentence(error, lines=preamble + reader.line_num - line + 1))
                continue
            if any(n in cut for n in range(line, preamble + reader.line_num + 1)):
                yield Row(line, error=f"the line has more than {LONGEST_LINE:,} characters")
            elif any(cell and not cell.isspace() for cell in cells):
                yield Row(line, cells)


def _lines(file: Iterator[str], cut: set[int]) -> Iterator[str]:
    """The lines of *file*; of a huge one only the beginning, its number is put into *cut*."""
    readline = file.readline  # type: ignore[attr-defined]
    number = 0
    while piece := readline(LONGEST_LINE):
        number += 1
        if len(piece) == LONGEST_LINE and not piece.endswith(("\n", "\r")):
            cut.add(number)
            while piece and not piece.endswith(("\n", "\r")):
                piece = readline(LONGEST_LINE)
            piece = "\n"
        yield piece


def _sentence(error: csv.Error, *, lines: int) -> str:
    words = str(error)
    if "unexpected end" in words:
        return f"a quotation mark is opened and never closed; the {lines:,} lines from here on were not read"
    if "field larger" in words:
        return f"a cell has more than {csv.field_size_limit():,} characters; is a quotation mark left open?"
    if "expected after" in words:
        return "a quotation mark is closed in the middle of a cell; inside quotation marks write it twice"
    return f"the row cannot be taken apart ({words})"
