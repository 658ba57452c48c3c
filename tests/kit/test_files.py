"""Content-addressed storage: whole or not there."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
from pathlib import Path

import pytest
from flask import Flask

from pressroom.kit import files
from pressroom.kit.files import FileTooLargeError, Storage, StorageFullError

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2, appendix B.1


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(tmp_path / "files")


def left_over(storage: Storage) -> list[str]:
    return [path.name for path in storage.folder.iterdir() if path.is_file()]


def test_a_file_is_named_by_its_bytes(storage: Storage) -> None:
    stored = storage.store(io.BytesIO(b"abc"))
    assert (stored.sha256, stored.size, stored.new) == (ABC, 3, True)
    assert storage.path(ABC).read_bytes() == b"abc"
    assert storage.exists(ABC)
    assert storage.is_whole(ABC)
    assert list(storage.names()) == [ABC]
    assert left_over(storage) == []


def test_the_same_bytes_are_kept_once(storage: Storage) -> None:
    storage.store(io.BytesIO(b"abc"))
    assert not storage.store(io.BytesIO(b"abc")).new
    assert list(storage.names()) == [ABC]
    assert left_over(storage) == []


def test_a_broken_file_is_seen_and_mended(storage: Storage) -> None:
    storage.store(io.BytesIO(b"abc"))
    storage.path(ABC).write_bytes(b"ab")
    assert not storage.is_whole(ABC)
    assert storage.store(io.BytesIO(b"abc")).new
    assert storage.is_whole(ABC)


def test_whatever_the_umask_the_group_may_read_and_others_nothing(storage: Storage) -> None:
    before = os.umask(0o077)
    try:
        storage.store(io.BytesIO(b"abc"))
    finally:
        os.umask(before)
    file = storage.path(ABC)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (storage.folder, file.parent, file)] == [0o710, 0o710, 0o640]


def test_large_files_are_read_in_pieces(storage: Storage) -> None:
    content = os.urandom(files.CHUNK * 2 + 1)
    assert storage.store(io.BytesIO(content)).sha256 == hashlib.sha256(content).hexdigest()


def test_the_limit_is_a_limit_and_leaves_nothing(storage: Storage) -> None:
    assert storage.store(io.BytesIO(b"abc"), limit=3).size == 3
    with pytest.raises(FileTooLargeError, match="larger than 3 bytes"):
        storage.store(io.BytesIO(b"abcd"), limit=3)
    assert list(storage.names()) == [ABC]
    assert left_over(storage) == []


def test_a_full_disk_is_a_sentence_and_leaves_nothing(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFullError, match="disk is full"):
        storage.store(io.BytesIO(b"abc"))
    assert not storage.exists(ABC)
    assert left_over(storage) == []


def test_other_errors_pass_through(storage: Storage) -> None:
    class Broken(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise OSError(errno.EIO, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        storage.store(Broken())
    assert left_over(storage) == []


@pytest.mark.parametrize("name", ["", "..", "../../etc/passwd", ABC.upper(), ABC + "\n", ABC[:-1], "/" + ABC[1:]])
def test_only_names_of_stored_files_have_a_path(storage: Storage, name: str) -> None:
    with pytest.raises(ValueError, match="64 hexadecimal"):
        storage.path(name)


def test_removing_twice_is_no_error(storage: Storage) -> None:
    storage.store(io.BytesIO(b"abc"))
    storage.remove(ABC)
    storage.remove(ABC)
    assert not storage.exists(ABC)
    assert not storage.is_whole(ABC)


def test_files_lie_in_the_instance_folder(app: Flask) -> None:
    with app.app_context():
        assert files.store(io.BytesIO(b"abc")).sha256 == ABC
        assert files.path(ABC) == Path(app.instance_path) / "files" / "ba" / ABC
