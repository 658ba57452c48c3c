"""The PDF of a release: its line on each page, as public as the page, set once, and a sentence where there is none."""

from __future__ import annotations

import io
import logging
import os
import re
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pressroom.embargo_audit import papers
from pressroom.kit import pdf as paper
from pressroom.kit.db import db
from pressroom.kit.pdf import PdfError
from pressroom.kit.shelf import Shelf
from pressroom.media import actions as media
from pressroom.media import jobs
from pressroom.releases import actions, queries
from pressroom.releases.models import Release
from tests.conftest import NOON, signed_in
from tests.releases.conftest import draft, illustrate, png, public, waiting

LIFT = NOON + timedelta(days=1)
PATH = "/releases/2026/cats-agree-with-their-owners"
LINE = "EMBARGOED UNTIL Friday, 20 November 2026, 12:00 EST (UTC−05:00)"
STUDY = {"study_title": "What cats say & mean", "study_journal": "Journal of Cats", "study_doi": "10.5555/12345678"}


def said(content: bytes) -> str:
    """The words of a PDF; a paragraph may end a line anywhere."""
    return papers.words(content)


def pages(content: bytes) -> int:
    found = re.search(r"Page 1 of (\d+)", said(content))
    assert found
    return int(found[1])


def kept(app: Flask) -> list[Path]:
    return sorted((Path(app.instance_path) / "pdf").glob("*.pdf"))


@pytest.fixture
def embargoed(staff: Any, noon: Any, app: Flask) -> int:
    """A release of several pages with all that stands on paper, under embargo until LIFT."""
    body = "\n\n".join(f"Paragraph {n} of what forty cats said, at some length." for n in range(80))
    with staff() as cast:
        release = illustrate(
            waiting(LIFT, embargoed=True, body=body, notes="Ask the *cats*.", **STUDY), caption="Four."
        )
        large = media.store(
            png(2400, 1600), by=cast.ada, now=NOON, name="large.png", alt="A large cat", credit="B. Lens"
        )
        actions.add_picture(release, large, by=cast.ada, now=NOON)
        db.session.flush()
        number = release.id
    with app.app_context():
        jobs.render(NOON)
    return number


def test_the_line_and_all_of_the_release_are_on_it(
    ada: FlaskClient, client: FlaskClient, embargoed: int, noon: Any, app: Flask
) -> None:
    unknown = PATH.replace("2026", "2025")  # the same words: a 404 offers pages that have some of them
    for moment in (timedelta(0), timedelta(days=1, microseconds=-1)):
        noon(moment)
        hidden, nothing = client.get(f"{PATH}.pdf"), client.get(f"{unknown}.pdf")
        assert hidden.status_code == nothing.status_code == 404
        assert hidden.text.replace(PATH, "") == nothing.text.replace(unknown, "")
    assert not kept(app), "nobody of the public has one made"
    before = ada.get(f"/desk/releases/{embargoed}/release.pdf")
    assert (before.status_code, before.mimetype) == (200, "application/pdf")
    words = said(before.data)
    count = pages(before.data)
    assert count >= 3
    # Once on each page after the first; at the beginning, at the end, and under both pictures.
    assert words.count(LINE) >= (count - 1) + 2 + 2
    assert f"Page {count} of {count}" in words
    for word in ("Cats agree with their owners", "Forty cats were asked", "BETHESDA, Md., 20 November 2026", "###"):
        assert word in words
    for word in (
        "Paragraph 79 of",
        "Ask the",
        "Journal of Cats",
        "10.5555/12345678",
        "Media contact",
        "A. Lens",
        "Four.",
    ):
        assert word in words
    assert "(Four cats on a fence)" in words
    assert len(before.data) < 200_000, "pictures in web size"
    noon(timedelta(days=1))
    after = client.get(f"{PATH}.pdf")
    assert after.status_code == 200
    assert "FOR IMMEDIATE RELEASE" in said(after.data)
    assert LINE not in said(after.data)
    assert "It was under embargo until Friday, 20 November 2026" in said(after.data)
    assert len(kept(app)) == 2


