"""The head of a Markdown file: YAML-like between two lines of ``---``, or TOML between two of ``+++``.

Of YAML only what the head of a release needs is read: ``key: value``, lists as ``[a, b]`` or as lines with ``- a``,
quotation marks, comments, and texts over several lines behind ``|`` or ``>``. Whatever else stands there is a problem
with its line, never a guess.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import Any

Value = Any
"""A text, a list of texts; from TOML also a number, a truth, a day or an instant."""

_KEY = re.compile(r"([A-Za-z][\w-]*)\s*:(?:\s+(.*))?$")
_ITEM = re.compile(r"\s*-(?:\s+(.*))?$")
_TOML_LINE = re.compile(r"at line (\d+)")
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "/": "/"}


class HeadError(ValueError):
    """The head cannot be read; the message is a sentence with the line."""


@dataclass(frozen=True)
class Head:
    """What stands in the head of a file.

    Attributes:
        values: key, in small letters → what was written.
        lines: key → its line in the file, from 1.
        body: the text below the head.
        first_line: the line on which the text begins.
    """

    values: dict[str, Value] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    body: str = ""
    first_line: int = 1


def read(source: str) -> Head:
    """The head and the text of *source*, which has plain line ends.

    Raises:
        HeadError: the head is not closed, or a line of it cannot be read.
    """
    lines = source.split("\n")
    fence = lines[0].rstrip()
    if fence not in {"---", "+++"}:
        return Head(body=source)
    ends = {"---", "..."} if fence == "---" else {"+++"}
    end = next((n for n, line in enumerate(lines[1:], start=1) if line.rstrip() in ends), None)
    if end is None:
        raise HeadError(f"Line 1: the head that begins with {fence} is never closed. Write {fence} below it.")
    body = "\n".join(lines[end + 1 :])
    values, places = _toml(lines[1:end]) if fence == "+++" else _Lines(lines[1:end]).read()
    return Head(values, places, body, end + 2)


def _toml(lines: list[str]) -> tuple[dict[str, Value], dict[str, int]]:
    try:
        found = tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError as error:
        where = _TOML_LINE.search(str(error))
        line = int(where[1]) + 1 if where else len(lines) + 1
        raise HeadError(f"Line {line}: the TOML cannot be read: {str(error).partition(' (')[0]}.") from None
    except RecursionError:
        raise HeadError("Line 2: the TOML is nested too deeply.") from None
    places: dict[str, int] = {}
    for number, written in enumerate(lines, start=2):
        if key := re.match(r"[\s\[\"']*([\w-]+)", written):
            places.setdefault(key[1].lower(), number)
    return {key.lower(): value for key, value in found.items()}, places


class _Lines:
    """The lines of a YAML-like head; the first is line 2 of the file."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.at = 0

    def read(self) -> tuple[dict[str, Value], dict[str, int]]:
        values: dict[str, Value] = {}
        places: dict[str, int] = {}
        while self.at < len(self.lines):
            line, number = self.lines[self.at], self.at + 2
            self.at += 1
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            found = _KEY.match(line)
            if not found:
                raise HeadError(_no_key(line, number))
            key = found[1].lower()
            if key in values:
                raise HeadError(f"Line {number}: “{found[1]}” is there twice; the first is on line {places[key]}.")
            values[key], places[key] = self._value((found[2] or "").strip(), number), number
        return values, places

    def _value(self, written: str, number: int) -> Value:
        if re.fullmatch(r"[|>][+-]?", written):
            return self._folded(keeps_lines=written[0] == "|")
        if not written or written.startswith("#"):
            return self._items()
        if written.startswith("["):
            return self._list(written, number)
        if written[0] in "{&*!%@`":
            raise HeadError(f"Line {number}: “{written[0]}” begins something that is not read here. Put it in quotes.")
        return _scalar(written, number)

    def _items(self) -> Value:
        """Lines with ``- a`` below a key; an empty text when there are none."""
        items: list[str] = []
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if not line.strip() or line.lstrip().startswith("#"):
                self.at += 1
                continue
            found = _ITEM.match(line)
            if not found:
                if line[:1] in {" ", "\t"}:
                    raise HeadError(f"Line {self.at + 2}: this line is indented under nothing that has parts.")
                break
            self.at += 1
            items.append(_scalar((found[1] or "").strip(), self.at + 1))
        return items or ""

    def _list(self, written: str, number: int) -> list[str]:
        """``[a, "b, c", d]``, perhaps over several lines."""
        while not _closed(written) and self.at < len(self.lines):
            written += " " + self.lines[self.at].strip()
            self.at += 1
        if not _closed(written):
            raise HeadError(f"Line {number}: the list that begins with [ is never closed. Write ] behind it.")
        inside = _without_comment(written)[1:-1]
        return [_scalar(part, number) for part in _parts(inside, number) if part]

    def _folded(self, *, keeps_lines: bool) -> str:
        """The indented lines below ``|`` or ``>``."""
        found: list[str] = []
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if line.strip() and line[:1] not in {" ", "\t"}:
                break
            found.append(line.strip())
            self.at += 1
        return ("\n" if keeps_lines else " ").join(found).strip()


