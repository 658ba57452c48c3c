"""A meeting to test with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from pressroom.meetings import actions
from pressroom.meetings.models import Meeting
from tests.conftest import NOON

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
