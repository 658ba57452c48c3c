"""How much a request may bring, and what a disk that fills up takes away: the file, and nothing else."""

from __future__ import annotations

import errno
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

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


def test_two_gigabytes_are_refused_before_they_are_read(ada: FlaskClient) -> None:
    class Unread(BytesIO):
        def read(self, *_args: int) -> bytes:
            raise AssertionError("the body was read")

        readinto = readline = read  # type: ignore[assignment]

    answer = ada.post(
        NEW,
        input_stream=Unread(),
        environ_overrides={"CONTENT_LENGTH": "2000000000"},
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413
    assert "larger than we take" in answer.text


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
