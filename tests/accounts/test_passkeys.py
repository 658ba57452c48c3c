"""Passkeys: making one, signing in with it, proving with it, and whatever does not hold."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from pressroom import publishing
from pressroom.accounts import actions, challenges, jobs, passkeys, queries, rules
from pressroom.accounts.models import DeviceSession, Passkey, RecoveryCode, UsedChallenge, User
from pressroom.accounts.passkeys import Site, site_of
from pressroom.audit import AuditEntry
from pressroom.kit import clock
from pressroom.kit.db import db
from tests import factories
from tests.accounts.authenticator import PRESENT, Authenticator, text
from tests.accounts.conftest import error, sign_in, token
from tests.conftest import NOON, post

HOME, KEYS = "/desk/account", "/desk/account/passkeys"


@pytest.fixture(autouse=True)
def everybody(cast: dict[str, int], clock_at: Callable[[datetime], None]) -> dict[str, int]:
    clock_at(NOON)
    return cast


def options(page: Any) -> dict[str, Any]:
    """What a page gives the browser."""
    found: dict[str, Any] = json.loads(page.xpath("//@data-options")[0])
    return found


def make(client: FlaskClient, key: Authenticator, name: str = "Key ring") -> TestResponse:
    """Add *key* on the desk, where its owner is signed in."""
    post(client, f"{KEYS}/begin", form=HOME)
    asked = options(client.get(f"{KEYS}/new").page)
    return post(client, f"{KEYS}/new", {"name": name, "passkey": key.make(asked)}, form=HOME)


def show(client: FlaskClient, answer: str, **more: str) -> TestResponse:
    """Send *answer* to the door, with the token that this browser has."""
    data = {"csrf_token": token(client), "passkey": answer, **more}
    return client.post("/sign-in/passkey", data=data)


def try_key(client: FlaskClient, key: Authenticator, **more: str) -> TestResponse:
    """Sign in with *key*."""
    return show(client, key.show(options(client.get("/sign-in").page)), **more)


def is_in(client: FlaskClient) -> bool:
    return client.get(HOME).status_code == 200


def ada_signs_with(app: Flask, **bent: Any) -> Authenticator:
    """A passkey of Ada's, put there without the page."""
    key = Authenticator(**bent)
    with app.test_request_context(), publishing.as_staff():
        user = factories.person("ada")
        key.handle = actions.passkey_handle(user).encode()
        challenge = secrets.token_hex(8)
        answer = passkeys.read(key.make({"user": {"id": text(key.handle)}, "challenge": text(challenge.encode())}))
        actions.add_passkey(
            user, passkeys.check_made(answer), challenge, name="Key ring", host="localhost", now=clock.now()
        )
        db.session.commit()
    return key


def acts(app: Flask) -> list[str]:
    with app.app_context(), publishing.as_staff():
        return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


# Where they are good -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "configured", "site"),
    [
        ("https://press.example.org", True, Site("press.example.org", "https://press.example.org")),
        ("https://press.example.org:443", True, Site("press.example.org", "https://press.example.org")),
        ("https://press.example.org:8443/x", True, Site("press.example.org", "https://press.example.org:8443")),
        ("http://press.example.org", True, None),
        ("https://192.0.2.7", True, None),
        ("https://[2001:db8::1]", True, None),
        ("http://localhost:8000", True, Site("localhost", "http://localhost:8000")),
        ("http://127.0.0.1:8000", False, Site("localhost", "http://localhost:8000")),
        ("http://127.0.0.1:8000", True, None),
    ],
)
def test_where_they_are_good(address: str, configured: bool, site: Site | None) -> None:
    assert site_of(address, configured=configured) == site


@pytest.mark.parametrize(
    ("before", "after", "on"), [(0, 0, True), (0, 1, True), (4, 5, True), (5, 5, False), (5, 4, False), (5, 0, False)]
)
def test_a_counter_goes_on_or_is_none(before: int, after: int, on: bool) -> None:
    assert rules.counts_on(before, after) is on


@given(st.text() | st.recursive(st.none() | st.text(), lambda x: st.dictionaries(st.text(), x)).map(json.dumps))
def test_whatever_is_sent_is_read_or_refused(said: str) -> None:
    with pytest.raises(passkeys.PasskeyError):
        passkeys.read(said)


