"""``pressroom import-clips``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from pressroom.clips import queries
from pressroom.clips.gathering import importing
from pressroom.clips.gathering import queries as gathered
from tests.clips.conftest import HEADER, rows

File = Callable[..., Path]


def _run(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=["import-clips", *map(str, arguments)])


def test_the_columns_are_shown_and_a_second_import_adds_nothing(app: Flask, table_file: File) -> None:
    path = table_file(rows(30))
    first, second = _run(app, path), _run(app, path)
    assert first.exit_code == second.exit_code == 0, first.output
    assert "venue" in first.output
    assert "→ Outlet" in first.output
    assert "Imported: 30 added, 0 already known, 0 refused." in first.output
    assert "Imported: 0 added, 30 already known, 0 refused." in second.output


def test_what_came_in_is_found_at_once(app: Flask, table_file: File, client: Any) -> None:
    _run(app, table_file(rows(3)))
    assert "3 clips" in client.get("/clips/?q=robots").text


def test_rows_that_cannot_be_read_are_listed_by_line(app: Flask, table_file: File) -> None:
    result = _run(app, table_file(HEADER + "2019-03-01,A,T,,,\nsoon,A,T,,,\n"))
    assert result.exit_code == 0
    assert "line 3: “soon” is no day" in result.output
    assert "1 added, 0 already known, 1 refused" in result.output


def test_a_dry_run_changes_nothing(app: Flask, table_file: File, staff: Callable[[], Any]) -> None:
    path = table_file(rows(4) + "soon,A,T,,,\n2019-03-01,Outlet 0,Again,,,https://o.example/0\n")
    result = _run(app, path, "--dry-run")
    assert "Would be imported: 4 added, 1 already known, 1 refused." in result.output
    with staff():
        assert queries.count() == 0
        assert not gathered.imports()


def test_a_column_can_be_chosen(app: Flask, table_file: File, staff: Callable[[], Any]) -> None:
    path = table_file("a,b,c\n2019-03-01,Paper,Title\n")
    missing = _run(app, path)
    assert missing.exit_code == 1
    assert "No column was found for “Headline” and “Outlet”. The columns in this file are: a, b, c." in missing.output
    assert _run(app, path, "--map", "headline=c", "--map", "outlet=b").exit_code == 0
    with staff():
        assert queries.latest(1)[0].headline == "Title"


def test_the_order_of_numbers_can_be_said(app: Flask, table_file: File, staff: Callable[[], Any]) -> None:
    path = table_file(HEADER + "03/04/2019,A,T,,,\n")
    assert "1 refused" in _run(app, path).output
    assert "1 added" in _run(app, path, "--dates", "month-first").output
    with staff():
        assert queries.latest(1)[0].published_on.month == 3


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n" + bytes(99)])
def test_a_file_that_is_no_table_is_a_sentence(app: Flask, table_file: File, content: bytes) -> None:
    result = _run(app, table_file(content))
    assert result.exit_code == 1
    assert result.output.startswith("Error: The file is ")


def test_a_file_that_is_not_there_is_a_sentence(app: Flask) -> None:
    assert "does not exist" in _run(app, "nowhere.csv").output


def test_ctrl_c_stops_and_the_same_command_goes_on(
    app: Flask, table_file: File, monkeypatch: pytest.MonkeyPatch, staff: Callable[[], Any]
) -> None:
    monkeypatch.setattr(importing, "BATCH", 10)
    path, batches = table_file(rows(35)), importing.batches

    def interrupted(*arguments: Any) -> Any:
        for position in batches(*arguments):
            yield position
            if position == 20:
                raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(importing, "batches", interrupted)
        stopped = _run(app, path)
    assert stopped.exit_code == 130
    assert "Stopped after row 20 of 35. Give the same command to go on." in stopped.output
    again = _run(app, path)
    assert "Going on after row 20" in again.output
    assert "Imported: 35 added, 0 already known, 0 refused." in again.output
    with staff():
        assert queries.count() == 35
