"""Applying: what is asked, what is refused with what was typed, and what nobody learns from the answer."""

from __future__ import annotations

import errno
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from pressroom import publishing
from pressroom.accreditation.models import Application, Journalist
from pressroom.kit import files
from pressroom.kit.db import db
from tests.accreditation.conftest import robin
from tests.conftest import NOON, post, submit

SENT: dict[str, Any] = {
    "name": "Mika Sol",
    "email": "Mika@Northline.example",
    "outlet": "Northline Radio",
    "role": "Reporter",
    "basis": "byline",
    "bylines": "https://northline.example/1\nhttps://northline.example/2",
    "letter_url": "",
    "statement": "I cover genetics.",
}
PDF = b"%PDF-1.7\n..."


def applications(app: Flask) -> list[Application]:
    with app.app_context(), publishing.as_staff():
        rows = list(db.session.scalars(select(Application)))
        db.session.expunge_all()
    return rows


def send(client: FlaskClient, **changes: Any) -> Any:
    return post(client, "/accreditation/", SENT | changes)


def test_the_page_says_who_is_eligible(client: FlaskClient) -> None:
    answer = client.get("/accreditation/")
    said = answer.page.xpath("//main")[0].text_content()
    for words in ("assignment", "six months", "every day or every week", "analysts", "press officers"):
        assert words in said
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_an_application_is_kept_as_it_was_sent(client: FlaskClient, app: Flask, noon: Callable) -> None:
    answer = send(client)
    assert (answer.status_code, answer.location) == (303, "/accreditation/received")
    assert client.get(answer.location).status_code == 200
    (row,) = applications(app)
    assert (row.name, row.email, row.outlet) == ("Mika Sol", "mika@northline.example", "Northline Radio")
    assert (row.basis.value, row.decision.value) == ("byline", "waiting")
    assert row.bylines.splitlines() == SENT["bylines"].split("\n")
    assert row.applied_at == NOON


def test_a_letter_comes_as_a_file(client: FlaskClient, app: Flask, ada: FlaskClient) -> None:
    letter = (BytesIO(PDF), "../../Lètter of \u202eassignment.exe")
    assert send(client, basis="letter", bylines="", letter=letter).status_code == 303
    (row,) = applications(app)
    assert row.letter_name == "letter-of-assignment.pdf"
    answer = ada.get(f"/desk/accreditation/applications/{row.id}/letter")
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert client.get(f"/desk/accreditation/applications/{row.id}/letter").status_code == 303


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": " "}, "Write your name"),
        ({"name": "x" * 121}, "Shorten"),
        ({"email": "mika"}, "e-mail address"),
        ({"outlet": " \t"}, "which outlet"),
        ({"role": ""}, "what you do there"),
        ({"basis": ""}, "Choose how"),
        ({"basis": "owner"}, "Not a valid choice"),
        ({"bylines": "javascript:alert(1)"}, "no web address"),
        ({"bylines": ""}, "at least one story"),
        ({"basis": "letter", "letter_url": ""}, "link to the letter"),
        ({"letter_url": "javascript:alert(1)"}, "whole address"),
        ({"statement": "x" * 4_001}, "Shorten"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_stays(
    client: FlaskClient, app: Flask, changes: dict[str, str], said: str
) -> None:
    answer = send(client, **changes)
    assert answer.status_code == 422
    assert said in answer.page.xpath("string(//*[@role='alert'])")
    kept = SENT | changes
    assert answer.page.xpath("//textarea[@name='statement']")[0].text_content().strip() == kept["statement"].strip()
    assert answer.page.xpath("//input[@name='outlet']/@value") == [kept["outlet"].strip()]
    assert applications(app) == []


@pytest.mark.parametrize(
    "sent", [b"MZ\x90 a program", b"<svg onload='x'>", b"GIF89a", b"PK\x03\x04", b"", b"<html>%PDF-1.7"]
)
def test_a_letter_is_known_by_its_content(client: FlaskClient, app: Flask, sent: bytes) -> None:
    answer = send(client, letter=(BytesIO(sent), "letter.pdf"))
    assert answer.status_code == 422
    assert "PDF" in answer.page.xpath("string(//*[@role='alert'])")
    assert applications(app) == []


def test_too_large_a_letter_is_refused_before_it_is_read(client: FlaskClient, app: Flask) -> None:
    answer = client.post(
        "/accreditation/",
        input_stream=BytesIO(b"--x"),
        environ_overrides={"CONTENT_LENGTH": "6000000"},
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413
    assert applications(app) == []


def test_a_full_disk_keeps_the_text(client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(files, "_copy", full)
    answer = send(client, letter=(BytesIO(PDF), "letter.pdf"))
    assert answer.status_code == 507
    assert "disk is full" in answer.page.xpath("string(//*[@role='alert'])")
    assert answer.page.xpath("//input[@name='outlet']/@value") == ["Northline Radio"]
    assert applications(app) == []


def test_the_answer_is_the_same_for_a_known_address(client: FlaskClient, app: Flask, staff: Any) -> None:
    first = send(client, email="new@paper.example")
    with staff():
        robin()
    second = send(client, email="robin@harborledger.example")
    assert (first.status_code, first.location, first.data) == (second.status_code, second.location, second.data)
    with app.app_context(), publishing.as_staff():
        assert db.session.scalar(select(func.count()).select_from(Journalist)) == 1


def test_one_network_cannot_fill_the_desk(client: FlaskClient, app: Flask) -> None:
    app.config["ACCREDITATION_LIMIT"] = "2 per hour"
    for _ in range(2):
        assert send(client).status_code == 303
    answer = send(client)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.page.xpath("//input[@name='outlet']/@value") == ["Northline Radio"]
    assert len(applications(app)) == 2


def test_the_form_as_a_browser_sends_it(client: FlaskClient, app: Flask) -> None:
    assert submit(client, "/accreditation/", SENT, button="Apply", form="//form[@method='post']").status_code == 303
    assert len(applications(app)) == 1


def test_without_the_token_nothing_is_taken(client: FlaskClient, app: Flask) -> None:
    assert client.post("/accreditation/", data=SENT).status_code == 400
    assert applications(app) == []
