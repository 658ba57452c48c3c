"""What somebody who means harm sends: forged forms, planted cookies, ways out of a folder and out of the site.

Elsewhere: names of the host, cookies and headers in ``test_headers_everywhere``; hostile files in ``tests/media``; a
copied cookie after signing out, equal answers for unknown and wrong, and limits in ``tests/accounts``; scripts in
texts in ``test_payloads``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pressroom import publishing
from pressroom.accreditation import actions as accreditation
from pressroom.kit import clock
from pressroom.kit.db import Base, db
from tests import factories
from tests.accreditation.conftest import accept, client_of, robin
from tests.clips.conftest import clip
from tests.conftest import post
from tests.house.test_headers_everywhere import filled, paths
from tests.releases.conftest import draft, public
from tests.webcasts.factories import webcast

PASSES_BY = {"device_session", "limit_count", "alembic_version"}
"""Tables that any request may touch: when a device was last seen, and what limits count."""

WITHOUT_A_FORM = {"/embargo/mailings/x", "/alerts/stop/x", "/hub"}
"""Sent by a mail program, which has no form (RFC 8058): the signed address is what it proves. And by subscribers of
our hub, whose callback has to confirm it (WebSub)."""


@pytest.fixture
def full(staff: Callable[[], Any]) -> None:
    """One of most things, each with the number 1 or 2."""
    with staff():
        draft()
        public()
        clip()
        webcast()
        factories.person("nadia")


@pytest.fixture
def journalist(app: Flask, staff: Callable[[], Any]) -> FlaskClient:
    """Somebody accredited, signed in."""
    with staff():
        accreditation.write_agreement("Keep it to yourself.", by=None, now=clock.now())
        found = robin()
        accept(found)
        return client_of(app, found)


def state(app: Flask) -> dict[str, str]:
    """Each table, and a hash of all its rows."""
    found = {}
    with app.app_context(), publishing.as_staff(), db.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name not in PASSES_BY:
                rows = sorted(map(repr, connection.execute(select(table))))
                found[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def plain(reader: FlaskClient) -> FlaskClient:
    """The same reader, without a look at the hygiene of each of some thousand pages."""
    found = FlaskClient(reader.application, use_cookies=True)
    for name in ("desk", "journalist"):
        if cookie := reader.get_cookie(name):
            found.set_cookie(name, cookie.value)
    return found


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return [name for name in before if before[name] != after[name]]


# Forged requests ------------------------------------------------------------------------------------------


def test_no_form_is_taken_without_its_token(
    app: Flask, full: None, client: FlaskClient, admin: FlaskClient, journalist: FlaskClient
) -> None:
    """Cross-site request forgery: every route that writes, by everybody, without a token and with somebody else's."""
    another = app.test_client().get("/sign-in").page.xpath("//input[@name='csrf_token']/@value")[0]  # type: ignore[attr-defined]
    routes = [path for path in paths(app, "POST") if path not in WITHOUT_A_FORM]
    assert len(routes) >= 30
    readers = [plain(reader) for reader in (client, admin, journalist)]
    before = state(app)
    for path in routes:
        for reader in readers:
            for sent in ({}, {"csrf_token": ""}, {"csrf_token": "x" * 90}, {"csrf_token": another}):
                answer = reader.post(path, data={"title": "x", "headline": "x", "reason": "x", "body": "x", **sent})
                assert answer.status_code == 400, f"{path} with {sent}"
            assert reader.post(path, json={"title": "x"}).status_code in {400, 415}, path
            assert reader.post(path, headers={"X-CSRFToken": another}).status_code == 400, path
    assert changed(before, state(app)) == []


def test_reading_changes_nothing(app: Flask, full: None, admin: FlaskClient, settle: Callable[[], None]) -> None:
    """A link in a mail, or a picture on another page, is a GET: none of ours does anything."""
    settle()
    before, reader = state(app), plain(admin)
    for path in paths(app):
        if not path.startswith("/desk/audit/export"):  # whoever takes the audit is noted in it
            reader.get(path, buffered=True)
            reader.head(path, buffered=True)
    assert changed(before, state(app)) == []


