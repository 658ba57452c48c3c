"""The audit's chain: whole whoever writes, closed to changes, and honest about tampering."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from pressroom import audit, publishing
from pressroom.audit import AuditEntry, queries
from pressroom.audit.actions import HEAD
from pressroom.kit import chain
from pressroom.kit.db import db
from tests.conftest import NOON

EMPTYING = "TRUNCATE audit_entry"  # SQLite has none; there a line could be replaced
REPLACING = "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry WHERE id = 2"


def run(app: Flask, *words: str) -> Any:
    return app.test_cli_runner().invoke(args=["audit", "verify", *words])


def tamper(app: Flask, *statements: str) -> None:
    """Change the audit as somebody who owns the database could: without what keeps it."""
    with app.app_context(), publishing.as_staff():
        if db.engine.dialect.name == "postgresql":
            db.session.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            for act in ("update", "delete", "replace"):
                db.session.execute(text(f"DROP TRIGGER IF EXISTS audit_no_{act}"))
        for statement in statements:
            db.session.execute(text(statement))
        db.session.commit()


@pytest.fixture
def lines(app: Flask) -> int:
    """Lines of every kind of value, after those that a new press room has; how many there are."""
    with app.app_context(), publishing.as_staff():
        audit.record(None, "edit", "chained", 1, "Größe “é” 🧬", changes={"text": ["a\nb", "ü <b>"], "n": [1.5, None]})
        audit.record(
            None, "edit", "chained", None, "", changes={"topics": [["x"], []], "map": [{"b": 1, "a": True}, 2]}
        )
        db.session.commit()
        for n in range(3):
            audit.record(None, "edit", "chained", n, f"Line {n}", now=NOON)
            db.session.commit()
        return queries.length()


def test_a_whole_chain(app: Flask, lines: int) -> None:
    found = run(app)
    assert found.exit_code == 0, found.output
    with app.app_context(), publishing.as_staff():
        rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        assert [row.id for row in rows] == list(range(1, lines + 1))
        assert [row.previous for row in rows] == [chain.GENESIS, *(row.hash for row in rows[:-1])]
        head = rows[-1].hash
    assert f"{lines} entries, the last hash is {head}" in found.output
    assert f"that of entry {lines}" in run(app, "--head", head).output
    anew = run(app, "--head", "f" * 64)
    assert anew.exit_code == 1
    assert "written anew" in anew.output


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET title = 'x'", "DELETE FROM audit_entry WHERE id = 1", EMPTYING]
)
def test_the_database_refuses_to_change_it(app: Flask, lines: int, statement: str) -> None:
    with app.app_context(), publishing.as_staff():
        if statement == EMPTYING and db.engine.dialect.name == "sqlite":
            statement = REPLACING
        with pytest.raises(DatabaseError, match="never changed"):
            db.session.execute(text(statement))
        db.session.rollback()
        entry = queries.line(2)
        assert entry is not None
        entry.title = "changed"
        with pytest.raises(DatabaseError, match="never changed"):
            db.session.flush()
        db.session.rollback()
        with db.engine.connect() as connection:
            assert chain.is_kept(connection, AuditEntry.__table__)  # type: ignore[arg-type]
        assert queries.length() == lines
    assert run(app).exit_code == 0


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (["UPDATE audit_entry SET actor_name = 'Somebody' WHERE id = 3"], "entry 3 was changed"),
        (["UPDATE audit_entry SET at = '2026-01-01 00:00:00.000000' WHERE id = 1"], "entry 1 was changed"),
        (["UPDATE audit_entry SET changes = '{}' WHERE title LIKE 'Gr%'"], "was changed"),
        (["DELETE FROM audit_entry WHERE id = 2"], "entry 2 was deleted"),
        (["DELETE FROM audit_entry WHERE id = {last}"], "entry {last} was deleted"),
        (["DELETE FROM audit_entry"], "entry 1 was deleted"),
        (
            ["INSERT INTO audit_entry SELECT {next}, {columns} FROM audit_entry WHERE id = {last}"],
            "entry {next} was ins",
        ),
        (
            [
                "UPDATE audit_entry SET id = {next} WHERE id = {last}",
                "INSERT INTO audit_entry SELECT {last}, {columns} FROM audit_entry WHERE id = 1",
            ],
            "entry {last} was inserted",
        ),
    ],
)
def test_tampering_is_named(app: Flask, lines: int, statements: list[str], said: str) -> None:
    columns = ", ".join(column.name for column in AuditEntry.__table__.columns if column.name != "id")
    values = {"last": lines, "next": lines + 1, "columns": columns}
    tamper(app, *(statement.replace("{}", "{{}}").format(**values) for statement in statements))
    found = run(app)
    assert found.exit_code == 1
    assert said.format(**values) in found.output


def test_what_was_switched_off_is_seen(app: Flask) -> None:
    with app.app_context(), db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER audit_is_kept"))
        else:
            for act in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER audit_no_{act}"))
        assert not chain.is_kept(connection, AuditEntry.__table__)  # type: ignore[arg-type]
        connection.rollback()


def test_a_line_goes_with_what_it_tells_of(app: Flask) -> None:
    def record(title: str) -> None:
        audit.record(None, "try", "undone", None, title)

    with app.app_context(), publishing.as_staff():
        record("undone")
        db.session.rollback()
        record("kept")
        with db.session.begin_nested():
            record("kept with its savepoint")
        inner = db.session.begin_nested()
        record("undone with its savepoint")
        with db.session.begin_nested():
            record("undone with the savepoint around its own")
        inner.rollback()
        record("kept after it")
        assert [row.title for row in queries.page(kind="undone").items] == [  # read before the commit
            "kept after it",
            "kept with its savepoint",
            "kept",
        ]
        record("last")
        db.session.commit()
        db.session.commit()
        assert queries.page(kind="undone").total == 4
        record("lost with its session")
        db.session.remove()
        db.session.commit()
        assert queries.page(kind="undone").total == 4
    assert run(app).exit_code == 0


def test_the_head_is_held_at_the_end_only(app: Flask) -> None:
    """Taken earlier, two transactions that also wait for each other's rows would never end (PostgreSQL)."""
    sent: list[str] = []
    with app.app_context(), publishing.as_staff():
        connection = db.session.connection()
        from sqlalchemy import event

        event.listen(connection, "before_cursor_execute", lambda _c, _cu, sql, *_: sent.append(sql))
        audit.record(None, "try", "late", None, "first")
        db.session.merge(audit_setting())
        db.session.flush()
        db.session.commit()
    of_the_audit = [n for n, sql in enumerate(sent) if "audit_" in sql]
    others = [n for n, sql in enumerate(sent) if "setting" in sql]
    assert others
    assert min(of_the_audit) > max(others)


