"""New things against all alerts: what changed is read once, and every alert is asked of it; what it finds becomes rows.

The reading and the asking hold no transaction that writes. What was found, and that the changes were looked at, is
written in one: a worker that is killed before that begins again, and finds the same.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Select, delete, func, insert, select

from pressroom import publishing, search
from pressroom.alerts import documents, subjects
from pressroom.alerts.models import Alert, AlertChange, AlertRun, Find, Subscriber
from pressroom.alerts.rules import NEWS, Habits
from pressroom.kit.db import db, insert_into, reading
from pressroom.search import Document, Key
from pressroom.search.batch import Batch, Bits, numbers

MOST = 1_000  # changes that are looked at together
ROWS = 1_000  # in a statement

T = TypeVar("T")


def note(kind: str, ids: Sequence[int], due: datetime) -> None:
    """Note that something changes, in the transaction of the change."""
    if kind in documents.MODELS:
        db.session.execute(insert(AlertChange), [{"kind": kind, "item_id": each, "due_at": due} for each in ids])


@dataclass(frozen=True)
class Found:
    """What one alert found: the places of documents as bits, so that ten thousand alerts with a thousand finds each fit
    into memory; they become rows one statement at a time."""

    alert_id: int
    subscriber_id: int
    due_at: datetime
    bits: Bits


class News:
    """What is new: public documents, and from when on each is public."""

    def __init__(self, documents_: Sequence[Document], since: Mapping[Key, datetime]) -> None:
        self.documents = [one for one in documents_ if Key(one.kind, one.id) in since]
        self.keys = [Key(one.kind, one.id) for one in self.documents]
        order = sorted(range(len(self.keys)), key=lambda number: since[self.keys[number]])
        self._instants = [since[self.keys[number]] for number in order]
        self._later = [0]  # what is public from the last instant on, from the last but one on …
        for number in reversed(order):
            self._later.append(self._later[-1] | 1 << number)

    def public_since(self, moment: datetime) -> Bits:
        """What became public then or later."""
        return self._later[len(self._instants) - bisect_left(self._instants, moment)]


def work_off(now: datetime) -> int | None:
    """Look at what changed, at most :data:`MOST` changes; gives how many finds there were, None if nothing changed."""
    begun = time.perf_counter()
    with publishing.as_staff(), reading():
        rows = db.session.execute(_changes(now)).all()
        wanted = bool(rows) and db.session.scalar(_alerts().limit(1)) is not None
        news = _news({Key(row.kind, row.item_id) for row in rows}, now) if wanted else News((), {})
        alerts, found = _asked(news, now) if news.documents else (0, [])
    if not rows:
        return None
    took = round((time.perf_counter() - begun) * 1000)
    run = AlertRun(at=now, documents=len(news.documents), alerts=alerts, milliseconds=took)
    return _written([row.id for row in rows], found, news, run)


def _changes(now: datetime) -> Select[int, str, int]:
    due = select(AlertChange.id, AlertChange.kind, AlertChange.item_id).where(AlertChange.due_at <= now)
    return due.order_by(AlertChange.due_at, AlertChange.id).limit(MOST)


def _news(keys: set[Key], now: datetime) -> News:
    """Those of *keys* that are public and bear a day that is not long past."""
    fresh = [one for one in search.public_documents(keys).values() if one.published > now - NEWS]
    return News(fresh, documents.since([Key(one.kind, one.id) for one in fresh]))


def _alerts() -> Any:
    """Every alert that is wanted now, with the habits of its reader."""
    wanted = Alert.confirmed_at.is_not(None), Alert.paused_at.is_(None), Subscriber.stopped_at.is_(None)
    habits = (Subscriber.zone, Subscriber.quiet_from, Subscriber.quiet_until)
    columns = (Alert.id, Alert.subscriber_id, Alert.scope, Alert.asked, Alert.rhythm, Alert.confirmed_at, *habits)
    return select(*columns).join(Subscriber, Subscriber.id == Alert.subscriber_id).where(*wanted)


def _asked(news: News, now: datetime) -> tuple[int, list[Found]]:
    """How many alerts there are, and what they find. The same question of many people is asked once."""
    batch = Batch(news.documents, documents.filed(news.documents))
    answers: dict[tuple[str, str], Bits] = {}
    alerts, found = 0, []
    for row in db.session.execute(_alerts()):
        alerts += 1
        subject = row.scope, row.asked
        if subject not in answers:
            answers[subject] = answer(batch, *subject)
        if bits := answers[subject] & news.public_since(row.confirmed_at):
            due = Habits(row.zone, row.quiet_from, row.quiet_until).due(row.rhythm, now)
            found.append(Found(row.id, row.subscriber_id, due, bits))
    return alerts, found


def answer(batch: Batch, scope: str, asked: str) -> Bits:
    """What of *batch* an alert finds."""
    question = subjects.question(scope, asked)
    return batch.matching(question.tree, question.chosen)


def _written(changes: Sequence[int], found: Sequence[Found], news: News, run: AlertRun) -> int:
    """Write down what was found, and that the changes were looked at, in one transaction."""
    with publishing.as_staff():
        insert_ = insert_into(Find.__table__).on_conflict_do_nothing()
        before = _count(run.at)
        for rows in _parts(_rows(_still_wanted(found), news, run.at)):
            db.session.execute(insert_, rows)
        run.finds = kept = _count(run.at) - before
        for ids in _parts(changes):
            gone = delete(AlertChange).where(AlertChange.id.in_(ids))
            db.session.execute(gone, execution_options={"synchronize_session": False})
        if run.documents and run.alerts:
            db.session.add(run)
        db.session.commit()
    return kept


def _count(now: datetime) -> int:
    """How many were found at *now*; what a driver says of many rows at once differs."""
    return db.session.scalar(select(func.count()).where(Find.found_at == now)) or 0


def _still_wanted(found: Sequence[Found]) -> Iterator[Found]:
    """*found* without what was ended while it was worked out: a row that points nowhere would stop all others.

    Their readers are held first, in the order of their numbers; see :func:`pressroom.alerts.queries.subscriber`.
    """
    for part in _parts(sorted(found, key=lambda one: (one.subscriber_id, one.alert_id))):
        readers = select(Subscriber.id).where(Subscriber.id.in_({one.subscriber_id for one in part}))
        db.session.execute(readers.order_by(Subscriber.id).with_for_update())
        there = set(db.session.scalars(select(Alert.id).where(Alert.id.in_([one.alert_id for one in part]))))
        yield from (one for one in part if one.alert_id in there)


def _rows(found: Iterable[Found], news: News, now: datetime) -> Iterator[dict[str, Any]]:
    for one in found:
        given = {"alert_id": one.alert_id, "subscriber_id": one.subscriber_id, "found_at": now, "due_at": one.due_at}
        for number in numbers(one.bits):
            key = news.keys[number]
            yield {**given, "kind": key.kind, "item_id": key.id}


def _parts(rows: Iterable[T]) -> Iterator[list[T]]:
    left = iter(rows)
    while part := list(islice(left, ROWS)):
        yield part
