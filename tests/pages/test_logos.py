"""Logos: variants, previews, terms before downloads, and everything as one ZIP."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.pages.logos import accepting, actions, queries
from pressroom.pages.logos.models import LogoAcceptance, LogoFile
from pressroom.sample import logos as sample
from tests.conftest import post

TERMS = "/logos/terms"


@pytest.fixture
def mark(staff: Callable[[], Any], fixed_pages: None) -> dict[str, str]:
    """The sample's logo: the address of each of its files by its name."""
    with staff():
        sample.load(by=None, now=clock.now())
        db.session.commit()
        rows = db.session.scalars(select(LogoFile)).all()
        return {row.asset.name: f"/logos/{row.id}/{row.asset.name}" for row in rows}


def accept(client: FlaskClient, going: str) -> Any:
    """Read the terms and accept them."""
    form = client.get(going).location if going != TERMS else TERMS
    page = client.get(form).page.forms[-1]
    return client.post(TERMS, data=dict(page.form_values()))


def test_the_page_shows_variants_on_their_ground_and_measures(client: FlaskClient, mark: dict[str, str]) -> None:
    page = client.get("/logos").page
    cards = [" ".join(one.text_content().split()) for one in page.xpath("//li[@class='asset']//h3")]
    assert cards == ["Colour, on light ground", "Colour, on dark ground", "One colour", "Reversed, for dark ground"]
    assert set(mark.values()) <= set(page.xpath("//li[@class='asset']//a/@href"))
    assert [one.text for one in page.xpath("//figure//*[local-name()='title']")] == [
        "Clear space of Mark: 33 percent of its height on all sides",
        "Least size of Mark: 24 pixels high on a screen",
    ]
    for src in set(page.xpath("//main//img/@src | //main//*[local-name()='image']/@href")):
        with client.get(src) as answer:
            assert answer.status_code == 200, src
            assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_terms_are_accepted_once_and_noted(client: FlaskClient, staff: Callable[[], Any], mark: dict[str, str]) -> None:
    path = mark["ashg-mark-colour.svg"]
    for asked in (path, "/logos/all.zip"):
        answer = client.get(asked)
        assert (answer.status_code, answer.location) == (303, f"{TERMS}?next={asked}"), asked
        assert "private" in answer.headers["Cache-Control"]
    done = accept(client, path)
    assert (done.status_code, done.location) == (303, path)
    with client.get(path) as file:
        assert file.status_code == 200
        assert "attachment" in file.headers["Content-Disposition"]
        assert "private" in file.headers["Cache-Control"]
        assert file.data.startswith(b"<svg") or b"<svg" in file.data
    with client.get("/logos/all.zip") as answer, zipfile.ZipFile(io.BytesIO(answer.data)) as kit:
        names = [name.partition("/")[2] for name in kit.namelist()]
        assert "terms.txt" in names
        assert sum(name.startswith("mark/") for name in names) == len(mark)
        assert any("/mono/" in name for name in names)
        assert kit.testzip() is None
    with staff():
        (row,) = db.session.scalars(select(LogoAcceptance)).all()
        assert {column.name for column in row.__table__.columns} == {"id", "terms_id", "at"}, "nothing about anybody"
        actions.write_terms("Others", by=None, now=clock.now())
        assert actions.write_terms("Others", by=None, now=clock.now()) is None
    assert client.get(path).status_code == 303, "new terms are asked for again"
    client.set_cookie("logo-terms", "forged.cookie.here")
    assert client.get(path).status_code == 303


def test_terms_that_changed_meanwhile_are_not_accepted(
    client: FlaskClient, staff: Callable[[], Any], mark: dict[str, str]
) -> None:
    data = dict(client.get(f"{TERMS}?next={mark['ashg-mark-colour.svg']}").page.forms[-1].form_values())
    with staff():
        actions.write_terms("Stricter", by=None, now=clock.now())
    answer = client.post(TERMS, data=data)
    assert answer.status_code == 422
    assert "Stricter" in answer.text
    assert answer.page.xpath("//input[@name='next']/@value") == [mark["ashg-mark-colour.svg"]]
    assert client.post(TERMS, data=dict(answer.page.forms[-1].form_values())).status_code == 303


@pytest.mark.parametrize(
    ("typed", "goes"),
    [
        ("/logos/7/a.svg", "/logos/7/a.svg"),
        ("/logos/all.zip", "/logos/all.zip"),
        *((odd, "/logos") for odd in ("", "//evil.example", "https://evil.example/", "/desk/", "/logos/7/a/../../x")),
    ],
)
def test_nobody_is_sent_elsewhere(typed: str, goes: str) -> None:
    assert accepting.onward(typed) == goes


def test_the_desk_keeps_a_logo(ada: FlaskClient, client: FlaskClient, wren: FlaskClient, mark: dict[str, str]) -> None:
    assert wren.get("/desk/logos/").status_code == 403
    fields = {"title": "Seal", "purpose": "Diplomas", "clear_space": "50", "least_px": "40", "least_mm": "12"}
    for wrong, sentence in (
        ({"title": " "}, "Give it a name"),
        ({"clear_space": "101"}, "from 0 to 100"),
        ({"least_px": "x"}, "from 1 to 1,000"),
    ):
        answer = post(ada, "/desk/logos/new", fields | wrong)
        assert answer.status_code == 422
        assert sentence in answer.text
    place = post(ada, "/desk/logos/new", fields).location
    assert post(ada, f"{place}/do", {"do": "publish"}, form=place).status_code == 422, "without a file"
    nothing = post(ada, f"{place}/files", {"role": "colour", "asset": "0"}, form=place)
    assert "Choose a file" in nothing.text
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
    sent = {"role": "mono", "asset": "0", "file": (io.BytesIO(svg), "seal.svg")}
    assert post(ada, f"{place}/files", sent, form=place).status_code == 303
    assert "Seal" not in client.get("/logos").text
    assert post(ada, f"{place}/do", {"do": "publish"}, form=place).status_code == 303
    assert "Seal" in client.get("/logos").text
    (button,) = ada.get(place).page.xpath("//button[starts-with(@value, 'detach')]/@value")
    assert "the only file" in post(ada, f"{place}/do", {"do": button}, form=place).text
    stale = {**fields, "title": "Other", "version": "1"}
    assert post(ada, place, stale).status_code == 409
    assert post(ada, f"{place}/do", {"do": "withdraw"}, form=place).status_code == 303
    assert "Seal" not in client.get("/logos").text


def test_without_terms_nobody_is_asked(client: FlaskClient, staff: Callable[[], Any], mark: dict[str, str]) -> None:
    with staff():
        for row in (queries.terms(),):
            db.session.delete(row)
    with client.get(mark["ashg-mark-colour.svg"]) as answer:
        assert answer.status_code == 200
    assert client.get(TERMS).status_code == 404