def test_it_is_set_once_for_each_version_and_never_given_for_another(
    client: FlaskClient, staff: Any, cats: int, noon: Any, app: Flask, monkeypatch: Any
) -> None:
    first = client.get(f"{PATH}.pdf")
    assert client.get(PATH).page.xpath("//a[text()='PDF']/@href") == [f"{PATH}.pdf"]  # type: ignore[attr-defined]
    noon(timedelta(days=30))
    with monkeypatch.context() as patch:
        patch.setattr("pressroom.kit.pdf.write", lambda *_a, **_k: pytest.fail("set again"))
        again = client.get(f"{PATH}.pdf")
        assert (again.status_code, again.data, again.headers["ETag"]) == (200, first.data, first.headers["ETag"])
        assert again.headers["Cache-Control"] == "no-cache, max-age=0, public, must-revalidate"
        part = client.get(f"{PATH}.pdf", headers={"Range": "bytes=0-4"})
        assert (part.status_code, part.data) == (206, b"%PDF-")
        kept(app)[0].unlink()
        unchanged = client.get(f"{PATH}.pdf", headers={"If-None-Match": first.headers["ETag"]})
        assert (unchanged.status_code, unchanged.data) == (304, b"")
    with staff() as cast:
        actions.correct(queries.by_id(cats), by=cast.ada, now=NOON + timedelta(days=30), note="It was fifty cats.")  # type: ignore[arg-type]
    corrected = client.get(f"{PATH}.pdf", headers={"If-None-Match": first.headers["ETag"]})
    assert corrected.status_code == 200
    assert "It was fifty cats." in said(corrected.data)
    with staff() as cast:
        actions.withdraw(db.session.get(Release, cats), by=cast.ada, now=NOON + timedelta(days=31), reason="They lied.")
    noon(timedelta(days=31))
    gone = client.get(f"{PATH}.pdf")
    assert (gone.status_code, "They lied." in gone.text) == (410, True)
    assert "WITHDRAWN" in said(signed_in(app, "ada").get(f"/desk/releases/{cats}/release.pdf").data)


def test_no_more_is_kept_than_there_is_room_for(tmp_path: Path) -> None:
    for number in range(6):
        file = tmp_path / f"{number}.pdf"
        file.write_bytes(b"x" * 100)
        os.utime(file, (number, number))
    Shelf(tmp_path, most=350).make_room()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["3.pdf", "4.pdf", "5.pdf"]


def test_it_is_in_the_press_kit_and_for_drafts_on_the_desk_alone(
    ada: FlaskClient, client: FlaskClient, staff: Any, noon: Any
) -> None:
    with staff():
        number = draft().id
    address = f"/desk/releases/{number}/release.pdf"
    assert ada.get(f"/desk/releases/{number}").page.xpath(f"//a[@href='{address}']")  # type: ignore[attr-defined]
    answer = ada.get(address)
    assert "DRAFT, NOT FOR RELEASE" in said(answer.data)
    assert client.get(address).status_code == 303
    assert ada.post(address).status_code in {400, 405}
    assert ada.get("/desk/releases/987/release.pdf").status_code == 404
    kit = ada.get(f"/desk/releases/{number}/files/press-kit.zip")
    with zipfile.ZipFile(io.BytesIO(kit.data)) as packed:
        assert packed.read("2026-cats-agree-with-their-owners/release.pdf") == answer.data


def test_where_none_can_be_made_a_sentence_says_so(
    client: FlaskClient, ada: FlaskClient, staff: Any, cats: int, monkeypatch: Any
) -> None:
    monkeypatch.setattr(paper, "missing", lambda: "PDF files need WeasyPrint.")
    for answer in (client.get(f"{PATH}.pdf"), ada.get(f"/desk/releases/{cats}/release.pdf")):
        assert answer.status_code == 404
        assert "makes no PDF files" in answer.text
    assert not client.get(PATH).page.xpath("//a[text()='PDF']")  # type: ignore[attr-defined]
    assert not ada.get(f"/desk/releases/{cats}").page.xpath("//a[text()='PDF']")  # type: ignore[attr-defined]
    kit = client.get(f"{PATH}/press-kit.zip")
    with zipfile.ZipFile(io.BytesIO(kit.data)) as packed:
        assert not [name for name in packed.namelist() if name.endswith(".pdf")]


def test_one_that_fails_is_an_error_of_ours_and_a_full_disk_is_none(
    client: FlaskClient, cats: int, app: Flask, monkeypatch: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_arguments: object, **_options: object) -> bytes:
        raise PdfError("the page could not be set (KeyError)")

    with monkeypatch.context() as patch:
        patch.setattr("pressroom.kit.pdf.write", fail)
        answer = client.get(f"{PATH}.pdf")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "600")
        assert client.get(f"{PATH}/press-kit.zip").status_code == 200, "the rest is not kept back"

    def full(*_arguments: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pressroom.kit.shelf.NamedTemporaryFile", full)
    with caplog.at_level(logging.WARNING):
        assert client.get(f"{PATH}.pdf").data.startswith(b"%PDF-")
    assert not kept(app)
    assert "Cats" not in caplog.text


def test_what_may_no_longer_be_shown_is_not_on_it_and_any_text_can_be_set(
    client: FlaskClient, staff: Any, noon: Any
) -> None:
    with staff():
        release = illustrate(public(headline="</title><script>猫 & “ca\u200bts” " + "long" * 40, subhead="עברית " * 20))
        release.pictures[0].asset.rights_until = date(2026, 11, 19)
        address = release.address
    words = said(client.get(f"{address}.pdf").data)
    assert "<script>猫" in words
    assert "(Four cats on a fence)" in words
    noon(timedelta(days=1))
    assert "(Four cats on a fence)" not in said(client.get(f"{address}.pdf").data)
