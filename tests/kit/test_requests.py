"""A number, a line and a count for each request; and nothing in the log that is not for everybody."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator

import pytest
from flask import Flask, abort
from flask.logging import default_handler
from flask.testing import FlaskClient

from pressroom.kit import logs, requests


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is logged as lines of JSON."""
    root, out = logging.getLogger(), io.StringIO()
    before = root.handlers[:], root.level
    logs.write_lines(out)
    yield out
    root.handlers[:], root.level = before[0], before[1]


@pytest.mark.parametrize("handler", [default_handler, logging.lastResort])
def test_text_is_written_in_our_words(app: Flask, handler: logging.Handler) -> None:
    """Whatever writes the log of a process to which nothing was said."""
    assert isinstance(handler.formatter, logs.Plain)


def lines(out: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_has_the_pattern_and_nothing_of_the_reader(app: Flask, written: io.StringIO) -> None:
    client = app.test_client()
    asked = {"User-Agent": "zqagent", "Referer": "https://zqreferer.example/", "Cookie": "zqcookie=1"}
    answer = client.get(
        "/releases/2026/zqslug?q=zqquestion", headers=asked, environ_overrides={"REMOTE_ADDR": "203.0.113.77"}
    )
    client.get("/zqnowhere")
    client.open("/", method="ZQMETHOD")
    first, second, third = (line for line in lines(written) if line["logger"] == "pressroom.requests")
    assert (first["method"], first["route"], first["status"]) == ("GET", "/releases/<int:year>/<slug>", 404)
    assert first["request_id"] == answer.headers["X-Request-ID"]
    assert isinstance(first["duration_ms"], float)
    assert (second["route"], second["status"]) == ("-", 404)
    assert third["method"] == "OTHER"
    assert "zq" not in written.getvalue().lower()
    assert "203.0.113.77" not in written.getvalue()


def test_an_error_says_where_and_not_what(app: Flask, written: io.StringIO) -> None:
    """Flask's own line has the address of the page, and a database's error has the row; as JSON and as text."""

    @app.get("/breaks/<slug>")
    def breaks(slug: str) -> str:
        try:
            raise KeyError(f"the row of {slug}")
        except KeyError as error:
            raise ValueError(f"no row of {slug}") from error

    plain = io.StringIO()
    handler = logging.StreamHandler(plain)
    handler.setFormatter(logs.Plain())
    logging.getLogger().addHandler(handler)

    app.config["PROPAGATE_EXCEPTIONS"] = app.testing = False
    answer = app.test_client().get("/breaks/zqslug")
    assert answer.status_code == 500
    [line] = [line for line in lines(written) if line.get("error")]
    assert line["error"] == "ValueError"
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert "breaks" in str(line["at"])
    assert line["because"] == ["KeyError"]
    assert "zqslug" not in written.getvalue()
    said = plain.getvalue()
    assert f"nothing caught [{line['request_id']}]\n  ValueError\n" in said
    assert "test_requests.py" in said
    assert "  because of KeyError\n" in said
    assert "zqslug" not in said


def test_a_number_is_believed_of_a_web_server_of_ours_only(app: Flask, client: FlaskClient) -> None:
    brought = {"X-Request-ID": "abc-123.DEF_456"}
    given = client.get("/healthz", headers=brought).headers.getlist("X-Request-ID")
    assert len(given) == 1
    assert re.fullmatch("[0-9a-f]{32}", given[0])
    app.wsgi_app.believe = True  # type: ignore[attr-defined]
    assert client.get("/healthz", headers=brought).headers["X-Request-ID"] == "abc-123.DEF_456"
    for bad in ("short", "x" * 65, "a b c d e f", "<script>alert(1)</script>"):
        assert re.fullmatch(
            "[0-9a-f]{32}", client.get("/healthz", headers={"X-Request-ID": bad}).headers["X-Request-ID"]
        )


def test_each_is_told_once_whatever_becomes_of_it(app: Flask) -> None:
    told: list[requests.Told] = []
    requests.observe(app, told.append)

    @app.get("/refused")
    def refused() -> str:
        abort(410)

    for path in ("/", "/refused", "/static/nowhere.css"):
        app.test_client().get(path)
    assert [(one.pattern, one.status) for one in told] == [
        ("/", 200),
        ("/refused", 410),
        ("/static/<path:filename>", 404),
    ]
    assert all(one.seconds >= 0 for one in told)
