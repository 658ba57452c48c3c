"""The audit: what is written, what is shown, and for whom."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from flask import Flask

from pressroom import audit, publishing
from pressroom.accounts.rules import Role
from pressroom.audit import queries, rules
from pressroom.kit import clock
from pressroom.kit.db import db
from tests.conftest import NOON

ADA = SimpleNamespace(id=7, name="Ada Lindqvist")


def test_a_line_says_who_did_what_when(app: Flask) -> None:
    with app.app_context(), publishing.as_staff(), clock.at(NOON):
        audit.record(ADA, "publish", "invented", 3, "A title", changes={"public_from": [None, NOON]})
        audit.record(None, "import", "invented", None, "clips.csv")
        db.session.commit()
        command, line = queries.page(kind="invented").items
        assert (line.actor_id, line.actor_name, line.action, line.kind) == (
            7,
            "Ada Lindqvist",
            "publish",
            "invented",
        )
        assert (line.object_id, line.title, line.at) == (3, "A title", NOON)
        assert line.changes == {"public_from": [None, NOON.isoformat()]}
        assert (command.actor_id, command.actor_name, command.changes) == (None, "a command", {})


def test_pages_and_filters(app: Flask) -> None:
    with app.app_context(), publishing.as_staff():
        before = queries.page().total  # a new press room has lines of its own: its pages were made
        for n in range(7):
            audit.record(ADA, "edit" if n % 2 else "publish", "invented", n, f"Title {n}")
        audit.record(None, "edit", "other", 1, "Other")
        db.session.commit()
        page = queries.page(per_page=5)
        assert (page.total, len(page.items), page.items[0].title) == (before + 8, 5, "Other")
        assert queries.page(kind="invented", action="edit").total == 3
        assert queries.page(actor_id=7).total == 7
        assert [line.title for line in queries.history("invented", 3)] == ["Title 3"]
        assert {"invented", "other"} <= set(queries.kinds())


def test_the_public_cannot_read_a_line(app: Flask) -> None:
    with app.app_context(), publishing.as_staff():
        audit.record(ADA, "edit", "release", 1, "Embargoed words")
        db.session.commit()
    with app.app_context(), pytest.raises(audit.AuditClosedError):
        queries.page()


def test_no_public_address_leads_to_the_audit(app: Flask) -> None:
    rules_of_audit = [rule.rule for rule in app.url_map.iter_rules() if "audit" in rule.rule + rule.endpoint]
    assert all(rule.startswith("/desk/") for rule in rules_of_audit)


@pytest.mark.parametrize("field", ["password", "password_hash", "new_password", "csrf_token", "Secret"])
def test_secrets_are_refused(field: str) -> None:
    with pytest.raises(ValueError, match="no secrets"):
        rules.checked({field: ["a", "b"]})


@pytest.mark.parametrize("pair", ["ab", ["a"], ["a", "b", "c"]])
def test_a_change_has_two_sides(pair: object) -> None:
    with pytest.raises(ValueError, match="before, after"):
        rules.checked({"field": pair})  # type: ignore[dict-item]


def test_values_become_json() -> None:
    day, moment = date(2026, 11, 19), datetime(2026, 11, 19, 12, tzinfo=UTC)
    pair = [{"role": Role.ADMIN, "on": day}, (1, 2.5, None, True, moment, {"set"})]
    assert rules.checked({"field": pair}) == {
        "field": [{"role": "admin", "on": "2026-11-19"}, [1, 2.5, None, True, moment.isoformat(), ["set"]]]
    }


def test_long_texts_are_kept_whole_and_shown_short() -> None:
    kept = rules.checked({"body_text": ["", "word " * 1000]})
    assert kept["body_text"][1] == "word " * 1000
    change = rules.shown(kept)[0]
    assert (change.field, change.before) == ("body text", "—")
    assert len(change.after) == rules.LONGEST_SHOWN
    assert len(rules.checked({"x": ["", "a" * 1_000_000]})["x"][1]) == rules.LONGEST_STORED + 1


def test_what_is_shown_is_plain() -> None:
    shown = rules.shown({"featured": [False, True], "topics": [[], ["Größe"]]})
    assert [(c.before, c.after) for c in shown] == [("no", "yes"), ("[]", '["Größe"]')]


def test_instants_are_shown_as_people_read_them() -> None:
    kept = rules.checked({"public_from": [None, NOON], "broken": ["2026-13-45T99:00:00+00:00", "2026-11-19"]})
    at, other = rules.shown(kept, "America/New_York")
    assert (at.before, at.after) == ("—", "Thursday, 19 November 2026, 12:00 EST (UTC−05:00)")
    assert (other.before, other.after) == ("2026-13-45T99:00:00+00:00", "2026-11-19")
