"""Files for the public: as public as what shows them, to the second; in ranges; never stale."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from pressroom.kit.db import db
from pressroom.media import actions as media
from pressroom.media import pictures
from pressroom.media.models import Asset
from pressroom.media.rules import MediaError
from pressroom.publishing import GateError
from pressroom.webcasts import actions
from pressroom.webcasts import queries as webcasts
from pressroom.webcasts.rules import Slot
from pressroom.webcasts.taking import Removal
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


WHOLE = len(factories.FILM)


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-0", 206, slice(0, 1)),
        ("bytes=10-", 206, slice(10, None)),
        ("bytes=-5", 206, slice(-5, None)),
        (f"bytes=-{WHOLE * 2}", 206, slice(0, None)),
        (f"bytes=10-{WHOLE * 2}", 206, slice(10, None)),
        ("BYTES = 3-4", 200, slice(0, None)),
        ("Bytes=3-4", 206, slice(3, 5)),
        (f"bytes={WHOLE}-", 416, None),
        ("bytes=-0", 416, None),
        ("bytes=0-1,5-6", 200, slice(0, None)),
        ("bytes=5-2", 416, None),
        ("bytes=a-b", 200, slice(0, None)),
        ("bytes=", 200, slice(0, None)),
        ("items=0-5", 200, slice(0, None)),
        ("0-5", 200, slice(0, None)),
        ("bytes=\u0661-\u0662", 200, slice(0, None)),
    ],
)
def test_a_range_is_answered_or_ignored_as_rfc_9110_has_it(
    client: FlaskClient, film: str, asked: str, status: int, part: slice | None
) -> None:
    answer = get(client, film, environ_overrides={"HTTP_RANGE": asked.encode().decode("latin-1")})
    assert answer.status_code == status
    if part is not None:
        assert answer.data == factories.FILM[part]
    else:
        assert answer.headers["Content-Range"] == f"bytes */{WHOLE}"
        assert "shorter than what was asked for" in answer.text


def test_a_part_is_given_only_of_what_the_reader_has(client: FlaskClient, film: str) -> None:
    whole = get(client, film)
    for name in ("ETag", "Last-Modified"):
        same = {"Range": "bytes=1-2", "If-Range": whole.headers[name]}
        assert get(client, film, headers=same).status_code == 206
    for other in ('"another"', f"W/{whole.headers['ETag']}", "Thu, 01 Jan 2026 00:00:00 GMT"):
        answer = get(client, film, headers={"Range": "bytes=1-2", "If-Range": other})
        assert (answer.status_code, answer.data) == (200, factories.FILM), other


def test_a_head_has_no_parts(client: FlaskClient, film: str) -> None:
    answer = client.head(film, headers={"Range": "bytes=0-3"}, buffered=True)
    assert answer.status_code == 200
    assert answer.headers["Content-Length"] == str(WHOLE)
    assert answer.headers["Accept-Ranges"] == "bytes"


def test_the_server_in_front_is_told_which_file_to_send(client: FlaskClient, film: str, app: Flask) -> None:
    app.config["ACCEL_REDIRECT"] = "/stored-media/"
    answer = get(client, film, headers={"Range": "bytes=0-3"})
    digest = hashlib.sha256(factories.FILM).hexdigest()
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["X-Accel-Redirect"] == f"/stored-media/{digest[:2]}/{digest}"
    assert answer.headers["Content-Type"] == "video/webm"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert not {"Accept-Ranges", "ETag", "Last-Modified"} & set(answer.headers.keys())


def test_an_address_cannot_be_guessed_from_another(client: FlaskClient, film: str, staff: Any) -> None:
    with staff():
        keys = [asset.key for asset in db.session.query(Asset)]
    assert len(set(keys)) == len(keys) > 1
    assert all(len(key) == 22 for key in keys)


def test_what_may_no_longer_be_shown_is_gone_and_says_since_when(
    client: FlaskClient, ada: FlaskClient, film: str, staff: Any, clock_at: Any
) -> None:
    """The last day is one of the organisation's zone, New York."""
    with staff():
        asset = db.session.query(Asset).filter(Asset.media_type == "video/webm").one()
        asset.rights_until = date(2026, 11, 19)
        desk = asset.desk_address
    clock_at(datetime(2026, 11, 20, 4, 59, 59, tzinfo=UTC))
    assert get(client, film).status_code == 200
    clock_at(datetime(2026, 11, 20, 5, 0, tzinfo=UTC))
    answer = get(client, film, headers={"If-None-Match": "*", "Range": "bytes=0-1"})
    assert answer.status_code == 410
    assert "until 19 November 2026" in answer.text
    page = get(client, "/webcasts/how-to-read-a-genetic-test")
    assert page.status_code == 200
    assert film not in page.text
    assert film not in get(client, "/feeds/webcasts.rss").text
    assert get(ada, desk).status_code == 200


def test_a_cleaned_svg_is_served_as_what_it_is_and_runs_nothing(ada: FlaskClient, staff: Any) -> None:
    with staff():
        content = b"<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0h9'/></svg>"
        address = media.store(BytesIO(content), by=None, now=NOON, name="m.svg", decorative=True).desk_address
    headers = get(ada, address).headers
    assert headers["Content-Type"].startswith("image/svg+xml")
    assert headers["Content-Security-Policy"].endswith("sandbox")
    assert headers["X-Content-Type-Options"] == "nosniff"


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
        actions.edit(webcast, by=None, now=NOON, removal=Removal([Slot.RECORDING]))
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


POLYGLOTS = {
    "a PDF with a ZIP behind it": (b"%PDF-1.7\n%%EOF\n" + b"PK\x03\x04" + bytes(30), "application/pdf"),
    "a PDF with a page of HTML in it": (b"%PDF-1.7\n<html><script>alert(1)</script>\n%%EOF\n", "application/pdf"),
    "a sound with a page of HTML in it": (b"ID3\x04\0\0\0\0\0\0<html><script>alert(1)</script>", "audio/mpeg"),
    "a film with a script in it": (factories.FILM + b"/*<script>alert(1)</script>*/", "video/webm"),
}


@pytest.mark.parametrize("content", POLYGLOTS.values(), ids=POLYGLOTS)
def test_what_is_two_things_at_once_is_served_as_one(ada: FlaskClient, staff: Any, content: tuple[bytes, str]) -> None:
    with staff():
        address = media.store(BytesIO(content[0]), by=None, now=NOON, name="x.html").desk_address
    headers = get(ada, address).headers
    assert headers["Content-Type"] == content[1]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].endswith("sandbox")
    assert not address.endswith(".html")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
def test_a_picture_that_is_a_page_as_well_is_a_picture_only(form: str) -> None:
    out = BytesIO()
    Image.new("RGB", (9, 9)).save(out, form, **({"comment": b"<script>alert(1)</script>"} if form == "JPEG" else {}))
    out.write(b"<html><script>alert(1)</script>PK\x03\x04")
    assert b"script" not in pictures.clean(out).stream.read()


def test_captions_with_a_fault_are_refused_with_its_line(staff: Any) -> None:
    with staff(), pytest.raises(MediaError, match="Line 3: the cue ends before it begins"):
        media.store(BytesIO(b"WEBVTT\n\n00:05.000 --> 00:04.000\na"), by=None, now=NOON, name="x.vtt")
