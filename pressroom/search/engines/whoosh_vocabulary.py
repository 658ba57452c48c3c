"""The words of a segment as arrays in a file of it, with the table of their spellings.

Whoosh's dictionary is a table of hashes: to go through its words takes microseconds for each, half a second for the
first misspelt word after opening. Here the words of a field lie one behind the other, written when the segment is
written; a question reads what it needs of them where the system has mapped the file. The file is one of those that
Whoosh puts into the segment, so it comes, is made durable, summed and goes with it. A segment that has none, from an
earlier version or from Whoosh's own writer, is gone through.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Sequence
from typing import Any, overload

import numpy as np

from pressroom.search.engines import IndexUnusableError
from pressroom.search.speller import Speller, table
from pressroom.search.vocabulary import Vocabulary, frequent

FIELDS = ("words", "people")  # that have such a file
SPELLED = ("words",)  # and those of them of which spellings are kept
MAGIC = b"PRV1"
HEAD = struct.Struct("<4s4xQQQ")  # then how many words, bytes of their texts, and spellings there are


def extension(field: str) -> str:
    """Of the file of *field*."""
    return f".{field}"


def packed(words: Sequence[bytes], counts: Sequence[int], *, spelled: bool) -> bytes:
    """*words*, in order, with how many documents have each, as they are in the file."""
    ends = np.cumsum([0, *map(len, words)])
    hashes, owners = table(words, frequent(counts) if spelled else ())
    texts = b"".join(words)
    head = HEAD.pack(MAGIC, len(words), len(texts), len(hashes))
    arrays = ((ends, "<u8"), (counts, "<u4"), (hashes, "<u8"), (owners, "<u4"))
    return b"".join((head, *(np.asarray(numbers).astype(kind).tobytes() for numbers, kind in arrays), texts))


def opened(raw: memoryview) -> Vocabulary:
    """The words in *raw*, where it lies.

    Raises:
        IndexUnusableError: it is not what was written.
    """
    if len(raw) < HEAD.size or not bytes(raw[:4]) == MAGIC:
        raise IndexUnusableError("a segment has lost its words")
    _, count, length, spellings = HEAD.unpack_from(raw)
    sizes = (8 * (count + 1), 4 * count, 8 * spellings, 4 * spellings, length)
    if HEAD.size + sum(sizes) != len(raw):
        raise IndexUnusableError("the words of a segment are damaged")
    parts, at = [], HEAD.size
    for size in sizes:
        parts.append(raw[at : at + size])
        at += size
    ends, counts, hashes, owners = map(_numbers, parts, "QIQI")
    return Vocabulary(_Texts(parts[-1], ends), counts, lambda words: Speller(words, hashes, owners))


def made(pairs: Sequence[tuple[bytes, int]]) -> Vocabulary:
    """A vocabulary of words that were gone through, in order."""
    words, counts = [word for word, _ in pairs], [count for _, count in pairs]

    def speller(words: Sequence[bytes]) -> Speller:
        hashes, owners = table(words, frequent(counts))
        return Speller(words, hashes.tolist(), owners.tolist())

    return Vocabulary(words, counts, speller)


def _numbers(raw: Any, kind: Any) -> Sequence[int]:
    """*raw* as whole numbers of that *kind*; they need not lie where the processor would like them to."""
    numbers: Sequence[int] = raw.cast(kind)
    return numbers if sys.byteorder == "little" else np.array(numbers, dtype=kind).byteswap().tolist()


class _Texts(Sequence[bytes]):
    """Texts that lie one behind the other, as a list."""

    def __init__(self, texts: memoryview, ends: Sequence[int]) -> None:
        self._texts = texts
        self._ends = ends

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, number: int) -> bytes: ...

    @overload
    def __getitem__(self, number: slice) -> list[bytes]: ...

    def __getitem__(self, number: Any) -> Any:
        if isinstance(number, slice):
            return [self[n] for n in range(*number.indices(len(self)))]
        return bytes(self._texts[self._ends[number] : self._ends[number + 1]])
