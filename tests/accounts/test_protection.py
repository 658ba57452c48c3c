"""The table of roles, walked over every address of the desk."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from pressroom.accounts import protection
from pressroom.accounts.rules import Permission, Role, allowed
from tests.accounts.conftest import token


def desk(app: Flask, method: str) -> Iterator[tuple[str, Rule]]:
    """Every address of the desk that takes *method*, with something in place of its variables."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/desk") and method in (rule.methods or ()):
            yield (
                re.sub(r"<(?:int\b[^>]*)>", "999999", re.sub(r"<(?!int\b)[^>]*>", "nothing", rule.rule)),
                rule,
            )


def needed(app: Flask, rule: Rule) -> Permission | None:
    """The permission that a view asks for, on itself or for all of its blueprint."""
    of_all = protection.protected[rule.endpoint.rpartition(".")[0]]
    return of_all or getattr(app.view_functions[rule.endpoint], "permission", None)


def test_the_desk_has_addresses(app: Flask) -> None:
    assert len(list(desk(app, "GET"))) > 5


def test_a_stranger_is_sent_to_sign_in(app: Flask, client: FlaskClient) -> None:
    for path, rule in desk(app, "GET"):
        answer = client.get(path)
        assert answer.status_code == 303, rule
        assert answer.location.startswith("/sign-in?next=/desk"), rule
        assert answer.headers["Cache-Control"] == "private, no-store", rule


def test_a_stranger_can_post_nothing(app: Flask, client: FlaskClient) -> None:
    proof = token(client)
    for path, rule in desk(app, "POST"):
        assert client.post(path).status_code == 400, rule
        answer = client.post(path, data={"csrf_token": proof})
        assert answer.status_code == 401, rule
        assert "sign in in another tab" in answer.page.text_content()


@pytest.mark.parametrize("role", [Role.WRITER, Role.EDITOR])
def test_each_role_gets_as_far_as_the_table_says(app: Flask, wren: FlaskClient, ada: FlaskClient, role: Role) -> None:
    client = wren if role is Role.WRITER else ada
    for path, rule in desk(app, "GET"):
        permission = needed(app, rule)
        answer = client.get(path)
        assert answer.status_code < 500, rule
        assert (answer.status_code == 403) == (permission is not None and not allowed(role, permission)), rule
        assert "private" in answer.headers["Cache-Control"], rule


def test_a_writer_cannot_post_beyond_the_table(app: Flask, wren: FlaskClient) -> None:
    proof = token(wren, "/desk/account")
    for path, rule in desk(app, "POST"):
        permission = needed(app, rule)
        if permission is not None and not allowed(Role.WRITER, permission):
            assert wren.post(path, data={"csrf_token": proof}).status_code == 403, rule


def test_a_refusal_says_whom_to_ask(wren: FlaskClient) -> None:
    answer = wren.get("/desk/people/")
    assert answer.status_code == 403
    assert "administrator" in answer.page.text_content()
