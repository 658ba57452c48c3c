"""What Prometheus is told: for whoever has the token, added up over processes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from pressroom.kit import clock
from pressroom.kit.settings import SettingsError
from pressroom.operations import metrics, schedule

TOKEN = "a-token-of-more-than-twenty-letters"


@pytest.fixture
def counted(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    app.config["METRICS_TOKEN"] = TOKEN
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")
    metrics.count_requests(app)
    return app


def read(client: FlaskClient) -> dict[str, float]:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    found = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}"] = sample.value
    return found


def test_for_the_token_only(app: Flask, client: FlaskClient) -> None:
    assert client.get("/metrics").status_code == 404
    app.config["METRICS_TOKEN"] = TOKEN
    for wrong in ({}, {"Authorization": "Bearer wrong"}):
        answer = client.get("/metrics", headers=wrong)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_requests_of_all_processes_are_added_up(counted: Flask) -> None:
    """And those of a process that is gone stay counted."""
    client = counted.test_client()
    name = "pressroom_request_seconds_count{method=GET,route=/,status=200}"
    client.get("/")
    before = read(client)[name]
    child = os.fork()
    if not child:
        status = 1
        try:
            counted.test_client().get("/")
            status = 0
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    client.get("/")
    assert read(client)[name] == before + 2


def test_how_things_are(counted: Flask, settle) -> None:
    settle()
    client = counted.test_client()
    found = read(client)
    assert found["pressroom_database_up{}"] == found["pressroom_migrations_current{}"] == 1
    assert found["pressroom_index_waiting{}"] == found["pressroom_queue_age_seconds{}"] == 0
    assert found["pressroom_disk_free_bytes{}"] > 0
    assert found["pressroom_mail{state=failed}"] == 0
    assert "pressroom_backup_age_seconds{}" not in found  # none was made yet
    with counted.app_context():
        schedule.note(clock.now())
        schedule.note(clock.now(), problem="The disk is full.")
    found = read(client)
    assert 0 <= found["pressroom_backup_age_seconds{}"] < 60
    assert found["pressroom_backup_failed{}"] == 1


def test_without_the_extra_there_is_a_sentence(app: Flask, instance: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    real = builtins.__import__

    def none(name: str, *args: object, **kwargs: object) -> object:
        if name.startswith("prometheus"):
            raise ImportError(name)
        return real(name, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")
    monkeypatch.setattr(builtins, "__import__", none)
    with pytest.raises(SettingsError, match=r"pip install 'pressroom\[metrics\]'"):
        metrics.count_requests(app)
