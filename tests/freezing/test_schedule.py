"""Copies by the worker: when they are due, and what is said when one fails; and the command."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from pressroom import doctor
from pressroom.freezing import schedule
from pressroom.freezing.folder import copy_in
from pressroom.kit import clock
from tests.conftest import NOON

HOUR = timedelta(hours=1)


@pytest.fixture
def folder(app: Flask, tmp_path: Path) -> Path:
    app.config.update(FREEZE_EVERY_HOURS=24, FREEZE_FOLDER=str(tmp_path / "far"), FREEZE_CLIPS=0, FREEZE_PAPERS=0)
    return tmp_path / "far"


def about_copies(app: Flask) -> list[doctor.Level]:
    with app.app_context():
        return [finding.level for finding in doctor.check_copy()]


def test_one_a_day_and_a_failure_is_said_and_tried_again(app: Flask, folder: Path) -> None:
    def made_at(now: object) -> object:
        with app.app_context():
            schedule.run(now)  # type: ignore[arg-type]
        copy = copy_in(folder)
        return copy and copy.made

    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")
    assert made_at(NOON) is None
    with clock.at(NOON):
        assert about_copies(app) == [doctor.Level.ERROR]
    (folder / "thesis.txt").unlink()
    assert made_at(NOON + 14 * HOUR / 60) is None
    assert made_at(NOON + 15 * HOUR / 60) == NOON + 15 * HOUR / 60
    assert made_at(NOON + 24 * HOUR) == NOON + 15 * HOUR / 60
    with clock.at(NOON + 24 * HOUR):
        assert about_copies(app) == [doctor.Level.FINE]
    with clock.at(NOON + 50 * HOUR):
        assert about_copies(app) == [doctor.Level.WARNING]
    assert made_at(NOON + 25 * HOUR) == NOON + 25 * HOUR
    assert made_at(NOON) == NOON, "one of the future, by a clock that ran ahead, does not count"
    app.config["FREEZE_EVERY_HOURS"] = 0
    assert made_at(NOON + 900 * HOUR) == NOON
    assert about_copies(app) == []


def test_the_command_prints_what_it_made(app: Flask, tmp_path: Path) -> None:
    run = app.test_cli_runner().invoke
    done = run(args=["freeze", str(tmp_path / "copy"), "--clips", "0", "--papers", "0"])
    assert done.exit_code == 0, done.output
    assert "pages and" in done.output
    assert "0 of 0 clips have a page there; 0 PDF files and press kits." in done.output
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "thesis.txt").write_text("years of work")
    refused = run(args=["freeze", str(tmp_path / "own")])
    assert refused.exit_code == 1
    assert "holds something else than a copy" in refused.output
