"""The press kit: all of a release in one file, the same bytes each time, and no one second before its lift."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from pressroom.kit.db import db
from pressroom.media import actions as media
from pressroom.media import jobs
from pressroom.releases import actions, citation, queries
from pressroom.releases.models import Release
from tests.conftest import NOON
from tests.releases.conftest import draft, illustrate, public, waiting

LIFT = NOON + timedelta(days=1)
KIT = "/releases/2026/cats-agree-with-their-owners/press-kit.zip"
FOLDER = "2026-cats-agree-with-their-owners"
STUDY = {
    "study_title": "What 100% of {cats} say & mean",
    "study_journal": "Journal of Cats",
    "study_doi": "10.5555/12345678",
    "study_published_on": date(2026, 11, 24),
}


@pytest.fixture
def embargoed(staff: Any, noon: Any, app: Flask) -> int:
    """A release with all that a kit can hold, under embargo until LIFT."""
    with staff() as cast:
        release = illustrate(waiting(LIFT, embargoed=True, notes="Ask the *cats*.", **STUDY), caption="Four cats.")
        paper = media.store(BytesIO(b"%PDF-1.7\n%%EOF\n"), by=None, now=NOON, name="Paper.pdf")
        actions.attach(release, [paper], by=cast.ada, now=NOON)
        db.session.flush()
        release_id = release.id
    with app.app_context():
        jobs.render(NOON)
    return release_id


def opened(client: FlaskClient, path: str = KIT) -> dict[str, bytes]:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        assert all(name.startswith(f"{FOLDER}/") for name in archive.namelist())
        return {name.removeprefix(f"{FOLDER}/"): archive.read(name) for name in archive.namelist()}


def test_it_holds_all_of_the_release(client: FlaskClient, embargoed: int, noon: Any) -> None:
    noon(timedelta(days=1))
    kit = opened(client)
    assert list(kit) == [
        *("release.txt", "release.html", "release.pdf", "contact.txt", "contact.vcf", "embargo.ics"),
        *("study.ris", "study.bib"),
        *("captions.txt", "pictures/01-cats.png", "files/01-paper.pdf", "MANIFEST.sha256"),
    ]
    said = kit["release.txt"].decode()
    for words in ("FOR IMMEDIATE RELEASE", "Forty cats agreed.", "###", "NOTES TO EDITORS", "Ask the cats.", "10.5555"):
        assert words in said
    assert "\n\n\n" not in said
    assert "&amp;" not in said
    assert b"Cats agree with their owners</h1>" in kit["release.html"]
    assert b"pictures/01-cats.png" in kit["release.html"]
    assert b"Credit: A. Lens" in kit["captions.txt"]
    assert b"BEGIN:VCARD" in kit["contact.vcf"]
    event = Calendar.from_ical(kit["embargo.ics"]).walk("VEVENT")[0]
    assert event.decoded("dtstart") == LIFT


def test_the_embargo_line_is_in_every_part(ada: FlaskClient, client: FlaskClient, embargoed: int, noon: Any) -> None:
    kit = opened(ada, f"/desk/releases/{embargoed}/files/press-kit.zip")
    line = b"EMBARGOED UNTIL Friday, 20 November 2026"
    for name in ("release.txt", "release.html", "captions.txt", "pictures/01-cats.png"):
        assert line in kit[name], name
    noon(timedelta(days=1))
    assert opened(client)["release.txt"].startswith(b"FOR IMMEDIATE RELEASE")


def test_the_manifest_is_that_of_the_files(client: FlaskClient, embargoed: int, noon: Any) -> None:
    noon(timedelta(days=1))
    kit = opened(client)
    lines = [line.split("  ") for line in kit.pop("MANIFEST.sha256").decode().splitlines()]
    assert {name: digest for digest, name in lines} == {
        name: hashlib.sha256(content).hexdigest() for name, content in kit.items()
    }


def test_it_is_as_public_as_the_release_to_the_second(client: FlaskClient, embargoed: int, noon: Any) -> None:
    noon(timedelta(days=1, seconds=-1))
    assert client.get(KIT).status_code == 404
    noon(timedelta(days=1))
    assert client.get(KIT).status_code == 200
    page = client.get(KIT.removesuffix("/press-kit.zip")).page  # type: ignore[attr-defined]
    assert page.xpath("//a[starts-with(text(), 'Press kit')]/@href") == [KIT]


def test_the_same_release_is_the_same_bytes_and_is_not_packed_again(
    client: FlaskClient, embargoed: int, noon: Any, monkeypatch: Any
) -> None:
    noon(timedelta(days=1))
    first = client.get(KIT)
    noon(timedelta(days=30))
    second = client.get(KIT)
    assert first.data == second.data
    assert first.headers["ETag"] == second.headers["ETag"]
    part = client.get(KIT, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data) == (206, b"PK\x03\x04")
    monkeypatch.setattr("pressroom.releases.presskit.Kit.pack", lambda *_: pytest.fail("packed again"))
    again = client.get(KIT, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_correction_makes_another_kit(client: FlaskClient, staff: Any, cats: int) -> None:
    before = client.get(KIT).headers["ETag"]
    with staff() as cast:
        release = queries.by_id(cats)
        assert release is not None
        actions.correct(release, by=cast.ada, now=NOON + timedelta(hours=1), note="It was fifty cats.")
    assert client.get(KIT, headers={"If-None-Match": before}).status_code == 200
    assert b"It was fifty cats." in opened(client)["release.txt"]


def test_a_withdrawn_one_says_why(client: FlaskClient, staff: Any, cats: int, noon: Any) -> None:
    with staff() as cast:
        actions.withdraw(
            db.session.get(Release, cats), by=cast.ada, now=NOON + timedelta(minutes=1), reason="The cats lied."
        )
    noon(timedelta(hours=1))
    answer = client.get(KIT)
    assert (answer.status_code, "The cats lied." in answer.text) == (410, True)


def test_what_may_no_longer_be_shown_is_not_in_it(client: FlaskClient, staff: Any, noon: Any) -> None:
    with staff():
        release = illustrate(public())
        release.pictures[0].asset.rights_until = date(2026, 11, 19)
    assert "pictures/01-cats.png" in opened(client)
    noon(timedelta(days=1))
    assert "pictures/01-cats.png" not in opened(client)


def test_a_draft_has_one_for_the_desk(ada: FlaskClient, client: FlaskClient, staff: Any, noon: Any) -> None:
    with staff():
        release_id = draft().id
    kit = opened(ada, f"/desk/releases/{release_id}/files/press-kit.zip")
    assert list(kit) == ["release.txt", "release.html", "release.pdf", "contact.txt", "contact.vcf", "MANIFEST.sha256"]
    assert client.get(f"/desk/releases/{release_id}/files/press-kit.zip").status_code == 303


@pytest.mark.parametrize("path", ["/releases/2026/none/press-kit.zip", "/releases/2026/A%20b/press-kit.zip"])
def test_nowhere_else(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post(path).status_code in {400, 405}


def test_a_full_disk_is_said(client: FlaskClient, cats: int, monkeypatch: Any) -> None:
    def refuse(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pressroom.releases.presskit.Kit.pack", refuse)
    assert client.get(KIT).status_code == 503


def test_a_kit_of_many_files_asks_no_more_of_the_database(
    client: FlaskClient, staff: Any, cats: int, noon: Any, queries: Any
) -> None:
    client.get(KIT)
    with queries(9):
        client.get(KIT)


def test_the_study_is_cited_for_reference_managers(staff: Any, noon: Any) -> None:
    with staff():
        release = draft(**STUDY)
        assert citation.ris(release).split("\r\n") == [
            "TY  - JOUR",
            "TI  - What 100% of {cats} say & mean",
            "JO  - Journal of Cats",
            "PY  - 2026",
            "DA  - 2026/11/24/",
            "DO  - 10.5555/12345678",
            "UR  - https://doi.org/10.5555/12345678",
            "ER  - ",
            "",
        ]
        written = citation.bibtex(release)
        assert written.startswith("@article{cats-agree-with-their-owners,\n")
        assert r"title = {{What 100\% of \{cats\} say \& mean}}," in written
        assert "year = {2026}," in written
