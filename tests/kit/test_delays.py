"""Waits that grow with each failure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from pressroom.kit import delays
from pressroom.kit.db import db
from pressroom.kit.delays import GrowingDelay, Patience
from pressroom.kit.limits import LimitError
from tests.conftest import NOON

SHORT = Patience(free=2, longest=100, memory=1000)


def test_the_first_cost_nothing_and_then_each_twice_as_much() -> None:
    assert [SHORT.after(n) for n in range(7)] == [0, 0, 30, 60, 100, 100, 100]


@given(st.integers(1, 100), st.integers(1, 86_400), st.integers(0, 10_000))
def test_no_wait_is_shorter_than_the_one_before_or_longer_than_the_longest(free: int, longest: int, n: int) -> None:
    patience = Patience(free=free, longest=longest, memory=86_400)
    assert patience.after(n) <= patience.after(n + 1) <= longest


def tried(*key: str) -> int:
    """Try once: 0, or the seconds to wait."""
    try:
        delays.count(SHORT, *key)
    except LimitError as limit:
        return limit.retry_after
    return 0


@given(st.integers(1, 6), st.integers(1, 2000))
def test_the_statement_says_what_the_rule_says(free: int, longest: int) -> None:
    """The waits are written into one statement as cases: as many as there are different ones."""
    patience = Patience(free=free, longest=longest, memory=86_400)
    steps = delays._steps(patience)
    assert patience.after(steps + 1) == patience.after(steps + 50) == longest


def test_over_time(app: Flask, clock_at: Callable[[datetime], None]) -> None:
    with app.app_context():
        clock_at(NOON)
        assert [tried("a", "b") for _ in range(4)] == [0, 0, 30, 30]
        assert tried("another") == 0
        clock_at(NOON + timedelta(seconds=29))
        assert tried("a", "b") == 1
        clock_at(NOON + timedelta(seconds=30))
        assert [tried("a", "b") for _ in range(2)] == [0, 60]
        clock_at(NOON + timedelta(seconds=90))
        assert [tried("a", "b") for _ in range(2)] == [0, 100]
        delays.give_back("a", "b")
        assert tried("a", "b") == 0, "that one was right"
        delays.forget("a", "b")
        assert [tried("a", "b") for _ in range(3)] == [0, 0, 30]
        clock_at(NOON + timedelta(seconds=1090))
        assert [tried("a", "b") for _ in range(3)] == [0, 0, 30], "forgotten after so long"


def test_what_is_forgotten_is_deleted(app: Flask, clock_at: Callable[[datetime], None]) -> None:
    with app.app_context():
        clock_at(NOON)
        tried("a")
        for seconds, left in ((999, 1), (1000, 0)):
            delays.prune(NOON + timedelta(seconds=seconds))
            db.session.commit()
            assert db.session.scalar(select(func.count(GrowingDelay.key))) == left


@pytest.mark.parametrize("key", ["", "x" * 200, "a/b/c"])
def test_giving_back_what_was_never_counted(app: Flask, key: str) -> None:
    with app.app_context():
        delays.give_back(key)
        delays.forget(key)
        assert tried(key) == 0
