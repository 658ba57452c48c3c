"""Dangerous acts ask again who somebody is, and then go on with what was typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from pressroom import publishing
from pressroom.accounts import carrying, freshness
from pressroom.accounts.models import User
from pressroom.kit import settings
from pressroom.kit.db import db
from tests import factories
from tests.accounts.conftest import error, sign_in, token
from tests.accounts.test_second_factor import give, with_factor
from tests.conftest import NOON, post, submit

LATER = NOON + timedelta(minutes=30)
PERSON = {"name": "Ines “I” Moreau", "email": "ines@press.example", "role": "writer"}


@pytest.fixture(autouse=True)
def everybody(cast: dict[str, int], clock_at: Callable[[datetime], None]) -> dict[str, int]:
    clock_at(NOON)
    return cast


@pytest.fixture
def admin(client: FlaskClient) -> FlaskClient:
    """Nadia, who signed in at noon."""
    sign_in(client, "nadia")
    return client


def people(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count(User.id))) or 0


def confirm(client: FlaskClient, asked: TestResponse, **typed: str) -> TestResponse:
    """Send the page that asks, as a browser does."""
    form = asked.page.xpath("//main//form")[0]
    fields = [(field.get("name"), field.get("value") or "") for field in form.xpath(".//input")]
    data: dict[str, list[str]] = {}
    for name, value in fields:
        data.setdefault(name, []).append(value)
    return client.post(form.get("action"), data=data | {"proof_password": factories.PASSWORD} | typed)


def test_each_act_in_the_table_exists_and_is_sent_by_post(app: Flask) -> None:
    methods = {rule.endpoint: rule.methods or set() for rule in app.url_map.iter_rules()}
    assert {endpoint for endpoint in freshness.DANGEROUS if "POST" not in methods.get(endpoint, ())} == set()


def test_what_was_typed_goes_on_after_the_proof(
    admin: FlaskClient, app: Flask, clock_at: Callable[[datetime], None]
) -> None:
    clock_at(LATER - timedelta(seconds=1))
    assert post(admin, "/desk/people/new", PERSON | {"email": "other@press.example"}).status_code == 200
    before = people(app)
    clock_at(LATER)
    asked = post(admin, "/desk/people/new", PERSON)
    assert asked.status_code == 401
    assert asked.headers["Cache-Control"] == "private, no-store"
    assert people(app) == before
    wrong = confirm(admin, asked, proof_password="not the password")
    assert wrong.status_code == 422
    assert "That is not your password" in error(wrong)
    assert people(app) == before
    empty = confirm(admin, wrong, proof_password="")
    assert (empty.status_code, "Write your password." in error(empty)) == (422, True)
    done = confirm(admin, empty)
    assert done.status_code == 200
    assert people(app) == before + 1
    with app.app_context():
        assert db.session.scalars(select(User.name).where(User.email == PERSON["email"])).one() == PERSON["name"]
    assert post(admin, "/desk/people/new", PERSON | {"email": "third@press.example"}).status_code == 200, "not again"


def test_a_proof_is_good_on_its_own_device_only(
    admin: FlaskClient, app: Flask, clock_at: Callable[[datetime], None]
) -> None:
    other = app.test_client()
    sign_in(other, "nadia")
    clock_at(LATER)
    confirm(admin, post(admin, "/desk/people/new", PERSON))
    assert post(other, "/desk/people/new", PERSON | {"email": "other@press.example"}).status_code == 401


def test_whoever_has_a_second_factor_gives_a_code_as_well(
    client: FlaskClient, app: Flask, clock_at: Callable[[datetime], None]
) -> None:
    totp, _ = with_factor(app, "nadia")
    sign_in(client, "nadia")
    give(client, totp.at(NOON))
    clock_at(LATER)
    asked = post(client, "/desk/people/new", PERSON)
    used = confirm(client, asked, proof_code=totp.at(NOON))
    assert (used.status_code, "wrong, or was used before" in error(used)) == (422, True)
    assert confirm(client, used, proof_code=totp.at(LATER)).status_code == 200


def test_a_guesser_is_made_to_wait(admin: FlaskClient, clock_at: Callable[[datetime], None]) -> None:
    clock_at(LATER)
    asked = post(admin, "/desk/people/new", PERSON)
    for _ in range(5):
        asked = confirm(admin, asked, proof_password="a guess, and long")
    answer = confirm(admin, asked)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "30"
    clock_at(LATER + timedelta(seconds=30))
    assert confirm(admin, answer).status_code == 200, "and what was typed is still there"


def test_the_settings_go_on_with_their_file(ada: FlaskClient, app: Flask, clock_at: Callable[[datetime], None]) -> None:
    picture = BytesIO()
    Image.new("RGB", (200, 100), "teal").save(picture, "PNG")
    clock_at(LATER)
    typed = {"contact_name": "Ines <Moreau>", "organisation_address": "One\nTwo & three"}
    asked = submit(
        ada, "/desk/settings", typed | {"logo": (BytesIO(picture.getvalue()), "mark.png")}, button="Save settings"
    )
    assert asked.status_code == 401
    wrong = confirm(ada, asked, proof_password="not the password")
    assert confirm(ada, wrong).status_code == 303
    with app.app_context(), publishing.as_staff():
        assert settings.setting("contact_name") == "Ines <Moreau>"
        assert settings.setting("organisation_address") == "One\nTwo & three"
        assert len(settings.setting("organisation_logo")) == 64


def test_a_file_that_is_too_large_to_be_kept(
    ada: FlaskClient, clock_at: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying, "MOST", 10)
    clock_at(LATER)
    asked = submit(ada, "/desk/settings", {"logo": (BytesIO(b"x" * 100), "mark.png")}, button="Save settings")
    assert asked.status_code == 401
    assert asked.page.xpath("//main//a/@href") == ["/desk/account/confirm"]
    form = ada.get("/desk/account/confirm")
    assert confirm(ada, form, proof_password="not the password").status_code == 422
    assert confirm(ada, form).location == "/desk/account"
    again = submit(ada, "/desk/settings", {"contact_name": "Ines"}, button="Save settings")
    assert again.status_code == 303


@pytest.mark.parametrize("made_up", ["", "[]", "{}", "nonsense", '{"field": "logo", "name": "x", "data": "***"}'])
def test_a_file_that_somebody_made_up(ada: FlaskClient, clock_at: Callable[[datetime], None], made_up: str) -> None:
    clock_at(LATER)
    asked = submit(ada, "/desk/settings", {}, button="Save settings")
    assert confirm(ada, asked, proof_file=made_up).status_code == 303


def test_nobody_is_asked_before_they_may(wren: FlaskClient, clock_at: Callable[[datetime], None]) -> None:
    clock_at(LATER)
    proof = token(wren, "/desk/account")
    assert wren.post("/desk/people/new", data={"csrf_token": proof}).status_code == 403


def test_everyday_work_asks_nothing(ada: FlaskClient, clock_at: Callable[[datetime], None]) -> None:
    clock_at(NOON + timedelta(hours=60))
    assert submit(ada, "/desk/releases/new", {"headline": "Birds agree"}, button="Save draft").status_code == 303
