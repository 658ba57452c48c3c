"""Checksums of Whoosh's files, which have none of their own.

A file of a segment never changes, so each is summed once, in the commit that wrote it. Opening does not compare:
damage that makes a file unreadable is met at a search, and the rest is found by ``pressroom index verify``.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from pathlib import Path

NAME = "checksums"
PREFIXES = ("MAIN_", "_MAIN_")  # of the files of segments and of the table of contents
CHUNK = 1 << 20


def note(folder: Path) -> None:
    """Sum the files of *folder* that are new; forget those that are gone. Durable when the folder is synced."""
    known = _known(folder)
    sums = {path.name: known.get(path.name) or _sum(path) for path in _files(folder)}
    fresh = folder / f"{NAME}.new"
    fresh.write_text(json.dumps(sums), "utf-8")
    fresh.replace(folder / NAME)


def damages(folder: Path) -> list[str]:
    """A sentence for each file that is gone or is not what was written. The caller sees to it that nobody writes."""
    known, found = _known(folder), {path.name: path for path in _files(folder)}
    if not known:
        return ["The checksums of the index are gone."]
    said = [f"The file {name} of the index is gone." for name in sorted(known.keys() - found.keys())]
    for name in sorted(known.keys() & found.keys()):
        if _sum(found[name]) != known[name]:
            said.append(f"The file {name} of the index is damaged.")
    return said


def _known(folder: Path) -> dict[str, list[int]]:
    try:
        read = json.loads((folder / NAME).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if path.name.startswith(PREFIXES) and path.suffix in {".seg", ".toc"})


def _sum(path: Path) -> list[int]:
    """Size and CRC-32 of a file."""
    size = crc = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            size, crc = size + len(chunk), zlib.crc32(chunk, crc)
    return [size, crc]
