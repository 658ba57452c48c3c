"""Every route: its headers, nothing private kept, and no word of a forged name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pressroom.application import create_app
from pressroom.kit import headers
from pressroom.kit.db import db
from tests.conftest import Reader
from tests.releases.conftest import public

FORGED = "evil-host.example"
PRIVATE = ("/desk", "/sign-in", "/sign-out", "/embargo", "/accreditation", "/alerts", "/annual-meeting/registration")


def paths(app: Flask, method: str = "GET") -> Iterator[str]:
    """An address of each route; what is not there answers too."""
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()):
            yield filled(rule.rule)


def filled(rule: str) -> str:
    """*rule* with something in the place of its arguments."""
    kinds = {"int": "1", "any": "", "path": "a/b.png"}

    def value(found: re.Match[str]) -> str:
        converter, _, choices = found[1].partition("(")
        if "fixed_digits=4" in choices:
            return "2026"
        if converter == "any":
            return choices.split(",")[0].strip(" )'\"")
        return kinds.get(converter.rpartition(":")[0] or converter, "x")

    return re.sub(r"<(?:(\w+(?:\([^)]*\))?):)?\w+>", lambda m: value(m) if m[1] else "x", rule)


@pytest.fixture
def release(staff: Callable[[], Any]) -> str:
    """The address of a public release."""
    with staff():
        return str(public().address)


def test_every_route_has_its_headers_and_nothing_private_is_kept(
    app: Flask, client: FlaskClient, admin: FlaskClient, release: str
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    for path in (*paths(app), release, "/nowhere", "/desk/nowhere"):
        for reader in (client, admin):
            answer = reader.get(path)
            assert answer.status_code < 500, path
            given = answer.headers
            for name in (*headers.HEADERS, "Cross-Origin-Resource-Policy"):
                assert name in given, f"{path}: no {name}"
            policy = given["Content-Security-Policy"]
            assert "unsafe-inline" not in policy.split("style-src")[0], path
            assert "script-src 'self'" in policy or "script-src" not in policy, path
            assert "default-src 'none'" in policy, path
            if path.startswith(PRIVATE) and answer.status_code != 404:
                assert "no-store" in given.get("Cache-Control", ""), f"{path} may be kept"
            for cookie in given.getlist("Set-Cookie"):
                assert "HttpOnly" in cookie, path
                assert "SameSite=Lax" in cookie or "SameSite=Strict" in cookie, path


def test_no_page_repeats_a_forged_name(app: Flask, client: FlaskClient, admin: FlaskClient, release: str) -> None:
    forged = {
        "Host": FORGED,
        "X-Forwarded-Host": FORGED,
        "X-Forwarded-Server": FORGED,
        "X-Original-URL": f"//{FORGED}/",
        "X-Forwarded-Prefix": f"//{FORGED}",
        "Forwarded": f"host={FORGED}",
    }
    slashless = [path.rstrip("/") for path in paths(app) if path.endswith("/") and path != "/"]
    assert "/clips" in slashless
    for path in (*paths(app), *slashless, release, "/search?q=gene"):
        for reader in (client, admin):
            answer = reader.get(path, headers=forged)
            assert FORGED not in str(answer.headers), path
            assert FORGED.encode() not in answer.data, path


@pytest.fixture
def behind_https(app: Flask, instance: Any) -> Iterator[Flask]:
    """The press room as it is served: one address, over https, with a web server in front."""
    served = create_app(
        instance,
        {
            "site_url": "https://press.example.org",
            "trusted_names": "news.example.org",
            "proxies": 1,
            "secret_key": "x" * 40,
            "database_url": app.config["DATABASE_URL"],
        },
    )
    served.test_client_class = Reader
    yield served
    with served.app_context():
        db.session.remove()
        db.engine.dispose()


def test_other_names_are_refused(behind_https: Flask) -> None:
    client = behind_https.test_client()
    for name in ("press.example.org", "press.example.org:443", "news.example.org", "localhost", "127.0.0.1:8000"):
        assert client.get("/robots.txt", headers={"Host": name}).status_code == 200, name
    for name in (FORGED, "press.example.org.evil.example", "xpress.example.org", "press.example.org@evil", "a b"):
        answer = client.get("/", headers={"Host": name, "X-Forwarded-Host": "press.example.org"})
        assert answer.status_code == 400, name
        assert answer.text.startswith("This server does not answer under that name.")
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.headers["Content-Security-Policy"]
        assert "Strict-Transport-Security" in answer.headers
        assert client.get("/healthz", headers={"Host": name}).status_code == 200
    assert "https://press.example.org/" in client.get("/sitemap.xml").text


def test_cookies_over_https_belong_to_this_host(behind_https: Flask) -> None:
    client = behind_https.test_client()
    for path in ("/sign-in", "/embargo/", "/accreditation/"):
        for cookie in client.get(path).headers.getlist("Set-Cookie"):
            assert cookie.startswith("__Host-"), cookie
            assert "; Secure" in cookie
            assert "; Path=/" in cookie
            assert "HttpOnly" in cookie
            assert "Domain" not in cookie


def test_one_proxy_is_believed_and_no_more(behind_https: Flask, app: Flask) -> None:
    seen: list[tuple[str, str]] = []
    for served in (behind_https, app):
        served.before_request_funcs.setdefault(None, []).insert(0, lambda: seen.append(_asked()))
        served.test_client().get(
            "/healthz", headers={"X-Forwarded-For": "6.6.6.6, 203.0.113.9", "X-Forwarded-Proto": "https"}
        )
    assert seen == [("203.0.113.9", "https"), ("127.0.0.1", "http")]


def _asked() -> tuple[str, str]:
    from flask import request

    return request.remote_addr or "", request.scheme
