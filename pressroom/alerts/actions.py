"""Verbs: ask, confirm, change, pause, end, forget; and what comes back. In contexts of staff; the edge commits."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, func, select, update

from pressroom import audit
from pressroom.alerts import letters, queries, rules
from pressroom.alerts.models import Alert, AlertCorrection, AlertRun, Find, Subscriber
from pressroom.alerts.rules import LENGTHS, MOST_ALERTS, Habits, Rhythm
from pressroom.alerts.subjects import Subject
from pressroom.audit import Actor
from pressroom.kit.db import db, written_once
from pressroom.mail import actions as outbox
from pressroom.mail.rules import is_about_us, is_for_good

KIND = "alert subscriber"
PURPOSES = "alert"
"""What the purposes of all messages of this room begin with."""

QUIET = {"synchronize_session": False}


@dataclass(frozen=True)
class Wanted:
    """What somebody typed: for which address, of what, how often, and when nothing is to come."""

    address: str
    subject: Subject
    rhythm: Rhythm
    habits: Habits


def ask(wanted: Wanted, *, now: datetime) -> Alert | None:
    """Note that an alert is asked for, and write to the address; nothing is sent before its reader says yes.

    Whoever asks learns nothing of it: who has the alert already is reminded of it by mail, and an address with very
    many hears nothing.
    """
    subscriber = _subscriber(wanted, now)
    alert = db.session.scalar(_same(subscriber, wanted.subject))
    if alert is None:
        if _count(subscriber) >= MOST_ALERTS:
            return None
        alert = Alert(
            subscriber=subscriber,
            scope=wanted.subject.scope,
            asked=wanted.subject.asked,
            digest=wanted.subject.digest,
            title=wanted.subject.title,
            rhythm=wanted.rhythm,
            created_at=now,
        )
        db.session.add(alert)
    elif alert.confirmed_at is None:
        alert.rhythm, alert.created_at = wanted.rhythm, now
    db.session.flush()
    letters.ask(alert, now=now)
    return alert


def _subscriber(wanted: Wanted, now: datetime) -> Subscriber:
    """The row of an address. The habits of somebody who confirmed are changed on their own page only."""
    found = queries.by_address(wanted.address)
    if found is None:
        fresh = Subscriber(address=wanted.address, key=secrets.token_urlsafe(32), created_at=now, zone="UTC")
        found = written_once(fresh, lambda: queries.by_address(wanted.address))
    if not db.session.scalar(select(_confirmed(found).exists())):
        _set_habits(found, wanted.habits)
    return found


def _set_habits(subscriber: Subscriber, habits: Habits) -> None:
    subscriber.zone, subscriber.quiet_from, subscriber.quiet_until = (
        habits.zone,
        habits.quiet_from,
        habits.quiet_until,
    )


def _same(subscriber: Subscriber, subject: Subject) -> Select[Alert]:
    return select(Alert).where(Alert.subscriber_id == subscriber.id, Alert.digest == subject.digest)


def _confirmed(subscriber: Subscriber) -> Select[int]:
    return select(Alert.id).where(Alert.subscriber_id == subscriber.id, Alert.confirmed_at.is_not(None))


def _count(subscriber: Subscriber) -> int:
    return db.session.scalar(select(func.count()).where(Alert.subscriber_id == subscriber.id)) or 0


def confirm(alert: Alert, *, now: datetime) -> None:
    """It is wanted, from now on. Whoever reads at an address that was given up shows that it takes mail again."""
    subscriber = alert.subscriber
    alert.confirmed_at = now if subscriber.stopped_at else alert.confirmed_at or now
    subscriber.stopped_at, subscriber.stopped_why = None, ""
    subscriber.soft_bounces, subscriber.soft_since = 0, None


def change(alert: Alert, rhythm: Rhythm, habits: Habits, *, now: datetime) -> None:
    """Another rhythm, zone or quiet hours; what waits is due by them."""
    alert.rhythm = rhythm
    _set_habits(alert.subscriber, habits)
    for each in alert.subscriber.alerts:
        waiting = update(Find).where(Find.alert_id == each.id, Find.mail_id.is_(None))
        db.session.execute(waiting.values(due_at=habits.due(each.rhythm, now)), execution_options=QUIET)


def pause(alert: Alert, *, now: datetime) -> None:
    """Send nothing of it until it goes on. What waits is let go: whoever comes back wants no pile."""
    alert.paused_at = alert.paused_at or now
    db.session.execute(delete(Find).where(Find.alert_id == alert.id, Find.sent_at.is_(None)), execution_options=QUIET)


def resume(alert: Alert, *, now: datetime) -> None:
    """Go on, with what comes from now on."""
    alert.paused_at, alert.confirmed_at = None, now


def end(alert: Alert) -> None:
    """End it. With the last alert of an address everything goes that is kept about it."""
    subscriber = alert.subscriber
    subscriber.alerts.remove(alert)
    db.session.flush()
    if not subscriber.alerts:
        forget(subscriber)


def forget(subscriber: Subscriber, *, by: Actor | None = None, now: datetime | None = None) -> None:
    """Delete an address with its alerts, what they found, and every message of them; *by* whom of the desk."""
    outbox.forget(subscriber.address, PURPOSES)
    if by is not None:
        audit.record(by, "delete", KIND, subscriber.id, "An address that got alerts", now=now)
    db.session.delete(subscriber)
    db.session.flush()


def stop(subscriber: Subscriber, why: str, *, now: datetime, by: Actor | None = None) -> None:
    """Send nothing there any more: nothing can be delivered."""
    subscriber.stopped_at, subscriber.stopped_why = now, why[: LENGTHS["reason"]]
    unsent = Find.subscriber_id == subscriber.id, Find.sent_at.is_(None)
    db.session.execute(delete(Find).where(*unsent), execution_options=QUIET)
    if by is not None:
        audit.record(by, "stop", KIND, subscriber.id, "An address that got alerts", now=now)


def bounced(subscriber: Subscriber, said: str, *, now: datetime) -> None:
    """Mail came back, or was refused: for good, or once more for now. *said* begins with the code."""
    if is_about_us(said):
        return
    if is_for_good(said):
        stop(subscriber, said, now=now)
        return
    if subscriber.soft_since is None or subscriber.soft_since < now - rules.SOFT_WITHIN:
        subscriber.soft_bounces, subscriber.soft_since = 0, now
    subscriber.soft_bounces += 1
    if rules.is_too_often(subscriber.soft_bounces):
        stop(subscriber, said, now=now)


def tidy(*, now: datetime) -> None:
    """Delete what was kept long enough: unconfirmed alerts, addresses without any, what was sent, what was stopped."""
    for old in (
        delete(Alert).where(Alert.confirmed_at.is_(None), Alert.created_at < now - rules.UNCONFIRMED),
        delete(Find).where(Find.found_at < now - rules.KEPT, Find.sent_at < now - rules.KEPT),
        delete(Find).where(Find.sent_at.is_(None), Find.found_at < now - rules.WAITS),
        delete(AlertRun).where(AlertRun.at < now - rules.RUNS),
        delete(AlertCorrection).where(AlertCorrection.at < now - rules.WAITS),
    ):
        db.session.execute(old, execution_options=QUIET)
    without = ~select(Alert.id).where(Alert.subscriber_id == Subscriber.id).exists()
    for subscriber in db.session.scalars(
        select(Subscriber)
        .where(without | (Subscriber.stopped_at < now - rules.STOPPED))
        .order_by(Subscriber.id)
        .with_for_update()
    ).all():
        forget(subscriber)
