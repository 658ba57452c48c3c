"""``pressroom triage``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pressroom.clips.gathering.rules import CandidateState
from pressroom.clips.triage import queries
from tests.clips.triage.conftest import of, rule, story, waiting
from tests.conftest import NOON

Staff = Callable[[], Any]


@pytest.fixture(autouse=True)
def at_noon(clock_at: Callable[..., None]) -> None:
    clock_at(NOON)


def test_the_queue_from_the_command_line(app: Flask, client: FlaskClient, staff: Staff) -> None:
    with staff():
        one, two, undated = waiting(story(1), story(2), story(3, published_on=None, published_at=None))
        rule()
    run = app.test_cli_runner().invoke
    assert "3 wait, all scored" in run(args=["triage", "score"]).output
    listed = run(args=["triage", "list", "--why", "--least", "5"]).output
    assert f"{one:>6}    +10  2026-11-18  The Harbor Ledger: Clinics ask" in listed
    assert "Rule “Our subject”, +10: cousins." in listed
    assert "no day" in listed
    failed = run(args=["triage", "accept", str(one), str(undated), "999"])
    assert failed.exit_code == 1
    assert "Accepted" in failed.output
    assert "No day is given" in failed.output
    assert "no such candidate" in failed.output
    assert "number 1" in client.get("/clips/?q=cousins").text
    assert run(args=["triage", "accept", str(undated), "--day", "17 November 2026"]).exit_code == 0
    assert run(args=["triage", "accept", str(two), "--day", "what"]).exit_code == 1
    assert run(args=["triage", "reject", str(two), "--reason", "Old"]).exit_code == 0
    again = run(args=["triage", "reject", str(two), "--reason", "Old"])
    assert "a command rejected it on" in again.output
    with staff():
        assert of(two).state is CandidateState.REJECTED
        assert of(undated).clip.published_on.isoformat() == "2026-11-17"
        assert queries.waiting() == 0
