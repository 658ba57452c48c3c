"""The check of a text: hints come back, what was typed stays, nothing is kept."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pressroom.reporting import check
from tests.conftest import post
from tests.house.test_attacks import state

PATH = "/communicating-science/check"
SENT = {
    "headline": "Coffee cures",
    "text": "Coffee prevents stroke.\n\nYou should drink it.",
    "evidence": "observational",
}


def test_a_text_gets_hints_and_nothing_of_it_is_kept(client: FlaskClient, app: Flask) -> None:
    before = state(app)
    answer = post(client, PATH, SENT)
    assert answer.status_code == 200
    marks = [mark.text_content() for mark in answer.page.xpath("//section[@id='hints']//mark")]
    assert marks == ["should drink", "prevents", "cures"]
    assert "Paragraph 2" in answer.text
    assert answer.page.xpath("//textarea[@name='text']")[0].text_content().strip() == SENT["text"]
    assert answer.page.xpath("//select[@name='evidence']/option[@selected]/@value") == ["observational"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert state(app) == before
    assert client.get(PATH).headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"text": " "}, "Paste a text"),
        ({"text": "x" * (check.LONGEST + 1)}, "Shorten"),
        ({"headline": "x" * 301}, "Shorten"),
        ({"evidence": "magic"}, "Not a valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_stays(client: FlaskClient, changes: dict[str, str], said: str) -> None:
    answer = post(client, PATH, SENT | changes)
    assert answer.status_code == 422
    assert said in answer.page.xpath("string(//*[@role='alert'])")


def test_mark_up_is_shown_as_it_was_typed(client: FlaskClient) -> None:
    answer = post(client, PATH, {"text": "<script>alert(1)</script> A miracle <b>x</b>", "headline": "<i>x"})
    assert answer.status_code == 200
    assert not answer.page.xpath("//main//script")


def test_too_many_are_refused_with_what_was_typed(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "FREE", 0)
    app.config["CHECK_LIMIT"] = "1 per hour"
    client.environ_base["REMOTE_ADDR"] = "192.0.2.9"
    assert [post(client, PATH, SENT).status_code for _ in range(2)] == [200, 429]
    answer = post(client, PATH, SENT)
    assert int(answer.headers["Retry-After"]) > 0
    assert "prevents" in answer.page.xpath("//textarea[@name='text']")[0].text_content()
