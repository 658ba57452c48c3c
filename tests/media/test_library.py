"""The library on the desk: several files at once, what is said about them, where they are used."""

from __future__ import annotations

import errno
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from pressroom.audit import AuditEntry
from pressroom.kit.db import db
from pressroom.media import actions, jobs, rules
from pressroom.media.models import Asset
from pressroom.releases.models import Release
from tests.conftest import NOON, submit
from tests.releases.conftest import draft, illustrate, png, public
from tests.webcasts import factories
from tests.webcasts.factories import recorded

SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'><path d='M0 0h9'/></svg>"
FORM = "//main//form[@enctype]"


@pytest.fixture(autouse=True)
def noon(clock_at: Any) -> None:
    clock_at(NOON)


def sent(client: FlaskClient, *files: tuple[bytes, str]) -> Any:
    token = client.get("/desk/media/").page.xpath("//main//input[@name='csrf_token']/@value")[0]  # type: ignore[attr-defined]
    data = {"csrf_token": token, "files": [(BytesIO(content), name) for content, name in files]}
    return client.post("/desk/media/", data=data, content_type="multipart/form-data")


def stored(staff: Callable, name: str = "cats.png", **described: Any) -> int:
    with staff() as cast:
        described = {"alt": "Four cats"} | described
        asset = actions.store(png(), by=cast.ada, now=NOON, name=name, **described)
        return asset.id


def names(client: FlaskClient, query: str = "") -> list[str]:
    return client.get(f"/desk/media/{query}").page.xpath("//li[@class='asset']//b/a/text()")  # type: ignore[attr-defined]


def test_a_stranger_is_sent_to_sign_in(client: FlaskClient) -> None:
    for path in ("", "1", "1/delete", "progress"):
        assert "/sign-in" in client.get(f"/desk/media/{path}").headers["Location"]


def test_several_files_come_at_once_and_what_lacks_words_is_listed(wren: FlaskClient, staff: Callable) -> None:
    answer = sent(wren, (png().getvalue(), "a.png"), (SVG, "Mark.svg"), (factories.FILM, "Talk.mov"))
    assert answer.status_code == 303
    page = wren.get(answer.headers["Location"])
    assert "3 files are in the library" in page.text
    assert "Left out of mark.svg: onload." in page.text
    assert page.page.xpath("//li[@class='asset']//b/a/text()") == ["mark.svg", "a.png"]  # type: ignore[attr-defined]
    assert names(wren) == ["talk.webm", "mark.svg", "a.png"]


def test_one_file_leads_to_its_form_filled_with_what_it_says(wren: FlaskClient, picture: Callable) -> None:
    answer = sent(wren, (picture("JPEG").getvalue(), "../..\u202egpj.exe"))
    page = wren.get(answer.headers["Location"]).page  # type: ignore[attr-defined]
    assert page.xpath("//input[@name='credit']/@value") == ["Ines Okoye"]
    assert page.xpath("//h1/text()")[0].endswith(".jpg")


def test_what_is_not_taken_is_named_with_the_reason_and_the_rest_stays(wren: FlaskClient, staff: Callable) -> None:
    answer = sent(wren, (b"MZ\x90", "virus.png"), (png().getvalue(), "good.png"), (b"", "x" * 300 + ".pdf"))
    assert answer.status_code == 422
    assert "2 files were not taken" in answer.text
    assert "virus.png: This type of file is not taken" in answer.text
    assert "The file is empty" in answer.text
    assert names(wren) == ["good.png"]


def test_no_file_is_said_so(wren: FlaskClient) -> None:
    answer = sent(wren)
    assert (answer.status_code, "Choose one file or more." in answer.text) == (422, True)


def test_a_full_disk_is_507_and_leaves_no_row(wren: FlaskClient, staff: Callable, monkeypatch: Any) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pressroom.kit.files.os.fsync", refuse)
    answer = sent(wren, (png().getvalue(), "a.png"))
    assert answer.status_code == 507
    assert "disk is full" in answer.text
    assert names(wren) == []


