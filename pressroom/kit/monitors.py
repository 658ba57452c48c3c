"""Who may see how the press room is: whoever asks on this machine itself, or has the token."""

from __future__ import annotations

import hmac

from flask import current_app, request

OWN_MACHINE = frozenset({"127.0.0.1", "::1"})
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")


def has_token() -> bool:
    """Whether the request has the token of the setting ``metrics_token`` (RFC 6750, section 2.1)."""
    token, given = current_app.config["METRICS_TOKEN"], request.headers.get("Authorization", "")
    return bool(token) and hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


def may_look() -> bool:
    """Whether numbers may be shown.

    Behind a web server on this machine every visitor comes from this machine: what was forwarded does not count.
    """
    return has_token() or (
        request.remote_addr in OWN_MACHINE and not any(name in request.headers for name in FORWARDED)
    )