def test_a_challenge_is_for_one_purpose_one_browser_and_half_an_hour(app: Flask) -> None:
    with app.test_request_context():
        challenge = challenges.new(challenges.PROVE, now=NOON)
        challenges.check(challenge, challenges.PROVE, now=NOON + timedelta(minutes=29))
        for purpose, now in (
            (challenges.SIGN_IN, NOON),
            (challenges.PROVE, NOON + timedelta(minutes=30)),
            (challenges.PROVE, NOON - timedelta(seconds=1)),
        ):
            with pytest.raises(passkeys.PasskeyError):
                challenges.check(challenge, purpose, now=now)
        for forged in ("", "x", challenge[:-1], challenge.replace(".", "")):
            with pytest.raises(passkeys.PasskeyError):
                challenges.check(forged, challenges.PROVE, now=NOON)
    with app.test_request_context(), pytest.raises(passkeys.PasskeyError):
        challenges.check(challenge, challenges.PROVE, now=NOON)


# From making one to taking it away ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["ES256", "EdDSA"])
def test_making_one_and_signing_in_with_it(app: Flask, client: FlaskClient, kind: str) -> None:
    sign_in(client)
    key = Authenticator(kind, count=3)
    made = make(client, key)
    assert len(made.page.xpath("//ol[@class='codes']/li")) == 10, "the first second factor brings recovery codes"
    with app.app_context(), publishing.as_staff():
        ada = factories.person("ada")
        assert len(ada.passkey_handle or "") >= 43
        assert key.handle.decode() == ada.passkey_handle
        [row] = ada.passkeys
        assert (row.transports, row.host, row.sign_count, row.last_used_at) == ("usb", "localhost", 3, None)
    assert "Key ring" in client.get(KEYS).text
    assert "Not used yet" in client.get(KEYS).text

    other = app.test_client()
    key.count = 4
    into = try_key(other, key, next="/desk/account")
    assert (into.status_code, into.location) == (303, "/desk/account")
    assert is_in(other), "no code was asked for"
    assert "Last used" in other.get(KEYS).text
    assert acts(app)[-2:] == ["add passkey", "sign in with a passkey"]
    assert sign_in(app.test_client()).location.startswith("/sign-in/code"), "the password alone opens nothing now"


def test_what_the_browser_is_asked(client: FlaskClient, app: Flask) -> None:
    sign_in(client)
    key = Authenticator()
    make(client, key)
    post(client, f"{KEYS}/begin", form=HOME)
    asked = options(client.get(f"{KEYS}/new").page)
    assert asked["excludeCredentials"] == [{"type": "public-key", "id": text(key.identity), "transports": ["usb"]}]
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert (asked["attestation"], asked["rp"]["id"]) == ("none", "localhost")
    assert asked["user"]["name"] == "ada@press.example"
    again = post(client, f"{KEYS}/new", {"name": "Once more", "passkey": key.make(asked)}, form=HOME)
    assert (again.status_code, error(again)) == (422, "One thing to put right That passkey is here already.")
    at_the_door = options(app.test_client().get("/sign-in").page)
    assert at_the_door["allowCredentials"] == [], "the door says nobody's keys"
    assert at_the_door["userVerification"] == "required"


def test_making_one_asks_who_it_is_first_and_for_a_name(
    app: Flask, client: FlaskClient, clock_at: Callable[[datetime], None]
) -> None:
    sign_in(client)
    post(client, f"{KEYS}/begin", form=HOME)
    asked = options(client.get(f"{KEYS}/new").page)
    nameless = post(client, f"{KEYS}/new", {"name": " ", "passkey": Authenticator().make(asked)}, form=HOME)
    assert (nameless.status_code, nameless.page.xpath("//@data-options") == []) == (422, False)
    nothing = post(client, f"{KEYS}/new", {"name": "Key", "passkey": ""}, form=HOME)
    assert "Your browser made no passkey" in error(nothing)
    clock_at(NOON + timedelta(minutes=31))
    assert post(client, f"{KEYS}/begin", form=HOME).status_code == 401
    late = post(client, f"{KEYS}/new", {"name": "Key", "passkey": Authenticator().make(asked)}, form=HOME)
    assert late.status_code == 401
    assert not acts(app).count("add passkey")


