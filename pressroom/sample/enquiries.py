"""The sample's rota, and two enquiries. Everybody in it is invented."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import select

from pressroom.audit import Actor
from pressroom.enquiries import actions, queries
from pressroom.enquiries.models import Enquiry
from pressroom.enquiries.rules import Topic
from pressroom.kit.db import db
from pressroom.kit.settings import setting
from pressroom.releases import queries as releases

WORKDAYS, SATURDAY = 0b001_1111, 0b010_0000


def load(*, by: Actor | None, now: datetime) -> None:
    """A rota of the sample's contacts and two questions, unless there are some. The caller commits."""
    contacts = releases.contacts()
    if contacts and not queries.duties():
        week = {"zone": setting("time_zone"), "contact": contacts[0]}
        actions.add_duty(by=by, now=now, weekdays=WORKDAYS, opens_at=time(9), closes_at=time(17), **week)
        week["contact"] = contacts[-1]
        actions.add_duty(by=by, now=now, weekdays=SATURDAY, opens_at=time(10), closes_at=time(14), **week)
    if db.session.scalar(select(Enquiry.id).limit(1)) is None:
        _ask(by=by, now=now)


def _ask(*, by: Actor | None, now: datetime) -> None:
    actions.take(
        now=now - timedelta(hours=2),
        name="Mika Solberg",
        outlet="Northline Radio",
        email="mika@northlineradio.example",
        topic=Topic.EXPERT,
        question="Who can explain on air, in three minutes, what a variant of uncertain significance is?",
        deadline_at=now + timedelta(hours=20),
        zone="Europe/Berlin",
    )
    answered, _ = actions.take(
        now=now - timedelta(days=2),
        name="Rita Okafor",
        outlet="The Harbor Ledger",
        email="journalist@harborledger.example",
        topic=Topic.STUDY,
        question="How many families were asked for the release on family history, and in which years?",
        deadline_at=now - timedelta(days=1),
        zone="America/New_York",
    )
    words = "The number of families and the years stand in the methods of the paper; we sent you the page."
    if by is not None:
        actions.answer(answered, words, by=by, now=now - timedelta(days=2) + timedelta(hours=3))
