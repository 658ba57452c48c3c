"""``/desk/account``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pressroom.accounts.models import DeviceSession
from pressroom.kit.db import db
from tests import factories
from tests.accounts.conftest import error, sign_in
from tests.accounts.test_second_factor import give, with_factor
from tests.conftest import NOON, post

pytestmark = pytest.mark.usefixtures("cast")

NEW = "quite another password"


def change(client: FlaskClient, current: str = factories.PASSWORD, new: str = NEW, again: str = NEW) -> object:
    data = {"current": current, "new": new, "again": again}
    return post(client, "/desk/account/password", data, form="/desk/account")


def test_my_account(ada: FlaskClient) -> None:
    page = ada.get("/desk/account").page
    assert "ada@press.example" in page.text_content()
    assert "this device" in page.text_content()


def test_a_new_password_ends_the_other_devices(client: FlaskClient, app: Flask) -> None:
    other = app.test_client()
    sign_in(client)
    sign_in(other)
    assert change(client).status_code == 303
    assert client.get("/desk/account").status_code == 200
    assert other.get("/desk/account").status_code == 303
    assert sign_in(app.test_client()).status_code == 422
    assert sign_in(app.test_client(), password=NEW).status_code == 303


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"current": "not the password"}, "That is not your password."),
        ({"new": "short", "again": "short"}, "Choose a password of at least 12 characters"),
        ({"again": "something else entirely"}, "The two new passwords differ."),
        ({"current": ""}, "Write your current password."),
    ],
)
def test_a_refused_password(ada: FlaskClient, app: Flask, typed: dict[str, str], said: str) -> None:
    answer = change(ada, **typed)
    assert answer.status_code == 422
    assert said in error(answer)
    assert sign_in(app.test_client()).status_code == 303


def test_ending_one_of_my_devices(client: FlaskClient, app: Flask) -> None:
    other = app.test_client()
    sign_in(other)
    with app.app_context():
        device = db.session.scalars(select(DeviceSession.id)).one()
    sign_in(client)
    assert post(client, f"/desk/account/devices/{device}/end", form="/desk/account").status_code == 303
    assert other.get("/desk/account").status_code == 303
    assert client.get("/desk/account").status_code == 200


def test_ending_all_others(client: FlaskClient, app: Flask) -> None:
    others = [app.test_client() for _ in range(3)]
    for other in (*others, client):
        sign_in(other)
    assert post(client, "/desk/account/devices/end-others", form="/desk/account").status_code == 303
    assert [other.get("/desk/account").status_code for other in (client, *others)] == [200, 303, 303, 303]
    assert "Sign out everywhere else" not in client.get("/desk/account").text, "there is nowhere else"


def test_a_guesser_of_the_current_password_is_made_to_wait(ada: FlaskClient) -> None:
    for _ in range(5):
        assert change(ada, current="a guess, and long").status_code == 422
    answer = change(ada)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")


def test_a_new_password_needs_a_code_of_whoever_has_a_second_factor(
    client: FlaskClient, app: Flask, clock_at: Callable[[datetime], None]
) -> None:
    clock_at(NOON)
    totp, codes = with_factor(app)
    sign_in(client)
    give(client, totp.at(NOON))
    typed = {"current": factories.PASSWORD, "new": NEW, "again": NEW}
    for code in ("", totp.at(NOON)):
        answer = post(client, "/desk/account/password", typed | {"code": code}, form="/desk/account")
        assert answer.status_code == 422
    done = post(client, "/desk/account/password", typed | {"code": codes[0]}, form="/desk/account")
    assert done.status_code == 303
    assert sign_in(app.test_client(), password=NEW).location == "/sign-in/code"


def test_the_devices_of_others_are_not_mine(client: FlaskClient, wren: FlaskClient, app: Flask) -> None:
    sign_in(client)
    with app.app_context():
        device = db.session.scalars(select(DeviceSession.id).order_by(DeviceSession.id.desc())).first()
    assert post(wren, f"/desk/account/devices/{device}/end", form="/desk/account").status_code == 404
    assert client.get("/desk/account").status_code == 200


def test_wrong_method(ada: FlaskClient) -> None:
    assert ada.get("/desk/account/password").status_code == 405
