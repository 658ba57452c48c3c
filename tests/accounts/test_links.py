"""Links with which a password is chosen, once; and the page for who forgot theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from pressroom import accounts, jobs, publishing
from pressroom.accounts import actions, passwords
from pressroom.accounts.delivery import Letter
from pressroom.accounts.models import AccountLink, ResetRequest
from pressroom.accounts.rules import LinkFor
from pressroom.audit import AuditEntry
from pressroom.kit.db import db
from tests import factories
from tests.accounts.conftest import error, sign_in, token
from tests.accounts.test_second_factor import with_factor
from tests.conftest import NOON, post

OWN = "lichens agree quietly"
FORGOT = "/sign-in/forgot"


@pytest.fixture(autouse=True)
def everybody(cast: dict[str, int], clock_at: Callable[[datetime], None]) -> None:
    clock_at(NOON)


@pytest.fixture
def letters(app: Flask) -> list[Letter]:
    """What the post carried."""
    carried: list[Letter] = []
    accounts.delivered_by(app, accounts.Post(lambda: True, lambda letter, _now: carried.append(letter)))
    return carried


def link(app: Flask, name: str = "ada", hours: int = 1) -> str:
    """The path of a link for somebody of the cast."""
    with app.app_context(), publishing.as_staff():
        lasts = timedelta(hours=hours)
        _, made = actions.make_link(factories.person(name), LinkFor.RESET, by=None, now=NOON, lasts=lasts)
        db.session.commit()
    return f"/sign-in/password/{made}"


def choose(client: FlaskClient, path: str, new: str = OWN, again: str | None = None) -> TestResponse:
    return post(client, path, {"new": new, "again": new if again is None else again}, form=path)


def ask(client: FlaskClient, email: str) -> TestResponse:
    return post(client, FORGOT, {"email": email})


def test_a_link_is_good_once(client: FlaskClient, app: Flask) -> None:
    path = link(app)
    for _ in range(2):
        page = client.get(path)
        assert page.status_code == 200, "opening it uses nothing up"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "private, no-store"
    here = app.test_client()
    sign_in(here)
    assert choose(client, path).status_code == 200
    assert here.get("/desk/account").status_code == 303, "every device is signed out"
    assert sign_in(app.test_client()).status_code == 422
    assert sign_in(app.test_client(), password=OWN).status_code == 303
    assert client.get(path).status_code == 404
    with app.app_context(), publishing.as_staff():
        secret = path.rpartition("/")[2]
        rows = db.session.scalars(select(AccountLink)).all()
        assert [row.token_hash for row in rows] == [passwords.fingerprint(secret)]
        acts = db.session.scalars(select(AuditEntry)).all()
        assert "make link to reset" in [act.action for act in acts]
        assert not [act for act in acts if secret in f"{act.title}{act.changes}"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"new": "short"}, "at least 12 characters"),
        ({"new": "Ada Lindqvist 1"}, "Choose another password"),
        ({"new": "correct horse battery staple"}, "on every list"),
        ({"new": OWN, "again": "something else"}, "The two new passwords differ."),
        ({"new": ""}, "Write a new password."),
    ],
)
def test_a_refused_password_uses_nothing_up(client: FlaskClient, app: Flask, typed: dict[str, str], said: str) -> None:
    path = link(app)
    answer = choose(client, path, **typed)
    assert answer.status_code == 422
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert said in error(answer)
    assert choose(client, path).status_code == 200


def test_a_link_that_is_good_no_more(client: FlaskClient, app: Flask, clock_at: Callable[[datetime], None]) -> None:
    older, newer = link(app), link(app)
    proof = token(client, newer)
    assert client.get(older).status_code == 404, "a newer one was made"
    clock_at(NOON + timedelta(hours=1))
    late = client.post(newer, data={"csrf_token": proof, "new": OWN, "again": OWN})
    assert late.status_code == 404
    assert "good no more" in late.page.text_content()
    assert client.get(newer).status_code == 404
    for odd in ("x", "%00", "x" * 3000, "'%20OR%201=1"):
        assert client.get(f"/sign-in/password/{odd}").status_code == 404
    assert sign_in(client).status_code == 303


def test_two_at_once_with_one_link(app: Flask) -> None:
    path = link(app)
    clients = [app.test_client() for _ in range(3)]
    proofs = [token(each, path) for each in clients]
    ready, answers = Barrier(len(clients)), []

    def send(client: FlaskClient, proof: str, new: str) -> None:
        ready.wait()
        answers.append(client.post(path, data={"csrf_token": proof, "new": new, "again": new}).status_code)

    words = [f"{OWN} {n}" for n in range(3)]
    threads = [Thread(target=send, args=each) for each in zip(clients, proofs, words, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 404, 404]
    assert sum(sign_in(app.test_client(), password=each).status_code == 303 for each in words) == 1


def test_a_link_does_not_go_round_the_second_factor(client: FlaskClient, app: Flask) -> None:
    with_factor(app)
    choose(client, link(app))
    assert client.get("/desk/").status_code == 303
    assert sign_in(client, password=OWN).location == "/sign-in/code"


def test_a_change_of_the_password_ends_the_link(ada: FlaskClient, client: FlaskClient, app: Flask) -> None:
    path = link(app)
    typed = {"current": factories.PASSWORD, "new": OWN, "again": OWN}
    assert post(ada, "/desk/account/password", typed, form="/desk/account").status_code == 303
    assert client.get(path).status_code == 404


# The page for who forgot ---------------------------------------------------------------------------------


def test_without_post_there_is_no_such_page(client: FlaskClient) -> None:
    assert client.get(FORGOT).status_code == 404
    assert client.post(FORGOT, data={"csrf_token": token(client), "email": "ada@press.example"}).status_code == 404
    page = client.get("/sign-in").page
    assert not page.xpath(f"//a[@href='{FORGOT}']")
    assert "An administrator of the press room can give you a link" in page.text_content()


def test_a_link_comes_by_post(client: FlaskClient, app: Flask, letters: list[Letter]) -> None:
    assert client.get("/sign-in").page.xpath(f"//a[@href='{FORGOT}']")
    assert ask(client, " ADA@press.example ").status_code == 200
    assert letters == [], "the worker sends it"
    with app.app_context():
        assert all(jobs.sweep().values())
    assert [letter.purpose for letter in letters] == [LinkFor.RESET]
    assert letters[0].until == NOON + timedelta(hours=1)
    assert sign_in(app.test_client()).status_code == 303, "the old password is good until the link is used"
    path = urlsplit(letters[0].link).path
    assert letters[0].link == app.config["SITE_URL"] + path
    assert choose(app.test_client(), path).status_code == 200
    assert sign_in(app.test_client(), password=OWN).status_code == 303
    with app.app_context():
        jobs.sweep()
        assert db.session.scalar(select(func.count(ResetRequest.id))) == 0
    assert len(letters) == 1


def test_unknown_and_known_get_the_same_answer_for_the_same_work(
    app: Flask, letters: list[Letter], queries: Callable[[int], Any]
) -> None:
    """The statements are counted and not the clock: the same ones, in the same order."""
    with app.app_context(), publishing.as_staff():
        actions.deactivate(factories.person("wren"), by=None, now=NOON)
        db.session.commit()
    asked: list[tuple[list[str], str]] = []
    for email in ("nobody@press.example", "ada@press.example", "wren@press.example"):
        client = app.test_client()
        proof = token(client, FORGOT)
        with queries(50) as sent:
            answer = client.post(FORGOT, data={"csrf_token": proof, "email": email})
        assert answer.status_code == 200
        assert email not in answer.text
        asked.append((list(sent), answer.page.xpath("string(//main)")))
    assert asked[0] == asked[1] == asked[2]
    with app.app_context():
        jobs.sweep()
    assert [letter.to for letter in letters] == ["ada@press.example"]


def test_nobodys_letter_box_is_filled(client: FlaskClient, letters: list[Letter]) -> None:
    for _ in range(3):
        assert ask(client, "ada@press.example").status_code == 200
    for email in ("ada@press.example", "Ada@Press.Example"):
        answer = ask(client, email)
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "3600"
        assert answer.page.xpath("//input[@name='email']/@value") == [email]
    for n in range(3):
        assert ask(client, "nobody@press.example").status_code == 200, n
    assert ask(client, "nobody@press.example").status_code == 429, "an unknown address is counted as well"


@pytest.mark.parametrize("email", ["", "nonsense", "x" * 300 + "@press.example", "a@b\x00.example"])
def test_odd_addresses(client: FlaskClient, letters: list[Letter], email: str) -> None:
    answer = ask(client, email)
    assert answer.status_code == 422 or (answer.status_code == 200 and "\0" in email)


def test_a_request_that_nobody_answered_in_time(
    client: FlaskClient, app: Flask, letters: list[Letter], clock_at: Callable[[datetime], None]
) -> None:
    ask(client, "ada@press.example")
    clock_at(NOON + timedelta(hours=2))
    with app.app_context():
        jobs.sweep()
        assert db.session.scalar(select(func.count(ResetRequest.id))) == 0
    assert letters == []


@pytest.fixture
def invited(admin: FlaskClient, letters: list[Letter]) -> Iterator[TestResponse]:
    data = {"name": "Ines Moreau", "email": "ines@press.example", "role": "writer"}
    yield post(admin, "/desk/people/new", data)


def test_an_invitation_goes_by_post(invited: TestResponse, admin: FlaskClient, letters: list[Letter]) -> None:
    assert invited.status_code == 303
    page = admin.get(invited.location).page.text_content()
    assert "A link is on its way to ines@press.example" in page
    assert [(letter.purpose, letter.to_name) for letter in letters] == [(LinkFor.INVITE, "Ines Moreau")]
    assert letters[0].link not in admin.get(invited.location).text
