"""Backups by the worker: when they are due, what is thrown away, and what is said when one fails."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from pressroom.operations import archive, rules, schedule
from tests.conftest import NOON

HOUR = timedelta(hours=1)


@pytest.fixture
def scheduled(app: Flask, tmp_path: Path) -> Path:
    app.config.update(
        BACKUP_EVERY_HOURS=24, BACKUP_FOLDER=str(tmp_path / "far"), BACKUP_KEEP_DAILY=2, BACKUP_KEEP_WEEKLY=0
    )
    return tmp_path / "far"


def run(app: Flask, now: datetime) -> list[str]:
    with app.app_context():
        schedule.run(now)
        return sorted(path.name for path in schedule.made().values())


def test_one_a_day_and_the_last_two_are_kept(app: Flask, scheduled: Path) -> None:
    first = run(app, NOON)
    assert first == [rules.file_name(NOON, sealed=False)]
    assert run(app, NOON + 23 * HOUR) == first
    own = scheduled / "before-the-move.tar"
    own.write_text("somebody's own")
    for day in (1, 2):
        run(app, NOON + day * 24 * HOUR)
    assert run(app, NOON + 49 * HOUR) == [
        rules.file_name(NOON + 24 * HOUR, sealed=False),
        rules.file_name(NOON + 48 * HOUR, sealed=False),
    ]
    assert own.exists()
    with app.app_context():
        assert schedule.state().made == NOON + 48 * HOUR
        with archive.opened(next(iter(schedule.made().values()))) as tar:
            assert archive.verify(tar).migration


def test_a_clock_that_ran_ahead_does_not_stop_them(app: Flask, scheduled: Path) -> None:
    run(app, NOON + timedelta(days=3_000))
    assert rules.file_name(NOON, sealed=False) in run(app, NOON)


def test_never_unless_it_is_asked_for(app: Flask, scheduled: Path) -> None:
    app.config["BACKUP_EVERY_HOURS"] = 0
    assert run(app, NOON) == []


def test_one_that_fails_is_said_and_tried_again_after_a_while(app: Flask, scheduled: Path, tmp_path: Path) -> None:
    app.config["BACKUP_PASSPHRASE_FILE"] = str(tmp_path / "nowhere")
    assert run(app, NOON) == []
    with app.app_context():
        assert "passphrase cannot be read" in schedule.state().problem
        assert schedule.state().made is None
    app.config["BACKUP_PASSPHRASE_FILE"] = ""
    assert run(app, NOON + timedelta(minutes=14)) == []
    assert len(run(app, NOON + timedelta(minutes=15))) == 1
    with app.app_context():
        assert schedule.state().problem == ""


def test_what_was_written_down_may_be_spoilt(app: Flask, scheduled: Path, instance: Path) -> None:
    (instance / schedule.STATE).write_text("{")
    with app.app_context():
        assert schedule.state() == schedule.State()
    assert len(run(app, NOON)) == 1
