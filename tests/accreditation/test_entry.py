"""A journalist's way in: the link that sets a password once, the sign-in, the agreement; and never into the desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pressroom import publishing
from pressroom.accreditation import actions, jobs
from pressroom.accreditation.models import Acceptance, Journalist, JournalistSession
from pressroom.accreditation.reading import COOKIE
from pressroom.kit.db import db
from tests import factories
from tests.accreditation.conftest import HEADLINE, PASSWORD, PATH, client_of, robin
from tests.conftest import NOON, post, submit

NEW = "quite another password"


def link_of(staff: Any, **fields: Any) -> str:
    with staff():
        token = actions.invite(robin(password_hash=None, **fields), by=None, now=NOON, days=7)
    return f"/embargo/password/{token}"


def sign_in(client: FlaskClient, password: str = PASSWORD, email: str = "Robin@HarborLedger.example") -> Any:
    return post(client, "/embargo/sign-in", {"email": email, "password": password}, form="/embargo/")


def test_the_link_sets_a_password_once(client: FlaskClient, staff: Any, embargoed: int) -> None:
    path = link_of(staff)
    assert sign_in(client).status_code == 422, "no password was set"
    assert client.get(path).headers["Referrer-Policy"] == "no-referrer"
    assert submit(client, path, {"new": NEW, "again": NEW}, form="//main//form").status_code == 303
    again = client.get(path)
    assert again.status_code == 404
    assert "used already" in again.page.text_content()
    assert sign_in(client, NEW).status_code == 303
    assert client.get("/embargo/").location == "/embargo/agreement"


def test_two_with_the_same_link_set_one_password(app: Flask, client: FlaskClient, staff: Any, noon: Any) -> None:
    path = link_of(staff)
    other = app.test_client()
    other.get(path)
    page = other.get(path).page  # type: ignore[attr-defined]
    token = page.xpath("//main//input[@name='csrf_token']/@value")[0]
    assert submit(client, path, {"new": NEW, "again": NEW}, form="//main//form").status_code == 303
    late = other.post(path, data={"csrf_token": token, "new": "x" * 20, "again": "x" * 20})
    assert late.status_code == 404
    assert sign_in(client, "x" * 20).status_code == 422
    assert sign_in(client, NEW).status_code == 303


def test_a_link_ends_and_is_replaced(client: FlaskClient, staff: Any, noon: Callable) -> None:
    path = link_of(staff)
    noon(NOON + timedelta(days=7))
    assert client.get(path).status_code == 404
    noon(NOON)
    assert client.get(path).status_code == 200
    with staff():
        actions.invite(db.session.scalars(select(Journalist)).one(), by=None, now=NOON, days=7)
    assert client.get(path).status_code == 404
    assert client.get("/embargo/password/" + "x" * 43).status_code == 404


@pytest.mark.parametrize(("new", "again"), [("short", "short"), (NEW, "different"), ("", ""), ("x" * 1001, "x" * 1001)])
def test_a_password_that_is_none(client: FlaskClient, staff: Any, noon: Any, new: str, again: str) -> None:
    path = link_of(staff)
    assert submit(client, path, {"new": new, "again": again}, form="//main//form").status_code == 422
    assert client.get(path).status_code == 200, "the link is still good"


def test_a_refusal_says_the_same_for_an_unknown_address(client: FlaskClient, staff: Any, noon: Any) -> None:
    with staff():
        robin()
    known, unknown = sign_in(client, "x" * 12), sign_in(client, "x" * 12, "nobody@paper.example")
    assert known.status_code == unknown.status_code == 422
    said = [answer.page.xpath("string(//*[@role='alert'])") for answer in (known, unknown)]
    assert said[0] == said[1] != ""
    assert COOKIE not in {cookie.key for cookie in client._cookies.values()}


def test_guessing_is_limited(client: FlaskClient, staff: Any, noon: Any) -> None:
    with staff():
        robin()
    for _ in range(5):
        assert sign_in(client, "x" * 12).status_code == 422
    limited = sign_in(client)
    assert limited.status_code == 429
    assert int(limited.headers["Retry-After"]) > 0


def test_whose_accreditation_ended_cannot_sign_in(client: FlaskClient, staff: Any, noon: Any) -> None:
    with staff():
        robin(ended_at=NOON)
    assert sign_in(client).status_code == 422


def test_signing_out_ends_every_copy_of_the_cookie(app: Flask, reader: FlaskClient) -> None:
    copy = app.test_client()
    copy.set_cookie(COOKIE, reader.get_cookie(COOKIE).value)  # type: ignore[union-attr]
    assert copy.get(PATH).status_code == 200
    submit(reader, "/embargo/", form="//form[@action='/embargo/sign-out']")
    assert copy.get(PATH).status_code == reader.get(PATH).status_code == 404


def test_the_cookie_is_read_by_no_script(client: FlaskClient, staff: Any, embargoed: int) -> None:
    with staff():
        robin()
    header = next(value for value in sign_in(client).headers.getlist("Set-Cookie") if value.startswith(COOKIE))
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header


# The agreement -------------------------------------------------------------------------------------------


@pytest.fixture
def undecided(app: Flask, staff: Any, embargoed: int) -> FlaskClient:
    """Robin, signed in, who accepted nothing yet."""
    with staff():
        return client_of(app, robin())


def acceptances(app: Flask) -> list[tuple[int, str]]:
    with app.app_context(), publishing.as_staff():
        return [(row.agreement.number, row.address) for row in db.session.scalars(select(Acceptance))]


def test_nothing_is_shown_before_the_agreement(app: Flask, undecided: FlaskClient) -> None:
    assert undecided.get("/embargo/").location == "/embargo/agreement"
    assert undecided.get(PATH).status_code == 404
    assert HEADLINE not in undecided.get("/embargo/agreement").text
    assert submit(undecided, "/embargo/agreement", {}, button="Accept", form="//main//form").status_code == 422
    assert acceptances(app) == []
    answer = submit(undecided, "/embargo/agreement", {"accept": "y"}, button="Accept", form="//main//form")
    assert (answer.status_code, answer.location) == (303, "/embargo/")
    assert acceptances(app) == [(1, "127.0.0.1")]
    assert undecided.get(PATH).status_code == 200
    token = undecided.get("/embargo/agreement").page.xpath("//input[@name='csrf_token']/@value")[0]  # type: ignore[attr-defined]
    again = undecided.post("/embargo/agreement", data={"csrf_token": token})  # from another tab, or twice
    assert (again.status_code, again.location) == (303, "/embargo/")
    assert len(acceptances(app)) == 1


def test_a_version_that_came_meanwhile_is_read_first(app: Flask, undecided: FlaskClient, staff: Any) -> None:
    page = undecided.get("/embargo/agreement").page  # type: ignore[attr-defined]
    data = {name: page.xpath(f"//main//input[@name='{name}']/@value")[0] for name in ("csrf_token", "number")}
    with staff():
        actions.write_agreement("Something else entirely.", by=None, now=NOON)
    answer = undecided.post("/embargo/agreement", data={**data, "accept": "y"})
    assert answer.status_code == 409
    assert "Something else entirely." in answer.text
    assert acceptances(app) == []
    for number in ("x", "", "-1", "9" * 5_000, "²"):
        answer = undecided.post("/embargo/agreement", data={**data, "number": number, "accept": "y"})
        assert answer.status_code == 409, number


def test_a_new_version_asks_again(app: Flask, reader: FlaskClient, staff: Any) -> None:
    with staff():
        actions.write_agreement("Something else.", by=None, now=NOON)
    assert reader.get("/embargo/").location == "/embargo/agreement"
    submit(reader, "/embargo/agreement", {"accept": "y"}, button="Accept", form="//main//form")
    assert [number for number, _ in acceptances(app)] == [1, 2]
    assert reader.get(PATH).status_code == 200


def test_without_an_agreement_nobody_reads(app: Flask, staff: Any, noon: Any) -> None:
    with staff():
        client = client_of(app, robin())
    assert "no embargo agreement yet" in client.get("/embargo/").text


def test_a_stranger_is_shown_the_way_in(client: FlaskClient) -> None:
    for path in ("/embargo/agreement",):
        assert client.get(path).location == "/embargo/"
    page = client.get("/embargo/").page  # type: ignore[attr-defined]
    assert page.xpath("//form[@action='/embargo/sign-in']")
    assert page.xpath("//main//a[@href='/accreditation/']")


# Never into the desk; each of its addresses is tried in tests/house/test_routes_by_role.py -----------------


def test_a_journalists_password_opens_no_desk_and_a_desks_no_embargo(
    app: Flask, client: FlaskClient, staff: Any, noon: Any
) -> None:
    with staff():
        accept_nothing = robin()
        assert accept_nothing.id
        factories.person("ada")
    data = {"email": "robin@harborledger.example", "password": PASSWORD}
    assert post(client, "/sign-in", data).status_code == 422
    assert sign_in(client, factories.PASSWORD, "ada@press.example").status_code == 422


def test_the_cookie_of_a_journalist_is_none_of_the_desk(app: Flask, reader: FlaskClient) -> None:
    token = reader.get_cookie(COOKIE).value  # type: ignore[union-attr]
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    assert client.get("/desk/").status_code == 303


def test_ended_sign_ins_are_tidied_away(app: Flask, staff: Any, noon: Any) -> None:
    with staff():
        client_of(app, robin())
    with app.app_context():
        jobs.tidy(NOON + timedelta(days=365 + 29))
        assert number_of_sessions(app) == 1
        jobs.tidy(NOON + timedelta(days=365 + 31))
    assert number_of_sessions(app) == 0


def number_of_sessions(app: Flask) -> int:
    with app.app_context(), publishing.as_staff():
        return db.session.query(JournalistSession).count()
