"""The sample's webcasts: real films, captions that fit them, and nothing twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from pressroom.kit import clock
from pressroom.media import actions as media
from pressroom.sample import webcasts as sample
from pressroom.webcasts import queries, rules
from pressroom.webcasts.rules import State
from tests.conftest import NOON


@pytest.mark.parametrize("days", range(7))
def test_the_days_of_events_are_working_days(app: Flask, days: int) -> None:
    with app.app_context():
        start = sample._start({"days": days, "time": "14:00"}, NOON)
    assert start.weekday() < 5
    assert start.hour in {18, 19}


def test_one_is_to_come_and_three_are_on_demand(staff: Any) -> None:
    with staff() as cast, clock.at(NOON):
        sample.load(by=cast.ada, now=NOON)
        sample.load(by=cast.ada, now=NOON)
        found = queries.everything().items
        states = [rules.state(webcast, NOON) for webcast in found]
        assert states == [State.ANNOUNCED, State.ON_DEMAND, State.ON_DEMAND, State.ON_DEMAND]
        assert all(webcast.is_public(NOON) for webcast in found)
        for webcast in found[1:]:
            assert webcast.recording is not None
            assert media.path_of(webcast.recording).stat().st_size < 150_000
            assert len(webcast.cues) == 5
            assert webcast.cues[-1]["start"] < 20  # the films last twenty seconds
            assert webcast.poster is not None
            assert webcast.poster.alt
            assert webcast.public_from is not None
            assert timedelta(0) < webcast.public_from - webcast.ends_at < timedelta(days=6)
