"""The address of a registration's own page: nobody guesses it, and another key of the row ends it."""

from __future__ import annotations

from pressroom.kit import web
from pressroom.kit.db import db
from pressroom.kit.secret_links import SecretLink
from pressroom.meetings.registering.models import Registration

_OWN = SecretLink("meetings: registration", length=16)


def token(registration: Registration) -> str:
    """What stands at the end of the address."""
    return _OWN.token(registration.id, registration.key)


def address(registration: Registration) -> str:
    """The absolute address of the page on which somebody sees how their registration stands."""
    return web.external("meetings_registration.status", token=token(registration))


def find(token: str) -> Registration | None:
    """The registration whose page this is; None when it is not one of ours. In a context of staff."""
    said = _OWN.read(token)
    registration = db.session.get(Registration, said.number) if said.number else None
    return registration if registration is not None and said.fits(registration.key) else None
