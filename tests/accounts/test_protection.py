"""What somebody is told who may not go on. Who may, at every address, is in ``tests/house/test_routes_by_role.py``."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.accounts.conftest import token


def test_a_stranger_is_sent_to_sign_in_and_then_where_they_wanted_to_go(client: FlaskClient) -> None:
    answer = client.get("/desk/releases/")
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in?next=/desk/releases")
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_what_a_stranger_posts_is_refused_with_a_way_on(client: FlaskClient) -> None:
    assert client.post("/desk/releases/new").status_code == 400
    answer = client.post("/desk/releases/new", data={"csrf_token": token(client)})
    assert answer.status_code == 401
    assert "sign in in another tab" in answer.page.text_content()  # type: ignore[attr-defined]


def test_a_refusal_says_whom_to_ask(wren: FlaskClient) -> None:
    answer = wren.get("/desk/people/")
    assert answer.status_code == 403
    assert "administrator" in answer.page.text_content()  # type: ignore[attr-defined]
