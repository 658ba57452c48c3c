"""What a webcast is at an instant, and what may be public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.webcasts import rules
from pressroom.webcasts.rules import Standing, State, WebcastError
from tests.conftest import NOON

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


@dataclass
class Plan:
    """A webcast as decisions see it: from NOON, one hour."""

    starts_at: datetime = NOON
    ends_at: datetime = NOON + HOUR
    public_from: datetime | None = None
    withdrawn_at: datetime | None = None
    has_own_recording: bool = False
    has_recording: bool = False
    has_words: bool = False


OWN = {"has_own_recording": True, "has_recording": True}
LINK = {"has_recording": True}
WORDS = {"has_words": True}


@pytest.mark.parametrize(
    ("files", "before", "during", "after"),
    [
        ({}, State.ANNOUNCED, State.LIVE, State.RECORDING_TO_FOLLOW),
        (WORDS, State.ANNOUNCED, State.LIVE, State.RECORDING_TO_FOLLOW),
        (LINK, State.ANNOUNCED, State.LIVE, State.RECORDING_TO_FOLLOW),
        (LINK | WORDS, State.ANNOUNCED, State.LIVE, State.ON_DEMAND),
        (OWN, State.ANNOUNCED, State.LIVE, State.RECORDING_TO_FOLLOW),
        (OWN | WORDS, State.ANNOUNCED, State.ON_DEMAND, State.ON_DEMAND),
    ],
)
def test_states_change_at_the_second(files: dict[str, bool], before: State, during: State, after: State) -> None:
    plan = Plan(**files)  # type: ignore[arg-type]
    moments = (NOON - SECOND, NOON, NOON + HOUR - SECOND, NOON + HOUR)
    assert [rules.state(plan, moment) for moment in moments] == [before, during, during, after]


instants = st.integers(-200_000_000, 200_000_000).map(lambda seconds: NOON + seconds * SECOND)
flags = st.booleans()


@given(instants, st.integers(1, 1440), st.lists(instants, min_size=2, max_size=20), flags, flags, flags)
def test_time_never_leads_back(
    start: datetime, minutes: int, moments: list[datetime], own: bool, link: bool, words: bool
) -> None:
    plan = Plan(
        start, start + timedelta(minutes=minutes), has_own_recording=own, has_recording=own or link, has_words=words
    )
    order = list(State)
    seen = [order.index(rules.state(plan, moment)) for moment in sorted(moments)]
    assert seen == sorted(seen)


@given(instants, instants, flags, flags, flags)
def test_what_is_on_demand_always_has_its_words(
    start: datetime, now: datetime, own: bool, link: bool, words: bool
) -> None:
    plan = Plan(start, start + HOUR, has_own_recording=own, has_recording=own or link, has_words=words)
    if rules.state(plan, now) is State.ON_DEMAND:
        assert words
        assert own or link
        assert now >= start


def test_a_recording_without_words_is_not_published() -> None:
    with pytest.raises(WebcastError) as refused:
        rules.refuse_publishing(Plan(**OWN), NOON + 2 * HOUR, NOON)  # type: ignore[arg-type]
    assert list(refused.value.problems) == ["captions"]
    rules.refuse_publishing(Plan(**OWN | WORDS), NOON + 2 * HOUR, NOON)  # type: ignore[arg-type]


def test_a_place_to_watch_needs_words_only_when_the_event_is_over() -> None:
    rules.refuse_publishing(Plan(**LINK), NOON - HOUR, NOON - HOUR)  # type: ignore[arg-type]
    with pytest.raises(WebcastError, match="captions or a transcript"):
        rules.refuse_publishing(Plan(**LINK), NOON + HOUR, NOON + HOUR)  # type: ignore[arg-type]


def test_a_recording_is_not_public_before_the_event() -> None:
    with pytest.raises(WebcastError, match="before the webcast begins"):
        rules.refuse_publishing(Plan(**OWN | WORDS), NOON - SECOND, NOON - SECOND)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("plan", "at", "says"),
    [
        (Plan(public_from=NOON), NOON + HOUR, "public already"),
        (Plan(withdrawn_at=NOON), NOON + HOUR, "withdrawn"),
        (Plan(), NOON - HOUR, "has passed"),
    ],
)
def test_publishing_goes_one_way(plan: Plan, at: datetime, says: str) -> None:
    with pytest.raises(WebcastError, match=says):
        rules.refuse_publishing(plan, at, NOON)


@pytest.mark.parametrize(
    ("plan", "reason", "says"),
    [
        (Plan(), "A mistake.", "not public"),
        (Plan(public_from=NOON + HOUR), "A mistake.", "not public"),
        (Plan(public_from=NOON, withdrawn_at=NOON), "A mistake.", "before"),
        (Plan(public_from=NOON), "  ", "reason"),
    ],
)
def test_only_what_is_public_is_withdrawn_and_for_a_reason(plan: Plan, reason: str, says: str) -> None:
    with pytest.raises(WebcastError, match=says):
        rules.refuse_withdrawing(plan, reason, NOON)


def test_standing() -> None:
    assert rules.standing(Plan(), NOON) is Standing.DRAFT
    assert rules.standing(Plan(public_from=NOON + SECOND), NOON) is Standing.SCHEDULED
    assert rules.standing(Plan(public_from=NOON), NOON) is Standing.PUBLIC
    assert rules.standing(Plan(public_from=NOON, withdrawn_at=NOON), NOON) is Standing.WITHDRAWN


@pytest.mark.parametrize("address", ["https://video.example/42", "https://video.example:8443/a?b=c#t=1"])
def test_addresses_elsewhere(address: str) -> None:
    rules.check_video_url(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://video.example/42",
        "javascript:alert(1)",
        "https://",
        "https:///path",
        "//video.example/42",
        "https://user:word@video.example/",
        "https://video.example/a b",
        "https://[::1/",
        "https://video.example:99999/",
        "video.example",
    ],
)
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(WebcastError, match="https://"):
        rules.check_video_url(address)


def test_many_sentences_are_counted() -> None:
    assert rules.first_few(["a."], 2) == ["a."]
    assert rules.first_few(["a.", "b.", "c.", "d."], 2) == ["a.", "b.", "And 2 more of the kind."]