@pytest.mark.parametrize("bent", [{"origin": "https://evil.example"}, {"host": "evil.example"}, {"flags": PRESENT}])
def test_one_that_was_made_wrongly_is_refused(app: Flask, client: FlaskClient, bent: dict[str, Any]) -> None:
    sign_in(client)
    answer = make(client, Authenticator(**bent))
    assert answer.status_code == 422
    assert "was not accepted" in error(answer)
    with app.app_context():
        assert db.session.scalar(select(func.count(Passkey.id))) == 0


def test_a_challenge_makes_one_passkey_and_only_for_whom_it_was_made(
    app: Flask, client: FlaskClient, admin: FlaskClient
) -> None:
    sign_in(client)
    post(client, f"{KEYS}/begin", form=HOME)
    asked = options(client.get(f"{KEYS}/new").page)
    assert (
        post(client, f"{KEYS}/new", {"name": "1", "passkey": Authenticator().make(asked)}, form=HOME).status_code == 200
    )
    twice = post(client, f"{KEYS}/new", {"name": "2", "passkey": Authenticator().make(asked)}, form=HOME)
    assert "sent before" in error(twice)
    asked = options(client.get(f"{KEYS}/new").page)
    post(admin, f"{KEYS}/begin", form=HOME)
    assert (
        post(admin, f"{KEYS}/new", {"name": "3", "passkey": Authenticator().make(asked)}, form=HOME).status_code == 422
    )
    door = options(app.test_client().get("/sign-in").page) | {"user": asked["user"]}
    assert (
        post(client, f"{KEYS}/new", {"name": "4", "passkey": Authenticator().make(door)}, form=HOME).status_code == 422
    )


def test_taking_one_away_ends_the_other_devices(app: Flask, client: FlaskClient) -> None:
    key = ada_signs_with(app)
    elsewhere = app.test_client()
    try_key(client, key)
    try_key(elsewhere, key)
    assert is_in(elsewhere)
    with app.app_context():
        number = db.session.scalar(select(Passkey.id))
        assert db.session.scalar(select(func.count(RecoveryCode.id))) == 10
    gone = post(client, f"{KEYS}/{number}/remove", form=HOME)
    assert gone.status_code == 303
    assert post(client, f"{KEYS}/{number}/remove", form=HOME).status_code == 404
    assert (is_in(client), is_in(elsewhere)) == (True, False)
    assert try_key(app.test_client(), key).status_code == 422
    with app.app_context():
        assert db.session.scalar(select(func.count(RecoveryCode.id))) == 0, "it was the last second factor"
    assert sign_in(app.test_client()).location == "/desk/"


def test_of_somebody_else_none_is_taken_away(app: Flask, admin: FlaskClient) -> None:
    ada_signs_with(app)
    with app.app_context():
        number = db.session.scalar(select(Passkey.id))
    assert post(admin, f"{KEYS}/{number}/remove", form=HOME).status_code == 404


# At the door ----------------------------------------------------------------------------------------------


def test_an_answer_is_good_once_and_in_one_browser(app: Flask, client: FlaskClient) -> None:
    key = ada_signs_with(app)
    answer = key.show(options(client.get("/sign-in").page))
    stranger = app.test_client()
    assert show(stranger, answer).status_code == 422, "a challenge of another browser"
    assert show(client, answer).status_code == 303
    with app.app_context():
        assert db.session.scalar(select(func.count(UsedChallenge.digest))) == 2, "that which made it, and this"
    again = app.test_client()
    again.set_cookie("desk", client.get_cookie("desk").value)  # type: ignore[union-attr]
    post(client, "/sign-out", form="/sign-out")
    assert show(again, answer).status_code == 422


def test_an_answer_is_replayed_in_the_same_browser(app: Flask, client: FlaskClient) -> None:
    key = ada_signs_with(app)
    page = client.get("/sign-in")
    kept = client.get_cookie("desk")
    answer = key.show(options(page.page))
    csrf = page.page.xpath("//input[@name='csrf_token']/@value")[0]
    assert client.post("/sign-in/passkey", data={"csrf_token": csrf, "passkey": answer}).status_code == 303
    thief = app.test_client()
    thief.set_cookie("desk", kept.value)  # type: ignore[union-attr] # the cookie from before, so that the challenge fits
    replayed = thief.post("/sign-in/passkey", data={"csrf_token": csrf, "passkey": answer})
    assert replayed.status_code == 422
    assert "was not accepted" in error(replayed)
    assert not is_in(thief)


