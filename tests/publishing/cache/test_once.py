"""What is worked out once in each edition: it ends with the edition and with the next instant; staff get their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from pressroom import publishing
from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.publishing.cache import editions, once
from pressroom.releases import archive
from pressroom.releases.archive import Filters
from tests.conftest import NOON
from tests.releases.conftest import public, waiting

LIFT = NOON + timedelta(minutes=1)


def years() -> int:
    return sum(count for _, count in archive.facets(Filters()).counts["year"])


def test_counts_end_with_an_edit_and_at_a_lift(app: Flask, staff: Callable, clock_at: Callable) -> None:
    clock_at(NOON)
    with staff():
        public(now=NOON)
        waiting(LIFT, now=NOON)
    with app.app_context():
        assert years() == years() == 1
    with staff():
        public(now=NOON)
    with app.app_context():
        assert years() == 2
    for moment, count in ((LIFT - timedelta(microseconds=1), 2), (LIFT, 3), (NOON, 2)):
        with clock.at(moment), app.app_context():
            assert years() == count, "also when the clock is set back"
    with app.app_context(), publishing.as_staff():
        assert archive.facets(Filters()) is not archive.facets(Filters())


def test_it_is_worked_out_once_and_few_are_kept(app: Flask, staff: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    @once
    def double(number: int) -> int:
        asked.append(number)
        return 2 * number

    monkeypatch.setattr(editions, "MOST", 3)
    with app.app_context():
        assert [double(number) for number in (1, 1, 2, 3, 4, 4)] == [2, 2, 4, 6, 8, 8]
        assert asked == [1, 2, 3, 4]
        double(1)
        assert asked == [1, 2, 3, 4, 1], "the oldest went"
        with staff():
            db.session.execute(text("UPDATE edition SET n = n - 1"))
        double(4)
        assert asked[-1] == 4, "an older copy of the database has other editions"
