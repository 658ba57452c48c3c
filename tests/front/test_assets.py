"""Static files are kept for ever under an address that changes with their content."""

from __future__ import annotations

import re

from flask.testing import FlaskClient


def test_pages_name_style_sheets_with_their_version(client: FlaskClient) -> None:
    page = client.get("/").page
    hrefs = page.xpath("//link[@rel='stylesheet']/@href") + page.xpath("//script[@type='module']/@src")
    assert len(hrefs) == 9
    assert all(re.fullmatch(r"/(static/(css|js)/\w+\.(css|js)|brand\.css)\?v=[0-9a-f]{10}", href) for href in hrefs)


def test_the_right_version_is_kept_for_a_year(client: FlaskClient) -> None:
    href = client.get("/").page.xpath("//link[contains(@href, 'tokens.css')]/@href")[0]
    kept = client.get(href, buffered=True).headers["Cache-Control"]
    assert "immutable" in kept
    assert "max-age=31536000" in kept


def test_a_wrong_or_missing_version_is_not(client: FlaskClient) -> None:
    for href in ("/static/css/tokens.css", "/static/css/tokens.css?v=0000000000"):
        assert "immutable" not in client.get(href, buffered=True).headers.get("Cache-Control", "")


def test_a_file_that_is_not_there_is_404(client: FlaskClient) -> None:
    assert client.get("/static/css/none.css?v=").status_code == 404
    assert client.get("/static/../config.py").status_code == 404


def test_static_files_set_no_cookie(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get("/static/js/press.js", buffered=True).headers
