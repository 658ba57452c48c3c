"""``/desk/pages/``: writing the fixed pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from pressroom.audit.models import AuditEntry
from pressroom.kit.db import db
from pressroom.pages import queries
from pressroom.pages.models import BODY_LENGTH
from tests.conftest import post

pytestmark = pytest.mark.usefixtures("fixed_pages")

PRIVACY = "/desk/pages/privacy"


def filled(client: FlaskClient, **changes: object) -> dict[str, object]:
    """The editor as it stands, with *changes*."""
    form = client.get(PRIVACY).page.forms[-1]
    kept = {name: value for name, value in form.form_values() if name != "csrf_token"}
    return kept | {"do": "save"} | changes


def test_the_list_leads_to_each_editor(ada: FlaskClient) -> None:
    page = ada.get("/desk/pages/").page
    links = {link for link in page.xpath("//main//a/@href") if link.startswith("/desk/pages/")}
    assert len(links) >= 6
    assert all(ada.get(link).status_code == 200 for link in links)


@pytest.mark.parametrize("path", ["/desk/pages/", PRIVACY])
def test_a_stranger_is_asked_to_sign_in(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in")


def test_a_stranger_writes_nothing(client: FlaskClient, staff: Callable) -> None:
    assert client.post(PRIVACY, data={"title": "Mine", "body": "Mine", "do": "save"}).status_code in {400, 401}
    with staff():
        assert queries.page("privacy").title != "Mine"


def test_a_writer_may_not(wren: FlaskClient) -> None:
    assert wren.get("/desk/pages/").status_code == 403
    assert post(wren, PRIVACY, {"title": "x", "do": "save"}, form="/desk/").status_code == 403


def test_wrong_methods(ada: FlaskClient) -> None:
    assert ada.delete(PRIVACY).status_code in {400, 405}
    assert ada.get("/desk/pages").status_code in {301, 308}


@pytest.mark.parametrize("slug", ["nothing", "x" * 3000, "a%00b", "Privacy"])
def test_an_unknown_page(ada: FlaskClient, slug: str) -> None:
    assert ada.get(f"/desk/pages/{slug}").status_code == 404


def test_what_is_saved_is_public_the_same_second_with_history_and_audit(
    ada: FlaskClient, client: FlaskClient, staff: Callable, settle: Callable
) -> None:
    answer = post(ada, PRIVACY, filled(ada, body="## New\n\nThe quokka rule.", note="Shorter"))
    assert answer.status_code == 303
    assert "quokka" in client.get("/privacy").text
    settle()
    assert "/privacy" in client.get("/search?q=quokka").page.xpath("//main//a/@href")
    history = ada.get(PRIVACY).page.xpath("//ul[contains(@class, 'versions')]/li")
    assert "Shorter" in history[0].text_content()
    with staff():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "edit")).one()
        assert entry.actor_name == "Ada Lindqvist"
        assert entry.changes["body"][1].startswith("## New")


def test_saving_nothing_new_leaves_no_trace(ada: FlaskClient, staff: Callable) -> None:
    assert post(ada, PRIVACY, filled(ada)).status_code == 303
    with staff():
        assert queries.page("privacy").version == 1


def test_a_preview_saves_nothing(ada: FlaskClient, client: FlaskClient) -> None:
    answer = post(ada, PRIVACY, filled(ada, body="A *zyxomma* flew.", do="preview"))
    assert answer.status_code == 200
    assert answer.page.xpath("//div[@class='sheet-paper']//em[text()='zyxomma']")
    assert answer.page.xpath("//textarea[@name='body']")[0].text.strip() == "A *zyxomma* flew."
    assert "zyxomma" not in client.get("/privacy").text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "Write a title"),
        ({"title": "   "}, "Write a title"),
        ({"title": "x" * 201}, "Shorten this to 200 characters"),
        ({"standfirst": "x" * 501}, "Shorten this to 500 characters"),
        ({"body": "x" * (BODY_LENGTH + 1)}, "Shorten this to 100,000 characters"),
        ({"note": "x" * 301}, "Shorten this to 300 characters"),
    ],
)
def test_a_refused_form_keeps_what_was_typed(
    ada: FlaskClient, client: FlaskClient, changes: dict[str, str], sentence: str
) -> None:
    answer = post(ada, PRIVACY, filled(ada, **{"body": "zyxomma kept"} | changes))
    assert answer.status_code == 422
    assert sentence in answer.page.xpath("//*[@class='errors']")[0].text_content()
    if "body" not in changes:
        assert "zyxomma kept" in answer.page.xpath("//textarea[@name='body']")[0].text
    assert "zyxomma" not in client.get("/privacy").text


def test_control_characters_are_dropped(ada: FlaskClient, staff: Callable) -> None:
    assert post(ada, PRIVACY, filled(ada, title="Pri\x00vacy\x07", body="a\x00b\r\nc")).status_code == 303
    with staff():
        page = queries.page("privacy")
        assert (page.title, page.body) == ("Privacy", "ab\nc")


def test_a_stale_form_gets_both_texts_and_a_choice(ada: FlaskClient, admin: FlaskClient, client: FlaskClient) -> None:
    mine = filled(ada, body="Ada’s words")
    assert post(admin, PRIVACY, filled(admin, body="Nadia’s words")).status_code == 303
    answer = post(ada, PRIVACY, mine)
    assert answer.status_code == 409
    assert answer.page.xpath("//textarea[@name='body']")[0].text.strip() == "Ada’s words"
    assert "Nadia’s words" in answer.page.xpath("//textarea[@readonly]")[0].text
    assert "Ada’s words" not in client.get("/privacy").text
    form = answer.page.forms[-1]
    again = {name: value for name, value in form.form_values() if name != "csrf_token"} | {"do": "save"}
    assert post(ada, PRIVACY, again).status_code == 303
    assert "Ada’s words" in client.get("/privacy").text


@pytest.mark.parametrize("version", ["", "0", "abc", "99999999999999999999"])
def test_a_form_with_another_version_is_stale_or_refused(ada: FlaskClient, client: FlaskClient, version: str) -> None:
    answer = post(ada, PRIVACY, filled(ada, body="zyxomma", version=version))
    assert answer.status_code in {409, 422}
    assert "zyxomma" not in client.get("/privacy").text


def test_a_form_without_a_version_is_stale(ada: FlaskClient, client: FlaskClient) -> None:
    without = {name: value for name, value in filled(ada, body="zyxomma").items() if name != "version"}
    assert post(ada, PRIVACY, without).status_code == 409
    assert "zyxomma" not in client.get("/privacy").text


def test_enter_in_a_field_previews(ada: FlaskClient) -> None:
    buttons = ada.get(PRIVACY).page.forms[-1].xpath(".//button[not(@type) or @type='submit']")
    assert buttons[0].get("value") == "preview"  # the first one is what Enter presses
