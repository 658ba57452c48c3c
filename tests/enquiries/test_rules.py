"""Where an enquiry stands, and what is counted without names."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pressroom.enquiries import figures, letters, rules
from pressroom.enquiries.rules import Act, Counted, EnquiryError, State, Topic
from tests.conftest import NOON

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("act", "state", "words", "refused"),
    [
        (Act.ANSWER, State.OPEN, "", ""),
        (Act.ANSWER, State.ANSWERED, "x", "answered already"),
        (Act.REPLY, State.OPEN, "", "Write what"),
        (Act.REPLY, State.DECLINED, "x", "declined already"),
        (Act.DECLINE, State.OPEN, "", "Write why"),
        (Act.NOTE, State.ANSWERED, "x", ""),
        (Act.NOTE, State.OPEN, "", "Write the note"),
        (Act.ASSIGN, State.OPEN, "", ""),
        (Act.REOPEN, State.OPEN, "", "is open"),
        (Act.REOPEN, State.DECLINED, "", ""),
    ],
)
def test_what_may_be_done(act: Act, state: State, words: str, refused: str) -> None:
    if not refused:
        rules.check_act(act, state, words, erased=False)
    else:
        with pytest.raises(EnquiryError, match=refused):
            rules.check_act(act, state, words, erased=False)
    with pytest.raises(EnquiryError, match="erased"):
        rules.check_act(act, state, words, erased=True)


def test_deadlines() -> None:
    rules.check_deadline(NOON + HOUR, NOON)
    for moment, said in ((NOON, "is over"), (NOON - HOUR, "is over"), (NOON + timedelta(days=400), "a year away")):
        with pytest.raises(EnquiryError, match=said):
            rules.check_deadline(moment, NOON)


def row(came: timedelta, answer: float | None, due: float | None, state: State, topic: Topic = Topic.STUDY) -> Counted:
    at = NOON + came
    hours = [None if number is None else at + number * HOUR for number in (due, answer)]
    return Counted(at, topic, state, *hours)


ROWS = [
    row(timedelta(), 1, 2, State.ANSWERED),
    row(timedelta(), 3, 2, State.ANSWERED),  # too late
    row(timedelta(), 8, None, State.DECLINED, Topic.EXPERT),
    row(timedelta(), None, 2, State.OPEN),  # overdue
    row(timedelta(days=30), None, 48, State.OPEN),  # still in time
]


def test_figures_by_month_and_topic() -> None:
    now = NOON + timedelta(days=31)
    months = rules.by_month_and_topic(ROWS, "America/New_York", now)
    assert [month for month, _ in months] == ["2026-12", "2026-11"]
    (none, december), *_ = months[0][1]
    assert none is None
    assert (december.enquiries, december.open, december.due, december.share) == (1, 1, 0, None)
    assert december.median_hours is None
    topics = dict(months[1][1])
    assert list(topics) == [None, Topic.STUDY, Topic.EXPERT]
    every = topics[None]
    assert (every.enquiries, every.open, every.answered, every.declined) == (4, 1, 2, 1)
    assert every.median_hours == 3
    assert (every.met, every.due) == (1, 3)
    assert every.share == pytest.approx(1 / 3)
    lines = list(figures.as_csv(months))
    assert lines[0].startswith("\ufeffmonth,topic,")
    assert "2026-11,all,4,1,2,1,3.0,3,1,0.333\r\n" in lines
    assert "2026-11,expert,1,0,0,1,8.0,0,0,\r\n" in lines


def test_a_month_is_that_of_the_house() -> None:
    late = [row(timedelta(days=11, hours=10), None, None, State.OPEN)]  # 1 December 03:00 UTC
    assert rules.by_month_and_topic(late, "America/New_York", NOON)[0][0] == "2026-11"
    assert rules.by_month_and_topic(late, "UTC", NOON)[0][0] == "2026-12"


def test_letters_say_what_they_must() -> None:
    words = letters.received(house="ASHG", contact="301-555-0142", address="https://x.example/s", deadline="")
    assert "https://x.example/s" in words.text
    assert "deadline is" not in words.text
    came = letters.came(topic="a study", deadline="Friday", about="", question="Why?", who="M, N", address="https://d")
    assert came.subject == "Enquiry: a study, due Friday"
    assert "Why?" in came.text