@pytest.mark.parametrize(
    "bent",
    [
        {"origin": "https://evil.example"},
        {"host": "evil.example"},
        {"flags": PRESENT},
        {"handle": b"somebody else"},
        {"handle": b""},
        {"identity": b"a key that nobody has"},
    ],
)
def test_whatever_does_not_hold_is_refused_in_one_sentence(
    app: Flask, client: FlaskClient, bent: dict[str, Any]
) -> None:
    key = ada_signs_with(app)
    for name, value in bent.items():
        setattr(key, name, value)
    answer = try_key(client, key, next="/desk/account")
    assert answer.status_code == 422
    assert error(answer) == (
        "You are not signed in That passkey was not accepted. Try it once more, or use another way to sign in."
    )
    assert set(answer.page.xpath("//input[@name='next']/@value")) == {"/desk/account"}
    assert not is_in(client)


def test_a_signature_of_another_key_and_an_old_page(
    app: Flask, client: FlaskClient, clock_at: Callable[[datetime], None]
) -> None:
    key = ada_signs_with(app)
    forged = Authenticator(identity=key.identity, handle=key.handle)
    assert try_key(client, forged).status_code == 422
    answer = key.show(options(client.get("/sign-in").page))
    clock_at(NOON + timedelta(minutes=30))
    assert show(client, answer).status_code == 422
    assert try_key(client, key).status_code == 303


def test_a_counter_that_goes_back_is_refused_and_written_down(app: Flask, client: FlaskClient) -> None:
    key = ada_signs_with(app, count=9)
    for count in (9, 8, 0):
        key.count = count
        assert try_key(client, key).status_code == 422
    assert acts(app)[-3:] == ["refuse passkey that counts back"] * 3
    with app.app_context(), publishing.as_staff():
        line = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert line is not None
        assert (line.actor_id, line.actor_name, line.changes["signatures"]) == (None, "somebody not signed in", [9, 0])
    key.count = 10
    assert try_key(client, key).status_code == 303


def test_whoever_has_no_access_has_none_by_passkey(app: Flask, client: FlaskClient) -> None:
    key = ada_signs_with(app)
    with app.app_context(), publishing.as_staff():
        actions.deactivate(factories.person("ada"), by=None, now=clock.now())
        db.session.commit()
    assert try_key(client, key).status_code == 422