def test_files_are_found_by_words_kind_and_what_is_to_be_done(wren: FlaskClient, staff: Callable) -> None:
    stored(staff, "cats.png", caption="Whiskers 100%")
    stored(staff, "dogs.png", credit="I. Okoye")
    with staff():
        actions.store(BytesIO(factories.FILM), by=None, now=NOON, name="talk.webm")
        db.session.scalars(select(Asset).where(Asset.name == "dogs.png")).one().rights_until = NOON.date()
    assert names(wren, "?q=whiskers") == ["cats.png"]
    assert names(wren, "?q=okoye+png") == ["dogs.png"]
    assert names(wren, "?q=100%25") == ["cats.png"]
    assert names(wren, "?kind=film") == ["talk.webm"]
    assert names(wren, "?show=ending") == ["dogs.png"]
    assert "Right ends today" in wren.get("/desk/media/").text
    assert names(wren, "?show=undescribed") == []
    assert len(names(wren, "?kind=nonsense&show=nonsense&page=x&q=%00")) == 3
    assert "No file fits" in wren.get("/desk/media/?q=zebra").text


def test_what_is_said_is_changed_and_renditions_follow(wren: FlaskClient, staff: Callable, app: Flask) -> None:
    asset_id = stored(staff)
    with app.app_context():
        jobs.render(NOON)
    changes = {"alt": "Five cats", "caption": "After lunch", "rights_until": "2027-01-31"}
    assert submit(wren, f"/desk/media/{asset_id}", changes).status_code == 303
    with staff():
        asset = db.session.get(Asset, asset_id)
        assert asset is not None
        assert (asset.alt, asset.caption, asset.rights_until) == ("Five cats", "After lunch", date(2027, 1, 31))
        assert asset.render_at is not None
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "describe")).one()
        assert entry.changes["rights_until"] == [None, "2027-01-31"]
    with app.app_context():
        jobs.render(NOON)
    content = wren.get(f"/desk/media/{asset_id}/cats.png").data
    assert b"After lunch" in content
    assert b"2027-01-31" in content


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"alt": ""}, "Say in a sentence what the picture shows"),
        ({"decorative": "y"}, "A decorative picture has no alternative text"),
        ({"rights_until": "2027-02-31"}, "2027"),
        ({"caption": "x" * 1_001}, "Shorten this to 1,000 characters"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    wren: FlaskClient, staff: Callable, changes: dict[str, str], says: str
) -> None:
    answer = submit(wren, f"/desk/media/{stored(staff)}", {"credit": "Typed with care", **changes})
    assert answer.status_code == 422
    assert says in answer.text
    assert "Typed with care" in answer.text


def test_whoever_saves_second_is_told_and_keeps_the_text(ada: FlaskClient, staff: Callable) -> None:
    asset_id = stored(staff)
    page = ada.get(f"/desk/media/{asset_id}").page  # type: ignore[attr-defined]
    token = page.xpath("//main//input[@name='csrf_token']/@value")[0]
    assert submit(ada, f"/desk/media/{asset_id}", {"alt": "Theirs"}).status_code == 303
    answer = ada.post(f"/desk/media/{asset_id}", data={"csrf_token": token, "version": "1", "alt": "Mine"})
    assert answer.status_code == 409
    assert "Mine" in answer.page.xpath("//textarea[@name='alt']/text()")[0]  # type: ignore[attr-defined]
    assert "Theirs" in answer.text


def test_a_writer_changes_no_file_of_what_is_public(wren: FlaskClient, ada: FlaskClient, staff: Callable) -> None:
    with staff():
        release = illustrate(public())
        db.session.flush()
        asset_id = release.pictures[0].asset_id
    path = f"/desk/media/{asset_id}"
    token = wren.get(path).page.xpath("//main//input[@name='csrf_token']/@value")[0]  # type: ignore[attr-defined]
    answer = wren.post(path, data={"csrf_token": token, "version": "1", "alt": "Mine"})
    assert (answer.status_code, "ask an editor" in answer.text, "Mine" in answer.text) == (403, True, True)
    assert submit(ada, path, {"alt": "Hers"}).status_code == 303


