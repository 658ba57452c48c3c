"""The address of a registration's own page: signed, so that nobody guesses it, and ended by another key of the row."""

from __future__ import annotations

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from pressroom.kit import web
from pressroom.kit.db import db
from pressroom.meetings.registering.models import Registration

PART = 16  # characters of the key: enough with the signature


def token(registration: Registration) -> str:
    """What stands at the end of the address."""
    return str(_signer().dumps([registration.id, registration.key[:PART]]))


def address(registration: Registration) -> str:
    """The absolute address of the page on which somebody sees how their registration stands."""
    return web.external("meetings_registration.status", token=token(registration))


def find(token: str) -> Registration | None:
    """The registration whose page this is; None when it is not one of ours. In a context of staff."""
    try:
        number, part = _signer().loads(token)
    except (BadSignature, TypeError, ValueError):
        return None
    registration = db.session.get(Registration, number) if isinstance(number, int) else None
    return registration if registration is not None and registration.key[:PART] == part else None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="meetings: registration")