def test_no_view_takes_head_for_a_form_that_was_sent(app: Flask) -> None:
    """Where a route has GET and POST, HEAD comes too, without a token: whatever is no POST only shows."""
    asks = [
        file.relative_to(app.root_path).as_posix()
        for file in Path(app.root_path).rglob("*.py")
        if 'if request.method == "GET"' in file.read_text("utf-8")
    ]
    assert sorted(asks) == ["accounts/protection.py", "desk/audit.py"], "ask != POST"


def test_a_method_is_what_it_says(app: Flask, full: None, admin: FlaskClient) -> None:
    token = admin.get("/desk/settings").page.xpath("//input[@name='csrf_token']/@value")[0]  # type: ignore[attr-defined]
    before, reader = state(app), plain(admin)
    methods: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        methods.setdefault(filled(rule.rule), set()).update(rule.methods or ())
    for path, known in methods.items():
        for method in {"PUT", "PATCH", "DELETE", "TRACE"} - known:
            answer = reader.open(path, method=method, headers={"X-CSRFToken": token})
            assert answer.status_code in {400, 404, 405}, f"{method} {path}"
        if "POST" not in known:
            disguised = {"csrf_token": token, "_method": "DELETE"}
            answer = reader.post(path, data=disguised, headers={"X-HTTP-Method-Override": "DELETE"})
            assert answer.status_code in {404, 405}, path
        if "GET" not in known:
            assert reader.get(path, headers={"X-HTTP-Method-Override": "POST"}).status_code in {404, 405}, path
    assert changed(before, state(app)) == []


# Sessions -------------------------------------------------------------------------------------------------


def test_a_planted_cookie_is_worth_nothing_after_signing_in(app: Flask, staff: Callable[[], Any]) -> None:
    """Session fixation, at the desk and at the embargo page."""
    with staff():
        factories.person("ada")
        robin()
    attacker, victim = app.test_client(), app.test_client()
    page = attacker.get("/sign-in").page  # type: ignore[attr-defined]
    token = page.xpath("//input[@name='csrf_token']/@value")[0]
    planted = attacker.get_cookie("desk")
    assert planted is not None
    victim.set_cookie("desk", planted.value)
    sent = {"csrf_token": token, "email": "ada@press.example", "password": factories.PASSWORD}
    assert victim.post("/sign-in", data=sent).status_code == 303
    own = victim.get_cookie("desk")
    assert own is not None
    assert own.value != planted.value
    assert victim.get("/desk/").status_code == 200
    assert attacker.get("/desk/").status_code == 303
    old = attacker.get_cookie("desk")
    assert old is not None
    assert victim.post("/sign-out", data={"csrf_token": token}).status_code == 400, "the planted token is gone as well"


def test_a_cookie_is_not_believed_for_its_looks(app: Flask, staff: Callable[[], Any]) -> None:
    """Signed with another key, unsigned, cut, with the number of a person."""
    from flask.sessions import SecureCookieSessionInterface

    with staff():
        number = factories.person("nadia").id
        token = factories.session_of(factories.person("nadia"))
    other = Flask("other")
    other.secret_key = "another key, and a long one too"
    signer = SecureCookieSessionInterface().get_signing_serializer(other)
    assert signer is not None
    good = SecureCookieSessionInterface().get_signing_serializer(app)
    assert good is not None
    forged = (
        signer.dumps({"_user_id": token, "_fresh": True}),
        good.dumps({"_user_id": str(number), "_fresh": True}),
        good.dumps({"_user_id": token})[:-3],
        token,
        "x",
        *(good.dumps({"_user_id": odd, "_fresh": True}) for odd in (number, [token], {"a": 1}, None, True)),
    )
    for value in forged:
        client = app.test_client()
        client.set_cookie("desk", value)
        assert client.get("/desk/").status_code == 303, value
        client = app.test_client()
        client.set_cookie("journalist", value)
        assert "/embargo/sign-in" in client.get("/embargo/").text, value


