"""How long 10,000 alerts take over 1,000 new clips, and a release to 10,000 subscribers.

    python -m benchmarks.alerts --alerts 10000 --clips 1000 --archive 20000

The alerts are those of a made-up archive: words, phrases, beginnings, words that must not be there, outlets, topics,
years, nearly all of them different. What is timed is the work of the worker, from the queued changes to the rows of
what was found; then the same is asked the other way round, some of the questions of the index of the archive, and what
both say of the new clips has to be equal. Then a release goes to as many subscribers, to a mail server on this machine
that takes everything, and the memory of the process is looked at.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import resource
import socket
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

from aiosmtpd.controller import Controller
from sqlalchemy import func, insert, select

from benchmarks import corpus
from pressroom import commands, publishing, search
from pressroom.alerts import jobs, matching, subjects
from pressroom.alerts.models import Alert, Find, Subscriber
from pressroom.alerts.rules import Rhythm
from pressroom.application import create_app
from pressroom.clips.models import Clip, Outlet, Topic, clip_topic
from pressroom.clips.rules import Medium
from pressroom.kit import clock, text
from pressroom.kit.db import db, reading
from pressroom.mail import jobs as mail_jobs
from pressroom.mail.models import Mail
from pressroom.releases import actions as releases
from pressroom.releases.rules import ReleaseKind
from pressroom.search.documents import Document, Query
from pressroom.search.language import parse

BATCH = 2_000
CHECKED = 300


@dataclass
class Result:
    """What was measured; seconds and megabytes."""

    alerts: int
    archive: int
    clips: int
    questions: int
    finds: int = 0
    matching_seconds: float = 0.0
    matching_cpu: float = 0.0
    checked_against_the_index: int = 0
    index_cpu_for_all: float = 0.0
    messages: int = 0
    sending_seconds: float = 0.0
    sending_cpu: float = 0.0
    memory_before: float = 0.0
    memory_after: float = 0.0


class Sink:
    """A mail server that takes everything and keeps nothing."""

    taken = 0

    async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802 - its name there
        self.taken += 1
        return "250 Taken"


def add(documents: Iterator[Document], now: datetime) -> list[int]:
    """*documents* as clips of the press room, published lately; gives their numbers."""
    outlets: dict[str, int] = dict(db.session.execute(select(Outlet.name, Outlet.id)).all())
    topics: dict[str, int] = dict(db.session.execute(select(Topic.name, Topic.id)).all())
    numbers = []
    while batch := list(islice(documents, BATCH)):
        for name in {one.outlet for one in batch} - outlets.keys():
            outlets[name] = _named(Outlet, name)
        for name in {topic for one in batch for topic in one.topics} - topics.keys():
            topics[name] = _named(Topic, name)
        db.session.execute(insert(Clip), [_row(one, outlets, now) for one in batch])
        ties = [{"clip_id": one.id, "topic_id": topics[name]} for one in batch for name in one.topics]
        db.session.execute(insert(clip_topic), ties)
        numbers += [one.id for one in batch]
    return numbers


def _named(model: Any, name: str) -> int:
    row = model(name=name, slug=text.slugify(name))
    db.session.add(row)
    db.session.flush()
    return int(row.id)


def _row(one: Document, outlets: dict[str, int], now: datetime) -> dict[str, Any]:
    return {
        "id": one.id,
        "uid": f"clip-{one.id}",
        "version": 1,
        "fingerprint": f"{one.id:064}",
        "headline": one.headline[:300],
        "outlet_id": outlets[one.outlet],
        "byline": one.people,
        "published_on": (now - timedelta(days=one.id % 20)).date(),
        "excerpt": one.body,
        "medium": Medium(one.medium) if one.medium in set(Medium) else Medium.ONLINE,
        "language": one.language[:2],
        "public_from": now,
        "created_at": now,
        "updated_at": now,
    }


def asked(sample: Sequence[Document], count: int) -> list[str]:
    """*count* queries of the archive's page, of every form that the language has."""
    pick, words = random.Random(5), corpus.vocabulary()

    def word(first: int = 60, last: int = 20_000) -> str:
        return words[int(first * (last / first) ** pick.random())]

    def phrase() -> str:
        body = pick.choice(sample).body.rstrip(".").lower().split()
        start = pick.randrange(len(body) - 3)
        return " ".join(body[start : start + 2])

    def one() -> dict[str, str]:
        match pick.randrange(10):
            case 0 | 1:
                return {"q": word()}
            case 2 | 3:
                return {"q": f"{word()} {word(60, 2_000)}"}
            case 4:
                return {"q": f"{word()} OR {word()} OR {word()}"}
            case 5:
                return {"q": f'"{phrase()}"'}
            case 6:
                return {"q": f"{word(300)[:4]}*"}
            case 7:
                return {"q": f"{word(60, 2_000)} -{word(60, 500)}"}
            case 8:
                return {"q": word(60, 2_000), "outlet": text.slugify(pick.choice(sample).outlet)}
            case _:
                topics = pick.choice(sample).topics or ("topic none",)
                return {"q": word(60, 2_000), "topic": text.slugify(topics[0]), "year": "2026"}

    return [urlencode(one()) for _ in range(count)]


def subscribe(queries: Sequence[str], scope: str, now: datetime, first: int = 0, rhythm: Rhythm = Rhythm.DAILY) -> None:
    """A subscriber for each query."""
    numbers = range(first + 1, first + len(queries) + 1)
    people = [
        {"id": n, "address": f"reader{n}@paper.example", "key": "k" * 43, "zone": "UTC", "created_at": now}
        for n in numbers
    ]
    common = {"scope": scope, "title": "A search", "rhythm": rhythm, "created_at": now, "confirmed_at": now}
    alerts = [
        {"id": n, "subscriber_id": n, "asked": query, "digest": f"{n:032}", **common}
        for n, query in zip(numbers, queries, strict=True)
    ]
    db.session.execute(insert(Subscriber), people)
    db.session.execute(insert(Alert), alerts)


