"""Limits hold over threads and processes, because the count is in the database."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from pressroom.application import create_app
from pressroom.kit import clock, limits
from pressroom.kit.busy import Counter
from pressroom.kit.db import db
from pressroom.kit.limits import LimitError
from tests import apart
from tests.conftest import NOON

LIMIT = "20 per hour"


def tries(n: int, app: Flask) -> int:
    """How many of *n* tries were allowed."""
    allowed = 0
    for _ in range(n):
        with app.app_context():
            try:
                limits.hit(LIMIT, "somebody")
            except LimitError:
                continue
        allowed += 1
    return allowed


FREE = 4


def searches(n: int, app: Flask) -> int:
    """How many of *n* searches from one network were answered, with some that this process does not count."""
    with app.app_context():
        counter: Counter = app.extensions["busy"]
        return sum(answered(counter) for _ in range(n))


def answered(counter: Counter) -> bool:
    try:
        counter.hit(LIMIT, "search", "network", free=FREE)
    except LimitError:
        return False
    return True


def files(n: int, app: Flask) -> int:
    """How many of *n* files were taken, three at a time."""
    allowed = 0
    for _ in range(n // 3):
        with app.app_context(), suppress(LimitError):
            limits.hit(LIMIT, "upload", "7", cost=3)
            allowed += 3
    return allowed


def tries_elsewhere(instance: str, url: str, answer: multiprocessing.Queue[tuple[int, int, int]]) -> None:
    """The same in a process of its own."""
    app = create_app(Path(instance), {"database_url": url, "secret_key": "x" * 40})
    with clock.at(NOON):
        answer.put((tries(30, app), searches(40, app), files(30, app)))
    with app.app_context():
        db.engine.dispose()


def test_the_last_try_is_taken_once(app: Flask) -> None:
    with clock.at(NOON), ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: tries(15, app), range(4))) == 20


@pytest.mark.slow
def test_two_processes_share_one_count(app: Flask) -> None:
    context = apart.context()
    answer: multiprocessing.Queue[tuple[int, int, int]] = context.Queue()
    arguments = (app.instance_path, app.config["DATABASE_URL"], answer)
    processes = [context.Process(target=tries_elsewhere, args=arguments) for _ in range(2)]
    for process in processes:
        process.start()
    allowed = [answer.get(timeout=60) for _ in processes]
    for process in processes:
        process.join(10)
    tried, searched, sent = (sum(column) for column in zip(*allowed, strict=True))
    assert tried == 20
    assert searched == 20 + 2 * FREE, "what is counted is exact; each process answers some before"
    assert sent in {15, 18}, "never more; all of three or none, and two at once may both be sent away"


def test_the_window_ends(app: Flask) -> None:
    with app.app_context():
        with clock.at(NOON):
            assert tries(21, app) == 20
        with clock.at(NOON + timedelta(minutes=59, seconds=30)), pytest.raises(LimitError) as late:
            limits.hit(LIMIT, "somebody")
        assert late.value.retry_after == 30
        with clock.at(NOON + timedelta(hours=1)):
            assert tries(21, app) == 20


def test_a_try_can_be_given_back(app: Flask) -> None:
    with app.app_context(), clock.at(NOON):
        for _ in range(40):
            limits.hit(LIMIT, "somebody")
            limits.give_back(LIMIT, "somebody")
        assert limits.limiter.storage.check()
        limits.give_back(LIMIT, "nobody yet")
        assert tries(21, app) == 20


def test_counts_can_be_forgotten(app: Flask) -> None:
    with app.app_context(), clock.at(NOON):
        assert tries(21, app) == 20
        assert limits.limiter.storage.reset() == 1
        assert tries(21, app) == 20
        limits.limiter.storage.clear(limits.parse(LIMIT).key_for("somebody"))
        assert tries(21, app) == 20
