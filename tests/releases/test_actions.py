"""Verbs: row, revision, audit line, queue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from pressroom.audit import AuditEntry
from pressroom.kit.db import db
from pressroom.releases import actions, queries
from pressroom.releases.models import Release
from pressroom.releases.rules import RefusedError, ReleaseKind, State
from pressroom.search.models import QueueRow
from tests import factories
from tests.conftest import NOON
from tests.releases.conftest import draft, illustrate, public, waiting

HOUR = timedelta(hours=1)


@pytest.fixture
def desk(staff: Callable[[], Any], noon: object) -> Any:
    """A session of staff at noon; nothing is committed."""
    with staff() as opened:
        yield opened


def due(release: Release) -> list[datetime]:
    db.session.flush()
    return sorted(
        db.session.scalars(select(QueueRow.due).where(QueueRow.kind == "release", QueueRow.object_id == release.id))
    )


def said(release: Release) -> list[str]:
    db.session.flush()
    return list(
        db.session.scalars(
            select(AuditEntry.action)
            .where(AuditEntry.kind == "release", AuditEntry.object_id == release.id)
            .order_by(AuditEntry.id)
        )
    )


def test_a_draft_is_row_revision_audit_line_and_queue(desk: Any) -> None:
    release = draft()
    revision = queries.last_revision(release.id)
    assert revision is not None
    assert (revision.number, revision.author_name, revision.at) == (1, "Ada Lindqvist", NOON)
    assert revision.fields["body"] == release.body
    assert revision.fields["kind"] == "research"
    assert revision.fields["topics"] == ["Cats", "Surveys"]
    assert said(release) == ["create"]
    assert due(release) == [NOON]
    assert release.state(NOON) is State.DRAFT
    assert release.address == ""


def test_the_slug_follows_the_headline_until_it_is_written(desk: Any) -> None:
    release = draft(headline="Cats agree")
    assert release.slug == "cats-agree"
    actions.edit(release, by=desk.ada, now=NOON, headline="Cats disagree")
    assert release.slug == "cats-disagree"
    actions.edit(release, by=desk.ada, now=NOON, slug="my-cats")
    actions.edit(release, by=desk.ada, now=NOON, headline="Cats sleep")
    assert release.slug == "my-cats"


def test_a_second_release_of_the_same_headline_gets_a_number(desk: Any) -> None:
    assert [draft(headline="Cats").slug for _ in range(3)] == ["cats", "cats-2", "cats-3"]


def test_an_address_that_is_taken_is_refused(desk: Any) -> None:
    public(slug="cats")
    other = draft(slug="cats")
    with pytest.raises(RefusedError, match="of 2026 has the address “cats”"):
        actions.publish(other, by=desk.ada, now=NOON)
    actions.edit(other, by=desk.ada, now=NOON, slug="dogs")
    actions.schedule(other, by=desk.ada, now=NOON, at=NOON + HOUR)
    with pytest.raises(RefusedError, match="has the address “cats”"):
        actions.edit(other, by=desk.ada, now=NOON, slug="cats")


def test_the_database_keeps_addresses_apart_too(desk: Any) -> None:
    public(slug="cats")
    other = public(slug="dogs")
    other.slug = "cats"
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_the_same_slug_may_come_back_in_another_year(desk: Any) -> None:
    old = public(now=datetime(2025, 5, 5, tzinfo=UTC), slug="annual-report")
    new = public(slug="annual-report")
    assert (old.address, new.address) == ("/releases/2025/annual-report", "/releases/2026/annual-report")


def test_publishing_sets_the_instant_and_the_year(desk: Any) -> None:
    release = public()
    assert release.public_from == NOON
    assert release.address == "/releases/2026/cats-agree-with-their-owners"
    assert said(release) == ["create", "publish"]


def test_a_draft_without_text_is_not_published(desk: Any) -> None:
    release = draft(body="")
    with pytest.raises(RefusedError, match="Write the text"):
        actions.publish(release, by=desk.ada, now=NOON)


def test_a_scheduled_release_is_queued_for_its_instant_as_well(desk: Any) -> None:
    release = waiting(NOON + HOUR)
    assert release.state(NOON) is State.SCHEDULED
    assert release.state(NOON + HOUR) is State.PUBLIC
    assert due(release)[-1] == NOON + HOUR
    assert NOON in due(release)


def test_moving_a_time_across_the_year_moves_the_address(desk: Any) -> None:
    release = waiting(NOON + HOUR, slug="cats")
    # Half past midnight in London, but still 2026 where the organisation is.
    actions.schedule(release, by=desk.ada, now=NOON, at=datetime(2027, 1, 1, 0, 30, tzinfo=UTC))
    assert release.address == "/releases/2026/cats"
    actions.schedule(release, by=desk.ada, now=NOON, at=datetime(2027, 1, 1, 5, 0, tzinfo=UTC))
    assert release.address == "/releases/2027/cats"


def test_an_embargo_is_lifted_early_for_everybody(desk: Any) -> None:
    release = waiting(NOON + HOUR, embargoed=True)
    assert release.state(NOON) is State.EMBARGOED
    actions.publish(release, by=desk.ada, now=NOON + HOUR / 2)
    assert release.state(NOON + HOUR / 2) is State.PUBLIC


def test_a_held_release_is_a_draft_without_an_address(desk: Any) -> None:
    release = waiting(NOON + HOUR, embargoed=True)
    actions.hold(release, by=desk.ada, now=NOON)
    assert (release.state(NOON), release.address, release.embargoed) == (State.DRAFT, "", False)


def test_an_edit_moves_the_update_and_never_the_publication(desk: Any) -> None:
    release = public()
    before = (release.uid, release.public_from, release.address)
    actions.edit(release, by=desk.ada, now=NOON + HOUR, body="Forty-one cats agreed.")
    assert (release.uid, release.public_from, release.address) == before
    assert release.updated_at == release.changed_at == NOON + HOUR
    assert "Forty-one" in release.body_html


def test_what_was_changed_before_the_lift_counts_from_the_lift(desk: Any) -> None:
    assert waiting(NOON + HOUR).changed_at == NOON + HOUR


def test_an_edit_that_changes_nothing_writes_nothing(desk: Any) -> None:
    release = public()
    assert actions.edit(release, by=desk.ada, now=NOON + HOUR, headline=release.headline) == {}
    assert release.updated_at == NOON
    assert len(queries.saves(release.id)) == 2


def test_what_is_out_keeps_headline_and_text(desk: Any) -> None:
    release = public()
    with pytest.raises(RefusedError, match="Write the text"):
        actions.edit(release, by=desk.ada, now=NOON + HOUR, body="")


def test_a_correction_changes_the_text_and_says_so(desk: Any) -> None:
    release = public()
    actions.correct(release, by=desk.ada, now=NOON + HOUR, note="41 cats, not 40.", body="41 cats agreed.")
    actions.correct(release, by=desk.ada, now=NOON + 2 * HOUR, note="And one dog.")
    assert [note.note for note in release.corrections] == ["And one dog.", "41 cats, not 40."]
    assert release.state(NOON + HOUR) is State.CORRECTED
    assert release.corrected_at == NOON + 2 * HOUR
    assert said(release)[-2:] == ["correct", "correct"]
    last = queries.last_revision(release.id)
    assert last is not None
    assert last.note == "And one dog."


def test_a_withdrawn_release_is_kept_as_it_was(desk: Any) -> None:
    release = public()
    actions.withdraw(release, by=desk.ada, now=NOON + HOUR, reason="The cats were dogs.")
    assert release.state(NOON + HOUR) is State.WITHDRAWN
    for act in (
        lambda: actions.edit(release, by=desk.ada, now=NOON + HOUR, body="x"),
        lambda: actions.publish(release, by=desk.ada, now=NOON + HOUR),
        lambda: actions.schedule(release, by=desk.ada, now=NOON + HOUR, at=NOON + 2 * HOUR),
        lambda: actions.correct(release, by=desk.ada, now=NOON + HOUR, note="x"),
        lambda: illustrate(release, now=NOON + HOUR),
    ):
        with pytest.raises(RefusedError):
            act()


def test_pictures_are_arranged_and_taken_away(desk: Any) -> None:
    release = illustrate(illustrate(public()), caption="Second")
    first, second = release.pictures
    actions.arrange_pictures(release, by=desk.ada, now=NOON + HOUR, lead=second.id)
    assert [picture.id for picture in release.pictures] == [second.id, first.id]
    assert release.updated_at == NOON + HOUR
    actions.arrange_pictures(release, by=desk.ada, now=NOON + 2 * HOUR, without=[second.id])
    db.session.flush()
    db.session.expire(release)
    assert [picture.id for picture in release.pictures] == [first.id]
    actions.arrange_pictures(release, by=desk.ada, now=NOON + 3 * HOUR, lead=first.id)
    assert release.updated_at == NOON + 2 * HOUR


def test_a_limit_holds_for_every_edge(desk: Any) -> None:
    with pytest.raises(RefusedError, match="300 characters"):
        draft(headline="a" * 301)
    with pytest.raises(RefusedError, match=r"10\.5555"):
        draft(study_doi="none")
    with pytest.raises(RefusedError, match="working one"):
        draft(headline=" ")
    with pytest.raises(TypeError, match="public_from"):
        draft(public_from=NOON)


def test_a_command_acts_without_a_person(desk: Any) -> None:
    release = actions.create(by=None, now=NOON, headline="Cats", kind=ReleaseKind.NOTICE)
    assert (release.author_id, release.author_name) == (None, "")


def test_two_sessions_do_not_overwrite_each_other(staff: Any, drafted: int) -> None:
    with staff():
        mine = queries.by_id(drafted)
        assert mine is not None
        version = mine.version
    with staff():
        mine = queries.by_id(drafted)
        assert mine is not None
        db.session.execute(
            Release.__table__.update().where(Release.id == drafted).values(version=version + 1)  # type: ignore[attr-defined]
        )
        mine.headline = "Cats disagree"
        with pytest.raises(StaleDataError):
            db.session.flush()
        db.session.rollback()


def test_every_revision_is_kept(desk: Any) -> None:
    release = draft()
    for n in range(3):
        actions.edit(release, by=factories.person("wren"), now=NOON + n * HOUR, body=f"Version {n}")
    numbers = [(revision.number, revision.author_name) for revision in queries.saves(release.id)]
    assert numbers == [(4, "Wren Okafor"), (3, "Wren Okafor"), (2, "Wren Okafor"), (1, "Ada Lindqvist")]
    first = queries.revision(release.id, 1)
    assert first is not None
    assert first.fields["body"].startswith("Forty")
