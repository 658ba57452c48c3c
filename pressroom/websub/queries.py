"""Reads, in a context of staff."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import joinedload

from pressroom.kit.db import db
from pressroom.kit.web import Page, paginate
from pressroom.websub.models import HubErrand, HubSubscription, HubTopic

PER_PAGE = 50


def topic(address: str, *, hold: bool = False) -> HubTopic | None:
    """The topic with that address; *hold* it, and nobody else tells of it until the transaction ends."""
    found = select(HubTopic).where(HubTopic.address == address)
    return db.session.scalar(found.with_for_update(key_share=True) if hold else found)


def topics() -> Sequence[HubTopic]:
    """All that are looked after."""
    return db.session.scalars(select(HubTopic).order_by(HubTopic.id)).all()


def followed() -> Sequence[HubTopic]:
    """Those that somebody follows; what nobody has confirmed yet is not looked after."""
    return db.session.scalars(select(HubTopic).where(_is_followed()).order_by(HubTopic.id)).all()


def _is_followed() -> ColumnElement[bool]:
    return exists().where(HubSubscription.topic_id == HubTopic.id)


def subscription(topic_id: int, callback: str) -> HubSubscription | None:
    """That of one callback to one topic."""
    where = HubSubscription.topic_id == topic_id, HubSubscription.callback == callback
    return db.session.scalar(select(HubSubscription).where(*where))


def by_id(number: int) -> HubSubscription | None:
    """One subscription."""
    return db.session.get(HubSubscription, number)


def page(number: int) -> Page[HubSubscription]:
    """All of them in pages, with their topics, the newest first."""
    every = select(HubSubscription).options(joinedload(HubSubscription.topic)).order_by(HubSubscription.id.desc())
    return paginate(every, number, PER_PAGE)


def followers(topic_id: int, now: datetime) -> Sequence[HubSubscription]:
    """Who is told of a topic at *now*."""
    where = HubSubscription.topic_id == topic_id, HubSubscription.ends_at > now
    return db.session.scalars(select(HubSubscription).where(*where)).all()


class Counts(NamedTuple):
    """Subscriptions, those of one host, and subscribers that are being asked."""

    every: int
    of_host: int
    waiting: int


def counts(host: str) -> Counts:
    """How many there are, in one statement."""
    every = select(func.count(HubSubscription.id)).scalar_subquery()
    theirs = select(func.count(HubSubscription.id)).where(HubSubscription.host == host).scalar_subquery()
    waiting = select(func.count(HubErrand.id)).where(HubErrand.mode.is_not(None)).scalar_subquery()
    one, two, three = db.session.execute(select(every, theirs, waiting)).one()
    return Counts(one or 0, two or 0, three or 0)


def errand(number: int, until: datetime) -> HubErrand | None:
    """One that was claimed until then; None when somebody asked for it anew meanwhile, or did it."""
    where = HubErrand.id == number, HubErrand.due_at == until
    return db.session.scalar(select(HubErrand).where(*where).with_for_update())


def errand_for(topic_id: int, *, subscription_id: int | None, callback: str = "") -> HubErrand | None:
    """What is still to be done with one subscriber, or with the hub of others."""
    where = HubErrand.topic_id == topic_id, HubErrand.callback == callback
    same = HubErrand.subscription_id.is_not_distinct_from(subscription_id)
    return db.session.scalar(select(HubErrand).where(*where, same))


def unused() -> Sequence[HubTopic]:
    """Topics that nobody follows and nothing is to be done for."""
    needed = exists().where(HubErrand.topic_id == HubTopic.id)
    return db.session.scalars(select(HubTopic).where(~_is_followed(), ~needed)).all()
