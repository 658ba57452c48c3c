"""The words of a PDF that the press room made: what is drawn on its pages, and what is said about it.

No reader of any PDF: it knows as much of the format (ISO 32000) as WeasyPrint writes. What is drawn are numbers of
glyphs, so that a search through the bytes would find none of the words.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

_OBJECT = re.compile(rb"(\d+) 0 obj\s*(.*?)\s*endobj", re.S)
_STREAM = re.compile(rb"stream\r?\n(.*)\r?\nendstream", re.S)
_PACKED = re.compile(rb"/N (\d+)/First (\d+)")
_TO_UNICODE = re.compile(rb"/ToUnicode (\d+) 0 R")
_NAMED = re.compile(rb"/([\w.+-]+) (\d+) 0 R")
_PAIR = re.compile(rb"<([0-9a-fA-F]{4})> <([0-9a-fA-F]*)>")
_DRAWN = re.compile(rb"/([\w.+-]+) [\d.-]+ Tf|<([0-9a-fA-F]+)>|(\bET\b)")
_HEXADECIMAL = re.compile(rb"<feff([0-9a-fA-F]*)>")


def words(content: bytes) -> str:
    """All that *content* says, as far as it is understood; nothing of it raises."""
    objects = dict(_objects(content))
    maps = {}
    for packed in objects.values():
        for name, number in _NAMED.findall(packed):
            font = objects.get(int(number), b"")
            if (found := _TO_UNICODE.search(font)) and b"/Font" in font:
                maps[name] = dict(_PAIR.findall(_unpacked(objects.get(int(found[1]), b""))))
    said = [content.decode("latin-1")]
    for each in objects.values():
        inner = _unpacked(each)
        said += [each.decode("latin-1"), inner.decode("utf-8", "replace"), "".join(_drawn(inner, maps))]
        said += [_utf16(found) for found in _HEXADECIMAL.findall(each)]
    return "\n".join(filter(None, said))


def _objects(content: bytes) -> Iterator[tuple[int, bytes]]:
    for found in _OBJECT.finditer(content):
        yield int(found[1]), found[2]
        if packed := _PACKED.search(found[2]) if b"/ObjStm" in found[2] else None:
            inner = _unpacked(found[2])
            head = list(map(int, inner[: int(packed[2])].split()))
            starts = [int(packed[2]) + at for at in head[1::2]]
            for number, start, end in zip(head[::2], starts, [*starts[1:], len(inner)], strict=True):
                yield number, inner[start:end]


def _unpacked(each: bytes) -> bytes:
    found = _STREAM.search(each)
    try:
        return zlib.decompress(found[1]) if found else b""
    except zlib.error:
        return b""


def _drawn(inner: bytes, maps: dict[bytes, dict[bytes, bytes]]) -> Iterator[str]:
    """The characters of each run of text, in the font that was chosen before it."""
    if b" Tf" not in inner:
        return
    font: dict[bytes, bytes] = {}
    for name, glyphs, end in _DRAWN.findall(inner):
        if name:
            font = maps.get(name, {})
        elif end:
            yield "\n"
        else:
            yield "".join(_utf16(font.get(glyphs[at : at + 4], b"")) for at in range(0, len(glyphs), 4))


def _utf16(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be", "replace") if len(digits) % 4 == 0 else ""
