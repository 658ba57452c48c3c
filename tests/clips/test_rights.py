"""How much of an outlet's text is shown, on every surface."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pressroom import search
from pressroom.clips import rights
from pressroom.clips.models import Outlet
from pressroom.clips.outlets import actions, working
from pressroom.freezing.stranger import Stranger
from pressroom.kit import clock
from pressroom.kit.db import db
from tests.clips.conftest import clip
from tests.conftest import NOON, submit

Staff = Callable[[], Any]
FIRST, WITHIN, BEYOND = "quillwort", "sundew", "butterwort"
"""The first word of the excerpt, the twentieth, the eightieth."""
TEXT = " ".join([FIRST, *["and"] * 18, WITHIN, *["so"] * 59, BEYOND])

SURFACES = (
    *("/clips/1", "/clips/", "/clips/?q=story", f"/clips/?q={FIRST}", f"/clips/?q={BEYOND}", "/search?q=story"),
    *("/clips/feed.rss", "/clips/feed.atom", "/clips/feed.json", "/clips/feed.json?q=story"),
    *("/feeds/clips.rss", "/feeds/clips.atom", "/feeds/clips.json", "/search/feed.json?q=story"),
    *("/clips/export.csv", "/clips/export.ris", "/clips/export.jsonl", "/"),
)


@pytest.fixture
def story(staff: Staff) -> None:
    with staff():
        clip(headline="A story", outlet="The Harbor Ledger", excerpt=TEXT)


def outlet_of(staff: Staff, **fields: Any) -> None:
    with staff() as cast:
        outlet = db.session.query(Outlet).one()
        work = actions.edit(outlet, by=cast.ada, now=clock.now(), version=outlet.version, **fields)
        db.session.commit()
        if work is not None:
            working.run(work.id)
    with staff():
        search.sweep()


def saying(client: FlaskClient, word: str) -> set[str]:
    """The surfaces with *word* in them, beyond the repetition of what was asked."""
    said = {address: client.get(address) for address in SURFACES}
    assert {answer.status_code for answer in said.values()} == {200}
    return {
        address
        for address, answer in said.items()
        if word in answer.text.replace(f"q={word}", "") and word not in address
    }


def found(client: FlaskClient, word: str) -> bool:
    return '/clips/1"' in client.get(f"/clips/?q={word}").text


def test_words_of_an_excerpt(app: Flask) -> None:
    with app.app_context():
        assert rights.lasting("one two three", 2) == "one two…"
        assert rights.lasting("one two three", 0) == ""
        assert rights.lasting("one\n two", None) == "one two"
        with clock.at(NOON):
            assert rights.shown("one two three", 2, NOON) == "one two…"
            assert rights.shown("one two\nthree", 0, NOON + timedelta(seconds=1)) == "one two three"


@pytest.mark.usefixtures("story")
def test_the_usual_number_of_words(client: FlaskClient) -> None:
    assert not saying(client, BEYOND)
    assert len(saying(client, WITHIN)) >= 12
    assert found(client, WITHIN)
    assert not found(client, BEYOND)


@pytest.mark.usefixtures("story")
def test_fewer_words_of_one_outlet(client: FlaskClient, staff: Staff) -> None:
    outlet_of(staff, words=5)
    assert not saying(client, WITHIN)
    assert len(saying(client, FIRST)) >= 12
    assert not found(client, WITHIN), "search tells no words that may not be read"


@pytest.mark.usefixtures("story")
def test_headlines_only(client: FlaskClient, staff: Staff) -> None:
    client.get("/clips/1")
    outlet_of(staff, words=0)
    assert not saying(client, FIRST)
    assert not found(client, FIRST)
    assert "<blockquote" not in client.get("/clips/1").text, "nor what was kept of the page before"


@pytest.mark.usefixtures("story")
def test_a_licence_ends_to_the_second_also_in_what_was_kept(client: FlaskClient, staff: Staff, clock_at: Any) -> None:
    until = datetime(2027, 4, 1, 4, 0, tzinfo=UTC)
    clock_at(until - timedelta(seconds=1))
    outlet_of(staff, words=5, licensed_until=until)
    with_all = saying(client, BEYOND)
    assert len(with_all) >= 12
    assert saying(client, BEYOND) == with_all
    assert not found(client, BEYOND), "what is licensed for a time is shown, and is in no index"
    clock_at(until)
    assert not saying(client, BEYOND)
    assert not saying(client, WITHIN)


def test_a_copy_has_no_text_that_is_licensed_for_a_time(
    app: Flask, client: FlaskClient, staff: Staff, clock_at: Any
) -> None:
    clock_at(NOON)
    with staff():
        clip(headline="A story", excerpt=TEXT)
    outlet_of(staff, licensed_until=NOON + timedelta(days=1))
    copied = Stranger(app).ask("/clips/1").text
    assert WITHIN in copied
    assert BEYOND not in copied
    assert BEYOND in client.get("/clips/1").text


@pytest.mark.usefixtures("story")
def test_without_an_index_no_word_beyond_is_found(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pressroom.search.finding._answered", lambda _question, _now: None)
    assert found(client, WITHIN)
    assert not found(client, BEYOND)


def test_the_desk_has_the_whole_text_and_says_what_is_shown(ada: FlaskClient, story: None) -> None:
    assert BEYOND in ada.get("/desk/clips/1").text
    typed = {"rights": "words", "words": "5", "licensed": "2100-01-01"}
    assert submit(ada, "/desk/clips/outlets/1", typed, button="Save").status_code == 303
    assert "Licensed: the whole excerpt" in ada.get("/desk/clips/outlets/1").text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"rights": "words", "words": ""}, "Write a whole number from 1 to 200."),
        ({"rights": "words", "words": "0"}, "Write a whole number from 1 to 200."),
        ({"rights": "words", "words": "²"}, "Write a whole number from 1 to 200."),
        ({"licensed": "31 February 2027"}, "31 February 2027"),
        ({"home": "javascript:alert(1)"}, "Write the address of the home page"),
        ({"name": " "}, "Write the outlet’s name"),
        ({"aliases": "\n".join(f"name {n}" for n in range(50))}, "An outlet can have 40 other names."),
    ],
)
def test_what_cannot_be_saved_is_said_and_stays(
    ada: FlaskClient, story: None, typed: dict[str, str], sentence: str
) -> None:
    answer = submit(ada, "/desk/clips/outlets/1", {"home": "ledger.example", **typed}, button="Save")
    assert answer.status_code == 422
    assert sentence in answer.text