def test_a_guesser_waits(app: Flask, client: FlaskClient) -> None:
    key = ada_signs_with(app)
    forged = Authenticator(identity=key.identity, handle=key.handle)
    answers = [try_key(client, forged).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


# Beside the password, and in its place ---------------------------------------------------------------------


def test_it_is_the_second_proof_after_the_password(app: Flask, client: FlaskClient) -> None:
    key = ada_signs_with(app)
    step = client.get(sign_in(client, next="/desk/account").location)
    assert "The second proof" in step.text
    assert "Use the app after all" not in step.text
    assert step.page.xpath("//label[@for='code']")[0].text == "Recovery code"
    data = {"csrf_token": step.page.xpath("//input[@name='csrf_token']/@value")[0], "next": "/desk/account"}
    into = client.post("/sign-in/passkey", data={**data, "passkey": key.show(options(step.page))})
    assert into.location == "/desk/account"


def test_a_recovery_code_does_where_the_passkey_is_not_at_hand(app: Flask, client: FlaskClient) -> None:
    sign_in(client)
    code = make(client, Authenticator()).page.xpath("//ol[@class='codes']//code")[0].text
    lost = app.test_client()
    sign_in(lost)
    data = {"csrf_token": token(lost, "/sign-in/code"), "code": code}
    assert lost.post("/sign-in/code", data=data).status_code == 303
    assert is_in(lost)


def test_it_does_for_a_dangerous_act_and_a_password(
    app: Flask, client: FlaskClient, clock_at: Callable[[datetime], None]
) -> None:
    key, of_wren = ada_signs_with(app), Authenticator()
    try_key(client, key)
    clock_at(NOON + timedelta(hours=1))
    asked = post(client, "/desk/account/second-factor/codes", form=HOME)
    assert asked.status_code == 401
    assert options(asked.page)["allowCredentials"][0]["id"] == text(key.identity)
    stolen = {"proof_passkey": of_wren.show(options(asked.page))}
    refused = post(client, "/desk/account/second-factor/codes", stolen, form=HOME)
    assert refused.status_code == 422
    assert "was not accepted" in error(refused)
    door = {"proof_passkey": key.show(options(app.test_client().get("/sign-in").page))}
    assert post(client, "/desk/account/second-factor/codes", door, form=HOME).status_code == 422, (
        "for the door, not this"
    )
    good = {"proof_passkey": key.show(options(asked.page))}
    assert "Your new recovery codes" in post(client, "/desk/account/second-factor/codes", good, form=HOME).text

    words = {"current": factories.PASSWORD, "new": "kelp harbour quilt", "again": "kelp harbour quilt"}
    page = client.get(HOME).page
    assert post(client, f"{HOME}/password", words, form=HOME).status_code == 422, "a code is asked for"
    wrong = {**words, "passkey": of_wren.show(options(page))}
    assert "was not accepted" in error(post(client, f"{HOME}/password", wrong, form=HOME))
    right = {**words, "passkey": key.show(options(client.get(HOME).page))}
    assert post(client, f"{HOME}/password", right, form=HOME).status_code == 303


def test_it_is_what_the_setting_asks_for(app: Flask, client: FlaskClient) -> None:
    key = ada_signs_with(app)
    app.config["SECOND_FACTOR_NEEDED"] = True
    try_key(client, key)
    assert client.get("/desk/").status_code == 200
    with app.app_context():
        number = db.session.scalar(select(Passkey.id))
    post(client, f"{KEYS}/{number}/remove", form=HOME)
    assert client.get("/desk/").location == "/desk/account/second-factor"
    assert client.get(KEYS).status_code == 200, "one is added there, before anything else"


def test_an_app_beside_it_goes_alone(app: Flask, client: FlaskClient) -> None:
    key = ada_signs_with(app)
    with app.app_context(), publishing.as_staff():
        ada = factories.person("ada")
        actions.begin_factor(ada, now=clock.now())
        actions.end_app(ada, now=clock.now())
        db.session.commit()
        assert queries.recovery_codes_left(ada) == 10, "the passkey still needs them"
    assert try_key(client, key).status_code == 303


def test_an_administrator_takes_them_away(app: Flask, admin: FlaskClient, everybody: dict[str, int]) -> None:
    key = ada_signs_with(app)
    page = f"/desk/people/{everybody['ada']}"
    assert "1 passkey." in admin.get(page).text
    assert post(admin, f"{page}/second-factor/end", form=page).status_code == 303
    assert try_key(app.test_client(), key).status_code == 422
    ada_signs_with(app)
    ran = app.test_cli_runner().invoke(args=["end-second-factor", "ada@press.example"])
    assert "Passkeys that are good no more: 1." in ran.output
    with app.app_context():
        assert db.session.scalar(select(func.count(Passkey.id))) == 0


def test_without_the_extra_or_a_name_it_says_so(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada_signs_with(app)
    monkeypatch.setattr(passkeys, "_has_library", lambda: False)
    door = client.get("/sign-in")
    assert "passkeys.js" not in door.text
    assert door.page.xpath("//*[@data-passkey]") == []
    assert show(client, Authenticator().show({"challenge": "eA"})).status_code == 422
    step = client.get(sign_in(client).location)
    assert "recovery codes" in step.text, "the password alone opens nothing"
    with app.app_context(), publishing.as_staff():
        db.session.execute(update(Passkey).values(host="press.old.example"))
        cookie = factories.session_of(factories.person("ada"))
        db.session.commit()
    with client.session_transaction() as session:
        session.clear()
        session["_user_id"] = cookie
    shown = client.get(KEYS)
    assert "pip install" in shown.text
    assert "for press.old.example only" in shown.text
    assert post(client, f"{KEYS}/begin", form=HOME).location == KEYS
    assert client.get(f"{KEYS}/new").location == KEYS
    monkeypatch.undo()
    app.config |= {"SITE_URL": "http://press.example", "SITE_URL_SET": True}
    assert "site_url" in client.get(KEYS).text


def test_used_challenges_are_forgotten_when_nobody_can_use_them(app: Flask) -> None:
    ada_signs_with(app)
    with app.app_context():
        jobs.tidy(NOON + timedelta(minutes=29))
        assert db.session.scalar(select(func.count(UsedChallenge.digest))) == 1
        jobs.tidy(NOON + timedelta(minutes=30))
        assert db.session.scalar(select(func.count(UsedChallenge.digest))) == 0
        assert db.session.scalar(select(func.count(DeviceSession.id))) == 0
        assert db.session.scalar(select(func.count(User.id))) == 3
