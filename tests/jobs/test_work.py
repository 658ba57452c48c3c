"""The table of periodic work: one kind that fails does not stop the others."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from pressroom import jobs
from pressroom.jobs import work


@pytest.fixture(autouse=True)
def own_table(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty, after the application filled it."""
    monkeypatch.setattr(work, "_table", {})


def test_one_that_fails_is_logged_and_the_others_run(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    ran: list[datetime] = []

    @jobs.periodic("breaks")
    def breaks(now: datetime) -> None:
        raise RuntimeError("no disk")

    jobs.periodic("works")(ran.append)
    with app.app_context():
        assert jobs.sweep() == {"breaks": False, "works": True}
    assert len(ran) == 1
    assert "work breaks failed; it is tried again within a minute" in caplog.text


def test_waking_is_a_row_in_a_file_of_its_own(app: Flask) -> None:
    with app.app_context():
        jobs.wake()
        assert len(app.extensions["huey"].huey) == 1


def test_a_request_goes_on_when_the_worker_cannot_be_woken(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    def full() -> None:
        raise OSError("No space left on device")

    app.extensions["wake"] = full
    with app.app_context():
        jobs.wake()
    assert "could not be woken" in caplog.text


def test_a_turn_goes_round_once_and_then_as_long_as_it_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "TURN", 3.0)
    instants = iter(range(9))
    assert len(list(jobs.in_turn(monotonic=lambda: float(next(instants))))) == 3
    monkeypatch.setattr(work, "TURN", 0.0)
    assert len(list(jobs.in_turn())) == 1
