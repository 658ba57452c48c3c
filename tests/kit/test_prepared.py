"""Prepared statements: what they read, when they see a change, and what the objects of their rows refuse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import bindparam, select
from sqlalchemy.orm.exc import UnmappedInstanceError

from pressroom import publishing
from pressroom.kit import clock, prepared
from pressroom.kit.db import db
from pressroom.kit.prepared import Columns
from pressroom.publishing import GateError
from pressroom.releases import public
from pressroom.releases.models import Release
from tests.conftest import NOON
from tests.releases.conftest import public as released
from tests.releases.conftest import waiting

COLUMNS = Columns(Release, "id", "headline", "kind", "topics", "public_from")
OPEN = publishing.Read(lambda: select(*COLUMNS.read).order_by(Release.id))
NAMED = publishing.Read(lambda: select(*COLUMNS.read).where(Release.headline == bindparam("headline")))
UNGUARDED = prepared.Prepared(lambda: select(Release.headline))


@pytest.fixture
def room(app: Flask, staff: Callable, clock_at: Callable) -> Flask:
    """A public release, and one that is public a second later."""
    clock_at(NOON)
    with staff():
        released(now=NOON, headline="Out")
        waiting(NOON + timedelta(seconds=1), headline="Secret", now=NOON)
    return app


def headlines() -> list[str]:
    return [COLUMNS.made(row).headline for row in OPEN()]


def test_strangers_get_what_is_public_in_the_types_of_its_columns(room: Flask) -> None:
    with room.app_context():
        (row,) = NAMED(headline="Out")
        found, stored = COLUMNS.made(row), db.session.scalars(select(Release)).one()
        assert [getattr(found, name) for name in COLUMNS.names] == [getattr(stored, name) for name in COLUMNS.names]
        assert NAMED(headline="Secret") == []
        assert headlines() == ["Out"]
    with room.app_context(), publishing.as_staff():
        assert headlines() == ["Out"], "whoever asks"
        assert [row.headline for row in OPEN.for_reader()] == ["Out", "Secret"]
    with clock.at(NOON + timedelta(seconds=1)), room.app_context():
        assert headlines() == ["Out", "Secret"], "the instant is that of each asking"


def test_the_guard_looks_at_what_is_prepared(room: Flask) -> None:
    with room.app_context(), pytest.raises(GateError, match="past the gate"):
        UNGUARDED()
    with room.app_context(), publishing.as_staff():
        assert len(UNGUARDED()) == 2


def test_an_object_says_only_what_was_read_and_cannot_be_saved(room: Flask) -> None:
    with room.app_context():
        found = COLUMNS.made(OPEN()[0])
        with pytest.raises(UnmappedInstanceError):
            _ = found.body_html
        with pytest.raises(AttributeError):
            found.headline = "Another"
        with pytest.raises(UnmappedInstanceError):
            db.session.add(found)


def test_a_request_sees_one_state_and_the_next_one_the_next(room: Flask, staff: Callable) -> None:
    if room.config["DATABASE_URL"].startswith("postgresql"):
        pytest.skip("there each statement sees what was committed, as in sessions")
    with room.test_request_context("/"):
        assert headlines() == ["Out"]
        with staff():
            released(now=NOON, headline="Another")
        assert headlines() == ["Out"]
    with room.test_request_context("/"):
        assert headlines() == ["Out", "Another"]


def test_what_is_asked_now_is_told_as_it_is_now_or_not_at_all(room: Flask) -> None:
    with room.test_request_context("/"):
        assert [row[1] for row in OPEN.now() or ()] == ["Out"]
        assert not prepared.connections_of(room).is_reading(), "it does not settle what the request sees"
        assert headlines() == ["Out"]
        settled = prepared.connections_of(room).is_reading()
        assert settled is (OPEN.now() is None)


def test_a_release_comes_with_all_its_lists(room: Flask, staff: Callable) -> None:
    with room.app_context():
        (row,) = NAMED(headline="Out")
        stored = db.session.get(Release, row[0])
        assert stored is not None
        found = public.by_address(stored.year or 0, stored.slug)
        assert found is not None
        for name in ("corrections", "pictures", "files", "related_ties", "boilerplate_ties", "contact_ties"):
            assert [each.id for each in getattr(found, name)] == [each.id for each in getattr(stored, name)]
        assert public.by_address(stored.year or 0, "no-such-release") is None


def test_a_list_of_values_is_asked_in_few_statements_and_through_the_gate(room: Flask) -> None:
    listed = prepared.Listed(
        lambda values: publishing.Read(lambda: select(Release.headline).where(Release.id.in_(values)))
    )
    with room.test_request_context():
        sent: list[str] = []
        prepared.connections_of(room).listeners.append(sent.append)
        assert list(listed([])) == []
        assert not sent
        assert list(listed([2, 1, 1])) == [["Out"]], (
            "what is secret is not there, and what is named twice is there once"
        )
        assert [row[0] for row in listed(range(1, 131))] == ["Out"]
        assert [text.count("?") + text.count("%(") for text in sent] == [7, 102, 52]


def test_a_raw_row_is_what_is_read_later(room: Flask) -> None:
    with room.test_request_context():
        (row,) = OPEN.raw()
        assert [OPEN.read(row)] == OPEN()


def test_rows_pass_one_by_one_where_they_are_too_many(room: Flask) -> None:
    with room.app_context():
        assert OPEN.folded(lambda rows: [COLUMNS.made(row).headline for row in rows]) == ["Out"]
        connections = prepared.connections_of(room)
        if connections.dialect.name == "sqlite":  # the driver of PostgreSQL has them all
            far = "SELECT json(column1) FROM (VALUES ('1'), ('2'), ('3'), ('4'), ('no json'))"
            assert connections.folded(far, (), next) == ("1",), "the last row was not come to"
            with pytest.raises(connections.operational):
                connections.folded(far, (), list)


def test_a_thread_holds_a_connection_as_long_as_a_request_and_others_get_it_then(app: Flask) -> None:
    """A thread of a web server that ends with a connection ends the process (CPython 119585)."""
    connections = prepared.connections_of(app)

    def held() -> object:
        return getattr(connections._local, "kept", None)

    with app.test_request_context():
        connections.rows("SELECT 1", ())
        mine = held()
        connections.rows("SELECT 1", ())
        assert mine is held() is not None
        connections.end()
    assert held() is None
    with app.app_context():  # no request, such as what is asked for a kept page
        connections.rows("SELECT 1", ())
        assert held() is None
    with app.test_request_context():
        connections.rows("SELECT 1", ())
        assert held() is mine
