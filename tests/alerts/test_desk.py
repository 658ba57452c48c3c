"""The desk: numbers, an address that is to be deleted, a release as its readers get it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pressroom.alerts.models import Subscriber
from pressroom.kit.db import db
from tests.alerts.conftest import ROBIN, alert, body, work
from tests.conftest import NOON, post
from tests.mail.conftest import outbox, send
from tests.mail.server import Server
from tests.releases.conftest import public, waiting


def test_it_says_who_wants_what_and_how_far_it_is(
    app: Flask, ada: FlaskClient, posting: Server, staff: Any, noon: Any
) -> None:
    alert(app, "/releases/")
    alert(app, "/releases/", address="jo@paper.example")
    with staff():
        public()
    work(app)
    page = ada.get("/desk/alerts/").page  # type: ignore[attr-defined]
    [release] = page.xpath("//tr[th/a[contains(., 'Cats agree')]]")
    assert [cell.text for cell in release.xpath("td")] == ["0", "0", "2"]
    [wanted] = page.xpath("//section[@aria-labelledby='lists']//tbody/tr")
    assert [cell.text_content().strip() for cell in wanted] == ["Releases", "2"]
    assert page.xpath("//section[@aria-labelledby='runs']//tbody/tr")


def test_an_address_is_found_and_deleted_with_everything(
    app: Flask, ada: FlaskClient, posting: Server, staff: Any, noon: Any
) -> None:
    alert(app, "/releases/")
    with staff():
        public()
    work(app)
    assert (
        post(ada, "/desk/alerts/find", {"address": "no@body.example"}, form="/desk/alerts/").location == "/desk/alerts/"
    )
    there = post(ada, "/desk/alerts/find", {"address": " ROBIN@paper.example "}, form="/desk/alerts/").location
    assert ROBIN not in there
    assert ROBIN in ada.get(there).text
    assert post(ada, there, {"act": "stop"}).status_code == 303
    with staff():
        assert db.session.scalars(select(Subscriber.stopped_why)).all() == ["The press office stopped it."]
    assert post(ada, there, {"act": "delete"}).location == "/desk/alerts/"
    with staff():
        assert db.session.scalars(select(Subscriber)).all() == []
    assert outbox(app) == []
    assert ROBIN not in ada.get("/desk/audit").text
    assert ada.get(there).status_code == 404


def test_a_release_is_tried_on_oneself_before_it_goes(
    app: Flask, ada: FlaskClient, posting: Server, staff: Any, noon: Any
) -> None:
    alert(app, "/releases/")
    with staff():
        number = waiting(NOON + timedelta(days=1), embargoed=True).id
    page = f"/desk/alerts/releases/{number}"
    assert "EMBARGOED UNTIL" in ada.get(page).text
    alone = ada.get(f"{page}/page")
    assert "sandbox" in alone.headers["Content-Security-Policy"]
    assert "Forty cats agreed." in alone.text
    assert post(ada, f"{page}/test", form=page).status_code == 303
    send(app)
    [message] = posting.came
    assert message["To"].endswith("@press.example>")
    assert message["Subject"] == "Test: Cats agree with their owners"
    assert "EMBARGOED UNTIL" in body(message)
    assert "Nobody else got it" in body(message)
    work(app)
    assert len(posting.came) == 1
