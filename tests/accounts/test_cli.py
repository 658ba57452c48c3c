"""``pressroom create-user``."""

from __future__ import annotations

import pytest
from click.testing import Result
from flask import Flask

from pressroom import publishing
from pressroom.accounts import passwords, queries
from pressroom.accounts.rules import Role
from pressroom.audit import queries as audit


def run(app: Flask, *more: str, email: str = "Ada@Press.Example", typed: str = "a long enough password\n") -> Result:
    arguments = ["create-user", "--email", email, "--name", "Ada Lindqvist", "--role", "admin", *more]
    return app.test_cli_runner().invoke(args=arguments, input=typed)


def test_a_person_is_made(app: Flask) -> None:
    result = run(app, "--password-stdin")
    assert (result.exit_code, result.output) == (
        0,
        "Ada Lindqvist can sign in as ada@press.example (admin).\n",
    )
    with app.app_context(), publishing.as_staff():
        user = queries.by_email("ada@press.example")
        assert user is not None
        assert user.role is Role.ADMIN
        assert passwords.is_right("a long enough password", user.password_hash)
        line = audit.page(kind="user").items[0]
        assert (line.actor_id, line.actor_name, line.action) == (None, "a command", "add")
        assert "argon2" not in str(line.changes)


def test_the_password_is_asked_for_and_not_shown(app: Flask) -> None:
    result = run(app, typed="a long enough password\na long enough password\n")
    assert result.exit_code == 0
    assert "a long enough" not in result.output


@pytest.mark.parametrize(
    ("email", "typed", "said"),
    [
        ("ada@press.example", "too short\n", "at least 12 characters"),
        ("ada@press.example", "", "at least 12 characters"),
        ("ada", "a long enough password\n", "Write an e-mail address"),
    ],
)
def test_a_refusal_is_a_sentence(app: Flask, email: str, typed: str, said: str) -> None:
    result = run(app, "--password-stdin", email=email, typed=typed)
    assert result.exit_code == 1
    assert said in result.output
    assert "Traceback" not in result.output


def test_nobody_is_made_twice(app: Flask) -> None:
    run(app, "--password-stdin")
    result = run(app, "--password-stdin", email="ADA@press.example")
    assert result.exit_code == 1
    assert "ada@press.example has an account already." in result.output
