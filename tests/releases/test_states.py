"""Whatever is done to a release, in whatever order: what the public had, it keeps or is told about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from pressroom import publishing
from pressroom.kit import clock
from pressroom.kit import settings as house_settings
from pressroom.kit.db import db
from pressroom.releases import actions, queries, revisions
from pressroom.releases.rules import BY_TIME, NEED_APPROVAL, TRANSITIONS, Act, RefusedError, State
from tests import factories
from tests.conftest import NOON
from tests.releases.conftest import draft

steps = st.timedeltas(timedelta(seconds=1), timedelta(days=400))
around = st.timedeltas(timedelta(days=-400), timedelta(days=400))


EVERYBODY = ("ada", "nadia", "wren")


class Life(RuleBasedStateMachine):
    """One release, a clock that only goes forward, and people who try everything."""

    app: Flask
    second_person = False

    def __init__(self) -> None:
        super().__init__()
        self.contexts = (self.app.app_context(), publishing.as_staff())
        for context in self.contexts:
            context.__enter__()
        self.now = NOON
        house_settings.edit({"release_approval": self.second_person})
        self.people = [factories.person(name) for name in EVERYBODY]
        self.by = self.people[0]
        self.release = draft()
        self.approved: Any = None
        self.was = self.state
        self.addresses: set[Any] = set()
        self.out_since: Any = None

    def teardown(self) -> None:
        db.session.rollback()
        for context in reversed(self.contexts):
            context.__exit__(None, None, None)

    @property
    def state(self) -> State:
        return self.release.state(self.now)

    def words(self) -> Any:
        """What a reader reads."""
        return [getattr(self.release, name) for name in revisions.EDITABLE if name != "slug"]

    def attempt(self, act: Act, verb: Any, **more: Any) -> None:
        """Do it; a refusal changes nothing, and what was done stands in the table."""
        standing = self.state
        before = {name: getattr(self.release, name) for name in (*revisions.EDITABLE, *revisions.STANDING)}
        kept = len(queries.saves(self.release.id))
        try:
            verb(self.release, by=self.by, now=self.now, **more)
            assert self.state in TRANSITIONS[standing].get(act, ()), f"{act} led from {standing} to {self.state}"
            if act is Act.APPROVE:
                self.approved = self.words()
        except RefusedError as error:
            assert str(error)
            after = {name: getattr(self.release, name) for name in before}
            assert after == before, "a refused act left a trace"
            assert len(queries.saves(self.release.id)) == kept

    @rule(step=steps)
    def wait(self, step: timedelta) -> None:
        before = self.state
        self.now += step
        assert self.state in {before, BY_TIME.get(before)}

    @rule(who=st.integers(0, len(EVERYBODY) - 1))
    def somebody_else_sits_down(self, who: int) -> None:
        self.by = self.people[who]

    @rule()
    def submit(self) -> None:
        self.attempt(Act.SUBMIT, actions.submit)

    @rule()
    def approve(self) -> None:
        last = self.release.edited_by_id
        self.attempt(Act.APPROVE, actions.approve)
        if self.state is State.APPROVED and self.was is State.IN_REVIEW:
            assert self.by.id not in {self.release.author_id, last}

    @rule(note=st.sampled_from(["", "Shorter."]))
    def send_back(self, note: str) -> None:
        self.attempt(Act.RETURN, actions.send_back, note=note)

    @rule()
    def publish(self) -> None:
        self.attempt(Act.PUBLISH, actions.publish)

    @rule(ahead=around, embargoed=st.booleans())
    def schedule(self, ahead: timedelta, embargoed: bool) -> None:
        self.attempt(
            Act.EMBARGO if embargoed else Act.SCHEDULE, actions.schedule, at=self.now + ahead, embargoed=embargoed
        )

    @rule()
    def hold(self) -> None:
        self.attempt(Act.HOLD, actions.hold)

    @rule(body=st.sampled_from(["", "One", "Two"]), slug=st.sampled_from(["", "cats", "dogs"]))
    def edit(self, body: str, slug: str) -> None:
        self.attempt(Act.EDIT, actions.edit, body=body, slug=slug)

    @rule(note=st.sampled_from(["", "It was wrong."]))
    def correct(self, note: str) -> None:
        self.attempt(Act.CORRECT, actions.correct, note=note)

    @rule(reason=st.sampled_from(["", "It was wrong."]))
    def withdraw(self, reason: str) -> None:
        self.attempt(Act.WITHDRAW, actions.withdraw, reason=reason)

    @invariant()
    def public_never_goes_back(self) -> None:
        if self.was.is_out:
            assert self.state.is_out
        if self.was is State.WITHDRAWN:
            assert self.state is State.WITHDRAWN
        if self.was is State.CORRECTED:
            assert self.state in {State.CORRECTED, State.WITHDRAWN}
        self.was = self.state

    @invariant()
    def what_was_given_out_stays(self) -> None:
        if self.state.is_out:
            given = (self.release.uid, self.release.public_from, self.release.year)
            self.out_since = self.out_since or given
            assert given == self.out_since
            self.addresses.add((self.release.year, self.release.slug))
            for year, slug in self.addresses:
                assert queries.by_address(year, slug) == self.release or queries.moved(year, slug) == self.release
            assert self.release.body and self.release.slug
            assert self.release.changed_at >= self.release.public_from

    @invariant()
    def the_gate_agrees(self) -> None:
        public = self.state in {State.PUBLIC, State.CORRECTED}
        assert self.release.is_public(self.now) is public
        with clock.at(self.now):
            assert (self.release.public_from is not None) is not self.state.is_draft

    @invariant()
    def nothing_goes_out_that_nobody_approved(self) -> None:
        if self.second_person and (self.state.waits or (self.state.is_out and not self.out_since)):
            assert self.approved == self.words()
            if self.state.is_out:
                self.out_since = (self.release.uid, self.release.public_from, self.release.year)

    @invariant()
    def there_is_a_revision_of_what_stands(self) -> None:
        last = queries.last_revision(self.release.id)
        assert last is not None
        assert last.fields["body"] == self.release.body
        assert last.fields["slug"] == self.release.slug


class ReviewedLife(Life):
    """The same where a second person must approve."""

    second_person = True


@pytest.mark.slow
@pytest.mark.parametrize("life", [Life, ReviewedLife])
def test_no_order_of_acts_takes_public_back(app: Flask, life: type[Life]) -> None:
    life.app = app
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        life,
        settings=settings(
            max_examples=40,
            stateful_step_count=15,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


# The table ------------------------------------------------------------------------------------------------


def reached(*, leave_out: frozenset[Act] = frozenset(), begin: State = State.DRAFT) -> set[State]:
    """Where a release can get to by any path of the table and time."""
    found, ahead = set(), {begin}
    while ahead:
        here = ahead.pop()
        found.add(here)
        by_acts = (after for act, after in TRANSITIONS[here].items() if act not in leave_out)
        ahead |= {*set().union(*by_acts), *([BY_TIME[here]] if here in BY_TIME else [])} - found
    return found


def test_every_state_can_be_reached_and_is_in_the_table() -> None:
    assert reached() == set(State) == set(TRANSITIONS)


def test_without_what_needs_approval_nothing_goes_out_or_gets_a_time() -> None:
    assert reached(leave_out=NEED_APPROVAL) == {State.DRAFT, State.IN_REVIEW, State.APPROVED}


@pytest.mark.parametrize("begin", [state for state in State if state.is_out])
def test_no_path_leads_back_from_the_public(begin: State) -> None:
    allowed = {
        State.PUBLIC: {State.PUBLIC, State.CORRECTED, State.WITHDRAWN},
        State.CORRECTED: {State.CORRECTED, State.WITHDRAWN},
        State.WITHDRAWN: {State.WITHDRAWN},
    }
    assert reached(begin=begin) == allowed[begin]