def test_what_is_used_says_where_and_is_not_deleted(ada: FlaskClient, staff: Callable) -> None:
    with staff():
        release = illustrate(draft())
        webcast = recorded()
        db.session.flush()
        ids = [release.pictures[0].asset_id, webcast.recording_id]
    for asset_id, title in zip(ids, ("Cats agree with their owners", "How to read a genetic test"), strict=True):
        assert title in ada.get(f"/desk/media/{asset_id}").text
        assert "Used once" in ada.get("/desk/media/").text
        page = ada.get(f"/desk/media/{asset_id}/delete")
        assert title in page.text
        assert not page.page.xpath("//main//form")  # type: ignore[attr-defined]
        token = ada.get("/desk/media/").page.xpath("//main//input[@name='csrf_token']/@value")[0]  # type: ignore[attr-defined]
        answer = ada.post(f"/desk/media/{asset_id}/delete", data={"csrf_token": token})
        assert (answer.status_code, title in answer.text) == (409, True)


def test_what_is_unused_is_deleted_and_its_bytes_a_day_later(ada: FlaskClient, staff: Callable, app: Flask) -> None:
    asset_id = stored(staff)
    assert submit(ada, f"/desk/media/{asset_id}/delete").status_code == 303
    assert ada.get(f"/desk/media/{asset_id}").status_code == 404
    with staff():
        assert len(list(actions.storage().names())) == 1
        assert len(actions.sweep(now=NOON + timedelta(days=9_000))) == 1
        assert list(actions.storage().names()) == []


def test_the_logo_of_the_settings_is_used_as_well(admin: FlaskClient, staff: Callable) -> None:
    assert submit(admin, "/desk/settings", {"logo": (BytesIO(SVG), "mark.svg")}, form=FORM).status_code == 303
    assert "Settings" in admin.get("/desk/media/1").text
    assert admin.get("/brand/logo").headers["Content-Type"].startswith("image/svg+xml")


def test_a_logo_that_browsers_do_not_show_is_refused(admin: FlaskClient) -> None:
    out = BytesIO()
    Image.new("RGB", (9, 9)).save(out, "TIFF")
    answer = submit(admin, "/desk/settings", {"logo": (BytesIO(out.getvalue()), "mark.tif")}, form=FORM)
    assert (answer.status_code, "The logo is a drawing (SVG)" in answer.text) == (422, True)


def test_progress_is_shown_and_failures_are_tried_again(wren: FlaskClient, staff: Callable, app: Flask) -> None:
    asset_id = stored(staff)
    answer = wren.get("/desk/media/progress")
    assert answer.headers["Refresh"] == "3"
    assert "0 of 1 pictures" in answer.text
    with staff():
        asset = db.session.get(Asset, asset_id)
        asset.render_at, asset.render_problem = None, "There was no room on the disk."  # type: ignore[union-attr]
    assert "There was no room on the disk." in wren.get("/desk/media/progress").text
    assert submit(wren, "/desk/media/progress").status_code == 303
    with app.app_context():
        jobs.render(NOON)
    assert "All 1 pictures have their sizes." in wren.get("/desk/media/progress").text


@pytest.mark.parametrize(
    ("days", "note"),
    [(None, ""), (31, ""), (30, "ends in 30 days"), (1, "ends in 1 day"), (0, "ends today"), (-1, "ended")],
)
def test_the_desk_says_beforehand_that_a_right_ends(days: int | None, note: str) -> None:
    today = date(2026, 11, 19)
    assert rules.rights_note(None if days is None else today + timedelta(days=days), today) == note


def test_nothing_is_lost_for_a_release_when_a_file_is_described(staff: Callable) -> None:
    with staff() as cast:
        release = illustrate(draft())
        actions.describe(release.pictures[0].asset, by=cast.ada, now=NOON, caption="New")
        db.session.flush()
        assert db.session.scalars(select(Release)).one().pictures[0].asset.caption == "New"
