"""What is worked out once in each edition: it ends with it and with the next instant; staff and strangers apart."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from pressroom import publishing
from pressroom.accounts import User
from pressroom.kit import clock, lasting
from pressroom.kit.db import db
from pressroom.publishing.cache import editions, once, once_for_staff
from pressroom.publishing.cache.editions import editions_of
from pressroom.releases import archive
from pressroom.releases.archive import Filters
from pressroom.releases.models import Release
from tests.conftest import NOON
from tests.releases.conftest import draft, public, waiting

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


@pytest.mark.parametrize("noted", [True, False])
def test_what_was_read_before_a_save_is_kept_for_no_later_edition(
    app: Flask, staff: Callable, clock_at: Callable, noted: bool
) -> None:
    """A request reads as of its first statement; meanwhile another one saves, and a third has seen it."""
    clock_at(NOON)
    forgotten, asked = list[int](), list[object]()
    editions_of(app).forgetting.append(lambda: forgotten.append(1))

    @once
    def count() -> int:
        return db.session.scalar(select(func.count()).select_from(Release)) or 0

    def save() -> None:
        with staff():
            public(now=NOON)
        with app.app_context():
            assert editions_of(app).current()

    with ThreadPoolExecutor() as others:
        with app.test_request_context("/releases/"):
            if noted:  # as each request has it
                app.preprocess_request()
            db.session.scalar(select(func.count()).select_from(Release))  # before the others save
            others.submit(save).result()
            count()
            assert years() == 1
            others.submit(save).result()
            years()
            assert editions_of(app).current()
        for _ in range(2):
            with app.test_request_context("/releases/"):
                app.preprocess_request()
                db.session.scalar(select(func.count()).select_from(Release))
                assert count() == 2
                assert years() == 2
                asked.append(archive.facets(Filters()))
    assert asked[0] is asked[1], "worked out once"
    assert not forgotten, "no older copy of the database was put back"


def test_what_a_page_could_not_keep_is_not_kept_either(app: Flask, clock_at: Callable) -> None:
    clock_at(NOON)
    made: list[str] = []

    @once
    def noted(what: str) -> None:
        made.append(what)
        lasting.until(LIFT)
        if what == "behind":
            lasting.not_kept("the index is behind")

    with app.app_context():
        for what, times in (("behind", 2), ("fine", 1)):
            for _ in range(2):
                with lasting.apart() as page:
                    noted(what)
                assert page.until == LIFT, "the page ends with it, also where it was known"
                assert bool(page.obstacle) is (what == "behind")
            assert made.count(what) == times
        with clock.at(LIFT):
            noted("fine")
    assert made.count("fine") == 2


def test_staff_have_theirs_which_strangers_never_get(app: Flask, staff: Callable, clock_at: Callable) -> None:
    clock_at(NOON)
    asked: list[str] = []

    @once_for_staff
    def headlines(table: type = Release) -> set[str]:
        asked.append(table.__name__)
        return set(db.session.scalars(select(Release.headline))) if table is Release else set(map(str, _all(table)))

    def _all(table: type) -> list[object]:
        return list(db.session.scalars(select(table)))

    def read(*, staff: bool = True, method: str = "GET", table: type = Release) -> set[str]:
        with app.test_request_context("/releases/", method=method):
            app.preprocess_request()
            if staff:
                publishing.open_to_staff()
            if method == "POST":
                draft(headline="Not saved yet")
            return headlines(table)

    with staff():
        draft(headline="A draft")
    assert read() == read() == {"A draft"}
    assert len(asked) == 1
    assert read(staff=False) == set()
    assert read(method="POST") == {"A draft", "Not saved yet"}
    assert read() == {"A draft"}
    assert len(asked) == 3
    with staff():
        draft(headline="Another")
    assert read() == {"A draft", "Another"}, "a draft is no public change, and raises the edition"
    for _ in range(2):
        read(table=User)
    assert asked[-2:] == ["User", "User"], "no edition counts what changes there"
