"""``/.well-known/security.txt``: where weaknesses are reported (RFC 9116)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from flask import Blueprint, Response, abort, current_app

from pressroom.kit import clock, web

PATH = "/.well-known/security.txt"

bp = Blueprint("security_txt", __name__)


@bp.get(PATH)
def security_txt() -> Response:
    """Contact, expiry, languages, policy; 404 where no contact is set, or what was set has expired."""
    config = current_app.config
    contact, end = config["SECURITY_CONTACT"], expires(config["SECURITY_EXPIRES"])
    if not contact or end is None or end <= clock.now():
        abort(404)
    lines = [
        f"Contact: {as_address(contact)}",
        f"Expires: {end:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {config['LANGUAGE'].partition('-')[0]}",
        f"Canonical: {web.absolute(PATH)}",
    ]
    if policy := config["SECURITY_POLICY"]:
        lines.append(f"Policy: {policy}")
    response = Response("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
    response.cache_control.max_age = 3600
    return response


def expires(day: str) -> datetime | None:
    """When what the setting names *day* ends: the day is its last."""
    return datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), UTC) if day else None


def as_address(contact: str) -> str:
    """*contact* as the RFC wants it: an address of the web, or one that begins with ``mailto:``."""
    return contact if contact.startswith(("https://", "mailto:")) else f"mailto:{contact}"
