"""Files for the public: as public as what shows them, to the second; in ranges; never stale."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pressroom.kit.db import db
from pressroom.media import actions as media
from pressroom.media.models import Asset
from pressroom.publishing import GateError
from pressroom.webcasts import actions
from pressroom.webcasts import queries as webcasts
from tests.conftest import NOON
from tests.media.reading import get
from tests.webcasts import factories

SECOND = timedelta(seconds=1)


@pytest.fixture
def film(staff: Any, clock_at: Any) -> str:
    """The address of the film of a webcast that is public from NOON."""
    clock_at(NOON)
    with staff() as cast:
        webcast = factories.recorded()
        actions.schedule(webcast, by=cast.ada, now=NOON - timedelta(days=1), at=NOON)
        db.session.flush()
        db.session.refresh(webcast)
        assert webcast.recording is not None
        return webcast.recording.address


def test_a_file_is_public_to_the_second_with_its_owner(client: FlaskClient, film: str, clock_at: Any) -> None:
    clock_at(NOON - SECOND)
    assert get(client, film).status_code == 404
    clock_at(NOON)
    answer = get(client, film)
    assert (answer.status_code, answer.data) == (200, factories.FILM)


def test_a_file_says_what_it_is_and_runs_nothing(client: FlaskClient, film: str) -> None:
    headers = get(client, film).headers
    assert headers["Content-Type"] == "video/webm"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert headers["Content-Disposition"].startswith("inline")
    assert headers["ETag"].startswith('"')
    assert "max-age=0" in headers["Cache-Control"]
    assert "must-revalidate" in headers["Cache-Control"]
    assert "Set-Cookie" not in headers


def test_a_reader_who_has_it_is_answered_304_until_it_is_withdrawn(
    client: FlaskClient, film: str, staff: Any, clock_at: Any
) -> None:
    etag = get(client, film).headers["ETag"]
    again = get(client, film, headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    later = NOON + timedelta(minutes=1)
    with staff() as cast:
        actions.withdraw(webcasts.everything().items[0], by=cast.ada, now=later, reason="A mistake.")
    clock_at(later)
    assert get(client, film, headers={"If-None-Match": etag}).status_code == 404


def test_a_part_of_a_film_is_answered_for_jumping(client: FlaskClient, film: str) -> None:
    answer = get(client, film, headers={"Range": "bytes=10-19"})
    assert (answer.status_code, answer.data) == (206, factories.FILM[10:20])
    assert answer.headers["Content-Range"] == f"bytes 10-19/{len(factories.FILM)}"
    beyond = get(client, film, headers={"Range": "bytes=999999-"})
    assert beyond.status_code == 416


NOWHERE = [
    "/media/1/other.webm",
    "/media/999/talk.webm",
    "/media/2147483648/talk.webm",
    "/media/99999999999999999999/talk.webm",
    "/media/one/talk.webm",
    "/media/-1/talk.webm",
    "/media/1/..%2f..%2fsecret_key",
    "/media/1/",
]


def test_other_addresses_are_not_found(client: FlaskClient, film: str) -> None:
    for path in NOWHERE:
        assert get(client, path).status_code == 404, path


def test_files_are_only_read(client: FlaskClient, film: str) -> None:
    assert client.post(film).status_code in {400, 405}
    assert client.head(film, buffered=True).status_code == 200


def test_an_asset_that_nothing_shows_is_closed(client: FlaskClient, staff: Any) -> None:
    with staff():
        webcast = factories.recorded()
        db.session.flush()
        db.session.refresh(webcast)
        address = webcast.recording.address
        actions.publish(webcast, by=None, now=NOON)
        actions.edit(webcast, by=None, now=NOON, drop=["recording"])
    assert get(client, address).status_code == 404


def test_a_document_is_offered_as_a_download(ada: FlaskClient, staff: Any) -> None:
    with staff():
        pdf = media.store(BytesIO(b"%PDF-1.7\n%%EOF\n"), by=None, now=NOON, name="Programme.pdf")
        db.session.flush()
        address = pdf.desk_address
    assert get(ada, address).headers["Content-Disposition"] == "attachment; filename=programme.pdf"


def test_the_public_cannot_read_assets_round_the_gate(app: Flask) -> None:
    with app.app_context(), pytest.raises(GateError):
        db.session.execute(Asset.__table__.select())


def test_captions_are_served_as_text_in_utf_8(client: FlaskClient, film: str) -> None:
    page = get(client, "/webcasts/how-to-read-a-genetic-test").page  # type: ignore[attr-defined]
    answer = get(client, page.xpath("//track/@src")[0])
    assert answer.headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert answer.text == factories.CAPTIONS


def test_one_file_takes_one_query(client: FlaskClient, film: str, queries: Any) -> None:
    with queries(1):
        get(client, film)
