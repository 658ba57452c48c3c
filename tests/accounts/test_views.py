"""``/sign-in`` and ``/sign-out``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from pressroom import publishing
from pressroom.accounts import actions, passwords
from pressroom.accounts import queries as people
from pressroom.accounts.models import DeviceSession, User
from pressroom.application import create_app
from pressroom.kit import clock
from pressroom.kit.db import db
from tests import factories
from tests.accounts.conftest import error, sign_in, token
from tests.conftest import NOON

pytestmark = pytest.mark.usefixtures("cast")

HOME = "/desk/account"


def is_in(client: FlaskClient) -> bool:
    return client.get(HOME).status_code == 200


def test_the_page(client: FlaskClient) -> None:
    answer = client.get("/sign-in")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert [label.get("for") for label in answer.page.xpath("//main//label")] == ["email", "password"]


def test_signing_in_leads_to_the_desk(client: FlaskClient, app: Flask) -> None:
    with clock.at(NOON):
        answer = sign_in(client)
        assert (answer.status_code, answer.location) == (303, "/desk/")
        assert is_in(client)
        with app.app_context():
            user = people.by_email("ada@press.example")
            assert user is not None
            assert user.last_sign_in == NOON


def test_the_case_of_the_address_does_not_matter(client: FlaskClient) -> None:
    assert sign_in(client, email="  ADA@Press.Example ").status_code == 303


def test_the_cookie_lasts_and_scripts_cannot_read_it(client: FlaskClient) -> None:
    cookie = sign_in(client).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires=" in cookie
    assert "remember_token" not in cookie


def test_the_cookie_holds_no_id_of_a_person_and_the_table_no_token(client: FlaskClient, app: Flask) -> None:
    sign_in(client)
    with client.session_transaction() as cookie:
        kept = cookie["_user_id"]
    with app.app_context():
        row = db.session.scalars(select(DeviceSession)).one()
        assert row.token_hash == passwords.fingerprint(kept) != kept


def test_a_row_for_each_device(app: Flask) -> None:
    first, second = app.test_client(), app.test_client()
    sign_in(first)
    sign_in(second)
    with app.app_context():
        assert db.session.scalar(select(func.count(DeviceSession.id))) == 2
    assert is_in(first)
    assert is_in(second)


@pytest.mark.parametrize(("name", "password"), [("ada", "the wrong password"), ("nobody", "the wrong password")])
def test_unknown_and_wrong_read_the_same(client: FlaskClient, name: str, password: str) -> None:
    answer = sign_in(client, name, password)
    assert answer.status_code == 422
    assert error(answer).startswith("You are not signed in")
    assert "do not belong together" in error(answer)
    assert answer.page.xpath("//input[@name='email']/@value") == [f"{name}@press.example"]
    assert not any(answer.page.xpath("//input[@name='password']/@value"))
    assert not is_in(client)


def test_an_unknown_address_costs_the_same_work(
    app: Flask, cast: dict[str, int], monkeypatch: pytest.MonkeyPatch, queries: Callable[[int], Any]
) -> None:
    """The work is counted and not the clock: hashes that are verified, and statements, the same in the same order."""

    class Counting(PasswordHasher):
        checked = 0

        def verify(self, *args: object) -> bool:
            try:
                return super().verify(*args)  # type: ignore[arg-type]
            except VerifyMismatchError:  # and not InvalidHashError, which costs nothing
                Counting.checked += 1
                raise

    monkeypatch.setattr(passwords, "hasher", Counting(time_cost=1, memory_cost=64, parallelism=1))
    with app.app_context(), publishing.as_staff():
        actions.deactivate(factories.person("wren"), by=None, now=NOON)
        db.session.commit()
    asked = []
    for number, name in enumerate(("nobody", "ada", "wren"), 1):
        client = app.test_client()
        data = {"csrf_token": token(client), "email": f"{name}@press.example", "password": "the wrong password"}
        with queries(50) as sent:
            answer = client.post("/sign-in", data=data)
        assert Counting.checked == number
        asked.append((answer.status_code, error(answer), list(sent)))
    assert asked[0] == asked[1] == asked[2]


def test_empty_fields_are_named(client: FlaskClient) -> None:
    answer = sign_in(client, email="", password="")
    assert answer.status_code == 422
    assert "Write your e-mail address." in error(answer)
    assert "Write your password." in error(answer)


@pytest.mark.parametrize("email", ["\x00", "a" * 300, "ada@press.example\x00", "💣" * 20])
def test_odd_addresses_are_refused(client: FlaskClient, email: str) -> None:
    assert sign_in(client, email=email, password="the wrong password").status_code == 422


def test_without_the_token_nothing_happens(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"email": "ada@press.example", "password": "a long enough password"})
    assert answer.status_code == 400
    assert "open the page again" in answer.page.text_content()
    assert not is_in(client)


def test_each_failure_after_the_fifth_waits_twice_as_long(client: FlaskClient, app: Flask) -> None:
    moment = NOON
    with clock.at(moment):
        for _ in range(5):
            assert sign_in(client, password="the wrong password").status_code == 422
    for seconds, said in ((30, "30 seconds"), (60, "a minute"), (120, "2 minutes"), (240, "4 minutes")):
        with clock.at(moment):
            answer = sign_in(client)
            assert answer.status_code == 429
            assert answer.headers["Retry-After"] == str(seconds)
            assert f"Too many tries failed. Wait {said}, then try again." in error(answer)
            assert answer.page.xpath("//input[@name='email']/@value") == ["ada@press.example"]
        moment += timedelta(seconds=seconds)
        with clock.at(moment):
            assert sign_in(client, password="the wrong password").status_code == 422, "asking makes no wait longer"
    with clock.at(moment + timedelta(minutes=8)):
        assert sign_in(client).status_code == 303
        assert sign_in(app.test_client(), password="the wrong password").status_code == 422, "a right one forgives"


def test_a_wait_has_an_end(client: FlaskClient) -> None:
    moment, waits = NOON, []
    for _ in range(14):
        with clock.at(moment):
            sign_in(client, password="the wrong password")
            answer = sign_in(client, password="the wrong password")
        if answer.status_code == 429:
            waits.append(int(answer.headers["Retry-After"]))
            moment += timedelta(seconds=waits[-1])
    assert waits[:6] == [30, 60, 120, 240, 480, 900]
    assert set(waits[5:]) == {900}
    with clock.at(moment + timedelta(days=1)):
        for _ in range(5):
            assert sign_in(client, password="the wrong password").status_code == 422, "a quiet day forgives as well"


def test_sign_ins_that_work_are_not_counted(app: Flask) -> None:
    for _ in range(12):
        assert sign_in(app.test_client()).status_code == 303


def test_an_account_is_counted_over_addresses(app: Flask) -> None:
    with clock.at(NOON):
        for n in range(5):
            client = app.test_client()
            client.environ_base["REMOTE_ADDR"] = f"192.0.2.{n}"
            sign_in(client, password="the wrong password")
        client.environ_base["REMOTE_ADDR"] = "192.0.2.99"
        assert sign_in(client).status_code == 429
        assert sign_in(client, "wren").status_code == 303


def test_an_address_is_counted_over_accounts(client: FlaskClient, app: Flask) -> None:
    with clock.at(NOON):
        for n in range(20):
            assert sign_in(client, f"nobody-{n}").status_code == 422
            if n == 10:
                assert sign_in(app.test_client(), "wren").status_code == 303
        assert sign_in(client).status_code == 429, "a right password of one does not forgive the network the others"
        elsewhere = app.test_client()
        elsewhere.environ_base["REMOTE_ADDR"] = "192.0.2.99"
        assert sign_in(elsewhere).status_code == 303


def test_the_wait_holds_over_two_applications(app: Flask) -> None:
    other = create_app(
        Path(app.instance_path),
        {"secret_key": app.config["SECRET_KEY"], "database_url": app.config["DATABASE_URL"]},
    )
    other.test_client_class = app.test_client_class
    with clock.at(NOON):
        answers = [sign_in(each.test_client(), password="wrong, and long").status_code for each in [app, other] * 4]
    with other.app_context():
        db.engine.dispose()
    assert answers == [422] * 5 + [429] * 3


def test_many_at_once_are_counted_one_by_one(app: Flask) -> None:
    """Thirty guesses in the same moment: five are checked."""
    clients = [app.test_client() for _ in range(10)]
    proofs = [token(each) for each in clients]
    ready, answers = Barrier(len(clients)), []

    def guess(client: FlaskClient, proof: str) -> None:
        ready.wait()
        data = {"csrf_token": proof, "email": "ada@press.example", "password": "the wrong password"}
        answers.extend(client.post("/sign-in", data=data).status_code for _ in range(3))

    with clock.at(NOON):
        threads = [Thread(target=guess, args=pair) for pair in zip(clients, proofs, strict=True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(answers) == [422] * 5 + [429] * 25


def test_a_right_password_of_somebody_without_access(client: FlaskClient, app: Flask, cast: dict[str, int]) -> None:
    with app.app_context(), publishing.as_staff():
        actions.deactivate(people.by_id(cast["ada"]), by=None, now=NOON)  # type: ignore[arg-type]
        db.session.commit()
    answer = sign_in(client)
    assert answer.status_code == 422
    assert "do not belong together" in error(answer)


def test_who_loses_access_is_out_at_once(client: FlaskClient, app: Flask, cast: dict[str, int]) -> None:
    sign_in(client)
    with app.app_context(), publishing.as_staff():
        actions.deactivate(people.by_id(cast["ada"]), by=None, now=clock.now())  # type: ignore[arg-type]
        db.session.commit()
    assert not is_in(client)


def test_an_outdated_hash_is_made_anew(client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    dearer = PasswordHasher(time_cost=2, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "hasher", dearer)
    sign_in(client)
    with app.app_context():
        user = db.session.scalars(select(User).where(User.email == "ada@press.example")).one()
        assert not dearer.check_needs_rehash(user.password_hash)
    assert sign_in(app.test_client()).status_code == 303


def test_back_to_where_one_wanted_to_be(client: FlaskClient) -> None:
    answer = client.get("/desk/account?x=1")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/desk/account?x%3D1")
    form = client.get(answer.location).page
    assert form.xpath("//input[@name='next']/@value") == ["/desk/account?x=1"] * 2, (
        "for the password, and for a passkey"
    )
    assert sign_in(client, next="/desk/account?x=1").location == "/desk/account?x=1"


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example"])
def test_a_sign_in_leads_nowhere_else(client: FlaskClient, path: str) -> None:
    assert client.get("/sign-in", query_string={"next": path}).page.xpath("//input[@name='next']/@value") in (
        [],
        [""],
    )
    assert sign_in(client, next=path).location == "/desk/"


def test_whoever_is_in_already_goes_on(client: FlaskClient) -> None:
    sign_in(client)
    assert client.get("/sign-in").location == "/desk/"


def test_signing_out_ends_every_copy_of_the_cookie(client: FlaskClient, app: Flask) -> None:
    sign_in(client)
    thief = app.test_client()
    with client.session_transaction() as mine, thief.session_transaction() as copied:
        copied.update(mine)
    assert is_in(thief)
    assert client.get("/sign-out").status_code == 200
    assert is_in(client), "a GET signs nobody out"
    answer = client.post("/sign-out", data={"csrf_token": token(client, "/sign-out")})
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert not is_in(client)
    assert not is_in(thief)


def test_signing_out_without_being_in(client: FlaskClient) -> None:
    assert client.get("/sign-out").location == "/sign-in"
    assert client.post("/sign-out").status_code == 400
    assert client.post("/sign-out", data={"csrf_token": token(client)}).location == "/sign-in"


def test_a_session_ends_when_nobody_comes(client: FlaskClient) -> None:
    with clock.at(NOON):
        sign_in(client)
    with clock.at(NOON + timedelta(hours=71)):
        assert is_in(client)
    with clock.at(NOON + timedelta(hours=142)):
        assert is_in(client), "a visit moves the end on"
    with clock.at(NOON + timedelta(hours=142 + 73)):
        assert not is_in(client)


def test_a_visit_is_noted_once_a_minute(client: FlaskClient, app: Flask) -> None:
    def seen() -> object:
        with app.app_context():
            return db.session.scalars(select(DeviceSession.last_seen_at)).one()

    with clock.at(NOON):
        sign_in(client)
        client.get(HOME)  # the token of its form comes into the cookie
    with clock.at(NOON + timedelta(seconds=59)):
        assert "Set-Cookie" not in client.get(HOME).headers
    assert seen() == NOON
    with clock.at(NOON + timedelta(seconds=60)):
        assert "Set-Cookie" in client.get(HOME).headers
    assert seen() == NOON + timedelta(seconds=60)


def test_a_cookie_of_nobody_is_no_sign_in(client: FlaskClient) -> None:
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "made up"
    assert not is_in(client)
