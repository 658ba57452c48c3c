"""``/desk/people``."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from pressroom import publishing
from pressroom.accounts import actions, queries
from pressroom.accounts.rules import Role
from pressroom.audit import queries as audit
from pressroom.kit.db import db
from tests.accounts.conftest import error, sign_in
from tests.conftest import NOON, post

OWN = "lichens agree quietly"


def choose(client: FlaskClient, address: str, new: str = OWN) -> TestResponse:
    """Open the link and choose a password."""
    path = urlsplit(address).path
    return post(client, path, {"new": new, "again": new})


@pytest.fixture
def ids(cast: dict[str, int]) -> dict[str, int]:
    return cast


def test_everybody_is_listed(admin: FlaskClient, ids: dict[str, int]) -> None:
    text = admin.get("/desk/people/").page.text_content()
    assert all(name in text for name in ("Nadia Brandt", "Ada Lindqvist", "Wren Okafor"))


def test_somebody_new_chooses_a_password(admin: FlaskClient, client: FlaskClient, app: Flask) -> None:
    answer = post(admin, "/desk/people/new", {"name": "Ines Moreau", "email": "Ines@Press.Example", "role": "writer"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    address = answer.page.findtext(".//code")
    assert address.startswith(app.config["SITE_URL"] + "/sign-in/password/")
    assert choose(client, address).status_code == 200
    assert client.get("/desk/").status_code == 303, "a link signs nobody in"
    assert sign_in(client, "ines", OWN).status_code == 303
    assert client.get("/desk/people/").status_code == 403
    assert address not in admin.get("/desk/people/").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"email": "WREN@press.example"}, "has an account already"),
        ({"email": "nonsense"}, "Write an e-mail address"),
        ({"name": "  "}, "name"),
        ({"role": "king"}, "Not a valid choice"),
    ],
)
def test_a_refused_person_is_kept_as_typed(
    admin: FlaskClient, ids: dict[str, int], typed: dict[str, str], said: str
) -> None:
    data = {"name": "Ines Moreau", "email": "ines@press.example", "role": "editor"} | typed
    answer = post(admin, "/desk/people/new", data)
    assert answer.status_code == 422
    assert said in error(answer)
    assert answer.page.xpath("//input[@name='email']/@value") == [data["email"]]


def test_another_role(admin: FlaskClient, app: Flask, ids: dict[str, int]) -> None:
    path = f"/desk/people/{ids['wren']}"
    version = admin.get(path).page.xpath("//input[@name='version']/@value")[0]
    assert post(admin, path, {"role": "editor", "version": version}).status_code == 303
    stale = post(admin, path, {"role": "admin", "version": version})
    assert stale.status_code == 409
    assert "Somebody else changed" in error(stale)
    with app.app_context(), publishing.as_staff():
        assert queries.by_id(ids["wren"]).role is Role.EDITOR  # type: ignore[union-attr]
        line = audit.page(kind="user", action="change role").items[0]
        assert (line.actor_name, line.title) == ("Nadia Brandt", "Wren Okafor")
        assert line.changes == {"role": ["writer", "editor"]}


def test_the_last_administrator_stays(admin: FlaskClient, ids: dict[str, int]) -> None:
    path = f"/desk/people/{ids['nadia']}"
    version = admin.get(path).page.xpath("//input[@name='version']/@value")[0]
    for answer in (
        post(admin, path, {"role": "writer", "version": version}),
        post(admin, f"{path}/deactivate"),
    ):
        assert answer.status_code == 422
        assert "last administrator" in error(answer)
    assert admin.get("/desk/people/").status_code == 200


def test_one_of_two_administrators_may_go(admin: FlaskClient, app: Flask, ids: dict[str, int]) -> None:
    with app.app_context(), publishing.as_staff():
        actions.change_role(queries.by_id(ids["ada"]), Role.ADMIN, by=None, now=NOON)  # type: ignore[arg-type]
        db.session.commit()
    assert post(admin, f"/desk/people/{ids['ada']}/deactivate").status_code == 303
    assert post(admin, f"/desk/people/{ids['nadia']}/deactivate").status_code == 422


def test_access_ends_and_comes_back(admin: FlaskClient, wren: FlaskClient, app: Flask, ids: dict[str, int]) -> None:
    path = f"/desk/people/{ids['wren']}"
    assert post(admin, f"{path}/deactivate").status_code == 303
    assert wren.get("/desk/account").status_code == 303
    assert sign_in(app.test_client(), "wren").status_code == 422
    assert post(admin, f"{path}/activate", form=path).status_code == 303
    assert sign_in(app.test_client(), "wren").status_code == 303


def test_a_forgotten_password(admin: FlaskClient, wren: FlaskClient, app: Flask, ids: dict[str, int]) -> None:
    path = f"/desk/people/{ids['wren']}"
    answer = post(admin, f"{path}/password", form=path)
    assert wren.get("/desk/account").status_code == 303
    again = app.test_client()
    assert sign_in(again, "wren").status_code == 422, "the old password is good no more"
    assert "not used yet" in admin.get(path).page.text_content()
    assert choose(again, answer.page.findtext(".//code")).status_code == 200
    assert "not used yet" not in admin.get(path).page.text_content()
    assert sign_in(again, "wren", OWN).status_code == 303


def test_no_link_for_somebody_without_access(admin: FlaskClient, app: Flask, ids: dict[str, int]) -> None:
    path = f"/desk/people/{ids['wren']}"
    link = post(admin, f"{path}/password", form=path).page.findtext(".//code")
    post(admin, f"{path}/deactivate")
    assert app.test_client().get(urlsplit(link).path).status_code == 404
    assert post(admin, f"{path}/password", form=path).location == path


@pytest.mark.parametrize("path", ["/999999", "/999999/deactivate", "/99999999999999999999", "/x"])
def test_nobody_of_that_number(admin: FlaskClient, path: str) -> None:
    assert admin.get("/desk/people" + path).status_code == 404


@pytest.mark.parametrize("path", ["activate", "password"])
def test_wrong_method(admin: FlaskClient, ids: dict[str, int], path: str) -> None:
    assert admin.get(f"/desk/people/{ids['wren']}/{path}").status_code == 405
