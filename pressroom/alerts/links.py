"""The links in messages: made with the secret of the address, and good for nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from pressroom.alerts import queries
from pressroom.alerts.models import Alert, Subscriber
from pressroom.kit import web
from pressroom.kit.db import db
from pressroom.kit.secret_links import NOTHING, SecretLink

_STOP = SecretLink("alerts: stop")


def token(alert: Alert, what: str = "show") -> str:
    """What opens the page of *alert*, or with "confirm" the one that asks whether it is wanted."""
    return SecretLink(f"alerts: {what}").token(alert.id, alert.subscriber.key)


def alert_of(token: str, what: str = "show") -> Alert | None:
    """The alert that a link opens; None if it opens none, or none any more. In a context of staff."""
    said = SecretLink(f"alerts: {what}").read(token)
    whose = db.session.scalar(select(Alert.subscriber_id).where(Alert.id == said.number)) if said.number else None
    found = queries.subscriber(whose) if whose else None
    if found is None or not said.fits(found.key):
        return None
    return next((alert for alert in found.alerts if alert.id == said.number), None)


def stop_token(subscriber: Subscriber, alerts: Sequence[int] = ()) -> str:
    """What ends *alerts* of an address with one click, or with none all of them."""
    return _STOP.token(subscriber.id, subscriber.key, *alerts)


def ended_by(token: str) -> tuple[Subscriber | None, list[Alert]]:
    """Whose alerts a link ends, and which of them there are still; nobody's if it is over. In a context of staff."""
    said = _STOP.read(token)
    found = queries.subscriber(said.number) if said.number else None
    if found is None or not said.fits(found.key):
        return None, []
    return found, [alert for alert in found.alerts if alert.id in said.more or not said.more]


def is_ours(token: str) -> bool:
    """Whether a link to end everything was made here, if perhaps for an address that is gone."""
    return _STOP.read(token) != NOTHING


def shown(alert: Alert) -> str:
    """The absolute address of the page of *alert*."""
    return web.external("alerts.show", token=token(alert))


def confirmed(alert: Alert) -> str:
    """The absolute address of the page that asks whether *alert* is wanted."""
    return web.external("alerts.confirming", token=token(alert, "confirm"))


def stopped(subscriber: Subscriber, alerts: Sequence[int] = ()) -> str:
    """The absolute address that ends *alerts* of *subscriber* by one POST (RFC 8058), or with none all of them."""
    return web.external("alerts.stopping", token=stop_token(subscriber, alerts))
