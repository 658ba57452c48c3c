"""Questions of reporters, and a rota to test with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pressroom import publishing
from pressroom.enquiries import actions
from pressroom.enquiries.models import Enquiry
from pressroom.enquiries.rules import Topic
from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.releases.models import Contact
from tests.conftest import NOON
from tests.mail import conftest as mails

posting, server = mails.posting, mails.server

NEW_YORK = "America/New_York"
WORKDAYS = 0b001_1111
SENT: dict[str, Any] = {
    "name": "Mika Sol",
    "outlet": "Northline Radio",
    "email": "Mika@Northline.example",
    "phone": "",
    "topic": "study",
    "about": "",
    "question": "How many cats were asked?",
    "day": "2026-11-20",
    "time": "09:30",
    "zone": "Europe/Berlin",
}


@pytest.fixture
def noon(clock_at: Callable[[datetime], None]) -> Callable[[datetime], None]:
    """The clock stands at noon, and is set by calling this."""
    clock_at(NOON)
    return clock_at


def enquiry(**fields: Any) -> Enquiry:
    """A question; call it in a context of staff."""
    given = {"name": "Mika Sol", "outlet": "Northline Radio", "email": "mika@northline.example"}
    given |= {"topic": Topic.STUDY, "question": "How many cats were asked?"}
    return actions.take(now=clock.now(), **(given | fields))[0]


def contact(name: str, **fields: Any) -> Contact:
    """Somebody whom reporters ring; call it in a context of staff."""
    row = Contact(slug=name.lower().replace(" ", "-"), name=name, updated_at=NOON, **fields)
    db.session.add(row)
    db.session.flush()
    return row


def duty(name: str = "Dana Whitfield", **fields: Any) -> Any:
    """Dana answers on workdays from nine to five in New York; call it in a context of staff."""
    given = {"weekdays": WORKDAYS, "opens_at": time(9), "closes_at": time(17), "zone": NEW_YORK}
    person = fields.pop("contact", None) or contact(name, phone="301-555-0142", email="dana@press.example")
    return actions.add_duty(by=None, now=clock.now(), contact=person, **(given | fields))


def kept(app: Flask) -> list[Enquiry]:
    """All enquiries, as they are in the database."""
    with app.app_context(), publishing.as_staff():
        rows = list(db.session.scalars(select(Enquiry).order_by(Enquiry.id)))
        for row in rows:
            assert row.notes is not None
        db.session.expunge_all()
    return rows
