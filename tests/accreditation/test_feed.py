"""The private feed: its embargo line everywhere, its secret revocable, its 404 like any other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import feedparser
import pytest
from flask import Flask
from flask.testing import FlaskClient

from pressroom import publishing
from pressroom.accreditation import actions
from pressroom.accreditation.models import Journalist
from pressroom.kit.db import db
from pressroom.releases import actions as releases
from pressroom.releases.models import Release
from tests import feed_rules
from tests.accreditation.conftest import HEADLINE, LIFT, SECRET, entries
from tests.conftest import NOON, submit
from tests.releases.conftest import draft, public, waiting

LINE = "EMBARGOED UNTIL Tuesday, 24 November 2026, 12:00 EST (UTC−05:00)"


def made(reader: FlaskClient) -> dict[str, str]:
    """Press the button; the paths of the feed by format."""
    page = submit(reader, "/embargo/", form="//form[@action='/embargo/feed']").page  # type: ignore[attr-defined]
    paths = [urlsplit(address).path for address in page.xpath("//code/text()")]
    return {path.rpartition(".")[2]: path for path in paths}


@pytest.fixture
def feed(reader: FlaskClient) -> dict[str, str]:
    return made(reader)


def test_each_entry_begins_with_the_embargo(client: FlaskClient, feed: dict[str, str]) -> None:
    for fmt in ("atom", "rss"):
        answer = client.get(feed[fmt])
        assert answer.status_code == 200
        (entry,) = feedparser.parse(answer.data).entries
        assert entry.title == f"{LINE}: {HEADLINE}"
        assert entry.summary.startswith(LINE)
        content = entry.content[0].value
        assert content.startswith(f"<p><strong>{LINE}</strong>")
        assert content.rstrip().endswith(f"<p><strong>{LINE}</strong></p>")
        assert SECRET in content
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "Access-Control-Allow-Origin" not in answer.headers
    item = client.get(feed["json"]).json["items"][0]
    assert item["title"].startswith(LINE)
    assert item["summary"].startswith(LINE)


def test_only_what_is_under_embargo(client: FlaskClient, feed: dict[str, str], staff: Any, noon: Callable) -> None:
    with staff():
        draft(headline="A draft of dogs", body="dogs")
        waiting(LIFT, headline="A plan of birds", body="birds")
        public(headline="News of fish", body="fish")
    text = client.get(feed["atom"]).text
    for word in ("dogs", "birds", "fish"):
        assert word not in text
    noon(LIFT)
    assert HEADLINE not in client.get(feed["atom"]).text


def test_the_calendar_of_lifts_is_theirs_alone(
    app: Flask, client: FlaskClient, feed: dict[str, str], noon: Callable
) -> None:
    answer = client.get(feed["ics"])
    assert list(feed_rules.calendar(answer.data, f"http://127.0.0.1:8000{feed['ics']}")) == []
    (event,) = feed_rules.Calendar.from_ical(answer.data).walk("VEVENT")
    assert (event["dtstart"].dt, str(event["summary"])) == (LIFT, f"Embargo ends: {HEADLINE}")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert [row.what.value for row in entries(app)] == ["calendar"]
    assert client.get(feed["ics"], headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert len(entries(app)) == 1, "asking again while nothing changed is no opening"
    assert client.get("/embargo/calendar/wrong.ics").status_code == 404
    for address in ("/feeds/calendar.ics", "/webcasts/calendar.ics", "/annual-meeting/calendar.ics"):
        assert HEADLINE not in client.get(address).text
    noon(LIFT)
    assert HEADLINE not in client.get(feed["ics"]).text


def test_fetching_is_opening_and_asking_again_is_none(app: Flask, client: FlaskClient, feed: dict[str, str]) -> None:
    etag = client.get(feed["atom"]).headers["ETag"]
    assert [row.what.value for row in entries(app)] == ["feed"]
    assert client.get(feed["atom"], headers={"If-None-Match": etag}).status_code == 304
    assert len(entries(app)) == 1
    client.get(feed["atom"])
    assert len(entries(app)) == 2


def test_a_wrong_revoked_or_expired_secret_is_the_404_of_any_address(
    app: Flask, client: FlaskClient, reader: FlaskClient, feed: dict[str, str], staff: Any, noon: Callable
) -> None:
    def missing(path: str) -> bytes:
        answer = client.get(path)
        assert answer.status_code == 404
        return answer.data.replace(path.encode(), b"")

    nothing = missing("/embargo/feed/" + "x" * 43 + ".atom")
    old = feed["atom"]
    new = made(reader)["atom"]
    assert missing(old) == nothing, "replaced"
    assert client.get(new).status_code == 200
    submit(reader, "/embargo/", form="//form[@action='/embargo/feed/end']")
    assert missing(new) == nothing, "revoked"
    last = made(reader)["atom"]
    with staff():
        actions.write_agreement("Another.", by=None, now=NOON)
    assert missing(last) == nothing, "not agreed"
    noon(NOON + timedelta(days=400))
    assert missing(last) == nothing, "expired"
    assert missing("/embargo/anything") == nothing, "any address"


def test_the_secret_is_kept_nowhere(app: Flask, feed: dict[str, str]) -> None:
    secret = feed["atom"].split("/")[-1].removesuffix(".atom")
    with app.app_context(), publishing.as_staff():
        stored = db.session.query(Journalist).one().feed_hash
    assert stored
    assert secret not in stored


def test_the_feed_tells_of_a_change(client: FlaskClient, feed: dict[str, str], staff: Any, embargoed: int) -> None:
    before = feedparser.parse(client.get(feed["atom"]).data).entries[0]
    with staff() as cast:
        release = db.session.get_one(Release, embargoed)
        releases.edit(release, by=cast.ada, now=NOON + timedelta(hours=1), body="Other words.")
    after = feedparser.parse(client.get(feed["atom"]).data).entries[0]
    assert after.id == before.id
    assert after.updated > before.updated
    assert "Other words." in after.content[0].value
