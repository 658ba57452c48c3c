"""What the rooms of the desk may ask of the database: as much for many rows as for few."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pressroom.clips import actions as clips
from pressroom.meetings import actions as meetings
from pressroom.pages import actions as pages
from pressroom.publishing.cache.editions import editions_of
from tests.conftest import NOON
from tests.meetings.conftest import meeting
from tests.releases.conftest import draft, illustrate, public, waiting
from tests.webcasts.factories import published, recorded, webcast

BUDGETS = {
    "/desk/": 8,
    "/desk/releases/": 3,
    "/desk/releases/?page=2": 3,
    "/desk/clips/": 3,
    "/desk/clips/queue": 10,
    "/desk/clips/queue/decided": 6,
    "/desk/clips/rules": 10,
    "/desk/clips/links/": 7,
    "/desk/clips/links/?show=new": 7,
    "/desk/clips/outlets": 5,
    "/desk/clips/people": 5,
    "/desk/webcasts/": 3,
    "/desk/webcasts/?page=2": 3,
    "/desk/media/": 3,
    "/desk/media/?q=cats&kind=picture": 3,
    "/desk/pages/": 4,
    "/desk/fact-sheet": 5,
    "/desk/meetings/": 4,
    "/desk/audit": 8,
    "/desk/audit?kind=release": 8,
    "/desk/audit?page=2": 8,
    "/desk/settings": 3,
    "/desk/enquiries/": 7,
    "/desk/people/": 4,
    "/desk/mail/": 5,
    "/desk/rota/": 6,
    "/desk/experts/": 4,
    "/desk/glossary/": 4,
}
"""Statements for each room: what it needs, and one to spare."""

MADE = {
    "/desk/": 17,
    "/desk/releases/": 7,
    "/desk/releases/?page=2": 7,
    "/desk/clips/": 6,
    "/desk/webcasts/": 5,
    "/desk/webcasts/?page=2": 5,
    "/desk/media/": 11,
    "/desk/media/?q=cats&kind=picture": 11,
}
"""The same where parts are kept as long as the edition, and are made again."""


@pytest.fixture
def fill(staff: Callable, clock_at: Callable) -> Callable[[range], None]:
    """Make one of everything for each number."""
    clock_at(NOON)

    def run(numbers: range) -> None:
        with staff() as cast:
            pages.ensure(cast.ada, now=NOON)
            for number in numbers:
                _one_of_each(number, cast.ada)

    return run


def _one_of_each(number: int, by: Any) -> None:
    draft()
    illustrate(public(now=NOON - timedelta(days=number)))
    waiting(NOON + timedelta(days=number + 1))
    waiting(NOON + timedelta(days=number + 1), embargoed=True)
    clips.add(
        by=by,
        now=NOON,
        headline=f"Clip {number}",
        outlet=f"Outlet {number}",
        published_on=date(2026, 11, 12),
        topics=(f"Topic {number}", "Genes"),
    )
    webcast(title=f"A draft {number}")
    published(webcast(title=f"To come {number}"))
    published(recorded(title=f"Recorded {number}"))
    pages.add_fact(by=by, now=NOON, label=f"Fact {number}", value="1")
    made = meeting(2020 + number)
    starts_at = NOON.replace(year=2020 + number, month=10, day=20)
    meetings.add_briefing(made, by=by, now=NOON, title="Genomes", minutes=30, starts_at=starts_at)


@pytest.mark.parametrize("made", [0, 2, 26])
def test_the_rooms_keep_their_budgets(app: Flask, admin: FlaskClient, fill: Any, queries: Any, made: int) -> None:
    fill(range(made))
    for address, budget in BUDGETS.items():
        if "page=2" in address and made < 26:
            continue
        admin.get(address)
        with queries(budget):
            assert admin.get(address).status_code == 200, address
        if address in MADE:
            editions_of(app).answers.clear()
            with queries(MADE[address]) as sent:
                admin.get(address)
            assert len(sent) > budget, f"{address}: nothing is kept of it"