# Out of a folder, out of the site ---------------------------------------------------------------------------

WAYS_UP = (
    "../secret_key",
    "../../secret_key",
    "..%2f..%2fsecret_key",
    "..%252f..%252fsecret_key",
    "%2e%2e/%2e%2e/secret_key",
    "....//....//secret_key",
    "..\\..\\secret_key",
    "..%5c..%5csecret_key",
    "/etc/passwd",
    "//etc/passwd",
    "file:///etc/passwd",
    "%00secret_key",
    "secret_key%00.png",
    "..;/secret_key",
    "%c0%ae%c0%ae/secret_key",
    "．．/secret_key",
    "CON",
    "a" * 5_000,
)


def test_no_address_leads_out_of_its_folder(app: Flask, full: None, admin: FlaskClient, instance: Path) -> None:
    (instance / "secret_key").write_text("zq-the-secret-key-of-this-test")
    (Path(app.root_path) / "static").resolve(strict=True)
    words = ("UnicodeConverter", "PathConverter")
    texts = [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and any(type(one).__name__ in words for one in rule._converters.values())
    ]
    assert {"static", "media.file"} <= {rule.endpoint for rule in texts}
    reader = plain(admin)
    for rule in texts:
        stem = filled(rule.rule)
        for way in WAYS_UP:
            for path in (f"{stem.rpartition('/')[0]}/{way}", f"{stem}/{way}"):
                answer = reader.get(path, buffered=True)
                assert answer.status_code in {200, 301, 303, 308, 400, 404}, path
                assert b"zq-the-secret-key" not in answer.data, path
                assert b"root:" not in answer.data, path
                if answer.status_code == 200:
                    assert answer.mimetype == "text/html", path


AWAY = (
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/%09/evil.example",
    " //evil.example",
    "https:evil.example",
    "https:/evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/\x00/evil.example",
    "http://localhost@evil.example/",
    "/desk/\r\nLocation: https://evil.example",
    "?next=//evil.example",
    "evil.example",
)


def leads_away(location: str) -> bool:
    """As a browser reads it: a backslash is a slash, tabs and line ends are nothing."""
    read = location.translate({9: None, 10: None, 13: None}).strip().replace("\\", "/")
    return read.startswith("//") or not read.startswith("/")


def test_no_redirect_leads_away(app: Flask, full: None, admin: FlaskClient, staff: Callable[[], Any]) -> None:
    with staff():
        factories.person("ada")
        robin()
    for way in AWAY:
        for path in ("/sign-in", "/desk/", "/embargo/"):
            answer = admin.get(path, query_string={"next": way})
            if answer.status_code in {301, 302, 303, 307, 308}:
                assert not leads_away(answer.location), way
        page = app.test_client()
        sent = {"email": "ada@press.example", "password": factories.PASSWORD, "next": way}
        answer = post(page, "/sign-in", sent)
        assert answer.status_code == 303
        assert not leads_away(answer.location), way
    reader = plain(admin)
    for path in (
        "//evil.example",
        "//evil.example/clips",
        "/\\evil.example",
        "///evil.example",
        "/clips//evil.example",
    ):
        for raw in (path, f"{path}/", f"{path}/..", quote(path), f"{path}/%2e%2e", f"/.{path}"):
            answer = reader.get("/", environ_overrides={"PATH_INFO": raw})
            if "Location" in answer.headers:
                assert not leads_away(answer.location), raw


def test_no_header_is_split(admin: FlaskClient, client: FlaskClient) -> None:
    line_end = "%0d%0aX-Evil:%20yes"
    for path in (f"/sign-in?next=/x{line_end}", f"/clips?q={line_end}", f"/desk/audit?kind={line_end}", f"/{line_end}"):
        for reader in (admin, client):
            answer = reader.get(path)
            assert answer.status_code < 500
            assert "X-Evil" not in answer.headers
