"""Corrections and withdrawals of releases, to whoever was sent the wrong text, and to nobody else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select

from pressroom import mail, publishing
from pressroom.alerts import letters, links, queries
from pressroom.alerts.digests import note_refused
from pressroom.alerts.letters import Words
from pressroom.alerts.models import AlertCorrection, Find, Subscriber
from pressroom.audit import Actor
from pressroom.kit import web
from pressroom.kit.db import db
from pressroom.mail import Purpose
from pressroom.mail.models import Mail
from pressroom.mail.rules import State as Sending
from pressroom.releases import saves
from pressroom.releases.models import Release, ReleaseRevision
from pressroom.releases.rules import State

PURPOSE = "alert-correction"
PORTION = 200  # that are told in one transaction
ACTS = frozenset({"correct", "withdraw"})


@saves.heard
def note(release: Release, revision: ReleaseRevision, by: Actor | None, now: datetime) -> None:
    """Note that a release was corrected or withdrawn that was sent to somebody, in the transaction of the save."""
    if revision.act not in ACTS:
        return
    sent = Find.kind == "release", Find.item_id == release.id, or_(Find.sent_at.is_not(None), Find.mail_id.is_not(None))
    if db.session.scalar(select(Find.id).where(*sent).limit(1)) is None:
        return
    words = _said(release, revision.act)
    db.session.add(AlertCorrection(release_id=release.id, act=revision.act, words=words, at=now))


def work_off(now: datetime) -> bool:
    """Queue the notices of the first correction that waits, at most :data:`PORTION`; whether any work is left."""
    with publishing.as_staff():
        correction = db.session.scalar(select(AlertCorrection).order_by(AlertCorrection.id).limit(1))
        if correction is None:
            return False
        people = _next(correction)
        release = db.session.get(Release, correction.release_id)
        if release is not None:
            for each in people:
                _tell(correction, release, each, now)
        if len(people) < PORTION:
            db.session.delete(correction)
        else:
            correction.position = people[-1].id
        db.session.commit()
        return True


def _next(correction: AlertCorrection) -> list[Subscriber]:
    """The next ones who were sent it before it was corrected, or whose message of before was on its way."""
    made_before = Mail.id == Find.mail_id, Mail.created_at <= correction.at
    gone = or_(Find.sent_at.is_not(None), Mail.state == Sending.SENDING)
    sent = or_(Find.sent_at <= correction.at, select(Mail.id).where(*made_before, gone).exists())
    got = select(Find.subscriber_id).where(Find.kind == "release", Find.item_id == correction.release_id, sent)
    people = select(Subscriber).where(Subscriber.id > correction.position, Subscriber.id.in_(got))
    people = people.where(Subscriber.stopped_at.is_(None)).order_by(Subscriber.id).limit(PORTION)
    return list(db.session.scalars(people))


def _tell(correction: AlertCorrection, release: Release, subscriber: Subscriber, now: datetime) -> None:
    words = _words(subscriber, release, correction.act, correction.words)
    mail.queue(
        purpose=PURPOSE,
        to=subscriber.address,
        to_name="",
        subject=words.subject,
        words=words.text,
        html=words.html,
        unsubscribe=links.stopped(subscriber),
        now=now,
        due=subscriber.habits.after_quiet(now),
        about={"subscriber": subscriber.id, "release": release.id, "act": correction.act},
        once=f"alert-correction:{correction.id}:{release.id}:{correction.at:%Y%m%d%H%M%S%f}:{subscriber.id}",
        secret=True,
    )


def _words(subscriber: Subscriber, release: Release, act: str, said: str) -> Words:
    address = web.absolute(release.address)
    return letters.correction(subscriber, headline=release.headline, act=act, words=said, address=address)


def _said(release: Release, act: str) -> str:
    """What its page says of it: why it was withdrawn, or what was corrected last."""
    return release.withdrawal_reason if act == "withdraw" else release.corrections[0].note


def _again(message: Mail, _now: datetime) -> str:
    """Write a notice anew that was not sent, with what is to be said now."""
    subscriber = queries.subscriber(message.about["subscriber"])
    release = db.session.get(Release, message.about["release"])
    if subscriber is None or subscriber.stopped_at is not None or release is None:
        return "It is not wanted there any more, or the release is gone."
    words = _words(subscriber, release, message.about["act"], _said(release, message.about["act"]))
    message.text, message.html = words.text, words.html
    return ""


def may_go(message: Mail, now: datetime) -> str:
    """Why a notice may not go any more: it is not wanted, or it would tell of something that is not public."""
    subscriber = db.session.get(Subscriber, message.about["subscriber"])
    if subscriber is None or subscriber.stopped_at is not None:
        return "It is not wanted there any more."
    release = db.session.get(Release, message.about["release"])
    if release is None:
        return "The release is no longer there."
    standing = release.state(now)
    if message.about["act"] == "correct" and standing is State.WITHDRAWN:
        return "The release was withdrawn since; another message says so."
    return "" if standing.is_out or standing is State.WITHDRAWN else "The release is not public."


mail.register(PURPOSE, Purpose("Correction to a subscriber", check=may_go, refused=note_refused, again=_again))
