"""Errors in the site's look, with a way on, and nothing of the inside."""

from __future__ import annotations

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient

from pressroom.front import errors
from pressroom.pages import menus
from pressroom.pages import rules as pages
from pressroom.reporting import rules as reporting

CODES = (400, 403, 404, 405, 409, 410, 413, 415, 422, 429, 500, 503)


@pytest.fixture
def broken(app: Flask) -> Flask:
    """A press room where things go wrong on demand."""
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @app.get("/broken/<int:code>")
    def broken(code: int) -> str:
        abort(code)

    @app.get("/broken/crash")
    def crash() -> str:
        raise RuntimeError("the key is hunter2")

    @app.get("/broken/sentence")
    def sentence() -> str:
        abort(413, "The file has 80 MB; we take 64.")

    @app.get("/broken/<any(pages, reporting):room>")
    def meet(room: str) -> str:
        raise {"pages": pages.Stale, "reporting": reporting.Stale}[room]

    return app


@pytest.mark.parametrize("code", CODES)
def test_each_error_has_its_page(broken: Flask, code: int) -> None:
    answer = broken.test_client().get(f"/broken/{code}")
    assert answer.status_code == code
    assert answer.page.findtext(".//h1") == errors.SENTENCES[code].title
    assert answer.page.xpath("//main//aside[@class='contact']")
    assert "Set-Cookie" not in answer.headers


def test_what_is_not_found_offers_a_search(client: FlaskClient) -> None:
    page = client.get("/no/such-page").page
    assert page.xpath("//main//form[@action='/search']//input[@type='search']")


def test_odd_addresses_are_404(client: FlaskClient) -> None:
    for path in ("/%00", "/%ff%fe", "/" + "a" * 4000, "/releases/99999999999999/x", "/clips/9999999999999999999999"):
        assert client.get(path).status_code == 404, path


def test_a_wrong_method_says_which_is_right(client: FlaskClient) -> None:
    answer = client.post("/feeds/")
    assert answer.status_code in {400, 405}  # without a token nobody learns more
    answer = client.put("/feeds/")
    assert answer.status_code in {400, 405}


def test_two_who_act_at_once_are_told_in_every_room(broken: Flask) -> None:
    for room in ("pages", "reporting"):
        assert broken.test_client().get(f"/broken/{room}").status_code == 409, room


def test_a_crash_leaks_nothing(broken: Flask) -> None:
    answer = broken.test_client().get("/broken/crash")
    assert answer.status_code == 500
    assert "hunter2" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_crash_of_the_error_page_still_has_a_page(broken: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> str:
        raise RuntimeError("the database is gone")

    monkeypatch.setitem(broken.jinja_env.globals, "site_name", fail)
    answer = broken.test_client().get("/broken/crash")
    assert answer.status_code == 500
    assert answer.page.findtext(".//h1") == errors.SENTENCES[500].title
    assert not answer.page.xpath("//header")


def test_our_own_sentence_is_said(broken: Flask) -> None:
    page = broken.test_client().get("/broken/sentence").page
    assert "80 MB" in page.find_class("standfirst")[0].text_content()


def test_a_library_s_words_are_not(broken: Flask) -> None:
    page = broken.test_client().get("/broken/400").page
    assert "browser (or proxy)" not in page.text_content()


def test_the_navigation_stands_on_error_pages_too(client: FlaskClient) -> None:
    hrefs = client.get("/nothing").page.xpath("//nav[@id='nav']//a/@href")
    assert {entry.href for entry in menus.NAVIGATION} <= set(hrefs)
