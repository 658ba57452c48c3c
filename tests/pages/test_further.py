"""Further pages: added, published, moved, restored and taken off; and the navigation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from pressroom.kit import clock, menus
from pressroom.kit.db import db
from pressroom.kit.menus import MenuError
from pressroom.pages import actions, queries
from tests.conftest import post

pytestmark = pytest.mark.usefixtures("fixed_pages")

NEW = "/desk/pages/new"
PAGE = {"title": "Visiting us", "body": "## Where\n\nThe zyxomma house.", "do": "save"}


def filled(client: FlaskClient, path: str, **changes: object) -> dict[str, object]:
    form = client.get(path).page.forms[-1]
    return {name: value for name, value in form.form_values() if name != "csrf_token"} | {"do": "save"} | changes


def test_the_life_of_a_page(ada: FlaskClient, client: FlaskClient, settle: Callable) -> None:
    shown = post(ada, NEW, PAGE | {"do": "preview"})
    assert (shown.status_code, "zyxomma" in shown.page.xpath("//div[@class='sheet-paper']")[0].text_content()) == (
        200,
        True,
    )
    place = post(ada, NEW, PAGE | {"search_title": "Where we are", "search_description": "Way and hours"}).location
    assert place == "/desk/pages/visiting-us"
    assert client.get("/pages/visiting-us").status_code == 404
    assert post(ada, f"{place}/publish").status_code == 303
    page = client.get("/pages/visiting-us").page
    assert page.xpath("//title")[0].text.startswith("Where we are")
    assert page.xpath("//meta[@name='description']/@content") == ["Way and hours"]
    settle()
    assert "/pages/visiting-us" in client.get("/search?q=zyxomma").page.xpath("//main//a/@href")
    assert "/pages/visiting-us" in client.get("/sitemaps/pages-1.xml").text
    moved = post(ada, place, filled(ada, place, slug="visit", body="Somewhere else."))
    assert moved.location == "/desk/pages/visit"
    led = client.get("/pages/visiting-us")
    assert (led.status_code, led.location) == (301, "/pages/visit")
    assert "taken" in post(ada, NEW, PAGE).text, "an address that leads on is not given away"
    for slug in ("privacy", "new"):
        assert post(ada, NEW, PAGE | {"slug": slug}).status_code == 422
    before = ada.get("/desk/pages/visit/versions/1")
    assert "zyxomma" in before.page.xpath("//div[@class='difference']")[0].text_content()
    for stale in ("1", "9" * 5_000):
        assert post(ada, "/desk/pages/visit/versions/1", {"version": stale}).status_code == 409
    current = before.page.xpath("//input[@name='version']/@value")[0]
    assert post(ada, "/desk/pages/visit/versions/1", {"version": current}).status_code == 303
    assert "zyxomma" in client.get("/pages/visit").text
    assert post(ada, "/desk/pages/visit/withdraw", {"reason": "We moved."}).status_code == 303
    gone = client.get("/pages/visit")
    assert gone.status_code == 410
    assert "We moved." in gone.text
    assert "zyxomma" not in gone.text
    assert client.get("/pages/visiting-us").status_code == 404
    settle()
    assert "/pages/visit" not in client.get("/search?q=zyxomma").text
    assert client.get("/pages/privacy").location == "/privacy"


def test_fixed_pages_stay(ada: FlaskClient, wren: FlaskClient, client: FlaskClient) -> None:
    assert post(ada, "/desk/pages/privacy/withdraw", {"reason": "x"}).status_code == 422
    post(ada, "/desk/pages/privacy", filled(ada, "/desk/pages/privacy", slug="other"))
    assert client.get("/privacy").status_code == 200
    for path in (NEW, "/desk/pages/privacy/versions/1", "/desk/navigation"):
        assert wren.get(path).status_code == 403
        assert client.get(path).status_code == 303
    assert ada.get("/desk/pages/privacy/versions/99").status_code == 404


def test_the_navigation_is_what_staff_make_of_it(
    ada: FlaskClient, client: FlaskClient, staff: Callable[[], Any]
) -> None:
    with staff():
        page = actions.create(by=None, now=clock.now(), title="Visit", body="x")
        number = page.id
    was = client.get("/").page.xpath("//nav[@id='nav']//a/text()")
    text = "News | /releases/\nVisit | /pages/visit\nMain site | https://society.example/"
    refused = post(ada, "/desk/navigation", {"navigation_main": text, "navigation_footer": ""})
    assert "nothing public at /pages/visit" in refused.text
    assert "Visit | /pages/visit" in refused.page.xpath("//textarea")[0].text
    with staff():
        actions.publish(queries.page("visit"), by=None, now=clock.now())
    fields = {"navigation_main": text, "navigation_footer": "Privacy | /privacy"}
    opened = ada.get("/desk/navigation").page.xpath("//input[@name='opened']/@value")[0]
    assert post(ada, "/desk/navigation", fields | {"opened": opened}).status_code == 303
    for path in ("/", "/privacy", "/nowhere"):
        page = client.get(path).page
        assert page.xpath("//nav[@id='nav']//li[not(@class='narrow')]/a/text()") == ["News", "Visit", "Main site"], path
        assert page.xpath("//nav[@id='nav']//li[@class='end']/a/@href") == ["https://society.example/"]
        assert page.xpath("//footer//h2[text()='For reporters']/following::ul[1]//a/text()") == ["Privacy"]
    assert client.get("/pages/visit").page.xpath("//nav[@id='nav']//a[@aria-current='page']/text()") == ["Visit"]
    withdrawn = post(ada, "/desk/pages/visit/withdraw", {"reason": "x"})
    assert (withdrawn.status_code, "Take it out there first" in withdrawn.text) == (422, True)
    with staff():
        assert db.session.get(type(queries.page("visit")), number).withdrawn_at is None
    for late in (fields, {"do": "reset"}):
        stale = post(ada, "/desk/navigation", late | {"opened": opened})
        assert stale.status_code == 409, "somebody saved since the form was opened"
        assert "Main site | https://society.example/" in stale.page.get_element_by_id("their-navigation_main").text
    mine = post(ada, "/desk/navigation", fields | {"navigation_main": "Mine | /logos", "opened": opened}).page
    assert mine.xpath("//textarea[@name='navigation_main']")[0].text.strip() == "Mine | /logos"
    fields = {"opened": mine.xpath("//input[@name='opened']/@value")[0], "do": "reset"}
    assert post(ada, "/desk/navigation", fields).status_code == 303
    assert client.get("/").page.xpath("//nav[@id='nav']//a/text()") == was


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Logos", "Line 1 is no entry"),
        ("A | /a\n\n | /b", "Line 3 is no entry"),
        ("A | javascript:alert(1)", "write an address"),
        ("A | //evil.example", "write an address"),
        (f"{'x' * 41} | /a", "shorten the label"),
        ("\n".join(f"{n} | /{n}" for n in range(13)), "12 entries at most"),
    ],
)
def test_what_is_no_menu(text: str, sentence: str) -> None:
    with pytest.raises(MenuError, match=sentence):
        menus.read(text)


def test_a_menu_is_read_as_it_was_written() -> None:
    entries = menus.read(" Logos |  /logos \n\nA | B | https://a.example/x".replace("A | B", "A"))
    assert [(one.label, one.href) for one in entries] == [("Logos", "/logos"), ("A", "https://a.example/x")]
    assert menus.read(menus.written(entries)) == entries
