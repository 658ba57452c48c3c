"""Storage on a disk and in a bucket: the same contract, and what only a bucket has."""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from obstore.store import LocalStore, MemoryStore, S3Store

from pressroom import publishing
from pressroom.application import create_app
from pressroom.kit import bucket, files
from pressroom.kit.bucket import BucketStorage, UnreachableError
from pressroom.kit.db import db
from pressroom.kit.files import FileTooLargeError, Storage
from pressroom.kit.settings import SettingsError
from pressroom.media import actions
from tests.kit.test_files import ABC
from tests.media.reading import get
from tests.media.test_library import sent
from tests.webcasts import factories

NONE = "0" * 64
DEF = "cb8379ac2098aa165029e3938a51da0bcecfc008fd6795f401178647f96c5b34"

Make = Callable[[str], Storage]


@pytest.fixture(params=["disk", "memory", "local"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """Storage as each host has it; in a bucket each has a folder of its own."""
    if request.param == "disk":
        return lambda _host: Storage(tmp_path / "files")
    (tmp_path / "bucket").mkdir()
    store = MemoryStore() if request.param == "memory" else LocalStore(tmp_path / "bucket")
    return lambda host: BucketStorage(tmp_path / host, store, "press/files/", 10_000_000)


def test_what_one_host_stores_each_has_whole(make: Make) -> None:
    one, two = make("one"), make("two")
    stored = one.store(io.BytesIO(b"abc"))
    assert (stored.sha256, stored.size, stored.new) == (ABC, 3, True)
    assert not two.store(io.BytesIO(b"abc")).new
    one.store(io.BytesIO(b"def"))
    for host in (one, two, make("three")):
        assert host.exists(ABC)
        assert host.is_whole(ABC)
        assert host.path(ABC).read_bytes() == b"abc"
        assert sorted(host.names()) == [ABC, DEF]
        assert -5 < host.age(ABC, time.time()) < 60
    two.remove(ABC)
    two.remove(ABC)
    assert list(one.names()) == [DEF]


def test_what_is_not_there_or_too_large(make: Make) -> None:
    storage = make("one")
    assert not storage.exists(NONE)
    assert not storage.is_whole(NONE)
    assert not storage.path(NONE).exists()
    with pytest.raises(FileNotFoundError):
        storage.age(NONE, 0)
    with pytest.raises(ValueError, match="64 hexadecimal digits"):
        storage.exists("../etc/passwd")
    with pytest.raises(FileTooLargeError):
        storage.store(io.BytesIO(b"abc"), limit=2)
    assert list(storage.names()) == []


# A bucket alone -------------------------------------------------------------------------------------------


def test_what_is_damaged_in_the_bucket_is_never_copied(tmp_path: Path) -> None:
    (tmp_path / "bucket").mkdir()
    here = BucketStorage(tmp_path / "one", LocalStore(tmp_path / "bucket"), "", 10)
    here.store(io.BytesIO(b"abc"))
    (tmp_path / "bucket" / "ba" / ABC).write_bytes(b"abd")
    assert not here.is_whole(ABC)
    there = BucketStorage(tmp_path / "two", here.bucket, "", 10)
    assert not there.path(ABC).exists()
    assert not [path for path in there.folder.rglob("*") if path.is_file()]
    assert here.store(io.BytesIO(b"abc")).sha256 == ABC
    assert there.path(ABC).read_bytes() == b"abc"


def test_copies_that_nobody_asked_for_make_room_and_come_again(tmp_path: Path) -> None:
    storage = BucketStorage(tmp_path / "one", MemoryStore(), "", most=4)
    for content in (b"abc", b"def"):
        storage.store(io.BytesIO(content))
    assert sorted(Storage.names(storage)) == [ABC, DEF]  # both are in use
    os.utime(Storage.path(storage, ABC), (0, 0))
    storage.store(io.BytesIO(b"def"))
    assert list(Storage.names(storage)) == [DEF]
    assert sorted(storage.names()) == [ABC, DEF]
    assert storage.path(ABC).read_bytes() == b"abc"


def silent() -> S3Store:
    """A bucket where nobody listens."""
    return S3Store(
        "none",
        endpoint="http://127.0.0.1:9",
        region="nowhere",
        access_key_id="a",
        secret_access_key="b",
        client_options={"allow_http": True},
        retry_config={"max_retries": 0},
    )


def test_a_bucket_that_does_not_answer_keeps_nothing_and_says_so(tmp_path: Path) -> None:
    storage = BucketStorage(tmp_path / "one", silent(), "", 10)
    for act in (
        lambda: storage.store(io.BytesIO(b"abc")),
        lambda: storage.path(DEF),
        lambda: storage.exists(ABC),
        lambda: storage.is_whole(ABC),
        lambda: storage.remove(ABC),
        lambda: list(storage.names()),
    ):
        with pytest.raises(UnreachableError, match="does not answer: nothing was stored"):
            act()


def test_a_film_in_a_bucket_is_shown_in_part_swept_and_missed(app: Flask, wren: Any, staff: Any) -> None:
    """Through the press room: no answer leads to an address in the bucket. While the bucket is silent: 503."""
    bucket.keep_in(app, MemoryStore(), "press")
    with staff():
        webcast = factories.recorded()
        db.session.flush()
        db.session.refresh(webcast)
        assert webcast.recording is not None
        film, name = webcast.recording.desk_address, webcast.recording.sha256
    with app.app_context():
        place = files.kept_in("media").path(name)
    place.unlink()  # as on another host
    part = get(wren, film, headers={"Range": "bytes=1-3"})
    assert (part.status_code, part.data, "Location" in part.headers) == (206, factories.FILM[1:4], False)
    assert get(wren, film).data == factories.FILM
    with app.app_context(), publishing.as_staff():
        left = files.kept_in("media").store(io.BytesIO(b"left over")).sha256
        assert actions.sweep(now=datetime.now(UTC) + timedelta(days=2)) == [left]
        assert files.kept_in("media").is_whole(name)
    place.unlink()
    app.extensions["file_storage"] = lambda folder: BucketStorage(folder, silent(), "", 10)
    missed = get(wren, film)
    assert missed.status_code == 503
    assert "no-store" in missed.headers["Cache-Control"]
    assert missed.headers["Retry-After"] == "30"
    refused = sent(wren, (factories.FILM, "talk.webm"))
    assert refused.status_code == 507
    assert "The store for files does not answer: nothing was stored." in refused.text


@pytest.mark.parametrize(
    ("address", "said"), [("bucket/press", "write s3://bucket/prefix"), ("s3:///press", "write s3://bucket/prefix")]
)
def test_an_address_that_is_none_is_refused(tmp_path: Path, address: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        create_app(tmp_path, {"media_store": address})


def test_without_the_extra_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    with pytest.raises(SettingsError, match=r"pip install 'pressroom\[s3\]'"):
        create_app(tmp_path, {"media_store": "s3://bucket/press"})