def audit_setting() -> Any:
    from pressroom.kit.settings import SettingRow

    return SettingRow(name="contact_hours", value="9 to 5")


def test_processes_make_one_chain(app: Flask) -> None:
    with app.app_context():
        url = app.config["DATABASE_URL"]
        before = queries.length()
        db.session.remove()
    command = [sys.executable, "-m", "tests.audit.child", app.instance_path, url]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    writers: list[Any] = [subprocess.Popen([*command, name, "25"], **pipes) for name in ("one", "other")]  # type: ignore[call-overload]
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.stdin.write("\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=120)
        assert writer.returncode == 0
    found = run(app)
    assert found.exit_code == 0, found.output
    with app.app_context(), publishing.as_staff():
        assert queries.length() == before + 50
        titles = db.session.scalars(select(AuditEntry.title).where(AuditEntry.kind == "race")).all()
        assert sorted(titles) == ["one"] * 25 + ["other"] * 25
        assert db.session.execute(select(HEAD)).one().length == before + 50


def test_verifying_while_somebody_writes(app: Flask, lines: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is added between the reading of the head and that of the lines is not taken for put in."""
    read_head = chain.head

    def then_somebody_writes(*args: Any) -> tuple[int, str]:
        found = read_head(*args)
        with publishing.as_staff():
            audit.record(None, "write", "meanwhile", None, "x")
            db.session.commit()
        return found

    monkeypatch.setattr(chain, "head", then_somebody_writes)
    with app.app_context(), publishing.as_staff():
        found = queries.check()
        assert (found.fault, found.count) == ("", lines)
    with app.app_context(), publishing.as_staff():
        assert queries.length() == lines + 1


def test_filters_and_what_is_refused(app: Flask, staff: Callable[[], Any], lines: int) -> None:
    with app.app_context(), publishing.as_staff():
        assert queries.page(kind="chained", object_id=1).total == 2
        assert queries.page(kind="chained", words="line 2").total == 1
        assert queries.page(kind="chained", words="%").total == 0
        assert queries.page(kind="chained", since=NOON, until=NOON).total == 0
        assert queries.page(kind="chained", until=NOON).total == 0
        assert queries.page(kind="chained", since=NOON).total == 5
        assert queries.page(kind="chained", nobody=True, action="edit").total == 5
    with pytest.raises(TypeError, match="nothing that an entry can say"):
        chain.entry_hash(audit.rules.Entry(1, NOON, None, "", "", "", None, "", {"x": {1, 2}}), "")  # type: ignore[attr-defined]
