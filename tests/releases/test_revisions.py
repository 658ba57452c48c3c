"""What a revision holds, in words and back; and that none is ever changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask_migrate import upgrade
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from pressroom.application import create_app
from pressroom.audit import AuditEntry
from pressroom.kit.db import db
from pressroom.releases import actions, queries, revisions
from pressroom.releases.models import Release, ReleaseRevision
from pressroom.releases.rules import Evidence, RefusedError, ReleaseKind
from tests.conftest import NOON
from tests.releases.conftest import draft, illustrate, public, waiting

HOUR = timedelta(hours=1)


@pytest.fixture
def desk(staff: Callable[[], Any], noon: object) -> Any:
    """A session of staff at noon."""
    with staff() as opened:
        yield opened


def kept(release: Release, number: int) -> ReleaseRevision:
    found = queries.revision(release.id, number)
    assert found
    return found


def restore(release: Release, number: int, by: Any) -> dict[str, Any]:
    return actions.restore(release, kept(release, number), by=by, now=NOON + HOUR)


# Pure -----------------------------------------------------------------------------------------------------


def test_what_was_written_comes_back_from_json() -> None:
    fields = {
        "kind": "award",
        "evidence": "review",
        "subject": None,
        "topics": ["Cats"],
        "study_published_on": "2026-11-01",
        "body": "x",
        "uid": "never",
    }
    assert revisions.written(fields) == {
        "kind": ReleaseKind.AWARD,
        "evidence": Evidence.REVIEW,
        "subject": None,
        "topics": ("Cats",),
        "study_published_on": date(2026, 11, 1),
        "body": "x",
    }


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("kind", "award", "Award"),
        ("kind", "of long ago", "of long ago"),
        ("topics", ["Cats", "Dogs"], "Cats, Dogs"),
        ("embargoed", True, "Yes"),
        ("embargoed", False, ""),
        ("corrected_at", None, ""),
        ("public_from", "2026-11-24T16:00:00+00:00", "Tuesday, 24 November 2026, 11:00 EST (UTC−05:00)"),
    ],
)
def test_a_value_is_read_in_words(field: str, value: Any, words: str) -> None:
    assert revisions.readable(field, {field: value, "zone": "America/New_York"}) == words


def test_each_field_that_a_revision_holds_has_a_name_for_people(desk: Any) -> None:
    release = draft()
    names = [revisions.name(field) for field in kept(release, 1).fields]
    assert len(set(names)) == len(names)
    assert not [name for name in names if "_" in name]


# Kept -----------------------------------------------------------------------------------------------------


def test_a_save_says_what_for_and_what_it_changed(desk: Any) -> None:
    release = draft()
    actions.edit(release, by=desk.wren, now=NOON, note="figures checked", body="41 cats.", topics=("Cats",))
    illustrate(release)
    first, second, third = (kept(release, number) for number in (1, 2, 3))
    assert (first.act, first.note, first.changed) == ("create", "", [])
    assert (second.act, second.note, second.changed) == ("edit", "figures checked", ["body", "topics"])
    assert (third.act, third.changed) == ("add picture", ["pictures"])


def test_the_database_refuses_to_change_or_delete_a_revision(desk: Any) -> None:
    release = draft()
    db.session.commit()
    acts: list[Any] = [
        update(ReleaseRevision).values(note="Rewritten"),
        delete(ReleaseRevision),
        delete(Release).where(Release.id == release.id),
    ]
    for act in acts:
        with pytest.raises(DBAPIError, match="never changed"):
            db.session.execute(act, execution_options={"synchronize_session": False})
        db.session.rollback()
    assert kept(release, 1).note == ""


def test_no_verb_and_no_route_takes_a_revision_away(app: Any) -> None:
    ends = [rule for rule in app.url_map.iter_rules() if "revisions" in rule.rule]
    assert len(ends) == 3
    for rule in ends:
        assert not {"DELETE", "PUT", "PATCH"} & (rule.methods or set())
        assert "POST" not in (rule.methods or set()) or rule.rule.endswith("/restore")


FILLED = {
    "id": 0,
    "uid": "",
    "version": 1,
    "kind": "research",
    "headline": "x",
    "embargoed": 0,
    "created_at": "2026-11-01",
    "updated_at": "2026-11-01",
}
"""What a release of the first version cannot be without."""


@pytest.mark.sqlite
def test_revisions_of_an_older_database_are_described(tmp_path: Path) -> None:
    app = create_app(tmp_path)
    folder = str(Path(app.root_path) / "migrations")
    with app.app_context():
        upgrade(folder, revision="0001")
        db.engine.dispose()
    with closing(sqlite3.connect(tmp_path / "pressroom.sqlite3")) as old, old:
        rows = [
            (1, 1, 1, "create", '{"body": "a", "slug": "x"}'),
            (2, 1, 2, "edit", '{"body": "b", "slug": "x"}'),
            (3, 1, 3, "The cats were dogs.", '{"body": "b", "slug": "x", "corrected_at": "2026"}'),
            (4, 2, 1, "create", '{"body": "c", "slug": "y"}'),
        ]
        empty = [row[1] for row in old.execute("PRAGMA table_info(press_release)") if row[3] and row[1] not in FILLED]
        for number in (1, 2):
            release = FILLED | {"id": number, "uid": str(number)} | dict.fromkeys(empty, "")
            columns, places = ", ".join(release), ", ".join("?" * len(release))
            old.execute(f"INSERT INTO press_release ({columns}) VALUES ({places})", list(release.values()))
        insert = "INSERT INTO release_revision (id, release_id, number, note, fields, at, author_name) "
        old.executemany(insert + "VALUES (?, ?, ?, ?, ?, '2026-11-01', '')", rows)
    with app.app_context():
        upgrade(folder)
        db.engine.dispose()
    with closing(sqlite3.connect(tmp_path / "pressroom.sqlite3")) as new:
        found = new.execute("SELECT act, note, changed FROM release_revision ORDER BY id").fetchall()
    assert found == [
        ("create", "", "[]"),
        ("edit", "", '["body"]'),
        ("", "The cats were dogs.", '["corrected_at"]'),
        ("create", "", "[]"),
    ]


# Restored -------------------------------------------------------------------------------------------------


def test_a_restored_text_is_a_new_revision(desk: Any) -> None:
    release = illustrate(draft(study_published_on=date(2026, 11, 1)))
    before = kept(release, 2).fields
    actions.edit(release, by=desk.ada, now=NOON, headline="Dogs", body="No cats.", kind=ReleaseKind.AWARD, topics=())
    actions.arrange_pictures(release, by=desk.ada, now=NOON, without=[release.pictures[0].id])
    assert set(restore(release, 2, desk.wren)) == {"headline", "slug", "body", "kind", "topics", "pictures"}
    last = queries.last_revision(release.id)
    assert last
    assert (last.number, last.act, last.note, last.author_name) == (5, "restore", "Version 2", "Wren Okafor")
    assert last.fields == before
    assert "Forty cats agreed." in release.body_html
    line = db.session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
    assert line
    assert (line.action, line.changes["headline"]) == ("restore", ["Dogs", "Cats agree with their owners"])


def test_to_restore_what_stands_writes_nothing(desk: Any) -> None:
    release = draft()
    assert restore(release, 1, desk.ada) == {}
    assert len(queries.saves(release.id)) == 1


def test_what_was_given_out_stays_when_a_draft_of_it_is_restored(desk: Any) -> None:
    release = draft(slug="cats")
    actions.edit(release, by=desk.ada, now=NOON, slug="dogs", body="Dogs.")
    actions.publish(release, by=desk.ada, now=NOON)
    given = (release.uid, release.public_from, release.address, release.created_at)
    assert set(restore(release, 1, desk.ada)) == {"body"}
    assert (release.uid, release.public_from, release.address, release.created_at) == given
    assert release.updated_at == NOON + HOUR


def test_a_time_and_an_embargo_stay(desk: Any) -> None:
    release = waiting(NOON + 2 * HOUR, embargoed=True)
    actions.edit(release, by=desk.ada, now=NOON, body="Dogs.")
    restore(release, 1, desk.ada)
    assert (release.public_from, release.embargoed) == (NOON + 2 * HOUR, True)


def test_a_public_release_is_not_emptied_by_a_restored_draft(desk: Any) -> None:
    release = draft(body="")
    actions.edit(release, by=desk.ada, now=NOON, body="Cats.")
    actions.publish(release, by=desk.ada, now=NOON)
    with pytest.raises(RefusedError, match="Write the text"):
        restore(release, 1, desk.ada)
    assert release.body == "Cats."


def test_a_withdrawn_release_is_not_restored(desk: Any) -> None:
    release = public()
    actions.edit(release, by=desk.ada, now=NOON, body="Dogs.")
    actions.withdraw(release, by=desk.ada, now=NOON, reason="Wrong.")
    with pytest.raises(RefusedError, match="withdrawn"):
        restore(release, 1, desk.ada)
