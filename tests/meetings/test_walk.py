"""A walk through a meeting: from the imported abstracts over the briefing to what was written of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import select

from pressroom.clips import actions as clips
from pressroom.kit.db import db
from pressroom.meetings import actions, bindings, queries
from pressroom.meetings.models import MeetingSession
from pressroom.meetings.rules import EmbargoRule
from tests.clips.conftest import clip
from tests.conftest import NOON
from tests.meetings.conftest import TEN, meeting
from tests.meetings.test_importing import FILE, bring
from tests.releases.conftest import draft, public

ONLINE = datetime(2027, 10, 1, 16, 0, tzinfo=UTC)
PAGE = "/annual-meeting/2027"
HOUR = timedelta(hours=1)


def shelves(client: FlaskClient) -> dict[str, list[str]]:
    """What stands on the page of the meeting besides its programme: title of a shelf → what is on it."""
    found = client.get(PAGE).page.xpath("//section[.//ul[contains(@class, 'stories')]]")
    return {each.xpath(".//h2")[0].text: [line.text for line in each.xpath(".//h3/a")] for each in found}


def test_from_the_import_over_the_briefing_to_the_coverage(
    client: FlaskClient, staff: Callable, clock_at: Callable, settle: Callable, tmp_path: Path
) -> None:
    clock_at(NOON)
    with staff():
        made = meeting(abstracts_from=ONLINE, topic="Meeting 2027")
        bring(tmp_path / "abstracts.csv", FILE, made.id)
        session = db.session.scalars(select(MeetingSession)).one()
        talk, news = draft(headline="Of the talk"), draft(headline="Of the briefing")
        briefing = actions.add_briefing(made, by=None, now=NOON, title="News", minutes=30, starts_at=TEN - 2 * HOUR)
        bindings.bind(talk, made, EmbargoRule.SESSION, session=session, by=None, now=NOON)
        bindings.bind(news, made, EmbargoRule.BRIEFING, briefing=briefing, by=None, now=NOON)
        covering = clip(headline="What a talk told us")
        clips.cover(covering, talk, by=None, now=NOON)
        public(headline="By its topic", topics=("Meeting 2027",))
        actions.edit(made, by=None, now=NOON, related="https://elsewhere.example/ A film")
    settle()
    assert shelves(client) == {"Releases": ["By its topic"], "See also": ["A film"]}
    with staff():
        made = queries.by_id(1)
        actions.edit_briefing(made, made.briefings[0], by=None, now=NOON, starts_at=TEN - HOUR)
    clock_at(TEN - 2 * HOUR)
    assert shelves(client)["Releases"] == ["By its topic"], "the briefing moved, and its embargo with it"
    clock_at(TEN - HOUR)
    assert shelves(client)["Releases"] == ["Of the briefing", "By its topic"]
    clock_at(TEN)
    assert shelves(client) == {
        "Releases": ["Of the talk", "Of the briefing", "By its topic"],
        "Coverage": ["What a talk told us"],
        "See also": ["A film"],
    }
    assert f"{PAGE}/abstracts/12" in client.get("/search?q=OCA2").text
