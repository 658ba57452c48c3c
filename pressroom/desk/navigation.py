"""The navigation of the desk: what a person may use, by their role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from flask import Flask, request

from pressroom.accounts import Permission, Role
from pressroom.accounts.rules import allowed


@dataclass(frozen=True)
class Room:
    """A room of the desk. *permission*: what a person needs to do anything in it; None: everybody."""

    label: str
    href: str
    permission: Permission | None = None


class Entry(NamedTuple):
    """A line of the navigation. *current* is the value of ``aria-current``, empty elsewhere."""

    label: str
    href: str
    current: str


class Place(NamedTuple):
    """Where a page stands: the room that it is in, and how that is said (aria-current)."""

    room: str
    current: str


ROOMS = (
    Room("Board", "/desk/"),
    Room("Releases", "/desk/releases/", Permission.WRITE),
    Room("Clips", "/desk/clips/", Permission.IMPORT),
    Room("Webcasts", "/desk/webcasts/", Permission.WRITE),
    Room("Media", "/desk/media/", Permission.WRITE),
    Room("Boilerplates", "/desk/boilerplates/", Permission.EDIT_PAGES),
    Room("Contacts", "/desk/contacts/", Permission.EDIT_PAGES),
    Room("Pages", "/desk/pages/", Permission.EDIT_PAGES),
    Room("Fact sheet", "/desk/fact-sheet", Permission.EDIT_PAGES),
    Room("Logos", "/desk/logos/", Permission.EDIT_PAGES),
    Room("Navigation", "/desk/navigation", Permission.EDIT_PAGES),
    Room("Glossary", "/desk/glossary/", Permission.EDIT_PAGES),
    Room("Experts", "/desk/experts/", Permission.EDIT_PAGES),
    Room("Meetings", "/desk/meetings/", Permission.EDIT_PAGES),
    Room("Journalists", "/desk/accreditation/", Permission.ACCREDIT),
    Room("Enquiries", "/desk/enquiries/", Permission.ACCREDIT),
    Room("Rota", "/desk/rota/", Permission.EDIT_PAGES),
    Room("Alerts", "/desk/alerts/", Permission.ACCREDIT),
    Room("Mail", "/desk/mail/", Permission.ACCREDIT),
    Room("Settings", "/desk/settings", Permission.MANAGE_SETTINGS),
    Room("Audit", "/desk/audit", Permission.READ_AUDIT),
    Room("People", "/desk/people/", Permission.MANAGE_PEOPLE),
)


def entries(role: Role, here: Place) -> Iterator[Entry]:
    """The rooms that a person of this role may use."""
    for room in ROOMS:
        if room.permission is None or allowed(role, room.permission):
            yield Entry(room.label, room.href, here.current if room.href.rstrip("/") == here.room else "")


def place() -> Place:
    """Where the page of this request stands."""
    room = "/".join(request.path.split("/", 3)[:3]).rstrip("/")
    return Place(room, "page" if request.path.rstrip("/") == room else "true")


def init_app(app: Flask) -> None:
    """Let the desk's layout call these."""
    app.jinja_env.globals.update(desk_navigation=entries, desk_place=place)
