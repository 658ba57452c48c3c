"""Asking, confirming, changing, ending: by links in messages, without an account, and telling nobody anything."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pressroom.alerts.models import Alert, Subscriber
from pressroom.alerts.rules import Rhythm
from pressroom.kit.db import db
from tests.alerts.conftest import ROBIN, alert, body, links, work
from tests.clips.conftest import clip
from tests.conftest import NOON, post
from tests.mail.conftest import outbox, send
from tests.mail.server import Server

FORM = "/alerts/new?of=/clips/%3Fq%3Dcats"


def ask(client: FlaskClient, **fields: Any) -> Any:
    given = {"of": "/clips/?q=cats", "email": ROBIN, "rhythm": "daily", "zone": "Europe/Berlin", **fields}
    return post(client, "/alerts/new", given, form=FORM)


def rows(staff: Any, model: Any) -> list[Any]:
    with staff():
        found = list(db.session.scalars(select(model).order_by(model.id)))
        db.session.expunge_all()
    return found


def test_from_the_search_to_the_last_click(
    app: Flask, client: FlaskClient, posting: Server, staff: Any, noon: Any
) -> None:
    with staff():
        clip(headline="Old cats")
    [offer] = client.get("/clips/?q=cats&sort=newest&page=1").page.xpath("//main//a[contains(.,'Alert me')]/@href")  # type: ignore[attr-defined]
    page = client.get(offer)
    assert "Clips: “cats”" in page.page.xpath("string(//main)")  # type: ignore[attr-defined]
    answer = ask(client, quiet_from="22", quiet_until="7")
    assert (answer.status_code, answer.location) == (303, "/alerts/asked")
    send(app)
    [letter] = posting.came
    assert "cats" not in str(letter), "what was typed is repeated to nobody"
    [confirm] = links(body(letter), "confirm")
    assert rows(staff, Alert)[0].confirmed_at is None
    client.get(confirm)
    assert rows(staff, Alert)[0].confirmed_at is None, "a GET says nothing"
    answer = post(client, confirm)
    assert answer.status_code == 303
    [row], [subscriber] = rows(staff, Alert), rows(staff, Subscriber)
    assert (row.confirmed_at, row.rhythm, row.asked) == (NOON, Rhythm.DAILY, "q=cats")
    assert (subscriber.address, subscriber.zone, subscriber.quiet_from) == (ROBIN, "Europe/Berlin", 22)
    mine = answer.location
    answer = client.get(mine)
    assert ROBIN in answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    changed = {"act": "change", "rhythm": "at-once", "zone": "Asia/Tokyo", "quiet_from": "", "quiet_until": ""}
    assert post(client, mine, changed).status_code == 303
    assert rows(staff, Alert)[0].rhythm is Rhythm.AT_ONCE
    assert rows(staff, Subscriber)[0].zone == "Asia/Tokyo"
    for act, paused in (("pause", True), ("resume", False)):
        assert post(client, mine, {"act": act}).status_code == 303
        assert (rows(staff, Alert)[0].paused_at is not None) is paused
    with staff():
        clip(headline="New cats")
    work(app)
    [shown] = links(body(posting.came[1]), "of")
    assert shown == mine
    [stop] = links(posting.came[1]["List-Unsubscribe"].strip("<>"), "stop")
    assert client.get(stop).status_code == 200
    assert rows(staff, Subscriber)
    for _ in range(2):  # a mail program sends this, perhaps twice, and knows no form
        clicked = app.test_client().post(stop, data={"List-Unsubscribe": "One-Click"})
        assert clicked.status_code == 200
    assert rows(staff, Subscriber) == []
    assert [row.purpose for row in outbox(app)] == [], "the messages went with the address"
    assert {client.get(path).status_code for path in (mine, confirm, stop)} == {404}


def test_the_answer_is_the_same_for_every_address(
    app: Flask, client: FlaskClient, posting: Server, staff: Any, noon: Any
) -> None:
    alert(app, "/clips/?q=cats")
    known, unknown = ask(client), ask(client, email="jo@paper.example")
    assert (known.status_code, known.location, known.text) == (unknown.status_code, unknown.location, unknown.text)
    send(app)
    subjects = {message["To"]: message["Subject"] for message in posting.came}
    assert subjects[ROBIN].startswith("You have this alert already")
    assert subjects["jo@paper.example"].startswith("Please confirm")
    [there] = links(body(posting.came[0]), "of")
    assert client.get(there).status_code == 200


def test_an_address_gets_three_such_messages_a_day_and_a_network_asks_twenty_times_an_hour(
    app: Flask, client: FlaskClient, posting: Server, noon: Any
) -> None:
    for number in range(20):
        answer = ask(client, of=f"/clips/?q=cats{number}")
        assert (answer.status_code, answer.location) == (303, "/alerts/asked")
    assert len(outbox(app)) == 3
    refused = ask(client, email="jo@paper.example")
    assert refused.status_code == 429
    assert "jo@paper.example" in refused.text, "what was typed is still there"
    noon(timedelta(days=1, hours=1))
    assert ask(client).status_code == 303
    assert len(outbox(app)) == 4


def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(
    app: Flask, client: FlaskClient, posting: Server, noon: Any
) -> None:
    for fields in (
        {"email": "robin"},
        {"email": ""},
        {"email": "robin@paper.example\nBcc: jo@paper.example"},
        {"rhythm": "hourly"},
        {"zone": "Mars/Olympus"},
        {"quiet_from": "3"},
        {"quiet_from": "25", "quiet_until": "4"},
    ):
        answer = ask(client, **fields)
        assert answer.status_code == 422, fields
        assert answer.page.xpath("//*[@role='alert']//li"), fields
    assert "robin" in ask(client, email="robin").text
    assert ask(client, of="/desk/").status_code == 422
    assert client.get("/alerts/new?of=/nowhere").status_code == 404
    assert outbox(app) == []


@pytest.mark.sqlite
def test_where_no_mail_is_sent_none_is_offered(app: Flask, client: FlaskClient, staff: Any, noon: Any) -> None:
    assert "Alert me" not in client.get("/clips/?q=cats").text
    assert "sends no mail" in client.get("/alerts/").text
    assert "<form" not in client.get(FORM).text.partition("<main")[2].partition("</main")[0]
    assert client.get("/alerts/asked").status_code == 200


def test_a_link_opens_what_it_was_made_for_and_nothing_else(
    app: Flask, client: FlaskClient, posting: Server, staff: Any, noon: Any
) -> None:
    """Not another alert, not another act, and nothing of a later row with the same number."""
    ask(client)
    send(app)
    [confirm] = links(body(posting.came[0]), "confirm")
    token = confirm.rpartition("/")[2]
    assert {client.get(f"/alerts/{what}/{token}").status_code for what in ("of", "stop")} == {404}
    other = "A" if confirm[-2] != "A" else "B"  # the last one has bits that mean nothing
    assert client.get(f"{confirm[:-2]}{other}{confirm[-1]}").status_code == 404
    [subscriber] = rows(staff, Subscriber)
    with staff():
        found = db.session.get(Subscriber, subscriber.id)
        assert found is not None
        found.key = "another" * 6
    assert client.get(confirm).status_code == 404


def test_with_the_last_alert_the_address_goes(
    app: Flask, client: FlaskClient, posting: Server, staff: Any, noon: Any
) -> None:
    ask(client)
    ask(client, of="/releases/")
    send(app)
    pages = [post(client, links(body(message), "confirm")[0]).location for message in posting.came]
    assert client.get(pages[0]).page.xpath("//main//li/a[contains(@href, '/alerts/of/')]")  # type: ignore[attr-defined]
    assert post(client, pages[0], {"act": "end"}).location == "/alerts/ended"
    assert len(rows(staff, Subscriber)) == len(rows(staff, Alert)) == 1
    assert post(client, pages[1], {"act": "nothing"}).status_code == 400
    assert post(client, pages[1], {"act": "end"}).status_code == 303
    assert rows(staff, Subscriber) == []
