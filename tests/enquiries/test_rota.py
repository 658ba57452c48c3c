"""Who answers: weekly hours over nights and changes of the clocks, holidays, and the next turn."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.enquiries import rota
from pressroom.enquiries.rota import Change, Duty

WORKDAYS, WEEKEND = 0b001_1111, 0b110_0000
NEW_YORK = "America/New_York"
DANA = Duty(1, WORKDAYS, time(9), time(17), NEW_YORK)
KIM = Duty(2, WORKDAYS, time(17), time(9), NEW_YORK)
"""Answers from five to nine the next morning."""


def utc(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def asked(now: datetime, *duties: Duty, changes: tuple[Change, ...] = ()) -> rota.Answer:
    found = rota.spells(duties, changes, now)
    return rota.at(found, [duty.who for duty in duties], now)


@pytest.mark.parametrize(
    ("now", "who", "until", "then"),
    [
        (utc(19, 17), (1,), utc(19, 22), (2, utc(19, 22))),  # Thursday noon in New York
        (utc(19, 14), (1,), utc(19, 22), (2, utc(19, 22))),  # to the second at which she begins
        (utc(19, 13, 59), (2,), utc(19, 14), (1, utc(19, 14))),
        (utc(19, 22), (2,), utc(20, 14), (1, utc(20, 14))),
        (utc(21, 5), (2,), utc(21, 14), (1, utc(23, 14))),  # the night to Saturday is Friday's
        (utc(21, 14), (), None, (1, utc(23, 14))),  # Saturday morning: nobody until Monday
    ],
)
def test_who_answers(now: datetime, who: tuple[int, ...], until: datetime | None, then: tuple[int, datetime]) -> None:
    answer = asked(now, DANA, KIM)
    assert (answer.who, answer.until) == (who, until)
    assert answer.then is not None
    assert (answer.then.who, answer.then.begins) == then


def test_the_order_of_the_rota_says_who_is_rung_first() -> None:
    both = Duty(3, WORKDAYS, time(8), time(18), NEW_YORK)
    assert asked(utc(19, 17), DANA, both).who == (1, 3)
    assert asked(utc(19, 17), both, DANA).who == (3, 1)
    assert asked(utc(19, 17), both, DANA).until == utc(19, 23)


def test_hours_that_meet_are_one_spell() -> None:
    afternoon = Duty(1, WORKDAYS, time(17), time(20), NEW_YORK)
    assert asked(utc(19, 17), DANA, afternoon).until == utc(20, 1)
    day = Duty(1, 127, time(0), time(0), "UTC")
    always = asked(utc(19, 17), day)
    assert always.who == (1,)
    assert always.until is None, "how far one looks ahead is no end"


def test_holidays_absence_and_hours_besides() -> None:
    closed = Change(None, date(2026, 11, 19), date(2026, 11, 20), NEW_YORK)
    answer = asked(utc(19, 17), DANA, changes=(closed,))
    assert answer.who == ()
    assert answer.then is not None
    assert answer.then.begins == utc(23, 14)
    away = Change(1, date(2026, 11, 19), date(2026, 11, 19), NEW_YORK)
    assert asked(utc(19, 17), DANA, KIM, changes=(away,)).who == ()
    assert asked(utc(19, 13), DANA, KIM, changes=(away,)).who == (2,), "the others answer as always"
    extra = Change(1, date(2026, 11, 21), date(2026, 11, 21), NEW_YORK, time(10), time(12))
    assert asked(utc(21, 15, 30), DANA, changes=(extra,)).who == (1,)
    assert asked(utc(21, 17), DANA, changes=(extra,)).who == ()


def test_clocks_that_skip_and_repeat_an_hour() -> None:
    spring = rota.spell(date(2026, 3, 8), time(2, 30), time(6), NEW_YORK, 1)
    assert spring.begins == utc(8, 7, 30, month=3), "there is no 02:30; it is 03:30 there"
    night = rota.spell(date(2026, 3, 7), time(22), time(2, 30), NEW_YORK, 1)
    assert night.ends == utc(8, 7, 30, month=3), "four hours and a half, as in any other night"
    autumn = rota.spell(date(2026, 11, 1), time(1, 30), time(1, 45), NEW_YORK, 1)
    assert (autumn.begins, autumn.ends) == (utc(1, 5, 30), utc(1, 6, 45)), "both hours belong to it"


def test_a_rota_without_a_turn_in_sight() -> None:
    closed = Change(None, date(2026, 11, 1), date(2027, 3, 1), NEW_YORK)
    found = rota.spells([DANA], [closed], utc(19, 17))
    assert rota.turn(found, utc(19, 17)) is None
    assert rota.at(found, [1], utc(19, 17)) == rota.Answer((), None, None)


times = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))
duties = st.builds(
    Duty, st.integers(1, 4), st.integers(1, 127), times, times, st.sampled_from([NEW_YORK, "Asia/Tokyo"])
)


@given(st.lists(duties, min_size=1, max_size=4), st.integers(0, 60 * 24 * 365))
def test_nothing_changes_before_the_next_turn(rows: list[Duty], minutes: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    turn = rota.turn(rota.spells(rows, (), now), now)
    assert turn is not None
    assert turn > now
    order = [row.who for row in rows]
    before = rota.at(rota.spells(rows, (), now), order, now)
    at_its_end = turn - timedelta(seconds=1)
    assert rota.at(rota.spells(rows, (), at_its_end), order, at_its_end).who == before.who
    if before.until:
        assert before.until >= turn
