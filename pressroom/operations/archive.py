"""The one file of a backup: a tar that any tar opens, with a list of SHA-256 sums that ``sha256sum --check`` reads."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from pressroom.kit import files
from pressroom.operations.rules import MANIFEST, SUMS, BackupError, is_member
from pressroom.operations.sealing import Opener, Sealer, is_sealed

FORMAT = 1
CHUNK = 1 << 18
LARGEST_LIST = 512_000_000  # bytes of a manifest or a list of sums; a file that was made up may not fill the memory

DAMAGED = "The backup is damaged: {}. Nothing was restored; take another one."

NO_TAR = DAMAGED.format("it is no tar file, or is cut off")


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself.

    Attributes:
        made_at: ISO 8601, in UTC: the instant whose state it is.
        version: the version of the program that made it.
        database: ``sqlite`` or ``postgresql``.
        migration: the migration that its tables are at.
        edition: the number of the last public change.
        rows: table → how many rows.
        numbers: table → the last number that it gave to a row.
        missing: files that the database names and that were not there, or not whole.
        format: how it is laid out.
    """

    made_at: str
    version: str
    database: str
    migration: str
    edition: int
    rows: dict[str, int]
    numbers: dict[str, int]
    missing: list[str] = field(default_factory=list)
    format: int = FORMAT


class Writer:
    """Puts members into a backup, one after another, and sums them up as they go."""

    def __init__(self, out: BinaryIO) -> None:
        """Write to *out*."""
        self._tar = tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - `finish` ends it
        self._sums: dict[str, str] = {}

    def add(self, name: str, path: Path) -> None:
        """Put the file *path* in, as *name*. It must not change meanwhile."""
        with path.open("rb") as file:
            self._put(name, cast(BinaryIO, file), os.fstat(file.fileno()).st_size)

    def say(self, name: str, content: bytes) -> None:
        """Put *content* in, as *name*."""
        self._put(name, io.BytesIO(content), len(content))

    def finish(self, manifest: Manifest) -> None:
        """The manifest, the sums, and the end."""
        self.say(MANIFEST, json.dumps(asdict(manifest), indent=1, sort_keys=True).encode() + b"\n")
        self.say(SUMS, "".join(f"{sha256}  {name}\n" for name, sha256 in self._sums.items()).encode())
        self._tar.close()

    def _put(self, name: str, file: BinaryIO, size: int) -> None:
        assert is_member(name), name
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, 0o600
        summing = _Summing(file)
        self._tar.addfile(entry, cast(BinaryIO, summing))
        self._sums[name] = summing.digest.hexdigest()


class _Summing:
    """A file that knows the SHA-256 of what was read of it."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.digest.update(data)
        return data


@contextmanager
def writing(path: Path, passphrase: str = "") -> Iterator[tuple[Writer, Path]]:
    """A new backup at *path*: whole, on the disk, or not there at all. It is for its owner only (mode 0600).

    Gives the writer, and a folder on the same disk for what is needed meanwhile.

    Args:
        passphrase: seal it with this; empty leaves it open.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=path.parent) as folder:
        made = Path(folder) / "backup"
        with made.open("wb") as out:
            made.chmod(0o600)
            sealer = Sealer(cast(BinaryIO, out), passphrase) if passphrase else None
            yield Writer(cast(BinaryIO, sealer or out)), Path(folder)
            if sealer:
                sealer.finish()
            out.flush()
            os.fsync(out.fileno())
        made.replace(path)
        files.flush_folder(path.parent)


# Reading --------------------------------------------------------------------------------------------------


Members = Iterator[tuple[str, BinaryIO]]
"""(name, content) of each member, in their order; each is read before the next."""


@contextmanager
def opened(path: Path, passphrase: str = "") -> Iterator[Members]:
    """What the backup at *path* holds, or the exported folder *path*.

    Raises:
        BackupError: it is not there, or is sealed and there is no passphrase; while it is read: it is damaged.
    """
    if path.is_dir():
        yield _in_folder(path)
        return
    try:
        file = path.open("rb")
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}.") from None
    with file:
        if not is_sealed(path):
            yield _members(cast(BinaryIO, file))
        elif not passphrase:
            raise BackupError("The backup is sealed: name the file with its passphrase by --passphrase-file.")
        else:
            yield _members(cast(BinaryIO, io.BufferedReader(Opener(cast(BinaryIO, file), passphrase), CHUNK)))


