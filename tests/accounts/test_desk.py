"""``/desk/account``."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pressroom.accounts.models import DeviceSession
from pressroom.kit.db import db
from tests import factories
from tests.accounts.conftest import error, sign_in
from tests.conftest import post

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
        ({"current": "not the password"}, "That is not your current password."),
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


def test_the_devices_of_others_are_not_mine(client: FlaskClient, wren: FlaskClient, app: Flask) -> None:
    sign_in(client)
    with app.app_context():
        device = db.session.scalars(select(DeviceSession.id).order_by(DeviceSession.id.desc())).first()
    assert post(wren, f"/desk/account/devices/{device}/end", form="/desk/account").status_code == 404
    assert client.get("/desk/account").status_code == 200


def test_wrong_method(ada: FlaskClient) -> None:
    assert ada.get("/desk/account/password").status_code == 405
