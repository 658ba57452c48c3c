"""From finds to messages: what is due to one address is one message, grouped by alert, and nothing in it twice.

A message is made a short time before it goes: no more than :data:`PORTION` wait in the outbox, so that a link for a
password does not wait behind ten thousand alerts, and what is sent is what is public then. It is asked once more at
the moment of sending (:func:`may_go`): what changed or was withdrawn meanwhile is made again, or not sent.

Reading and rendering hold no transaction that writes. The finds of a message are claimed by a conditional UPDATE in
the transaction that queues it, so that two workers make no message twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template
from markupsafe import Markup
from sqlalchemy import and_, case, delete, func, select, update
from sqlalchemy.orm import selectinload

from pressroom import mail, publishing, search
from pressroom.alerts import actions, documents, letters, links, queries, subjects
from pressroom.alerts.documents import Item
from pressroom.alerts.letters import Group, Words
from pressroom.alerts.models import Alert, Find, Subscriber
from pressroom.alerts.rules import MOST_ITEMS, Rhythm
from pressroom.kit import web
from pressroom.kit.db import db, reading
from pressroom.kit.settings import setting
from pressroom.mail import Purpose
from pressroom.mail import queries as outbox
from pressroom.mail.models import Mail
from pressroom.releases import queries as releases
from pressroom.releases import renditions, rules
from pressroom.releases.models import Release
from pressroom.search import Key

PURPOSE = "alert"
MOST_FINDS = 20_000
"""That are read at once; the rest is due a minute later. A statement takes so many numbers on every database."""

PORTION = 200
"""Messages of alerts that wait in the outbox at most."""

QUIET = {"synchronize_session": False}


@dataclass(frozen=True)
class Made:
    """A message that is not queued yet.

    Attributes:
        stop: the address by which a mail program ends the alerts that are in it.
        finds: the rows that it settles.
        useless: rows of what is not public any more, or was sent before.
        fingerprints: key → of the text, of what is shown in it; of the rest it says how many there are.
        versions: number and version of each release that is shown.
    """

    subscriber_id: int
    address: str
    words: Words | None
    stop: str
    finds: Sequence[int]
    useless: Sequence[int]
    fingerprints: Mapping[Key, int]
    versions: Sequence[Sequence[int]]


def make(now: datetime) -> int:
    """Queue the messages that are due, as many as the outbox has room for; gives how many."""
    with publishing.as_staff(), reading():
        room = PORTION - outbox.waiting(PURPOSE, now)
        due = _due(now, room) if room > 0 else []
        made = _made(due, now) if due else []
    return sum(_queued(each, now) for each in made)


def _due(now: datetime, limit: int) -> Sequence[int]:
    """The subscribers with finds that are due, the longest first."""
    first = func.min(Find.due_at)
    due = select(Find.subscriber_id).where(Find.mail_id.is_(None), Find.sent_at.is_(None), Find.due_at <= now)
    return db.session.scalars(due.group_by(Find.subscriber_id).order_by(first, Find.subscriber_id).limit(limit)).all()


def _made(subscribers: Sequence[int], now: datetime) -> list[Made]:
    waiting = Find.mail_id.is_(None), Find.sent_at.is_(None), Find.due_at <= now
    rows = db.session.scalars(
        select(Find)
        .where(Find.subscriber_id.in_(subscribers), *waiting)
        .order_by(Find.subscriber_id, Find.alert_id, Find.id)
        .limit(MOST_FINDS)
    ).all()
    finds: dict[int, list[Find]] = {}
    for row in rows:
        finds.setdefault(row.subscriber_id, []).append(row)
    keys = {Key(row.kind, row.item_id) for row in rows}
    # Before the texts: a save between the two makes a message that is too old for its words, and is made again.
    versions = documents.versions(keys)
    there = documents.items(keys)
    chosen = select(Subscriber).where(Subscriber.id.in_(subscribers)).options(selectinload(Subscriber.alerts))
    people, had, wholes = db.session.scalars(chosen).all(), _had(subscribers), Wholes(now)
    return [
        _message(each, finds[each.id], there, had.get(each.id, set()), wholes, versions)
        for each in people
        if each.id in finds
    ]


def _had(subscribers: Sequence[int]) -> dict[int, set[Key]]:
    """What was sent to each, or is on its way, by any of their alerts."""
    taken = Find.mail_id.is_not(None) | Find.sent_at.is_not(None)
    columns = select(Find.subscriber_id, Find.kind, Find.item_id)
    found: dict[int, set[Key]] = {}
    waiting = select(Find.kind, Find.item_id, Find.subscriber_id).where(
        Find.subscriber_id.in_(subscribers), Find.mail_id.is_(None), Find.sent_at.is_(None)
    )
    again = waiting.subquery()
    same = (
        (again.c.subscriber_id == Find.subscriber_id) & (again.c.kind == Find.kind) & (again.c.item_id == Find.item_id)
    )
    for row in db.session.execute(columns.join(again, same).where(taken)):
        found.setdefault(row.subscriber_id, set()).add(Key(row.kind, row.item_id))
    return found


def _message(
    subscriber: Subscriber,
    finds: Sequence[Find],
    there: Mapping[Key, Item],
    had: set[Key],
    wholes: Wholes,
    versions: Mapping[int, int],
) -> Made:
    """One message of all that is due to *subscriber*; each thing stands under the first alert that found it."""
    seen, sorted_by_alert, useless = set(had), dict[int, list[Item]](), []
    for find in finds:
        key = Key(find.kind, find.item_id)
        if key in seen or key not in there:
            useless.append(find.id)
            continue
        seen.add(key)
        sorted_by_alert.setdefault(find.alert_id, []).append(there[key])
    alerts = [alert for alert in subscriber.alerts if alert.id in sorted_by_alert]
    groups = list(_groups(alerts, sorted_by_alert))
    shown = [item for group in groups for item in group.items]
    dropped = set(useless)
    stop = links.stopped(subscriber)
    return Made(
        subscriber_id=subscriber.id,
        address=subscriber.address,
        words=_words(groups, stop, subscriber.zone, alerts, wholes) if groups else None,
        stop=links.stopped(subscriber, [alert.id for alert in alerts]),
        finds=[find.id for find in finds if find.id not in dropped],
        useless=useless,
        fingerprints={item.key: item.fingerprint for item in shown},
        versions=sorted([item.key.id, versions.get(item.key.id, 0)] for item in shown if item.key.kind == "release"),
    )


def _groups(alerts: Iterable[Alert], found: Mapping[int, Sequence[Item]]) -> Iterable[Group]:
    """Newest first in each; of very many the first ones, and how many there are beside."""
    left = MOST_ITEMS
    for alert in alerts:
        items = sorted(found[alert.id], key=lambda item: item.when, reverse=True)
        shown = items[: max(left, 1)]
        left -= len(shown)
        page = web.absolute(subjects.address(alert.scope, alert.asked))
        yield Group(alert.title, page, shown, len(items) - len(shown), links.shown(alert), alert.rhythm)


def _words(groups: Sequence[Group], stop: str, zone: str, alerts: Sequence[Alert], wholes: Wholes) -> Words:
    first = groups[0]
    alone = len(groups) == 1 and len(first.items) == 1 and not first.more
    if alone and alerts[0].scope == "releases" and first.rhythm is Rhythm.AT_ONCE:
        item = first.items[0]
        if (both := wholes.of(item.key.id)) is not None:
            return letters.release(item, first, *both, stop)
    return letters.digest(groups, stop, zone)


class Wholes:
    """Releases as they stand in messages, each made once for all the readers of a portion."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._made: dict[int, tuple[str, Markup] | None] = {}

    def of(self, number: int) -> tuple[str, Markup] | None:
        """The release *number*; None if it is not public any more."""
        if number not in self._made:
            with search.public_session():
                release = releases.by_id(number)
                self._made[number] = whole(release, self._now) if release else None
        return self._made[number]


