"""Slow senders and takers are not waited for by all threads at once."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask, Response, request
from werkzeug.test import TestResponse

from pressroom.kit import slow_clients
from pressroom.kit.slow_clients import SHORT, SMALL, Waiting


def test_what_is_sent_arrives_as_it_was_sent(app: Flask) -> None:
    @app.post("/echo")
    def echo() -> Response:
        return Response(request.get_data(), mimetype="application/octet-stream")

    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    for size in (0, 1, SMALL, SMALL + 1):
        sent = b"0123456789" * (size // 10) + b"x" * (size % 10)
        answer = client.post("/echo", data=sent, content_type="application/octet-stream")
        assert (answer.status_code, answer.data) == (200, sent)


@pytest.mark.parametrize("sent", [{"data": {"email": "ada@press.example"}}, {"data": b"x" * (SMALL + 1)}])
def test_one_thread_is_left_for_those_who_read(
    app: Flask, sent: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slow_clients, "WAIT", 0.01)
    waiting = app.wsgi_app.application  # type: ignore[attr-defined]
    assert isinstance(waiting, Waiting)
    assert [waiting.long.acquire(blocking=False) for _ in range(app.config["WEB_THREADS"] - 1)] == [True, True, False]
    given = {"content_type": "application/x-www-form-urlencoded"} | sent
    if len(str(sent)) < SMALL:
        assert app.test_client().post("/sign-in", **given).status_code != 503, "no long file keeps anybody from a form"  # type: ignore[arg-type]
    assert waiting.forms.acquire(blocking=False)
    client = app.test_client()
    assert client.get("/healthz").status_code == 200
    answer = client.post("/sign-in", **given)  # type: ignore[arg-type]
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "go back, and send it again" in answer.text
    assert "Content-Security-Policy" in answer.headers
    for place in (waiting.forms, waiting.long, waiting.long):
        place.release()
    for _ in range(3):  # each gives its place back
        assert client.post("/sign-in", **given).status_code in {302, 303, 400, 422}  # type: ignore[arg-type]


def test_who_acts_on_what_has_come_holds_no_place() -> None:
    seen = []

    def application(environ: dict[str, object], start: Any) -> list[bytes]:
        seen.append(inner.forms.acquire(blocking=False))
        start("200 OK", [])
        return []

    inner = Waiting(application, 1)  # type: ignore[arg-type]
    inner({"CONTENT_LENGTH": "1", "wsgi.input": io.BytesIO(b"x")}, lambda *_: None)  # type: ignore[arg-type]
    assert seen == [True]


def test_a_long_answer_holds_a_place_until_it_is_taken(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_clients, "WAIT", 0.01)
    app.config["WTF_CSRF_ENABLED"] = False

    @app.get("/answers/<int:size>")
    def answers(size: int) -> Response:
        return Response(
            (b"x" * 1_000 for _ in range(size // 1_000)), mimetype="text/csv", headers={"Content-Length": size}
        )

    def asked(size: int) -> TestResponse:
        return app.test_client().get(f"/answers/{size}", buffered=False)

    taken = [asked(SHORT + 1_000) for _ in range(app.config["WEB_THREADS"] - 2)]
    refused = asked(SHORT + 1_000)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
    assert "open this address again" in refused.text
    assert len(asked(SHORT).data) == SHORT, "a short one needs no place"
    assert app.test_client().head(f"/answers/{SHORT + 1_000}").status_code == 200, "nor does what has no body"
    assert app.test_client().get("/").status_code == 200
    for answer in taken:
        assert len(answer.data) == SHORT + 1_000
        answer.close()
        answer.close()
    assert asked(SHORT + 1_000).status_code == 200
