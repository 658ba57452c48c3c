"""What a password must be: long, not among the first that are tried, and of any characters."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from pressroom.accounts import passwords, policy
from pressroom.accounts.rules import AccountError
from tests import factories
from tests.accounts.conftest import error, sign_in
from tests.conftest import NOON, post

ABOUT = ("Ada Lindqvist", "ada.lindqvist@press.example", "American Society of Human Genetics", "ASHG")


def refusal(text: str) -> str:
    with pytest.raises(AccountError, match="Choose") as refused:
        policy.check(text, about=ABOUT)
    return str(refused.value)


@pytest.mark.parametrize(
    "typed",
    [
        "a long enough password",
        "lichens agree quietly",
        "sunday kayak marmalade",
        "Zwölf Boxkämpfer jagen",
        "пять весёлых ежей",
        "紫陽花の庭で雨宿りをする猫たち",
        "🦉🌲🛶🍯🎻🧭🪴🧵🥁🦔🐚🕯 owls",
        "  blanks around it  ",
        "kQ9#vT2!mZ7x",
        "x7-quill-92-harbour",
        "ada likes tall kelp",
        "!@#$%^&*()_+ lantern",
    ],
)
def test_any_characters_do_if_they_are_ones_own(typed: str) -> None:
    assert policy.check(typed, about=ABOUT) == typed


@pytest.mark.parametrize(("typed", "said"), [("short", "at least 12"), ("eleven char", "at least 12")])
def test_too_short(typed: str, said: str) -> None:
    assert said in refusal(typed)


def test_the_longest() -> None:
    long = "lichens agree. " * 70
    assert len(long) > 1000
    assert "at most 1000" in refusal(long)


@pytest.mark.parametrize(
    "typed",
    [
        "correct horse battery staple",
        "CorrectHorseBatteryStaple!",
        "May the Force be with you",
        "To be or not to be",
        "L3tM31nPl3as3",
        "ich liebe dich 123",
        "1qaz2wsx3edc",
        "the quick brown fox",
    ],
)
def test_what_is_on_every_list(typed: str) -> None:
    assert "on every list" in refusal(typed)


@pytest.mark.parametrize(
    "typed", ["aaaaaaaaaaaa", "abababababab", "kelpkelpkelp", "!!!!!!!!!!!!!", "lichens lichens", "ⒶⒶⒶⒶⒶⒶⒶⒶⒶⒶⒶⒶ"]
)
def test_the_same_again_and_again(typed: str) -> None:
    assert "again and again" in refusal(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "Password2026!",
        "Ｐａｓｓｗｏｒｄ２０２６",
        "P@ssw0rd-2026",
        "Welcome12345678",
        "qwertyuiop-77",
        "asdfghjklzxcvbnm",
        "lkjhgfdsapoiuytrewq",
        "abcdefghijklmnop",
        "987654321987654321x",
        "123456789012",
        "Ada Lindqvist",
        "lindqvist-1984",
        "ASHG-genetics-2026",
        "Human Genetics!!",
        "pressroom-admin-1",
        "Ada.Lindqvist@press",
    ],
)
def test_little_more_than_what_everybody_knows(typed: str) -> None:
    assert "little more than" in refusal(typed)


def test_the_list_is_ours_and_is_compared_as_it_is_written() -> None:
    lines = policy.LIST.read_text("utf-8").splitlines()
    listed = [line for line in lines if not line.startswith("#")]
    assert len(listed) > 1000
    assert listed == sorted(set(listed))
    assert all(len(line) >= 12 and line == "".join(filter(str.isalnum, line.lower())) for line in listed)


@given(st.text(max_size=60))
def test_any_text_gets_an_answer(text: str) -> None:
    try:
        assert policy.check(text, about=ABOUT) == text
    except AccountError as refused:
        assert str(refused).startswith("Choose ")


@given(st.text(st.characters(codec="utf-8"), min_size=12, max_size=30))
def test_however_a_keyboard_writes_it(text: str) -> None:
    stored = passwords.hashed(unicodedata.normalize("NFD", text))
    assert passwords.is_right(unicodedata.normalize("NFC", text), stored)
    assert not passwords.is_right(text + "x", stored)


def test_names_of_the_person_and_of_the_press_room(
    ada: FlaskClient, app: Flask, clock_at: Callable[[datetime], None]
) -> None:
    app.config["ORGANISATION_NAME"] = "Quarry Hill Geologists"
    for new in ("Lindqvist 2026", "Quarry-Hill-1", "press.example.ada", "correct horse battery staple"):
        typed = {"current": factories.PASSWORD, "new": new, "again": new}
        answer = post(ada, "/desk/account/password", typed, form="/desk/account")
        assert answer.status_code == 422
        assert "Choose another password" in error(answer)
    fields = ada.get("/desk/account").page.xpath("//input[@type='password']")
    assert [field.get("maxlength") for field in fields] == ["1000", None, None], "nothing is cut off"
    assert not [field for field in fields if field.get("onpaste")]
    clock_at(NOON)
    new = "Ångström kelp ½ harbour"
    typed = {"current": factories.PASSWORD, "new": new, "again": unicodedata.normalize("NFD", new)}
    assert "differ" in error(post(ada, "/desk/account/password", typed, form="/desk/account"))
    typed["again"] = new
    assert post(ada, "/desk/account/password", typed, form="/desk/account").status_code == 303
    assert sign_in(app.test_client(), password=unicodedata.normalize("NFKD", new)).status_code == 303


def test_where_a_password_manager_looks(client: FlaskClient, ada: FlaskClient) -> None:
    """https://www.w3.org/TR/change-password-url/."""
    answer = client.get("/.well-known/change-password")
    assert (answer.status_code, answer.location) == (303, "/desk/account#password")
    assert ada.get("/desk/account").page.xpath("//section[@id='password']//input[@autocomplete='new-password']")
    assert (
        client.get("/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200").status_code == 404
    )
