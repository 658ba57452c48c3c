"""What differs between two texts, word by word; and two people's changes to one text brought together.

Lines are compared first, then the words of lines that were changed, so that a long text with few changes costs
little. ``difflib`` grows with the square of what repeats: where the estimate passes a bound, the passage is shown
as taken out and put in, whole. Why not another library: ``docs/decisions/0006-the-workflow.md``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

MOST_PAIRS = 400_000
"""Of equal lines, or words, that are looked at in one comparison: about half a second."""

_WORD = re.compile(r"\s*\S+|\s+\Z")

Opcode = tuple[str, int, int, int, int]


class Kind(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Piece:
    """Some words, and what became of them."""

    kind: Kind
    text: str

    @property
    def parts(self) -> tuple[str, str, str]:
        """The white space before it, its words, and the white space behind: a line through a blank says nothing."""
        words = self.text.strip()
        before = self.text[: len(self.text) - len(self.text.lstrip())]
        return (before, words, self.text[len(before) + len(words) :]) if words else ("", self.text, "")


@dataclass(frozen=True)
class Passage:
    """Some lines that stayed, as one piece; or lines that changed, as pieces."""

    pieces: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        """Whether anything in it did."""
        return any(piece.kind is not Kind.SAME for piece in self.pieces)

    @property
    def paragraphs(self) -> int:
        """How many lines with words it has."""
        return sum(bool(line.strip()) for piece in self.pieces for line in piece.text.splitlines())


def compare(before: str, after: str) -> list[Passage]:
    """How *before* became *after*. Joining what is not added gives *before*; what is not removed, *after*."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return [_passage(tag, "".join(old[a:b]), "".join(new[c:d])) for tag, a, b, c, d in _opcodes(old, new)]


def merge(base: str, mine: str, theirs: str) -> str | None:
    """*base* with both changes, if they touch different lines that do not stand next to each other; else None."""
    lines = base.splitlines(keepends=True)
    changes = sorted([*_changes(lines, mine), *_changes(lines, theirs)])
    merged: list[str] = []
    done = 0
    for begin, end, text in dict.fromkeys(changes):
        if merged and begin <= done:
            return None
        merged += [*lines[done:begin], text]
        done = end
    return "".join([*merged, *lines[done:]])


def _changes(lines: Sequence[str], after: str) -> Iterator[tuple[int, int, str]]:
    """Each change that makes *after* of *lines*: from line, to line, and what stands there instead."""
    new = after.splitlines(keepends=True)
    for tag, a, b, c, d in _opcodes(lines, new):
        if tag != "equal":
            yield a, b, "".join(new[c:d])


def _passage(tag: str, before: str, after: str) -> Passage:
    if tag == "equal":
        return Passage((Piece(Kind.SAME, before),))
    if not before or not after:
        return Passage(tuple(_removed_and_added(before, after)))
    return Passage(tuple(_words(before, after)))


def _words(before: str, after: str) -> Iterator[Piece]:
    old, new = _WORD.findall(before), _WORD.findall(after)
    for tag, a, b, c, d in _opcodes(old, new):
        if tag == "equal":
            yield Piece(Kind.SAME, "".join(old[a:b]))
        else:
            yield from _removed_and_added("".join(old[a:b]), "".join(new[c:d]))


def _removed_and_added(before: str, after: str) -> Iterator[Piece]:
    if before:
        yield Piece(Kind.REMOVED, before)
    if after:
        yield Piece(Kind.ADDED, after)


def _opcodes(old: Sequence[str], new: Sequence[str]) -> Iterator[Opcode]:
    """As difflib gives them; what both begin and end with is set aside first, which is most of a text."""
    begin = _common(old, new)
    end = _common(old[begin:][::-1], new[begin:][::-1])
    middle_old, middle_new = old[begin : len(old) - end], new[begin : len(new) - end]
    if begin:
        yield "equal", 0, begin, 0, begin
    for tag, a, b, c, d in _middle(middle_old, middle_new):
        yield tag, a + begin, b + begin, c + begin, d + begin
    if end:
        yield "equal", len(old) - end, len(old), len(new) - end, len(new)


def _middle(old: Sequence[str], new: Sequence[str]) -> Sequence[Opcode]:
    if not old and not new:
        return []
    if _pairs(old, new) > MOST_PAIRS:
        return [("replace", 0, len(old), 0, len(new))]
    return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def _pairs(old: Sequence[str], new: Sequence[str]) -> int:
    counts = Counter(new)
    return sum(n * counts[item] for item, n in Counter(old).items())


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """How many items both begin with."""
    n = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        n += 1
    return n
