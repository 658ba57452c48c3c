"""Security headers on every answer, and nothing that tells readers apart on a public page."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from pressroom.application import create_app
from pressroom.kit import headers
from pressroom.kit.db import db

PUBLIC = (
    "/",
    "/releases/",
    "/clips/",
    "/webcasts/",
    "/fact-sheet",
    "/annual-meeting",
    "/logos",
    "/reporting-science",
    "/communicating-science",
    "/contact",
    "/privacy",
    "/search?q=gene",
    "/feeds/",
    "/feeds/releases.rss",
    "/feeds/releases.atom",
    "/feeds/releases.json",
    "/feeds/clips.rss",
    "/feeds/webcasts.rss",
    "/sitemap.xml",
    "/robots.txt",
    "/healthz",
    "/nothing-here",
    "/static/nothing-here.css",
)


@pytest.mark.parametrize("path", [*PUBLIC, "/sign-in", "/desk/account"])
def test_every_answer_has_its_headers(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in {200, 303, 404}
    for name, value in headers.HEADERS.items():
        assert answer.headers[name] == value, name
    shared = "cross-origin" if path.startswith("/feeds/") else "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == shared
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_know_nobody(client: FlaskClient, ada: FlaskClient, path: str) -> None:
    for reader in (client, ada):
        answer = reader.get(path)
        assert "Set-Cookie" not in answer.headers
        assert "cookie" not in answer.headers.get("Vary", "").lower()
    assert "Ada Lindqvist" not in answer.text


def test_the_policy_allows_nothing_inline_and_nobody_else() -> None:
    policy = headers.HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "*" not in policy


def test_https_is_asked_for_where_it_is_served(app: object, instance: object) -> None:
    secure = create_app(
        instance,  # type: ignore[arg-type]
        {"secure_cookies": True, "secret_key": "x" * 40, "database_url": app.config["DATABASE_URL"]},  # type: ignore[attr-defined]
    )
    answer = secure.test_client().get("/robots.txt")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    assert "Secure" in secure.test_client().get("/sign-in").headers["Set-Cookie"]
    with secure.app_context():
        db.engine.dispose()
