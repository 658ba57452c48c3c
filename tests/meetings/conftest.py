"""A meeting to test with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from pressroom.kit.db import db
from pressroom.meetings import abstracts, actions, rules
from pressroom.meetings.models import Abstract, Meeting, MeetingSession
from pressroom.meetings.rules import SessionKind
from tests.conftest import NOON

TEN = datetime(2027, 10, 20, 17, 0, tzinfo=UTC)
"""Ten in the morning of the second day of the meeting, at its place."""

MEETING = {
    "title": "Annual meeting 2027",
    "place": "Hall, Portside",
    "starts_on": "2027-10-19",
    "ends_on": "2027-10-23",
    "zone": "America/Los_Angeles",
    "body": "Come.",
}
"""What somebody types."""


def meeting(year: int = 2027, *, public: bool = True, **fields: Any) -> Meeting:
    """A meeting of *year* in October; call it in a context of staff."""
    given: dict[str, Any] = {
        "title": f"Annual meeting {year}",
        "place": "Hall, Portside",
        "starts_on": date(year, 10, 19),
        "ends_on": date(year, 10, 23),
        "zone": "America/Los_Angeles",
    }
    made = actions.create(by=None, now=NOON, year=year, **(given | fields))
    if public:
        actions.publish(made, by=None, now=NOON.replace(year=2020))
    return made


@pytest.fixture
def meeting_id(staff: Callable) -> int:
    """A public meeting, by its number."""
    with staff():
        return meeting().id


def session(made: Meeting, **fields: Any) -> MeetingSession:
    """A session on the second day at ten, in Los Angeles; call it in a context of staff."""
    given: dict[str, Any] = {
        "title": "Rare variants",
        "code": "S1",
        "kind": SessionKind.PLATFORM,
        "starts_at": TEN,
        "minutes": 90,
        "place": "Room 204",
        "track": "Genomics",
    }
    return actions.add_session(made, by=None, now=NOON, **(given | fields))


def abstract(made: Meeting, number: str = "12", **fields: Any) -> Abstract:
    """An abstract with its instant; call it in a context of staff."""
    given = {"title": f"Title of {number}", "authors": "A. Ortiz; B. Lund", "text": f"Words of {number}."}
    row = Abstract(
        meeting_id=made.id,
        number=number,
        slug=rules.number_key(number),
        order_key=rules.order_key(number),
        created_at=NOON,
        updated_at=NOON,
        **(given | fields),
    )
    db.session.add(row)
    abstracts.settle(made, now=NOON)
    db.session.flush()
    return row
