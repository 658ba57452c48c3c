"""How much a request may bring, and what a disk that fills up takes away: the file, and nothing else."""

from __future__ import annotations

import errno
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from pressroom.kit import uploads
from pressroom.kit.db import db
from pressroom.kit.files import StorageFullError
from pressroom.kit.uploads import IN_MEMORY, Incoming
from pressroom.media import actions
from pressroom.media.models import Asset
from pressroom.releases.models import Release
from tests.conftest import post
from tests.webcasts.factories import picture

NEW = "/desk/releases/new"


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """No temporary file takes another byte."""

    def refuse(_self: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Incoming, "rollover", refuse)


def test_a_file_that_has_room_arrives() -> None:
    with Incoming(max_size=4) as file:
        file.write(b"0123456789")
        file.seek(0)
        assert file.read() == b"0123456789"


@pytest.mark.usefixtures("full_disk")
def test_a_file_without_room_is_passed_over_and_says_so_to_whoever_reads() -> None:
    with Incoming(max_size=4) as file:
        assert file.write(b"0123456789") == 10
        assert file.write(b"more") == 4
        file.seek(0)
        with pytest.raises(StorageFullError, match="disk is full"):
            file.read()


def test_another_error_is_not_called_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Incoming, "rollover", refuse)
    with Incoming(max_size=4) as file, pytest.raises(OSError, match="Input"):
        file.write(b"0123456789")


def sent(client: FlaskClient, file: bytes) -> Any:
    fields = {"headline": "Typed with care", "kind": "research", "zone": "UTC", "do": "save", "picture_alt": "A cat."}
    page = client.get(NEW).page  # type: ignore[attr-defined]
    token, uid = (page.xpath(f"//input[@name='{name}']/@value")[0] for name in ("csrf_token", "uid"))
    fields |= {"csrf_token": token, "uid": uid, "picture": (BytesIO(file), "cat.png")}
    return client.post(NEW, data=fields, content_type="multipart/form-data")


@pytest.mark.usefixtures("full_disk")
def test_a_disk_that_fills_up_on_the_way_in_is_507_with_what_was_typed(ada: FlaskClient, staff: Callable) -> None:
    answer = sent(ada, picture().getvalue() + bytes(IN_MEMORY))
    assert answer.status_code == 507
    assert "disk is full" in answer.text
    assert "Typed with care" in answer.text
    nothing_is_left(staff)


def test_a_disk_that_fills_up_in_the_store_is_507_with_what_was_typed(
    ada: FlaskClient, staff: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pressroom.kit.files.os.fsync", refuse)
    answer = sent(ada, picture().getvalue())
    assert answer.status_code == 507
    assert "Typed with care" in answer.text
    nothing_is_left(staff)


def nothing_is_left(staff: Callable) -> None:
    with staff():
        assert db.session.scalars(select(Asset)).all() == []
        assert db.session.scalars(select(Release)).all() == []
        assert list(actions.storage().names()) == []
        folder = actions.storage().folder
        assert not [path for path in folder.rglob("*") if path.is_file()]


class Endless(BytesIO):
    """A form whose file never ends; ``taken`` counts what was read of it."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        assert size is not None
        assert 0 < size <= 1 << 16, "read piece by piece"
        self.taken += size
        return super().read(size).ljust(size, b"\0")

    def readinto(self, buffer: Any) -> int:
        """As above."""
        buffer[:] = self.read(len(buffer))
        return len(buffer)


def test_four_gigabytes_are_refused_unread_and_what_was_typed_before_is_shown(ada: FlaskClient) -> None:
    part = '--x\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
    fields = part.format("headline", "") + "Typed with great care\r\n" + part.format("csrf_token", "") + "a b c\r\n"
    body = Endless((fields + part.format("film", '; filename="a.webm"')).encode() + b"\x1aE\xdf\xa3")
    answer = ada.post(
        NEW,
        input_stream=body,
        environ_overrides={"CONTENT_LENGTH": "4000000000"},
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413
    assert "At most 512 MB are taken at once." in answer.text
    assert "Typed with great care" in answer.text
    assert "a b c" not in answer.text
    assert body.taken <= uploads.LISTENED + uploads.PIECE


def test_what_does_not_say_how_large_it_is_is_refused_at_the_limit(app: Any, ada: FlaskClient) -> None:
    app.config["MAX_UPLOAD_MB"] = 1
    body = Endless(b'--x\r\nContent-Disposition: form-data; name="film"; filename="a.webm"\r\n\r\n')
    answer = ada.post(
        NEW,
        input_stream=body,
        environ_overrides={"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True, "CONTENT_LENGTH": ""},
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413
    assert "At most 1 MB are taken at once." in answer.text
    assert body.taken <= 1_100_000


def test_a_stranger_sends_no_more_than_a_form_s_worth(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data=b"x" * 22_000_000, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413


def test_a_file_over_the_limit_of_its_kind_keeps_what_was_typed(ada: FlaskClient, app: Any) -> None:
    app.config["MAX_PICTURE_MB"] = 0
    answer = sent(ada, picture().getvalue())
    assert answer.status_code == 422
    assert "at most 0 MB are taken" in answer.text
    assert "Typed with care" in answer.text


def test_the_disk_of_the_database_may_be_full_as_well(ada: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy.exc import OperationalError

    from pressroom.releases import actions as releases

    def refuse(**_fields: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr(releases, "create", refuse)
    answer = post(ada, NEW, {"headline": "Typed", "kind": "research", "zone": "UTC", "uid": _uid(ada)})
    assert answer.status_code == 507
    assert "no room left on its disk" in answer.text


def _uid(client: FlaskClient) -> str:
    return client.get(NEW).page.xpath("//input[@name='uid']/@value")[0]  # type: ignore[attr-defined]
