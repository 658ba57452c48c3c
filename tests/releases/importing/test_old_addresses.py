"""Addresses of another site lead to what stood there: through the gate, and never before something of our own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask.testing import FlaskClient

from pressroom.kit.db import db
from pressroom.releases import actions
from pressroom.releases.models import OldAddress, Release
from tests.conftest import NOON, post
from tests.releases.conftest import FIELDS, public

LIFT = NOON + timedelta(hours=1)


def brought_in(*paths: str, at: datetime = NOON - timedelta(days=900), **fields: Any) -> Release:
    return actions.bring_in(by=None, now=NOON, at=at, old_paths=paths, **(FIELDS | {"slug": "cats"} | fields))


def test_an_old_address_leads_to_the_release(client: FlaskClient, staff: Any, noon: Any) -> None:
    with staff():
        address = brought_in("/2014/03/05/cats", "/café/katzen", "/old.php").address
    for path in (
        "/2014/03/05/cats",
        "/2014/03/05/cats/",
        "/2014/03/05/cats/?utm=x",
        "/caf%C3%A9/katzen",
        "/old.php?id=5",
    ):
        answer = client.get(path)
        assert (answer.status_code, answer.location) == (301, address)
        assert answer.headers["Cache-Control"] == "no-cache"
    assert client.head("/2014/03/05/cats/").status_code == 301
    for path in (
        "/2014/03/05",
        "/2014/03/05/cats/more",
        "/2014/03/05/CATS",
        "/caf%E9/katzen",
        "/" + "x" * 2_000,
        "/%00",
    ):
        assert client.get(path).status_code == 404
    assert client.post("/2014/03/05/cats").status_code == 404


def test_it_says_nothing_before_the_time_and_nothing_of_what_was_withdrawn(
    client: FlaskClient, staff: Any, clock_at: Callable[[datetime], None]
) -> None:
    clock_at(NOON)
    with staff():
        number = brought_in("/old/cats", at=LIFT).id
        brought_in("/old/draft", at=None, slug="draft")
    for moment, status in ((LIFT - timedelta(seconds=1), 404), (LIFT, 301)):
        clock_at(moment)
        unknown, draft = client.get("/old/nothing"), client.get("/old/draft")
        assert client.get("/old/cats").status_code == status
        assert draft.status_code == unknown.status_code == 404
        assert draft.text.replace("draft", "nothing") == unknown.text
    with staff():
        release = db.session.get_one(Release, number)
        actions.withdraw(release, by=None, now=LIFT, reason="It was wrong.")
    assert client.get("/old/cats").status_code == 404


def test_it_never_stands_before_something_of_our_own(
    client: FlaskClient, ada: FlaskClient, staff: Any, noon: Any
) -> None:
    with staff():
        ours = public(slug="ours")
        taken = public(slug="taken", headline="Taken back")
        old = brought_in(
            "/contact", "/releases", ours.address, "/releases/2026/never", taken.address, "/desk/releases/9999"
        )
        db.session.flush()
        actions.withdraw(taken, by=None, now=LIFT, reason="It was wrong.")
        addresses = ours.address, taken.address, old.address
    noon(LIFT - NOON)
    assert client.get("/contact").status_code == 200
    assert client.get("/releases/").status_code == 200
    assert client.get(addresses[0]).status_code == 200
    assert client.get(addresses[1]).status_code == 410
    assert client.get("/releases/2026/never").location == addresses[2]
    assert ada.get("/desk/releases/9999").status_code == 404


def test_what_stands_there_one_day_comes_first(client: FlaskClient, staff: Any, noon: Any) -> None:
    with staff():
        brought_in("/releases/2026/later")
    assert client.get("/releases/2026/later").status_code == 301
    with staff():
        public(slug="later")
    assert client.get("/releases/2026/later").status_code == 200


def test_it_follows_a_release_that_moves(client: FlaskClient, ada: FlaskClient, staff: Any, noon: Any) -> None:
    with staff():
        release = brought_in("/old/cats")
        db.session.flush()
        actions.edit(release, by=None, now=NOON, slug="moved")
        assert db.session.query(OldAddress).count() == 1
        address = release.address
    assert client.get("/old/cats").location == address
    assert post(ada, "/old/cats", form="/desk/").status_code == 404
