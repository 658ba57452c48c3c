"""``/desk/settings``: what stands on every page."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from flask.testing import FlaskClient

from pressroom.audit.models import AuditEntry
from pressroom.kit.db import db
from pressroom.publishing.edition import current_edition
from tests.conftest import post

PATH = "/desk/settings"


def filled(client: FlaskClient, **changes: object) -> dict[str, object]:
    """The form as it stands, with *changes*."""
    form = client.get(PATH).page.forms[-1]
    kept = {name: value for name, value in form.form_values() if name not in {"csrf_token", "logo"}}
    return kept | changes


def png() -> bytes:
    """The smallest picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\x00\x0b\x5a\x5f")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def test_a_change_shows_on_every_page_and_raises_the_edition(ada: FlaskClient, client: FlaskClient, app) -> None:
    with app.app_context():
        before = current_edition()
    answer = post(ada, PATH, filled(ada, organisation_name="Society of Tests", contact_phone="301-555-0142"))
    assert answer.status_code == 303
    page = client.get("/").page
    assert "Society of Tests" in page.find_class("brand-name")[0].text_content()
    assert page.xpath("//nav//p[@class='narrow']/a[@class='phone']/text()") == ["301-555-0142"]
    with app.app_context():
        assert current_edition() == before + 1
    assert "Saved" in ada.get(PATH).page.find_class("flash")[0].text_content()


def test_the_audit_says_what_changed(ada: FlaskClient, staff) -> None:
    post(ada, PATH, filled(ada, organisation_short_name="SoT"))
    with staff():
        entry = db.session.query(AuditEntry).filter_by(kind="settings").one()
        assert entry.actor_name == "Ada Lindqvist"
        assert entry.changes == {"organisation_short_name": ["Press room", "SoT"]}


def test_saving_nothing_changes_nothing(ada: FlaskClient, app, staff) -> None:
    with app.app_context():
        before = current_edition()
    assert post(ada, PATH, filled(ada)).status_code == 303
    with app.app_context():
        assert current_edition() == before
    with staff():
        assert db.session.query(AuditEntry).filter_by(kind="settings").count() == 0


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("organisation_brand", "teal", "Write a colour as #"),
        ("organisation_name", "  ", "Write a name"),
        ("time_zone", "Mars/Olympus", "Write the name of a zone"),
        ("contact_email", "nobody", "Write an e-mail address"),
        ("contact_phone", "12", "Write a telephone number"),
        ("organisation_name", "x" * 201, "at most 200 characters"),
        ("organisation_address", "x" * 3001, "at most 3,000 characters"),
    ],
)
def test_a_refused_value_is_said_at_its_field_and_kept(ada: FlaskClient, name: str, value: str, sentence: str) -> None:
    answer = post(ada, PATH, filled(ada, **{name: value, "contact_role": "Head of press"}))
    assert answer.status_code == 422
    page = answer.page
    assert page.xpath(f"//div[@class='errors']//a[@href='#{name}']")
    assert sentence in page.get_element_by_id(f"{name}-error").text_content()
    assert page.get_element_by_id("contact_role").get("value") == "Head of press"
    assert ada.get(PATH).page.get_element_by_id("contact_role").get("value") == "Press officer"


def test_control_characters_are_dropped(ada: FlaskClient) -> None:
    post(ada, PATH, filled(ada, contact_name="Dana\x00 Whit\x1ffield\u2028"))
    assert ada.get(PATH).page.get_element_by_id("contact_name").get("value") == "Dana Whitfield"


def test_somebody_else_saved_first(ada: FlaskClient, admin: FlaskClient) -> None:
    old = filled(ada, contact_role="Speaker")
    post(admin, PATH, filled(admin, contact_role="Head of press"))
    answer = post(ada, PATH, old)
    assert answer.status_code == 409
    assert answer.page.get_element_by_id("contact_role").get("value") == "Speaker"
    assert "Head of press" in answer.page.find_class("notice")[0].text_content()
    again = {name: value for name, value in answer.page.forms[-1].form_values() if name != "logo"}
    assert ada.post(PATH, data=again).status_code == 303
    assert ada.get(PATH).page.get_element_by_id("contact_role").get("value") == "Speaker"


def test_a_logo_replaces_the_mark(ada: FlaskClient, client: FlaskClient) -> None:
    answer = post(ada, PATH, filled(ada, logo=(io.BytesIO(png()), "Our Logo.png")))
    assert answer.status_code == 303
    src = client.get("/").page.xpath("//img[@class='brand-logo']/@src")[0]
    shown = client.get(src, buffered=True)
    assert (shown.status_code, shown.mimetype) == (200, "image/png")
    assert "immutable" in shown.headers["Cache-Control"]
    post(ada, PATH, filled(ada, remove_logo="y"))
    assert not client.get("/").page.xpath("//img[@class='brand-logo']")


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 ...", b"<svg onload='alert(1)'/>", b"\x89PNG\r\n\x1a\nbroken"])
def test_what_is_no_picture_is_no_logo(ada: FlaskClient, content: bytes) -> None:
    answer = post(ada, PATH, filled(ada, logo=(io.BytesIO(content), "logo.png"), contact_role="Speaker"))
    if not content:  # browsers send an empty part when nothing was chosen, and this looks the same
        assert answer.status_code in {303, 422}
        return
    assert answer.status_code == 422
    assert answer.page.get_element_by_id("logo-error").text_content()
    assert answer.page.get_element_by_id("contact_role").get("value") == "Speaker"


def test_the_logo_cannot_be_pointed_at_another_file(ada: FlaskClient, client: FlaskClient) -> None:
    post(ada, PATH, filled(ada, organisation_logo="0" * 64))
    assert not client.get("/").page.xpath("//img[@class='brand-logo']")


def test_strangers_and_writers_stay_out(client: FlaskClient, wren: FlaskClient) -> None:
    assert client.get(PATH).status_code == 303
    assert client.get(PATH).location.startswith("/sign-in")
    assert wren.get(PATH).status_code == 403
    assert wren.post(PATH).status_code in {400, 403}


def test_without_the_token_nothing_is_saved(ada: FlaskClient) -> None:
    assert ada.post(PATH, data=filled(ada, organisation_name="Forged")).status_code == 400
    assert ada.get(PATH).page.get_element_by_id("organisation_name").get("value") != "Forged"


def test_wrong_method(ada: FlaskClient) -> None:
    assert ada.delete(PATH).status_code in {400, 405}


def test_a_hint_says_more_than_its_label(ada: FlaskClient) -> None:
    page = ada.get(PATH).page
    hints = {hint.get("id").removesuffix("-hint") for hint in page.find_class("hint")}
    assert {"organisation_address", "contact_phone"} <= hints
    assert not {"organisation_brand", "time_zone", "contact_name", "contact_mobile"} & hints
