"""A small press room with something of each kind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from pressroom.clips import actions as clips
from pressroom.pages import actions as pages
from pressroom.releases import actions as releases
from pressroom.releases.rules import ReleaseKind
from pressroom.webcasts import actions as webcasts
from tests.conftest import NOON

SECRET = "quillwort"
"""A word of what is not public yet."""


@pytest.fixture
def content(staff: Callable, clock_at: Callable, settle: Callable) -> None:
    """Two public releases, one under embargo, a clip, a webcast that is announced, the pages, two facts."""
    clock_at(NOON)
    with staff() as cast:
        by = cast.ada
        for day, headline in enumerate(["Family history goes unasked", "Fellows begin work"]):
            release = releases.create(
                by=by, now=NOON, kind=ReleaseKind.RESEARCH, headline=headline, body="A text about genomes."
            )
            releases.publish(release, by=by, now=NOON - timedelta(hours=2 - day))
        hidden = releases.create(
            by=by, now=NOON, kind=ReleaseKind.RESEARCH, headline=f"The {SECRET} genome", body=f"About {SECRET}."
        )
        releases.schedule(hidden, by=by, now=NOON, at=NOON + timedelta(days=2), embargoed=True, zone="America/New_York")
        clips.add(
            by=by,
            now=NOON,
            headline="The question your doctor forgot to ask",
            outlet="The Harbor Ledger",
            published_on=date(2026, 11, 17),
            url="https://harbor.example/story",
            excerpt="A chart of the family history.",
        )
        webcast = webcasts.create(
            by=by,
            now=NOON,
            title="How to read a genetic test",
            summary="A briefing about genomes.",
            starts_at=NOON + timedelta(days=14),
            minutes=45,
            zone="America/New_York",
        )
        webcasts.publish(webcast, by=by, now=NOON)
        pages.ensure(by, now=NOON)
        pages.add_fact(by=by, now=NOON, label="Members", value="8,000", qualifier="nearly", headline_figure=True)
        pages.add_fact(by=by, now=NOON, label="Founded", value="1948", headline_figure=True)
    settle()
