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
from pressroom.kit.db import db
from pressroom.releases import actions, queries, revisions
from pressroom.releases.rules import RefusedError, State
from tests import factories
from tests.conftest import NOON
from tests.releases.conftest import draft

steps = st.timedeltas(timedelta(seconds=1), timedelta(days=400))
around = st.timedeltas(timedelta(days=-400), timedelta(days=400))


class Life(RuleBasedStateMachine):
    """One release, a clock that only goes forward, and an editor who tries everything."""

    app: Flask

    def __init__(self) -> None:
        super().__init__()
        self.contexts = (self.app.app_context(), publishing.as_staff())
        for context in self.contexts:
            context.__enter__()
        self.now = NOON
        self.by = factories.person("ada")
        self.release = draft()
        self.was = self.state
        self.address = ""
        self.out_since: Any = None

    def teardown(self) -> None:
        db.session.rollback()
        for context in reversed(self.contexts):
            context.__exit__(None, None, None)

    @property
    def state(self) -> State:
        return self.release.state(self.now)

    def attempt(self, verb: Any, **more: Any) -> None:
        """Do it; a refusal changes nothing."""
        before = {name: getattr(self.release, name) for name in (*revisions.EDITABLE, *revisions.STANDING)}
        kept = len(queries.revisions(self.release.id))
        try:
            verb(self.release, by=self.by, now=self.now, **more)
        except RefusedError as error:
            assert str(error)
            after = {name: getattr(self.release, name) for name in before}
            assert after == before, "a refused act left a trace"
            assert len(queries.revisions(self.release.id)) == kept

    @rule(step=steps)
    def wait(self, step: timedelta) -> None:
        self.now += step

    @rule()
    def publish(self) -> None:
        self.attempt(actions.publish)

    @rule(ahead=around, embargoed=st.booleans())
    def schedule(self, ahead: timedelta, embargoed: bool) -> None:
        self.attempt(actions.schedule, at=self.now + ahead, embargoed=embargoed)

    @rule()
    def hold(self) -> None:
        self.attempt(actions.hold)

    @rule(body=st.sampled_from(["", "One", "Two"]), slug=st.sampled_from(["", "cats", "dogs"]))
    def edit(self, body: str, slug: str) -> None:
        self.attempt(actions.edit, body=body, slug=slug)

    @rule(note=st.sampled_from(["", "It was wrong."]))
    def correct(self, note: str) -> None:
        self.attempt(actions.correct, note=note)

    @rule(reason=st.sampled_from(["", "It was wrong."]))
    def withdraw(self, reason: str) -> None:
        self.attempt(actions.withdraw, reason=reason)

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
            given = (self.release.uid, self.release.public_from, self.release.address)
            self.out_since = self.out_since or given
            assert given == self.out_since
            assert self.release.body and self.release.slug
            assert self.release.changed_at >= self.release.public_from

    @invariant()
    def the_gate_agrees(self) -> None:
        public = self.state in {State.PUBLIC, State.CORRECTED}
        assert self.release.is_public(self.now) is public
        with clock.at(self.now):
            assert (self.release.public_from is not None) is (self.state is not State.DRAFT)

    @invariant()
    def there_is_a_revision_of_what_stands(self) -> None:
        last = queries.last_revision(self.release.id)
        assert last is not None
        assert last.fields["body"] == self.release.body
        assert last.fields["slug"] == self.release.slug


@pytest.mark.slow
def test_no_order_of_acts_takes_public_back(app: Flask) -> None:
    Life.app = app
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Life,
        settings=settings(
            max_examples=40,
            stateful_step_count=15,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
