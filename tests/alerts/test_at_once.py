"""Two at the same moment: one waits for the other, and neither fails. SQLite has one writer at a time anyway."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, text
from sqlalchemy.exc import OperationalError
from werkzeug.test import EnvironBuilder

from pressroom.alerts import actions, links, matching, queries, subjects
from pressroom.alerts.models import Alert, Subscriber
from pressroom.alerts.rules import Rhythm
from pressroom.kit import clock
from pressroom.kit.db import db, is_postgres
from tests.alerts.conftest import NEW_YORK, ROBIN, alert, wanted


def test_an_address_that_another_request_has_just_written(
    staff: Any, noon: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between this request's look and its row."""

    def other(_length: int) -> str:
        row = {"address": ROBIN, "key": "theirs", "zone": "UTC", "created_at": clock.now()}
        db.session.execute(insert(Subscriber.__table__).values(soft_bounces=0, stopped_why="", **row))
        return "ours"

    monkeypatch.setattr(secrets, "token_urlsafe", other)
    with staff():
        assert wanted("/clips/").subscriber.key == "theirs"
    with staff():
        assert len(db.session.scalars(select(Alert)).all()) == 1


def _is_held(number: int) -> bool:
    """Whether somebody else would have to wait for this subscriber."""
    with db.engine.connect() as other:
        try:
            other.execute(text("SELECT id FROM alert_subscriber WHERE id = :n FOR KEY SHARE NOWAIT"), {"n": number})
        except OperationalError:
            return True
    return False


def test_whoever_writes_about_readers_holds_them_first(app: Flask, staff: Any, noon: Any) -> None:
    """Ending an alert, matching and making messages lock the reader before anything, so none waits in a circle."""
    if not is_postgres(app):
        pytest.skip("SQLite has no locks on rows")
    first, other = alert(app, "/clips/"), alert(app, "/clips/", address="jo@paper.example")
    with staff():
        one, two = (db.session.get(Alert, number) for number in (first, other))
        assert one and two
        token, readers, key = links.token(one), [one.subscriber_id, two.subscriber_id], links.stop_token(one.subscriber)
        found = [matching.Found(row.id, row.subscriber_id, clock.now(), 1) for row in (two, one)]
    dogs = actions.Wanted(ROBIN, subjects.read("/clips/?q=dogs"), Rhythm.DAILY, NEW_YORK)
    held: dict[str, Callable[[], object]] = {
        "matching": lambda: list(matching._still_wanted(found)),
        "changing": lambda: links.alert_of(token),
        "ending": lambda: links.ended_by(key),
        "asking": lambda: actions._subscriber(dogs, clock.now()),
    }
    for name, act in held.items():
        with app.request_context(EnvironBuilder(method="POST").get_environ()), staff():
            assert not any(map(_is_held, readers))
            act()
            assert [_is_held(number) for number in readers] == [True, name == "matching"], name
            assert not db.session.dirty
    with app.test_request_context(), staff():
        assert links.alert_of(token)
        assert not _is_held(readers[0]), "who only looks holds nobody"
        assert queries.subscriber(readers[0])
