"""The links in messages: signed, made with the secret of the address, and good for nothing else.

A link opens no row that came later in the place of one that was deleted, and none of another press room.
"""

from __future__ import annotations

from collections.abc import Sequence
from hmac import compare_digest
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select

from pressroom.alerts import queries
from pressroom.alerts.models import Alert, Subscriber
from pressroom.kit import web
from pressroom.kit.db import db

NOTHING: list[Any] = [0, ""]
PART = 12  # characters of the secret that stand in a link


def _signer(what: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"alerts: {what}")


def token(alert: Alert, what: str = "show") -> str:
    """What opens the page of *alert*, or with "confirm" the one that asks whether it is wanted."""
    return str(_signer(what).dumps([alert.id, alert.subscriber.key[:PART]]))


def alert_of(token: str, what: str = "show") -> Alert | None:
    """The alert that a link opens; None if it opens none, or none any more. In a context of staff."""
    number, part, *_ = _read(token, what)
    whose = db.session.scalar(select(Alert.subscriber_id).where(Alert.id == number)) if number else None
    found = queries.subscriber(whose) if whose else None
    if found is None or not compare_digest(found.key[:PART], part):
        return None
    return next((alert for alert in found.alerts if alert.id == number), None)


def stop_token(subscriber: Subscriber, alerts: Sequence[int] = ()) -> str:
    """What ends *alerts* of an address with one click, or with none all of them."""
    return str(_signer("stop").dumps([subscriber.id, subscriber.key[:PART], *alerts]))


def ended_by(token: str) -> tuple[Subscriber | None, list[Alert]]:
    """Whose alerts a link ends, and which of them there are still; nobody's if it is over. In a context of staff."""
    number, part, *alerts = _read(token, "stop")
    found = queries.subscriber(number) if number else None
    if found is None or not compare_digest(found.key[:PART], part):
        return None, []
    return found, [alert for alert in found.alerts if alert.id in alerts or not alerts]


def is_ours(token: str) -> bool:
    """Whether a link to end everything was made here, if perhaps for an address that is gone."""
    return _read(token, "stop") != NOTHING


def _read(token: str, what: str) -> list[Any]:
    """What was signed: a number, a part of the secret of the address, perhaps more numbers."""
    try:
        said = _signer(what).loads(token)
    except BadSignature:
        return NOTHING
    return said if isinstance(said, list) and len(said) > 1 else NOTHING


def shown(alert: Alert) -> str:
    """The absolute address of the page of *alert*."""
    return web.external("alerts.show", token=token(alert))


def confirmed(alert: Alert) -> str:
    """The absolute address of the page that asks whether *alert* is wanted."""
    return web.external("alerts.confirming", token=token(alert, "confirm"))


def stopped(subscriber: Subscriber, alerts: Sequence[int] = ()) -> str:
    """The absolute address that ends *alerts* of *subscriber* by one POST (RFC 8058), or with none all of them."""
    return web.external("alerts.stopping", token=stop_token(subscriber, alerts))
