"""The second factor: what the app computes, setting it up, signing in with it, losing it."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from pressroom import publishing
from pressroom.accounts import actions, queries, second_factor
from pressroom.accounts.models import RecoveryCode, SecondFactor, SignInStep
from pressroom.audit import AuditEntry
from pressroom.kit import clock, settings
from pressroom.kit.db import db
from tests import factories
from tests.accounts.conftest import error, sign_in, token
from tests.conftest import NOON, post

HOME = "/desk/account"
FACTOR = "/desk/account/second-factor"
STEP = timedelta(seconds=30)


# What is computed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("second", "code"), [(59, "287082"), (1111111109, "081804"), (2000000000, "279037")])
def test_the_vectors_of_rfc_6238(second: int, code: str) -> None:
    shared = base64.b32encode(b"12345678901234567890").decode()
    at = datetime.fromtimestamp(second, UTC)
    assert second_factor.matching_step(shared, code, at) == second // 30


def test_a_clock_may_be_one_step_off_and_no_more() -> None:
    shared = second_factor.secret("seed", "key")
    steps = [second_factor.matching_step(shared, pyotp.TOTP(shared).at(NOON + n * STEP), NOON) for n in range(-2, 3)]
    assert [step is not None for step in steps] == [False, True, True, True, False]


def test_the_secret_needs_the_key_of_the_press_room() -> None:
    one, other = second_factor.secret("seed", "key"), second_factor.secret("seed", "another key")
    assert one != other
    assert len(base64.b32decode(one)) == 20
    assert second_factor.new_seed() != second_factor.new_seed()


def test_what_the_picture_holds() -> None:
    shared = second_factor.secret("seed", "key")
    address = second_factor.address(shared, email="ada@press.example", issuer="The: society & friends")
    parts = urlsplit(address)
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert parse_qs(parts.query) == {"secret": [shared], "issuer": ["The  society & friends"]}
    assert second_factor.drawing(address).startswith("data:image/svg+xml")


@pytest.mark.parametrize(
    ("typed", "code"), [("123456", "123456"), (" 123 456 ", "123456"), ("12345", ""), ("١٢٣٤٥٦", ""), ("abc-def", "")]
)
def test_a_code_as_it_is_typed(typed: str, code: str) -> None:
    assert second_factor.typed_code(typed) == code


def test_recovery_codes_are_strong_and_typed_as_people_type() -> None:
    code = second_factor.new_recovery_code()
    letters = code.replace("-", "")
    assert len(second_factor.LETTERS) ** len(letters) >= 2**112, "or a plain hash is not enough"
    assert second_factor.recovery_hash(code) == second_factor.recovery_hash(f" {code.upper().replace('-', ' ')}")


# In the press room ---------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def everybody(cast: dict[str, int], clock_at: Callable[[datetime], None]) -> dict[str, int]:
    clock_at(NOON)
    return cast


def with_factor(app: Flask, name: str = "ada") -> tuple[pyotp.TOTP, list[str]]:
    """Give somebody of the cast a second factor, confirmed two steps ago; the app and the recovery codes."""
    with app.app_context(), publishing.as_staff():
        user, then = factories.person(name), clock.now() - 2 * STEP
        actions.begin_factor(user, now=then)
        db.session.refresh(user)
        totp = pyotp.TOTP(actions.secret_of(user.factor))  # type: ignore[arg-type]
        codes = actions.confirm_factor(user, totp.at(then), now=then)
        db.session.commit()
    return totp, codes


def give(client: FlaskClient, code: str, path: str = "/sign-in/code", **more: str) -> TestResponse:
    """Fill in the second page."""
    return client.post(path, data={"csrf_token": token(client, path), "code": code, **more})


def is_in(client: FlaskClient) -> bool:
    return client.get(HOME).status_code == 200


def count(app: Flask, table: type) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_setting_it_up(client: FlaskClient, app: Flask) -> None:
    sign_in(client)
    assert "Off." in client.get(HOME).page.text_content()
    assert post(client, f"{FACTOR}/begin", form=FACTOR).location == FACTOR
    answer = client.get(FACTOR)
    assert answer.headers["Cache-Control"] == "private, no-store"
    secret = answer.page.xpath("string(//code[@class='secret'])").replace(" ", "")
    picture = answer.page.xpath("//img[@class='qr']/@src")[0]
    assert picture.startswith("data:image/svg+xml")
    assert "data:" in answer.headers["Content-Security-Policy"].split("img-src")[1].split(";")[0]
    assert parse_qs(urlsplit(answer.page.xpath("//a[starts-with(@href,'otpauth')]/@href")[0]).query)["secret"] == [
        secret
    ]
    totp = pyotp.TOTP(secret)
    wrong = post(client, f"{FACTOR}/confirm", {"code": totp.at(NOON + 5 * STEP)}, form=FACTOR)
    assert wrong.status_code == 422
    assert "does not fit" in error(wrong)
    assert wrong.page.xpath("string(//code[@class='secret'])").replace(" ", "") == secret, "the same secret still"
    assert sign_in(app.test_client()).location == "/desk/", "until it is confirmed it holds nothing"
    done = post(client, f"{FACTOR}/confirm", {"code": totp.at(NOON)}, form=FACTOR)
    codes = done.page.xpath("//ol[@class='codes']//code/text()")
    assert len(set(codes)) == 10
    with app.app_context():
        rows = db.session.scalars(select(RecoveryCode)).all()
        assert {row.code_hash for row in rows} == {second_factor.recovery_hash(code) for code in codes}
        row = db.session.scalars(select(SecondFactor)).one()
        assert secret not in (row.seed, row.seed.upper()), "the database alone makes no codes"
    again = client.get(FACTOR)
    assert secret not in again.text.replace(" ", "")
    assert codes[0] not in again.text, "they are shown once"
    assert "10 of 10 are left" in again.page.text_content()
    used = sign_in(app.test_client())
    assert used.location == "/sign-in/code"


def test_a_secret_that_nobody_confirms_is_shown_for_half_an_hour(
    client: FlaskClient, app: Flask, clock_at: Callable[[datetime], None]
) -> None:
    sign_in(client)
    post(client, f"{FACTOR}/begin", form=FACTOR)
    secret = client.get(FACTOR).page.xpath("string(//code[@class='secret'])").replace(" ", "")
    clock_at(NOON + timedelta(minutes=31))
    assert not client.get(FACTOR).page.xpath("//img[@class='qr']")
    late = post(client, f"{FACTOR}/confirm", {"code": pyotp.TOTP(secret).at(clock.now())}, form=HOME)
    assert late.status_code == 303
    assert sign_in(app.test_client()).location == "/desk/"


def test_signing_in_takes_both(client: FlaskClient, app: Flask) -> None:
    totp, _ = with_factor(app)
    answer = sign_in(client, next="/desk/account?x=1")
    assert (answer.status_code, answer.location) == (303, "/sign-in/code?next=/desk/account?x%3D1")
    assert not is_in(client)
    page = client.get(answer.location)
    assert page.headers["Cache-Control"] == "private, no-store"
    field = page.page.xpath("//input[@name='code']")[0]
    assert (field.get("autocomplete"), field.get("inputmode")) == ("one-time-code", "numeric")
    with client.session_transaction() as cookie:
        half = cookie["half"]
    done = give(client, totp.at(NOON), answer.location, next="/desk/account?x=1")
    assert (done.status_code, done.location) == (303, "/desk/account?x=1")
    assert is_in(client)
    with client.session_transaction() as cookie:
        assert half not in cookie.values(), "the cookie is another one: nobody can have fixed it"
    assert count(app, SignInStep) == 0
    with app.app_context(), publishing.as_staff():
        acts = db.session.scalars(select(AuditEntry.action)).all()
        assert "sign in with a code" in acts


def test_half_a_sign_in_opens_nothing(client: FlaskClient, app: Flask) -> None:
    totp, _ = with_factor(app)
    sign_in(client)
    with client.session_transaction() as cookie:
        half = cookie["half"]
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie["_user_id"] = half
    assert not is_in(thief)
    with thief.session_transaction() as cookie:
        cookie.clear()
        cookie["half"] = "made up"
    assert thief.get("/sign-in/code").location == "/sign-in"
    give(client, totp.at(NOON))
    with thief.session_transaction() as cookie:
        cookie["half"] = half
    assert thief.get("/sign-in/code").location == "/sign-in", "a copy of the first half is worth nothing afterwards"


def test_without_the_first_half_there_is_no_second(client: FlaskClient, app: Flask) -> None:
    totp, _ = with_factor(app)
    assert client.get("/sign-in/code").location == "/sign-in"
    answer = client.post("/sign-in/code", data={"csrf_token": token(client), "code": totp.at(NOON)})
    assert answer.status_code == 422
    assert "Sign in again" in error(answer)
    assert not is_in(client)


def test_the_first_half_lasts_ten_minutes(
    client: FlaskClient, app: Flask, clock_at: Callable[[datetime], None]
) -> None:
    totp, _ = with_factor(app)
    sign_in(client)
    proof = token(client, "/sign-in/code")
    clock_at(NOON + timedelta(minutes=10))
    late = client.post("/sign-in/code", data={"csrf_token": proof, "code": totp.at(clock.now()), "next": "/desk/x"})
    assert late.status_code == 422
    assert "Sign in again" in error(late)
    assert late.page.xpath("//input[@name='next']/@value") == ["/desk/x"] * 2, "for the password, and for a passkey"
    again = client.post(
        "/sign-in",
        data={
            "csrf_token": late.page.xpath("//input[@name='csrf_token']/@value")[0],
            "email": "ada@press.example",
            "password": factories.PASSWORD,
        },
    )
    assert again.location == "/sign-in/code", "the form that was shown can be sent"


def test_a_code_is_good_once(client: FlaskClient, app: Flask, clock_at: Callable[[datetime], None]) -> None:
    totp, _ = with_factor(app)
    clock_at(NOON + STEP)
    sign_in(client)
    assert give(client, totp.at(NOON + STEP)).status_code == 303
    other = app.test_client()
    sign_in(other)
    for replayed in (NOON + STEP, NOON):  # the same one, and the one before it, whose time is not over
        answer = give(other, totp.at(replayed))
        assert answer.status_code == 422
        assert "wrong, or was used before" in error(answer)
    clock_at(NOON + 2 * STEP)
    assert give(other, totp.at(NOON + 2 * STEP)).status_code == 303


def test_two_at_once_with_one_code(app: Flask) -> None:
    totp, _ = with_factor(app)
    clients = [app.test_client() for _ in range(4)]
    for each in clients:
        sign_in(each)
    proofs = [token(each, "/sign-in/code") for each in clients]
    ready, answers = Barrier(len(clients)), []

    def send(client: FlaskClient, proof: str) -> None:
        ready.wait()
        answers.append(client.post("/sign-in/code", data={"csrf_token": proof, "code": totp.at(NOON)}).status_code)

    threads = [Thread(target=send, args=pair) for pair in zip(clients, proofs, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 422, 422, 422]


@pytest.mark.parametrize("typed", ["", "000", "x" * 200, "'; DROP TABLE user", "12\x0034 56", "💣" * 6])
def test_odd_codes(client: FlaskClient, app: Flask, typed: str) -> None:
    with_factor(app)
    sign_in(client)
    answer = give(client, typed)
    assert answer.status_code == 422
    assert not is_in(client)


def test_five_codes_for_one_password(client: FlaskClient, app: Flask) -> None:
    totp, _ = with_factor(app)
    app.config["SIGN_IN_TRIES"] = 50
    sign_in(client)
    proof = token(client, "/sign-in/code")
    for _ in range(5):
        assert client.post("/sign-in/code", data={"csrf_token": proof, "code": "no"}).status_code == 422
    answer = client.post("/sign-in/code", data={"csrf_token": proof, "code": totp.at(NOON)})
    assert "too many codes were wrong" in error(answer)
    assert not is_in(client)


def test_wrong_codes_make_the_account_wait(app: Flask, clock_at: Callable[[datetime], None]) -> None:
    """A right password before each of them changes nothing."""
    totp, _ = with_factor(app)
    for n in range(5):
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = f"192.0.2.{n}"
        sign_in(client)
        assert give(client, "no such code").status_code == 422
    client = app.test_client()
    sign_in(client)
    answer = give(client, totp.at(NOON))
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "30"
    assert "Wait 30 seconds" in error(answer)
    clock_at(NOON + STEP)
    assert give(client, totp.at(NOON + STEP)).status_code == 303
    clock_at(NOON + 2 * STEP)
    fresh = app.test_client()
    sign_in(fresh)
    assert give(fresh, "no such code").status_code == 422, "a right code forgives the account"


def test_a_recovery_code_opens_once(client: FlaskClient, app: Flask) -> None:
    _, codes = with_factor(app)
    sign_in(client)
    page = client.get("/sign-in/code?recovery=1").page
    assert page.xpath("//label[@for='code']/text()") == ["Recovery code"]
    assert give(client, codes[0].upper().replace("-", " "), "/sign-in/code?recovery=1").status_code == 303
    assert is_in(client)
    other = app.test_client()
    sign_in(other)
    assert give(other, codes[0], "/sign-in/code?recovery=1").status_code == 422
    assert give(other, codes[1]).status_code == 303, "on the other page as well"
    with app.app_context(), publishing.as_staff():
        assert queries.recovery_codes_left(factories.person("ada")) == 8


def test_the_last_recovery_codes_are_said(client: FlaskClient, app: Flask) -> None:
    _, codes = with_factor(app)
    with app.app_context():
        spent = [second_factor.recovery_hash(code) for code in codes[:6]]
        db.session.execute(update(RecoveryCode).where(RecoveryCode.code_hash.in_(spent)).values(used_at=NOON))
        db.session.commit()
    sign_in(client)
    give(client, codes[6])
    assert "Recovery codes left: 3" in client.get(HOME).page.text_content()


def test_new_recovery_codes_end_the_old(client: FlaskClient, app: Flask) -> None:
    totp, codes = with_factor(app)
    sign_in(client)
    give(client, totp.at(NOON))
    made = post(client, f"{FACTOR}/codes", form=FACTOR).page.xpath("//ol[@class='codes']//code/text()")
    assert len(set(made) - set(codes)) == 10
    other = app.test_client()
    sign_in(other)
    assert give(other, codes[0]).status_code == 422
    assert give(other, made[0]).status_code == 303


def test_switching_it_off_asks_for_both(client: FlaskClient, app: Flask, clock_at: Callable[[datetime], None]) -> None:
    totp, codes = with_factor(app)
    other = app.test_client()
    sign_in(client)
    give(client, totp.at(NOON))
    sign_in(other)
    give(other, codes[0])
    right = {"password": factories.PASSWORD, "code": codes[1]}
    for typed, said in (
        ({"password": "not the password"}, "That is not your password"),
        ({"code": totp.at(NOON)}, "wrong, or was used before"),
        ({"code": ""}, "Write the code."),
    ):
        answer = post(client, f"{FACTOR}/off", right | typed, form=FACTOR)
        assert answer.status_code == 422
        assert said in error(answer)
        assert count(app, SecondFactor) == 1
    assert post(client, f"{FACTOR}/off", right, form=FACTOR).status_code == 303
    assert (count(app, SecondFactor), count(app, RecoveryCode)) == (0, 0)
    assert is_in(client)
    assert not is_in(other), "the other devices are signed out"
    assert sign_in(app.test_client()).location == "/desk/"


def test_a_guesser_at_an_open_browser_is_made_to_wait(client: FlaskClient, app: Flask) -> None:
    totp, _ = with_factor(app)
    sign_in(client)
    give(client, totp.at(NOON))
    for _ in range(5):
        post(client, f"{FACTOR}/off", {"password": "a guess, and long", "code": "1"}, form=FACTOR)
    answer = post(client, f"{FACTOR}/off", {"password": factories.PASSWORD, "code": "1"}, form=FACTOR)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "30"


def test_a_second_one_is_not_set_up_over_the_first(client: FlaskClient, app: Flask) -> None:
    totp, _ = with_factor(app)
    sign_in(client)
    give(client, totp.at(NOON))
    with app.app_context():
        before = db.session.scalars(select(SecondFactor.seed)).one()
    assert post(client, f"{FACTOR}/begin", form=FACTOR).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(SecondFactor.seed)).one() == before


def test_without_one_there_is_nothing_to_switch_off(ada: FlaskClient) -> None:
    for act in ("codes", "off"):
        assert post(ada, f"{FACTOR}/{act}", form=FACTOR).status_code == 404


def test_an_administrator_takes_it_away(app: Flask, admin: FlaskClient, everybody: dict[str, int]) -> None:
    totp, _ = with_factor(app)
    client = app.test_client()
    sign_in(client)
    give(client, totp.at(NOON))
    path = f"/desk/people/{everybody['ada']}"
    assert post(admin, f"{path}/second-factor/end", form=path).location == path
    assert not is_in(client)
    assert sign_in(app.test_client()).location == "/desk/"
    with app.app_context(), publishing.as_staff():
        line = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        taken = select(AuditEntry).where(AuditEntry.action == "take second factor away")
        assert line is not None
        line = db.session.scalars(taken).one()
        assert (line.actor_name, line.title) == ("Nadia Brandt", "Ada Lindqvist")
    again = post(admin, f"{path}/second-factor/end", form=path)
    assert again.status_code == 303
    assert post(client, f"{path}/second-factor/end", form="/sign-in").status_code in {401, 403}


def test_the_command_for_the_last_administrator(app: Flask) -> None:
    with_factor(app, "nadia")
    run = app.test_cli_runner().invoke
    done = run(args=["end-second-factor", "Nadia@press.example"])
    assert (done.exit_code, "with the password alone" in done.output) == (0, True)
    for email, said in (("nadia@press.example", "has no second factor"), ("x@press.example", "Nobody has the address")):
        failed = run(args=["end-second-factor", email])
        assert failed.exit_code == 1
        assert said in failed.output


def test_losing_access_ends_the_first_half(client: FlaskClient, app: Flask) -> None:
    totp, _ = with_factor(app)
    sign_in(client)
    proof = token(client, "/sign-in/code")
    with app.app_context(), publishing.as_staff():
        actions.set_password(factories.person("ada"), "quite another password", by=None, now=NOON)
        db.session.commit()
    answer = client.post("/sign-in/code", data={"csrf_token": proof, "code": totp.at(NOON)})
    assert answer.status_code == 422
    assert not is_in(client)


# Where it is needed --------------------------------------------------------------------------------------


@pytest.fixture
def needed(app: Flask) -> Iterator[None]:
    with app.app_context(), publishing.as_staff():
        settings.edit({"second_factor_needed": True})
        db.session.commit()
    yield


@pytest.mark.usefixtures("needed")
def test_whoever_lacks_one_is_led_to_set_it_up(ada: FlaskClient, admin: FlaskClient, wren: FlaskClient) -> None:
    for client in (ada, admin):
        for path in ("/desk/", "/desk/releases/new", "/desk/settings", "/desk/people/"):
            answer = client.get(path)
            assert (answer.status_code, answer.location) == (303, FACTOR), path
    assert "Set this up, and the desk is open" in ada.get(FACTOR).page.text_content()
    refused = post(ada, "/desk/releases/new", {"headline": "Typed"}, form=FACTOR)
    assert refused.status_code == 403
    assert "set it up in another tab" in refused.page.text_content()
    assert wren.get("/desk/").status_code == 200, "writers may do without"
    post(ada, f"{FACTOR}/begin", form=FACTOR)
    secret = ada.get(FACTOR).page.xpath("string(//code[@class='secret'])").replace(" ", "")
    post(ada, f"{FACTOR}/confirm", {"code": pyotp.TOTP(secret).at(NOON)}, form=FACTOR)
    assert ada.get("/desk/").status_code == 200
    with_out = post(admin, "/sign-out", form=FACTOR)
    assert with_out.status_code == 303, "whoever cannot set it up now can leave"


def test_the_setting_is_on_the_desk_and_off_at_first(admin: FlaskClient, app: Flask) -> None:
    box = admin.get("/desk/settings").page.xpath("//input[@name='second_factor_needed']")[0]
    assert box.get("checked") is None
    assert re.search("Sign-in", admin.get("/desk/settings").page.text_content())
    with app.app_context():
        assert settings.setting("second_factor_needed") is False
