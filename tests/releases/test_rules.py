"""Decisions about releases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.releases import rules
from pressroom.releases.rules import RefusedError, State
from tests.conftest import NOON

SECOND = timedelta(seconds=1)
instants = st.integers(0, 3_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
maybe = st.none() | instants


def standing(**given: object) -> State:
    columns = {"public_from": None, "embargoed": False, "corrected_at": None, "withdrawn_at": None, "now": NOON}
    return rules.state(**(columns | given))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({}, State.DRAFT),
        ({"embargoed": True}, State.DRAFT),
        ({"public_from": NOON + SECOND}, State.SCHEDULED),
        ({"public_from": NOON + SECOND, "embargoed": True}, State.EMBARGOED),
        ({"public_from": NOON}, State.PUBLIC),
        ({"public_from": NOON, "embargoed": True}, State.PUBLIC),
        ({"public_from": NOON - SECOND, "corrected_at": NOON}, State.CORRECTED),
        ({"public_from": NOON - SECOND, "withdrawn_at": NOON}, State.WITHDRAWN),
        ({"public_from": NOON - SECOND, "withdrawn_at": NOON + SECOND}, State.PUBLIC),
    ],
)
def test_state_follows_from_columns_and_time(columns: dict[str, object], expected: State) -> None:
    assert standing(**columns) is expected


@given(maybe, st.booleans(), maybe, maybe, instants, st.timedeltas(timedelta(0), timedelta(days=9000)))
def test_time_alone_never_takes_public_back(
    public_from: datetime | None,
    embargoed: bool,
    corrected_at: datetime | None,
    withdrawn_at: datetime | None,
    now: datetime,
    later: timedelta,
) -> None:
    def at(moment: datetime) -> State:
        return rules.state(
            public_from=public_from,
            embargoed=embargoed,
            corrected_at=corrected_at,
            withdrawn_at=withdrawn_at,
            now=moment,
        )

    if at(now).is_out:
        assert at(now + later).is_out


@given(st.sampled_from(State), instants, instants)
def test_a_time_is_set_in_the_future_and_before_publication_only(state: State, at: datetime, now: datetime) -> None:
    if state.is_out or at <= now:
        with pytest.raises(RefusedError):
            rules.check_schedule(state, at, now)
    else:
        rules.check_schedule(state, at, now)


@pytest.mark.parametrize("state", [State.PUBLIC, State.CORRECTED, State.WITHDRAWN])
def test_what_is_out_is_neither_published_nor_held(state: State) -> None:
    with pytest.raises(RefusedError):
        rules.check_publish(state)
    with pytest.raises(RefusedError):
        rules.check_hold(state)


@pytest.mark.parametrize("state", [State.DRAFT, State.SCHEDULED, State.EMBARGOED, State.WITHDRAWN])
def test_only_public_releases_are_corrected_or_withdrawn(state: State) -> None:
    with pytest.raises(RefusedError):
        rules.check_correct(state, "31 clinics")
    with pytest.raises(RefusedError):
        rules.check_withdraw(state, "The study was withdrawn.")


@pytest.mark.parametrize("words", ["", "  \n"])
def test_correction_and_withdrawal_say_why(words: str) -> None:
    with pytest.raises(RefusedError, match="Say what was wrong"):
        rules.check_correct(State.PUBLIC, words)
    with pytest.raises(RefusedError, match="Say why"):
        rules.check_withdraw(State.PUBLIC, words)


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(RefusedError) as refused:
        rules.check_complete(headline="", body=" ", slug="")
    assert [problem.field for problem in refused.value.problems] == ["headline", "body", "slug"]


def test_a_long_text_is_told_limit_and_length() -> None:
    assert rules.too_long("body", "a" * 200_000) is None
    assert rules.too_long("body", "a" * 200_001) == ("Shorten the text to 200,000 characters. It has 200,001.")


@pytest.mark.parametrize(
    ("written", "doi"),
    [
        ("10.5555/12345678", "10.5555/12345678"),
        (" https://doi.org/10.5555/12345678 ", "10.5555/12345678"),
        ("doi: 10.5555/abc.d(1)", "10.5555/abc.d(1)"),
        ("http://dx.doi.org/10.5555/x", "10.5555/x"),
    ],
)
def test_a_doi_is_read_in_the_ways_it_is_written(written: str, doi: str) -> None:
    assert rules.read_doi(written) == doi
    assert rules.doi_problem(doi) is None


@pytest.mark.parametrize("written", ["12345", "10.5/x", "10.5555/a b", '10.5555/"><script>'])
def test_what_is_no_doi_is_refused(written: str) -> None:
    assert rules.doi_problem(rules.read_doi(written))


def test_topics_are_read_once_each_in_their_order() -> None:
    assert rules.read_topics(" Cats,  big  dogs ,cats,, Birds") == ("Cats", "big dogs", "Birds")


def test_topics_are_limited_in_number_and_length() -> None:
    assert rules.topics_problem([f"t{n}" for n in range(13)]) == "Choose at most 12 topics. There are 13."
    assert "60 characters" in (rules.topics_problem(["a" * 61]) or "")
    assert rules.topics_problem(["a" * 60]) is None


def test_the_year_is_that_of_the_organisation() -> None:
    new_year_in_london = datetime(2027, 1, 1, 0, 30, tzinfo=UTC)
    assert rules.year_of(new_year_in_london, "Europe/London") == 2027
    assert rules.year_of(new_year_in_london, "America/New_York") == 2026


def test_the_release_line_names_weekday_zone_and_offset() -> None:
    at = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
    line = rules.release_line(State.EMBARGOED, at, "America/New_York")
    assert line == "EMBARGOED UNTIL Tuesday, 24 November 2026, 11:00 EST (UTC−05:00)"
    assert rules.release_line(State.PUBLIC, at, "America/New_York") == "FOR IMMEDIATE RELEASE"
