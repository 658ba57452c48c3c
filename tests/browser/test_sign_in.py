"""Signing in with a second factor or a passkey, by keyboard; each page on the way has no barrier."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import update

from pressroom import publishing
from pressroom.accounts import actions, queries
from pressroom.accounts.models import DeviceSession, SecondFactor
from pressroom.accounts.rules import LinkFor, Role
from pressroom.kit import clock
from pressroom.kit.db import db
from tests.browser.conftest import Visitor
from tests.browser.test_every_page import AXE, RULES, sideways

EMAIL, PASSWORD, OWN = "nadia@pressroom.example", "lichens agree quietly", "kelp harbour quilt"


@pytest.fixture
def nadia(house: Flask) -> int:
    """An administrator, with the second factor of nobody."""
    with house.app_context(), publishing.as_staff():
        user = queries.by_email(EMAIL) or actions.create_user(
            by=None, now=clock.now(), email=EMAIL, name="Nadia Brandt", role=Role.ADMIN, password=PASSWORD
        )
        actions.end_factor(user, by=None, now=clock.now())
        actions.set_password(user, PASSWORD, by=None, now=clock.now())
        number = user.id
        db.session.commit()
    return number


def fine(page: Page) -> None:
    """No barrier that axe knows, and nothing wider than the screen."""
    found = AXE.run(page, options=RULES).response["violations"]
    assert [(one["id"], node["html"][:160]) for one in found for node in one["nodes"]] == []
    assert [pair for pair in sideways(page) if pair[1] > 0] == []


def sign_in(page: Page, password: str = PASSWORD) -> None:
    page.goto("/sign-in?next=/desk/account")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")


def unused(house: Flask) -> None:
    """As if half a minute had gone by: the code that the app shows now was not used yet."""
    with house.app_context():
        db.session.execute(update(SecondFactor).values(last_step=0))
        db.session.commit()


def test_a_second_factor_from_beginning_to_end(visitor: Visitor, house: Flask, nadia: int) -> None:
    page = visitor(reduced_motion="reduce")
    sign_in(page)
    page.get_by_role("link", name="Set up a second factor").press("Enter")
    page.get_by_role("button", name="Set up a second factor").press("Enter")
    picture = page.get_by_role("img", name="QR code")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth > 0)"), "the policy lets it in"
    fine(page)
    totp = pyotp.TOTP(page.locator(".secret").inner_text().replace(" ", ""))
    page.get_by_role("textbox", name="Code").fill(totp.now())
    page.keyboard.press("Enter")
    expect(page.locator(".codes li")).to_have_count(10)
    code = page.locator(".codes code").first.inner_text()
    fine(page)
    page.get_by_role("link", name="I have kept them").press("Enter")
    expect(page.get_by_text("10 of 10 are left")).to_be_visible()
    fine(page)

    unused(house)
    other = visitor(width=360, reduced_motion="reduce")
    sign_in(other)
    box = other.get_by_role("textbox", name="Code")
    expect(box).to_be_focused()
    fine(other)
    box.press_sequentially("000")
    other.keyboard.press("Enter")
    expect(other.get_by_role("alert")).to_contain_text("That code is wrong")
    other.get_by_role("textbox", name="Code").fill(totp.now())
    other.keyboard.press("Enter")
    expect(other.get_by_role("heading", name="Your account")).to_be_visible()

    lost = visitor(reduced_motion="reduce", java_script_enabled=False)
    sign_in(lost)
    lost.get_by_role("link", name="Use a recovery code").press("Enter")
    lost.get_by_role("textbox", name="Recovery code").fill(code)
    lost.keyboard.press("Enter")
    expect(lost.get_by_role("heading", name="Your account")).to_be_visible()


def test_a_dangerous_act_goes_on_after_the_proof(visitor: Visitor, house: Flask, nadia: int) -> None:
    page = visitor(reduced_motion="reduce")
    sign_in(page)
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    with house.app_context():
        long_ago = clock.now() - timedelta(days=2)
        db.session.execute(update(DeviceSession).where(DeviceSession.user_id == nadia).values(proved_at=long_ago))
        db.session.commit()
    page.goto("/desk/people/new")
    page.get_by_label("Name").fill("Ines “I” Moreau")
    page.get_by_label("E-mail address").fill("ines@press.example")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Is it still you?")).to_be_visible()
    fine(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("A link is on its way to ines@press.example.")).to_be_visible()
    fine(page)


def test_a_password_is_looked_at_while_it_is_chosen(visitor: Visitor, house: Flask, nadia: int) -> None:
    with house.app_context(), publishing.as_staff():
        user = queries.by_id(nadia)
        assert user is not None
        _, token = actions.make_link(user, LinkFor.RESET, by=None, now=clock.now(), lasts=timedelta(hours=1))
        db.session.commit()
    page = visitor(reduced_motion="reduce")
    page.goto(f"/sign-in/password/{token}")
    fine(page)
    box = page.get_by_label("New password", exact=True)
    box.fill(OWN)
    page.get_by_role("button", name="Show new password", exact=True).press("Enter")
    expect(box).to_have_attribute("type", "text")
    page.get_by_label("New password, again").fill(OWN)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your password is set")).to_be_visible()
    fine(page)
    page.get_by_role("link", name="Sign in", exact=True).first.press("Enter")
    sign_in(page, OWN)
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()


KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def at_localhost(house: Flask, live: str) -> Iterator[str]:
    """Browsers take passkeys under a name only, and this one needs no https."""
    before, address = house.config["SITE_URL"], live.replace("127.0.0.1", "localhost")
    house.config |= {"SITE_URL": address, "SITE_URL_SET": True}
    yield address
    house.config |= {"SITE_URL": before, "SITE_URL_SET": False}


def enter(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in?next=/desk/account")


def test_a_passkey_from_beginning_to_end(visitor: Visitor, at_localhost: str, nadia: int) -> None:
    page = visitor(width=360, home=at_localhost, reduced_motion="reduce")
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    enter(page, at_localhost)
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_visible()
    fine(page)
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Add a passkey").press("Enter")
    page.get_by_role("button", name="Add a passkey").press("Enter")
    page.get_by_label("Where it is").fill("")
    page.get_by_role("button", name="Make the passkey").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Write where the passkey is")
    page.get_by_label("Where it is").fill("This machine")
    fine(page)
    page.get_by_role("button", name="Make the passkey").press("Enter")
    expect(page.locator(".codes li")).to_have_count(10)
    page.goto(f"{at_localhost}/desk/account/passkeys")
    expect(page.get_by_role("rowheader", name="This machine")).to_be_visible()
    fine(page)
    page.goto(f"{at_localhost}/desk/account/passkeys/new")
    page.get_by_role("button", name="Make the passkey").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("This key has a passkey for you already")

    page.context.clear_cookies()
    enter(page, at_localhost)
    expect(
        page.get_by_role("heading", name="Your account")
    ).to_be_visible()  # offered unasked, and taken by the machine