def whole(release: Release, now: datetime) -> tuple[str, Markup]:
    """A release with all that its page says, as text and as HTML."""
    release = releases.within_rights(release)
    plain = renditions.plain(release, now=now)
    line = rules.release_line(release.state(now), release.public_from, setting("time_zone"))
    html = render_template("alerts/mail_release.html", release=release, line=line)
    for name in ("href", "src"):  # a message has no site of its own
        html = html.replace(f'{name}="/', f'{name}="{web.absolute("/")}')
    return plain, Markup(html)  # noqa: S704 - a template made it


def _queued(made: Made, now: datetime) -> int:
    """Write a message into the outbox, unless somebody else did meanwhile."""
    with publishing.as_staff():
        queries.subscriber(made.subscriber_id)  # held
        if made.useless:
            gone = delete(Find).where(Find.id.in_(made.useless), Find.mail_id.is_(None), Find.sent_at.is_(None))
            db.session.execute(gone, execution_options=QUIET)
        row = _into_outbox(made, now) if made.words else None
        if row is not None and not _claimed(made, row):
            db.session.rollback()
            return 0
        db.session.commit()
        return int(row is not None)


def _into_outbox(made: Made, now: datetime) -> Mail | None:
    assert made.words is not None
    items = [[key.kind, key.id, fingerprint] for key, fingerprint in made.fingerprints.items()]
    return mail.queue(
        purpose=PURPOSE,
        to=made.address,
        to_name="",
        subject=made.words.subject,
        words=made.words.text,
        html=made.words.html,
        unsubscribe=made.stop,
        now=now,
        about={
            "subscriber": made.subscriber_id,
            "items": items,
            "finds": len(made.finds),
            "versions": made.versions,
        },
        secret=True,
    )