def match(result: Result, new: Sequence[int]) -> None:
    """Time the worker, from the changes to the finds."""
    search.enqueue_many("clip", new, due=clock.now())
    db.session.commit()
    wall, cpu = time.perf_counter(), time.process_time()
    while matching.work_off(clock.now()) is not None:
        pass
    result.matching_seconds = round(time.perf_counter() - wall, 2)
    result.matching_cpu = round(time.process_time() - cpu, 2)
    result.finds = db.session.scalar(select(func.count()).select_from(Find)) or 0


def check(result: Result, new: Sequence[int]) -> None:
    """Ask the index some of the questions; what it finds of the new clips is what was found."""
    search.sweep()
    fresh, spent = set(new), 0.0
    rows = db.session.execute(select(Alert.id, Alert.asked).order_by(Alert.id).limit(CHECKED)).all()
    for number, query in rows:
        question = subjects.question("clips", query)
        names = {
            facet: tuple(_names(facet, question.chosen.get(f"clip {facet}", frozenset())))
            for facet in ("outlet", "topic")
        }
        words = dict(pair.split("=", 1) for pair in query.split("&"))
        wanted = Query(
            text=_text(query),
            kinds=("clip",),
            outlets=names["outlet"],
            topics=names["topic"],
            years=("2026",) if "year" in words else (),
            whole=True,
            facet_size=0,
        )
        parse.cache_clear()
        begun = time.process_time()
        keys = search.every(wanted, now=clock.now())
        spent += time.process_time() - begun
        assert keys is not None
        expected = {key.id for key in keys} & fresh
        found = set(db.session.scalars(select(Find.item_id).where(Find.alert_id == number)))
        assert found == expected, (query, found ^ expected)
    result.checked_against_the_index = len(rows)
    result.index_cpu_for_all = round(spent / len(rows) * result.alerts, 1)


def _text(query: str) -> str:
    return parse_qs(query).get("q", [""])[0]


def _names(facet: str, slugs: frozenset[str]) -> Iterator[str]:
    model = Outlet if facet == "outlet" else Topic
    for slug in slugs:
        yield db.session.scalar(select(model.name).where(model.slug == slug)) or "nothing of that name"


def distribute(app: Any, result: Result, count: int, sink: Sink) -> None:
    """Send one release to *count* subscribers, as the worker does, turn by turn."""
    with app.app_context(), publishing.as_staff():
        db.session.execute(Find.__table__.delete())
        db.session.execute(Subscriber.__table__.delete())
        subscribe([""] * count, "releases", clock.now(), 100_000, Rhythm.AT_ONCE)
        words = corpus.vocabulary()[:800]
        body = "\n\n".join(" ".join(words[n : n + 80]) for n in range(0, 800, 80))
        made = releases.create(by=None, now=clock.now(), kind=ReleaseKind.RESEARCH, headline="To everybody", body=body)
        releases.publish(made, by=None, now=clock.now())
        db.session.commit()
    result.memory_before = _memory()
    wall, cpu = time.perf_counter(), time.process_time()
    with app.app_context():
        while sink.taken < count:
            jobs.match(clock.now())
            mail_jobs.send(clock.now())
            jobs.make(clock.now())
            if time.perf_counter() - wall > 1_800:
                break
    result.sending_seconds = round(time.perf_counter() - wall, 1)
    result.sending_cpu = round(time.process_time() - cpu, 1)
    result.memory_after = _memory()
    result.messages = sink.taken
    with app.app_context(), publishing.as_staff():
        assert db.session.scalar(select(func.count()).select_from(Mail)) == count


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _memory() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def main() -> None:
    """Measure, print, and write the result where it is told to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--alerts", type=int, default=10_000)
    parser.add_argument("--clips", type=int, default=1_000)
    parser.add_argument("--archive", type=int, default=20_000)
    parser.add_argument("--readers", type=int, default=10_000)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    logging.getLogger("mail.log").disabled = True
    sink = Sink()
    port = _free_port()
    server = Controller(sink, hostname="127.0.0.1", port=port)
    with tempfile.TemporaryDirectory() as folder:
        server.start()
        mail = {"mail_server": "127.0.0.1", "mail_port": port, "mail_security": "none", "mail_from": "a@press.example"}
        app = create_app(Path(folder), {"secret_key": "x" * 40, **mail})
        with app.app_context():
            commands.prepare()
        with app.app_context(), publishing.as_staff():
            before = clock.now()
            add(corpus.documents(given.archive), before - timedelta(days=1))
            documents = list(corpus.documents(given.clips, seed=12, first=given.archive + 1))
            queries = asked(documents, given.alerts)
            subscribe(queries, "clips", before)
            new = add(iter(documents), clock.now())
            db.session.commit()
            result = Result(given.alerts, given.archive, given.clips, len(set(queries)))
            match(result, new)
            print(json.dumps(asdict(result)), flush=True)
            search.rebuild()
            with reading():  # the index is asked as a reader asks it, who waits for no writer
                check(result, new)
        if given.readers:
            distribute(app, result, given.readers, sink)
        server.stop()
    print(json.dumps(asdict(result), indent=1))
    if given.out:
        given.out.write_text(json.dumps(asdict(result), indent=1) + "\n")


if __name__ == "__main__":
    main()
