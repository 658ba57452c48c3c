"""Importing on the desk: the first answer is always what would come in."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from pressroom.kit import files
from pressroom.kit.db import db
from pressroom.releases import actions
from pressroom.releases.importing import jobs, running
from pressroom.releases.models import Release
from tests.conftest import NOON, post, submit

FILES = Path(__file__).parent / "files"
PAGE = "/desk/releases/import"


def upload(client: FlaskClient, content: bytes, name: str = "press.xml") -> TestResponse:
    return post(client, PAGE, {"file": (BytesIO(content), name)})


def export(client: FlaskClient) -> str:
    """The page of the sample export, read and not imported."""
    answer = upload(client, (FILES / "press.xml").read_bytes())
    assert answer.status_code == 303
    return str(answer.location)


def text_of(answer: TestResponse) -> str:
    return " ".join(answer.page.xpath("string(//main)").split())  # type: ignore[attr-defined]


def releases(staff: Any) -> int:
    with staff():
        return db.session.scalar(select(func.count()).select_from(Release)) or 0


def test_from_the_file_to_the_releases_and_back(ada: FlaskClient, client: FlaskClient, staff: Any, noon: Any) -> None:
    assert ada.get("/desk/releases/").page.xpath(f"//a[@href='{PAGE}']")  # type: ignore[attr-defined]
    address = export(ada)
    page = ada.get(address)
    said = text_of(page)
    assert "2 releases would come in" in said
    assert "Nothing is imported yet" in said
    assert "Forty cats & their owners agree" in said
    assert "Wednesday, 5 March 2014, 10:00 EST (UTC−05:00) · Statement · Press release, Cats" in said
    assert "/releases/2014/forty-cats, to which /2014/03/05/forty-cats leads" in said
    assert "Its featured picture (attachment 57) is not brought in." in said
    assert "It is protected by a password on the old site." in said
    assert "Hidden words" not in page.text
    assert releases(staff) == 0
    narrowed = ada.get(f"{address}?show=left")
    assert "Forty cats" not in text_of(narrowed)
    assert narrowed.page.xpath("//main//a[@aria-current='true']/@href") == [f"{address}?show=left"]  # type: ignore[attr-defined]

    changes = {"term-press-release": "kind-research", "term-cats": "nothing", "drafts": True, "zone": "Europe/London"}
    again = submit(ada, address, changes, button="Read the file again", form="//details//form")
    assert again.status_code == 303
    said = text_of(ada.get(address))
    assert "3 releases would come in" in said
    assert "15:00 GMT (UTC+00:00) · Research" in said
    assert "A draft · Statement" in said

    assert post(ada, address).status_code == 303
    said = text_of(ada.get(address))
    assert "3 releases came in" in said
    assert client.get("/releases/2014/forty-cats").status_code == 200
    assert client.get("/2014/03/05/forty-cats/").location == "/releases/2014/forty-cats"
    assert "FELIS1" in client.get("/search?q=FELIS1").text
    assert releases(staff) == 3
    assert post(ada, address).status_code == 303
    assert releases(staff) == 3, "pressed twice, it comes in once"
    with staff() as s:
        release = db.session.scalars(select(Release).where(Release.slug == "forty-cats-2")).one()
        actions.edit(release, by=s.ada, now=NOON, headline="Edited")

    asked = ada.get(f"{address}/undo")
    assert "3 releases came in with this file" in text_of(asked)
    assert post(ada, f"{address}/undo").status_code == 303
    said = text_of(ada.get(address))
    assert "2 releases were taken back" in said
    assert "One release stayed" in said
    assert "Somebody changed it since, so it stays." in said
    assert client.get("/releases/2014/forty-cats").status_code == 404
    refused = post(ada, f"{address}/undo", form="/desk/")
    assert refused.status_code == 422
    assert "taken back already" in text_of(refused)
    assert "press.xml" in text_of(ada.get(PAGE))


def test_a_zip_of_markdown_files(ada: FlaskClient, client: FlaskClient, noon: Any) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in (FILES / "folder").rglob("*.md"):
            archive.write(path, path.relative_to(FILES))
    address = upload(ada, packed.getvalue(), "old.zip").location
    said = text_of(ada.get(address))
    assert "3 releases would come in" in said
    assert "Line 1: the head that begins with --- is never closed." in said
    post(ada, address)
    assert "Correct" in client.get("/releases/2015/outreach-grant").text
    again = upload(ada, packed.getvalue(), "old.zip").location
    assert "Here already (3)" in text_of(ada.get(again))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (b"\x89PNG\r\n\x1a\n", "neither a WordPress export"),
        (b"PK\x03\x04 and nothing more", "damaged or was cut off"),
        (b"<html></html>", "begins with <html>"),
        (b"<!DOCTYPE l [<!ENTITY a 'x'>]><rss>&a;</rss>", "document type"),
        (b"<rss><channel>\n<item></rss>", "The XML is wrong on line 2"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(
    ada: FlaskClient, staff: Any, noon: Any, instance: Path, content: bytes, sentence: str
) -> None:
    answer = upload(ada, content)
    if answer.status_code == 303:  # its beginning was well; the report says what its middle is
        answer = ada.get(answer.location)
    else:
        assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert releases(staff) == 0
    assert not [file for file in (instance / running.FOLDER).rglob("*") if file.is_file()], "it is not kept"


def test_bad_input_and_bad_numbers(ada: FlaskClient, noon: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = post(ada, PAGE)
    assert missing.status_code == 422
    assert "Choose the file to import." in missing.text
    address = export(ada)
    wrong = submit(
        ada,
        address,
        {"zone": "Mars/Base", "term-cats": "kind-award"},
        button="Read the file again",
        form="//details//form",
    )
    assert wrong.status_code == 422
    assert "There is no time zone “Mars/Base”" in wrong.text
    assert wrong.page.xpath("//input[@name='zone']/@value") == ["Mars/Base"]  # type: ignore[attr-defined]
    assert wrong.page.xpath("//select[@name='term-cats']/option[@selected]/@value") == ["kind-award"]  # type: ignore[attr-defined]
    assert wrong.page.xpath("//details[@open]")  # type: ignore[attr-defined]
    for data in (
        {"types": "page-that-is-none", "zone": "UTC"},
        {"zone": "UTC", "default_kind": "gossip", "types": "post"},
    ):
        assert post(ada, f"{address}/read", data, form=address).status_code == 422
    for path in (f"{PAGE}/9", f"{PAGE}/9/undo", f"{PAGE}/99999999999", f"{address}?show=left&page=99"):
        assert ada.get(path).status_code in {200, 404}
    assert ada.get(f"{address}?show=nonsense&page=x").status_code == 200
    assert post(ada, f"{PAGE}/9", form=PAGE).status_code == 404
    assert post(ada, f"{PAGE}/9/read", form=PAGE).status_code == 404
    assert ada.get(f"{address}/read").status_code == 405

    def full(*_: object, **__: object) -> None:
        raise files.StorageFullError("The press room's disk is full.")

    monkeypatch.setattr(files.Storage, "store", full)
    assert upload(ada, b"<rss/>").status_code == 507


def test_only_who_may_publish_imports(
    app: Flask, client: FlaskClient, wren: FlaskClient, ada: FlaskClient, noon: Any
) -> None:
    address = export(ada)
    for path in (PAGE, address, f"{address}/undo"):
        assert client.get(path).location.startswith("/sign-in?next=")
        assert wren.get(path).status_code == 403
    for path in (PAGE, address, f"{address}/read", f"{address}/undo"):
        assert post(wren, path, form="/desk/").status_code == 403
    assert ada.post(address).status_code in {400, 403}, "a form without its token"
    assert "Import old releases" not in wren.get("/desk/releases/").text


def test_a_large_file_is_read_and_imported_by_the_worker(
    app: Flask, ada: FlaskClient, staff: Any, noon: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "SMALL_BYTES", 10)
    woken: list[bool] = []
    monkeypatch.setattr("pressroom.jobs.wake", lambda: woken.append(True))
    address = export(ada)
    page = ada.get(address)
    assert "Being read" in text_of(page)
    assert page.headers["Refresh"] == "3"
    with app.app_context():
        jobs.work_off(NOON)
    page = ada.get(address)
    assert "2 releases would come in" in text_of(page)
    assert "Refresh" not in page.headers
    post(ada, address)
    assert "Being imported" in text_of(ada.get(address))
    assert "0 of 8 items" in text_of(ada.get(address))
    assert releases(staff) == 0
    with app.app_context():
        jobs.work_off(NOON)
    assert releases(staff) == 2
    monkeypatch.setattr(running, "SMALL", 1)
    post(ada, f"{address}/undo")
    assert "Being taken back" in text_of(ada.get(address))
    with app.app_context():
        jobs.work_off(NOON)
    assert "2 releases were taken back" in text_of(ada.get(address))
    assert releases(staff) == 0
    assert len(woken) == 3