def _claimed(made: Made, row: Mail) -> bool:
    mine = update(Find).where(Find.id.in_(made.finds), Find.mail_id.is_(None), Find.sent_at.is_(None))
    done: Any = db.session.execute(mine.values(mail_id=row.id), execution_options=QUIET)
    return bool(done.rowcount == len(made.finds))


# At the moment of sending -----------------------------------------------------------------------------------


def may_go(message: Mail, now: datetime) -> str:
    """Why a message may not go as it is. What can be made again is let go of, and is made again within a minute."""
    subscriber = queries.subscriber(message.about["subscriber"])
    rows = db.session.execute(select(Find.kind, Find.item_id).where(Find.mail_id == message.id))
    still = {Key(*row) for row in rows}  # those of an alert that was ended or paused are gone
    if subscriber is None or subscriber.stopped_at is not None or not still:
        return "It is not wanted there any more."
    if subscriber.habits.is_quiet(now):
        _let_go(message, due_at=subscriber.habits.after_quiet(now))
        return "The reader’s quiet hours have begun. It is made again when they end."
    wanted = {Key(kind, number): fingerprint for kind, number, fingerprint in message.about["items"]}
    found = {key: document.fingerprint for key, document in search.public_documents(wanted).items()}
    count = message.about.get("finds", len(wanted))  # a message of the version before shows all of them
    is_whole = len(still) == count and documents.since(still).keys() == still
    if not is_whole or found != wanted or _versions(wanted) != message.about["versions"]:
        _let_go(message)
        return "Something in it was changed, withdrawn, paused or ended. What is left of it is made again."
    return ""


def _versions(keys: Collection[Key]) -> list[list[int]]:
    return [[number, version] for number, version in sorted(documents.versions(keys).items())]


def _let_go(message: Mail, **values: Any) -> bool:
    """Whether there was anything in it still."""
    mine = update(Find).where(Find.mail_id == message.id, Find.sent_at.is_(None))
    done: Any = db.session.execute(mine.values(mail_id=None, **values), execution_options=QUIET)
    return bool(done.rowcount)


def note_sent(message: Mail, now: datetime) -> None:
    """The server has it: what is in it is never sent there again."""
    shown = [
        (and_(Find.kind == kind, Find.item_id == number), fingerprint)
        for kind, number, fingerprint in message.about["items"]
    ]
    mine = update(Find).where(Find.mail_id == message.id)
    db.session.execute(mine.values(sent_at=now, fingerprint=case(*shown, else_=None)), execution_options=QUIET)


def _made_again(message: Mail, _now: datetime) -> str:
    """Let go of what is in a message that was not sent: what of it is still wanted is made again."""
    queries.subscriber(message.about["subscriber"])  # held
    return "" if _let_go(message) else "All of it was made again already, or is not wanted there any more."


def note_given_up(message: Mail, now: datetime) -> None:
    """It was not taken for three days: what is in it goes with what is new by then."""
    _made_again(message, now)


def note_refused(message: Mail, said: str, now: datetime) -> None:
    """It came back, or was refused."""
    subscriber = queries.subscriber(message.about["subscriber"])
    if subscriber is not None and subscriber.stopped_at is None:
        actions.bounced(subscriber, said, now=now)


mail.register(
    PURPOSE,
    Purpose(
        "Alert",
        check=may_go,
        followed=note_sent,
        refused=note_refused,
        given_up=note_given_up,
        again=_made_again,
    ),
)
