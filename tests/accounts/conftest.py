"""A hasher that costs nothing, and people who sign in through the page."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from pressroom import publishing
from pressroom.accounts import passwords
from pressroom.kit.db import db
from tests import factories


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest.fixture
def cast(app: Flask) -> dict[str, int]:
    """Everybody is there; name → id."""
    with app.app_context(), publishing.as_staff():
        ids = {name: factories.person(name).id for name in factories.CAST}
        db.session.commit()
    return ids


def token(client: FlaskClient, path: str = "/sign-in") -> str:
    """The token in a form at *path*."""
    return client.get(path).page.xpath("//input[@name='csrf_token']/@value")[0]


def sign_in(client: FlaskClient, name: str = "ada", password: str = factories.PASSWORD, **more: str) -> TestResponse:
    """Fill the form in and send it."""
    data = {"csrf_token": token(client), "email": f"{name}@press.example", "password": password, **more}
    return client.post("/sign-in", data=data)


def error(answer: TestResponse) -> str:
    """What the summary of errors says."""
    return " ".join(answer.page.xpath("string(//*[@role='alert'])").split())
