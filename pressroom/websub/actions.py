"""Verbs: ask, follow, notice a change, claim, settle. In a context of staff; the edge commits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from pressroom import audit
from pressroom.audit import Actor
from pressroom.kit.db import db, written_once
from pressroom.websub import feeds, queries, rules
from pressroom.websub.models import HubErrand, HubSubscription, HubTopic
from pressroom.websub.rules import CLAIM, LENGTHS, Asked, HubError, Mode


def request(asked: Asked, digest: str, *, now: datetime) -> HubErrand:
    """Queue the question whether a subscriber means it. Asked again before it was answered, the newest words count.

    Args:
        digest: of the topic as it stands.

    Raises:
        HubError: there are too many already.
    """
    if queries.counts(rules.host_of(asked.callback)).waiting >= rules.MOST_WAITING:
        raise HubError("Too many subscriptions are being verified. Try again in an hour.")
    if asked.mode is Mode.SUBSCRIBE:
        _require_room(asked.topic, asked.callback)
    topic = ensure(asked.topic, digest)
    errand = queries.errand_for(topic.id, subscription_id=None, callback=asked.callback)
    if errand is None:
        errand = HubErrand(topic_id=topic.id, callback=asked.callback, created_at=now)
        db.session.add(errand)
    errand.mode, errand.secret, errand.lease = asked.mode, asked.secret, asked.lease
    errand.due_at, errand.attempts, errand.problem = now, 0, ""
    db.session.flush()
    return errand


def _require_room(address: str, callback: str) -> None:
    """Refuse one subscription too many. One that is renewed takes no room.

    Raises:
        HubError: with the limit.
    """
    topic = queries.topic(address)
    if topic is not None and queries.subscription(topic.id, callback):
        return
    counted = queries.counts(rules.host_of(callback))
    if counted.every >= rules.MOST_SUBSCRIPTIONS or counted.of_host >= rules.MOST_OF_A_HOST:
        raise HubError("This hub takes no more subscriptions for that callback’s host.")
    house = set(feeds.of_house())
    others = {one.address for one in queries.followed()} - house
    if address not in house | others and len(others) >= rules.MOST_TOPICS:
        raise HubError("This hub takes no more feeds. Follow one of those under /feeds/.")


def ensure(address: str, digest: str) -> HubTopic:
    """The topic with that address, from now on looked after."""
    found = queries.topic(address)
    return found or written_once(HubTopic(address=address, digest=digest), lambda: queries.topic(address))


def follow(errand: HubErrand, *, now: datetime) -> None:
    """Begin or renew the subscription that a subscriber confirmed.

    Raises:
        HubError: others took the room while this one was asked.
    """
    _require_room(errand.topic.address, errand.callback)
    topic, callback, ends = errand.topic_id, errand.callback, now + timedelta(seconds=errand.lease)
    found = queries.subscription(topic, callback)
    if found is None:
        host = rules.host_of(callback)
        begun = HubSubscription(topic_id=topic, callback=callback, host=host, created_at=now, ends_at=ends)
        found = written_once(begun, lambda: queries.subscription(topic, callback))
    found.secret, found.ends_at = errand.secret, ends
    db.session.delete(errand)
    db.session.flush()


def unfollow(errand: HubErrand) -> None:
    """End the subscription whose end a subscriber confirmed."""
    if found := queries.subscription(errand.topic_id, errand.callback):
        db.session.delete(found)
    db.session.delete(errand)
    db.session.flush()


def changed(topic: HubTopic, digest: str, *, others: bool, now: datetime) -> int:
    """Note that a topic stands otherwise than it was told last; gives how many are to be told.

    Args:
        others: a hub of others is told as well.
    """
    if topic.digest == digest:
        return 0
    topic.digest, topic.told_at = digest, now
    to_tell: list[int | None] = [one.id for one in queries.followers(topic.id, now)]
    for number in [*to_tell, *([None] if others else [])]:
        errand = queries.errand_for(topic.id, subscription_id=number)
        if errand is None:
            errand = HubErrand(topic_id=topic.id, subscription_id=number, created_at=now)
            db.session.add(errand)
        errand.due_at, errand.attempts, errand.problem = now, 0, ""
    db.session.flush()
    return len(to_tell) + others


def claim(now: datetime) -> int | None:
    """Take the errand that is due longest; 0 when somebody else was first, None when none is due.

    What was never tried comes before what failed. Taking puts an errand off until ``now + CLAIM``, so that it comes
    again if whoever took it is killed.
    """
    due = (
        select(HubErrand.id, HubErrand.due_at)
        .where(HubErrand.due_at <= now)
        .order_by(HubErrand.attempts > 0, HubErrand.due_at, HubErrand.id)
        .limit(1)
    )
    found = db.session.execute(due).first()
    if found is None:
        return None
    values = {"due_at": now + CLAIM, "attempts": HubErrand.attempts + 1}
    taken: Any = db.session.execute(
        update(HubErrand).where(HubErrand.id == found.id, HubErrand.due_at == found.due_at).values(values),
        execution_options={"synchronize_session": False},
    )
    return int(found.id) if taken.rowcount == 1 else 0


def done(errand: HubErrand, *, now: datetime) -> None:
    """It is done; nothing of it is kept but when its subscriber was told."""
    if errand.subscription is not None:
        errand.subscription.told_at, errand.subscription.problem = now, ""
    db.session.delete(errand)


def put_off(errand: HubErrand, problem: str, *, now: datetime) -> None:
    """Try again later; give it up when it was tried often enough."""
    if errand.subscription is not None:
        errand.subscription.problem = problem[: LENGTHS["problem"]]
    due = rules.next_try(errand.attempts, now, verifying=errand.mode is not None)
    if due is None:
        db.session.delete(errand)
        return
    errand.due_at, errand.problem = due, problem[: LENGTHS["problem"]]


def end(subscription: HubSubscription) -> None:
    """The subscriber is gone for good (7: 410 Gone)."""
    db.session.delete(subscription)


def end_by_hand(subscription: HubSubscription, *, by: Actor, now: datetime) -> None:
    """Somebody of the desk does not want it told any more."""
    audit.record(by, "end", "hub subscription", subscription.id, subscription.host, now=now)
    end(subscription)


def tidy(now: datetime, *, keep_topics: bool) -> int:
    """End what has run out, and forget topics that nobody follows; gives how many rows went."""
    ended: Any = db.session.execute(delete(HubSubscription).where(HubSubscription.ends_at <= now))
    gone = int(ended.rowcount)
    for topic in () if keep_topics else queries.unused():
        db.session.delete(topic)
        gone += 1
    return gone
