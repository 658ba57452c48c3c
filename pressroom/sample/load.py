"""Load everything, in one transaction that the caller commits: a sample is there whole or not at all."""

from __future__ import annotations

from datetime import datetime

from pressroom.accounts import actions as accounts
from pressroom.accounts import passwords
from pressroom.accounts.rules import Role
from pressroom.kit import settings
from pressroom.sample import (
    accreditation,
    backmatter,
    clips,
    enquiries,
    logos,
    meetings,
    pages,
    releases,
    reporting,
    schedule,
    waiting,
    webcasts,
)

ROOMS = (
    *(pages, logos, meetings, webcasts, backmatter, releases, clips, accreditation),
    *(schedule, enquiries, reporting, waiting),
)
"""In the order in which one needs another."""

EMAIL = "editor@pressroom.example"
PASSWORD = "press-room-demo"  # noqa: S105 - printed by `make run`; the demo command alone makes this person

ORGANISATION = {
    "sample": True,
    "organisation_name": "American Society of Human Genetics",
    "organisation_short_name": "ASHG",
    "organisation_address": "9650 Rockville Pike\nBethesda, MD 20814",
    "organisation_phone": "301-634-7300",
    "contact_name": "Dana Whitfield",
    "contact_role": "Press officer",
    "contact_phone": "301-555-0142",
    "contact_mobile": "301-555-0187",
    "contact_email": "press@ashg.example",
    "contact_hours": "Monday to Friday, 9 a.m. to 5 p.m. Eastern",
}


def load(*, now: datetime) -> None:
    """Fill an empty press room. The caller commits."""
    editor = accounts.create_user(
        by=None, now=now, name="Ada Lindqvist", email=EMAIL, role=Role.EDITOR, password=passwords.hashed(PASSWORD)
    )
    settings.edit(ORGANISATION)
    for room in ROOMS:
        room.load(by=editor, now=now)