def _no_key(line: str, number: int) -> str:
    shown = line.strip()[:40]
    if line[:1] in {" ", "\t"}:
        return f"Line {number}: “{shown}” is indented. Only lists and texts behind | or > may be."
    return f"Line {number}: “{shown}” is no key with a value. Write it as in title: A headline."


def _closed(written: str) -> bool:
    return _without_comment(written).endswith("]")


def _without_comment(written: str) -> str:
    """Without what stands behind a #, unless it stands in quotation marks."""
    quote = ""
    for at, character in enumerate(written):
        if quote:
            if character == quote and (quote == "'" or written[at - 1] != "\\"):
                quote = ""
        elif character in "\"'" and (at == 0 or written[at - 1] in " [,:"):
            quote = character
        elif character == "#" and (at == 0 or written[at - 1] in " \t"):
            return written[:at].rstrip()
    return written.rstrip()


def _parts(inside: str, number: int) -> list[str]:
    """The parts of a list, between commas that stand outside of quotation marks."""
    parts, quote, begun = [], "", 0
    for at, character in enumerate(inside):
        if quote:
            if character == quote and (quote == "'" or inside[at - 1] != "\\"):
                quote = ""
        elif character in "\"'" and not inside[begun:at].strip():
            quote = character
        elif character in "[]{}":
            raise HeadError(f"Line {number}: a list in a list is not read here. Put “{character}” in quotes.")
        elif character == ",":
            parts.append(inside[begun:at].strip())
            begun = at + 1
    return [*parts, inside[begun:].strip()]


def _scalar(written: str, number: int) -> str:
    """A value of one line, without its quotation marks and without a comment."""
    if written[:1] in {'"', "'"}:
        return _quoted(written, number)
    plain = _without_comment(written)
    if ": " in plain:
        # YAML refuses it too: whether it is a text or a key inside a key can only be guessed.
        raise HeadError(f"Line {number}: there is a second colon in “{plain[:40]}”. Put the value in quotes.")
    return "" if plain in {"~", "null"} else plain


def _quoted(written: str, number: int) -> str:
    quote = written[0]
    pattern = r"\"((?:[^\"\\]|\\.)*)\"" if quote == '"' else r"'((?:[^']|'')*)'"
    found = re.match(pattern + r"\s*(?:#.*)?$", written)
    if not found:
        raise HeadError(f"Line {number}: a quotation mark is not closed, or something stands behind it.")
    if quote == "'":
        return found[1].replace("''", "'")

    def unescape(escape: re.Match[str]) -> str:
        if escape[1] not in _ESCAPES:
            raise HeadError(f"Line {number}: “\\{escape[1]}” is not read here. Write the character itself.")
        return _ESCAPES[escape[1]]

    return re.sub(r"\\(.)", unescape, found[1])
