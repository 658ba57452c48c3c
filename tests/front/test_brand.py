"""The organisation's colours as a style sheet."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from pressroom.front import brand
from pressroom.kit import settings


def test_the_style_sheet_sets_both_colours(client: FlaskClient) -> None:
    answer = client.get("/brand.css")
    assert answer.mimetype == "text/css"
    assert "--brand: #0b5a5f;" in answer.text
    assert "--alert: #a8321a;" in answer.text
    assert "immutable" not in answer.headers["Cache-Control"]


def test_its_address_changes_with_the_colours(client: FlaskClient, staff: Callable) -> None:
    before = client.get("/").page.xpath("//link[contains(@href, 'brand.css')]/@href")[0]
    with staff():
        settings.edit({"organisation_brand": "#1f3a93"})
    after = client.get("/").page.xpath("//link[contains(@href, 'brand.css')]/@href")[0]
    assert before != after
    assert "#1f3a93" in client.get(after).text
    assert "immutable" in client.get(after).headers["Cache-Control"]
    assert "immutable" not in client.get(before).headers["Cache-Control"], "an old address must not keep new colours"


def test_old_browsers_get_the_derived_colours_in_figures() -> None:
    text = brand.style_sheet("#1f3a93", "#a8321a")
    assert "@supports not (color: oklch(from red l c h))" in text
    assert text.count("light-dark(#") == 4


def test_there_is_no_logo_until_one_is_chosen(client: FlaskClient) -> None:
    assert client.get("/brand/logo").status_code == 404


def test_a_setting_that_names_no_file_is_no_way_in(client: FlaskClient, staff: Callable) -> None:
    for value in ("../../pressroom.sqlite3", "0" * 64, "x"):
        with staff():
            settings.edit({"organisation_logo": value})
        assert client.get("/brand/logo").status_code == 404
