"""Whatever is done and whatever the clock says: what the cache answers is what would be made afresh that instant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text

from pressroom import publishing, search
from pressroom.accreditation import actions as accreditation
from pressroom.accreditation.reading import COOKIE
from pressroom.clips import actions as clips
from pressroom.clips.models import Clip, Outlet
from pressroom.desk import actions as desk
from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.meetings.models import Meeting
from pressroom.pages import actions as pages
from pressroom.publishing import cache, instants
from pressroom.publishing.cache import revalidating
from pressroom.releases import actions as releases
from pressroom.releases.models import Release
from pressroom.releases.rules import RefusedError
from pressroom.webcasts import actions as webcasts
from pressroom.webcasts.models import Webcast
from pressroom.webcasts.rules import WebcastError
from tests import factories
from tests.accreditation.conftest import accept, client_of, robin
from tests.conftest import NOON, not_as_bytes, nothing_kept, signed_in
from tests.meetings.conftest import meeting
from tests.releases.conftest import draft, illustrate, public
from tests.webcasts.factories import published, webcast

EXAMPLES = settings().max_examples // 12  # 8, or 83 with the profile "thorough"

READ = (
    *("/", "/releases/", "/releases/2026/", "/search?q=cats", "/search?q=tulip&sort=newest", "/clips/", "/clips/1"),
    *("/clips/?q=tulip", "/clips/?outlet=the-harbor-ledger", "/webcasts/", "/annual-meeting", "/fact-sheet"),
    *("/feeds/releases.rss", "/feeds/clips.json", "/feeds/webcasts.atom", "/sitemap.xml", "/contact", "/robots.txt"),
)

Act = Callable[[Any, datetime, int], None]


def chosen(model: type[Any], number: int) -> Any:
    """One of what there is."""
    rows = db.session.scalars(select(model).order_by(model.id)).all()
    return rows[number % len(rows)] if rows else None


def new_release(by: Any, now: datetime, number: int) -> None:
    made = draft(now=now, headline=f"Cats and tulips {number}", topics=("Cats", f"Topic {number % 3}"))
    if number % 3:
        at = now + timedelta(minutes=number % 90 + 1)
        releases.schedule(made, by=by, now=now, at=at, embargoed=bool(number % 2), zone="America/New_York")


def publish(by: Any, now: datetime, number: int) -> None:
    if made := chosen(Release, number):
        releases.publish(made, by=by, now=now)


def correct(by: Any, now: datetime, number: int) -> None:
    if made := chosen(Release, number):
        releases.correct(made, by=by, now=now, note=f"Not {number}.", body=f"It is {number + 1}.")


def withdraw(by: Any, now: datetime, number: int) -> None:
    if made := chosen(Release, number):
        releases.withdraw(made, by=by, now=now, reason="Wrong.")


def new_clip(by: Any, now: datetime, number: int) -> None:
    at = now + timedelta(minutes=number % 60) if number % 2 else now
    given: dict[str, Any] = {"headline": f"Tulip {number} {now}", "outlet": "The Harbor Ledger", "topics": ("Tulips",)}
    clips.add(by=by, now=now, published_on=now.date() - timedelta(days=2), public_from=at, **given)


def withdraw_clip(by: Any, now: datetime, number: int) -> None:
    made = chosen(Clip, number)
    if made is not None and made.withdrawn_at is None:
        clips.withdraw(made, by=by, now=now, reason="Wrong.")


def rename_outlet(_by: Any, _now: datetime, number: int) -> None:
    if made := chosen(Outlet, 0):
        made.name = f"The Ledger, no. {number}"


def new_webcast(_by: Any, now: datetime, number: int) -> None:
    made = webcast(title=f"Tulips live {number} {now}", starts_at=now + timedelta(minutes=number % 50 + 1))
    published(made)


def withdraw_webcast(by: Any, now: datetime, number: int) -> None:
    if made := chosen(Webcast, number):
        webcasts.withdraw(made, by=by, now=now, reason="Wrong.")


def withdrawn_later(_by: Any, now: datetime, number: int) -> None:
    """By a host whose clock is ahead of ours."""
    if made := chosen(Release, number):
        made.withdrawn_at, made.withdrawal_reason = now + timedelta(minutes=3), "Wrong."


def end_a_right(_by: Any, now: datetime, number: int) -> None:
    day = now.date() + timedelta(days=number % 3)
    db.session.execute(text("UPDATE asset SET rights_until = :day"), {"day": day.isoformat()})


def new_meeting(_by: Any, now: datetime, number: int) -> None:
    year = 2028 + number % 5
    db.session.execute(delete(Meeting).where(Meeting.year == year))
    meeting(year, starts_on=now.date() + timedelta(days=1), ends_on=now.date() + timedelta(days=2))


def new_fact(by: Any, now: datetime, number: int) -> None:
    pages.add_fact(by=by, now=now, label=f"Tulips {number}", value=str(number), headline_figure=True)


def set_name(by: Any, now: datetime, number: int) -> None:
    desk.save_settings({"organisation_name": f"Society {number}", "sample": bool(number % 2)}, by=by, now=now)


def index_again(_by: Any, _now: datetime, _number: int) -> None:
    db.session.commit()
    search.rebuild()


ACTS: tuple[Act, ...] = (
    *(new_release, publish, correct, withdraw, new_clip, withdraw_clip, rename_outlet, new_webcast, withdraw_webcast),
    *(withdrawn_later, end_a_right, new_meeting, new_fact, set_name, index_again),
)

TURNS = ("to the next instant", "just before it", "on", "back", "a day on")

step = st.one_of(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 999)),
    st.tuples(st.sampled_from(TURNS), st.integers(1, 5000)),
    st.tuples(st.just("look"), st.integers(0, 999)),
    st.tuples(st.just("look"), st.integers(0, 999)),
)


class House:
    """A press room, its readers, and its clock."""

    def __init__(self, app: Flask, set_clock: Callable[[datetime], None]) -> None:
        self.app, self._set, self.looked = app, set_clock, 0
        self.go(NOON)
        app.test_client_class = FlaskClient
        with self._staff():
            illustrate(public())
            accreditation.write_agreement("Nothing before the instant.", by=None, now=NOON)
            reader = robin()
            accept(reader)
            self.journalist = client_of(app, reader)
        self.anybody, self.ada = app.test_client(), signed_in(app, "ada")
        assert COOKIE in {cookie.key for cookie in self.journalist._cookies.values()}

    def go(self, moment: datetime) -> None:
        self.now = moment
        self._set(moment)

    @contextmanager
    def _staff(self) -> Iterator[None]:
        with self.app.app_context(), publishing.as_staff():
            yield
            db.session.commit()

    def act(self, act: Act, number: int) -> None:
        try:
            with self._staff():
                act(factories.person("ada"), self.now, number)
        except (RefusedError, WebcastError):
            return  # nothing was saved

    def turn(self, how: str, number: int) -> None:
        if how == "on":
            return self.go(self.now + timedelta(seconds=number))
        if how == "a day on":
            return self.go(self.now + timedelta(days=1))
        if how == "back":
            return self.go(self.now - timedelta(seconds=number))
        with self.app.app_context(), publishing.as_staff():
            following = instants.next_after(self.now)
        if following is None:
            return None
        early = timedelta(microseconds=1) if how == "just before it" else timedelta()
        return self.go(max(self.now, following - early))

    def look(self, number: int) -> None:
        """Some pages, twice, beside what is made afresh; and somebody with a cookie in between."""
        with self._staff():
            released = chosen(Release, number)
            address = released.address if released is not None and released.address else "/"
        for page in (address, READ[number % len(READ)], READ[(number + 7) % len(READ)]):
            first, answer = self.anybody.get(page), self.anybody.get(page)
            with not_as_bytes():
                again = self.anybody.get(page)
            with nothing_kept():
                fresh = self.anybody.get(page)
            where = f"{page} at {self.now}"
            assert first.status_code == answer.status_code == again.status_code == fresh.status_code, where
            assert first.data == answer.data == again.data == fresh.data, where
            assert fresh.headers.get("ETag", answer.headers.get("ETag")) == answer.headers.get("ETag"), where
            self.looked += 1
        somebody, kept = (self.ada, self.journalist)[number % 2], cache.numbers(self.app)
        assert somebody.get(address).status_code < 500
        assert cache.numbers(self.app).passed == kept.passed + 1, "who is somebody gets an answer of their own"


@pytest.mark.slow
def test_what_is_kept_is_what_would_be_made(app: Flask, clock_at: Callable[[datetime], None]) -> None:
    house = House(app, clock_at)

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(st.lists(step, min_size=3, max_size=10))
    def run(steps: list[tuple[Any, int]]) -> None:
        for what, number in steps:
            if what == "look":
                house.look(number)
            elif isinstance(what, str):
                house.turn(what, number)
            else:
                house.act(what, number)
        house.look(len(steps))

    run()
    done = cache.numbers(app)
    print(f"\n{house.looked} looks: {done}")
    assert done.hits > house.looked // 5, "a cache that answers nothing proves nothing"
    assert done.made > EXAMPLES
    assert app.extensions[revalidating.EXTENSION].unchanged > house.looked // 10
    assert clock.now() == house.now
