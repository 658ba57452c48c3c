"""The folder of a copy: written beside its place, and put there in one step, or not at all."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from pressroom.freezing.rules import FreezeError
from pressroom.kit.files import FULL, flush_folder

MARK = "pressroom-copy.json"
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # renameat2(2)


@dataclass(frozen=True)
class Copy:
    """What a copy says of itself, in the file :data:`MARK`.

    Attributes:
        made_at: the instant that it shows, ISO 8601.
        pages: HTML pages; ``files``: all else; ``bytes``: of both.
        clips: clips with a page of their own; ``of_clips``: how many the press room shows.
        papers: PDF files and press kits.
    """

    made_at: str
    pages: int
    files: int
    bytes: int
    clips: int
    of_clips: int
    papers: int

    @property
    def made(self) -> datetime:
        """:attr:`made_at` as an instant."""
        return datetime.fromisoformat(self.made_at)


def copy_in(folder: Path) -> Copy | None:
    """What the copy in *folder* says of itself; None where there is none."""
    try:
        return Copy(**json.loads((folder / MARK).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


@contextmanager
def replaced(folder: Path) -> Iterator[Path]:
    """An empty folder to write into, which takes the place of *folder* when all went well; else that one stays.

    Raises:
        FreezeError: something is in *folder* that is no copy, or it cannot be written beside.
    """
    place = folder.expanduser().resolve()
    _must_be_ours(place)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        for left in place.parent.glob(f".{place.name}.freezing-*"):  # of a run that was killed
            shutil.rmtree(left, ignore_errors=True)
        work = Path(tempfile.mkdtemp(prefix=f".{place.name}.freezing-", dir=place.parent))
    except OSError as error:
        raise FreezeError(f"Nothing can be written beside {place}: {error.strerror}.") from None
    try:
        work.chmod(0o755)  # a web server reads it
        yield work
        os.sync()
        _must_be_ours(place)
        _put(work, place)
    except OSError as error:
        if error.errno in FULL:
            raise FreezeError("The disk is full: there is no new copy. Free some space, and try again.") from None
        raise FreezeError(f"There is no new copy in {place}: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)  # what was there before, if all went well


def mark(folder: Path, copy: Copy) -> None:
    """Have the copy in *folder* say of itself what it is."""
    (folder / MARK).write_text(json.dumps(asdict(copy)) + "\n", "utf-8")
    (folder / MARK).chmod(0o644)


def _must_be_ours(place: Path) -> None:
    if not place.exists() or copy_in(place):
        return
    if not place.is_dir() or any(place.iterdir()):
        raise FreezeError(
            f"{place} holds something else than a copy of a press room, and stays as it is. Name an empty folder, or "
            "one that is not there yet."
        )


def _put(work: Path, place: Path) -> None:
    """Have both change names; where the system cannot do that in one step, in two."""
    if not place.exists():
        work.rename(place)
    elif not _exchanged(work, place):
        aside = work.with_name(f"{work.name}-old")
        place.rename(aside)
        work.rename(place)
        aside.rename(work)
    flush_folder(place.parent)


def _exchanged(one: Path, other: Path) -> bool:
    """Whether both changed names in one step (Linux, on most file systems)."""
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    if call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in {errno.EINVAL, errno.ENOSYS}:
        return False
    raise OSError(number, os.strerror(number))