def _in_folder(folder: Path) -> Members:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_dir() and not path.is_symlink():
            continue
        if path.is_symlink() or not is_member(name):
            raise BackupError(DAMAGED.format(f"{name} is nothing that an export has"))
        with path.open("rb") as file:
            yield name, cast(BinaryIO, file)


def _members(tar: BinaryIO) -> Members:
    try:
        with tarfile.open(fileobj=tar, mode="r|") as entries:
            for entry in entries:
                if not (entry.isreg() and is_member(entry.name)):
                    raise BackupError(DAMAGED.format("it has a member that no backup has"))
                file = entries.extractfile(entry)
                assert file is not None, "it is a regular file"
                yield entry.name, cast(BinaryIO, _Content(cast(BinaryIO, file)))
    except (tarfile.TarError, EOFError) as error:
        raise BackupError(NO_TAR) from error


class _Content:
    """What a member holds. That the backup ends in the midst of it is found out by whoever reads."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file

    def read(self, size: int = -1) -> bytes:
        try:
            return self.file.read(size)
        except (tarfile.TarError, EOFError) as error:
            raise BackupError(NO_TAR) from error


def verify(members: Members) -> Manifest:
    """Read the whole backup, compare every sum, and give what it says of itself.

    Raises:
        BackupError: it is damaged, or of a later format.
    """
    found: dict[str, str] = {}
    texts: dict[str, bytes] = {}
    for name, content in members:
        summing = _Summing(content)
        kept = io.BytesIO() if name in {MANIFEST, SUMS} else None
        while piece := summing.read(CHUNK):
            if kept is not None and kept.tell() < LARGEST_LIST:
                kept.write(piece)
        if name in found:
            raise BackupError(DAMAGED.format(f"{name} is in it twice"))
        found[name] = summing.digest.hexdigest()
        if kept is not None:
            texts[name] = kept.getvalue()
    if SUMS not in texts:
        raise BackupError(DAMAGED.format("it is cut off, or has no list of sums"))
    _compare(found, texts[SUMS].decode("utf-8", "replace").splitlines())
    return _manifest(texts.get(MANIFEST, b""))


def _compare(found: dict[str, str], listed: Iterable[str]) -> None:
    said = {name: sha256 for sha256, _, name in (line.partition("  ") for line in listed)}
    of_members = {name: sha256 for name, sha256 in found.items() if name != SUMS}
    for name in sorted(said.keys() | of_members.keys()):
        if name not in of_members:
            raise BackupError(DAMAGED.format(f"{name} is missing"))
        if said.get(name) != of_members[name]:
            raise BackupError(DAMAGED.format(f"{name} is not what was written"))
        if "/" in name and "." not in name and name.rpartition("/")[2] != of_members[name]:
            raise BackupError(DAMAGED.format(f"{name} is not the file of that name"))


def _manifest(text: bytes) -> Manifest:
    try:
        said = json.loads(text)
        if said["format"] > FORMAT:
            raise BackupError("The backup was made by a later version of the press room. Restore it with that one.")
        return Manifest(**said)
    except (ValueError, TypeError, KeyError) as error:
        raise BackupError(DAMAGED.format(f"its {MANIFEST} cannot be read")) from error


def unpacked(content: BinaryIO) -> BinaryIO:
    """What a member whose name ends in ``.gz`` holds."""
    return cast(BinaryIO, gzip.GzipFile(fileobj=content, mode="rb"))


def packed(lines: Iterable[bytes], path: Path) -> None:
    """Write *lines* to *path*, packed so that equal lines give equal bytes."""
    with path.open("wb") as out, gzip.GzipFile(filename="", fileobj=out, mode="wb", compresslevel=5, mtime=0) as pack:
        pack.writelines(lines)
