"""Feeds as a page and as a file, the sitemap, robots."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from lxml import etree

from pressroom.front import sitemap
from tests.conftest import NOON, nothing_kept
from tests.front.conftest import SECRET

SITE = "http://127.0.0.1:8000"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def locations(client: FlaskClient, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.mimetype == "application/xml"
    return [loc.text for loc in etree.fromstring(answer.data).iter(f"{MAP}loc")]


def test_each_feed_is_there(client: FlaskClient) -> None:
    page = client.get("/feeds/").page
    hrefs = page.xpath("//main//a[starts-with(@href, '/feeds/')]/@href")
    assert len(hrefs) == 12
    for href in hrefs:
        assert client.get(href).status_code == 200, href


def test_the_feeds_as_a_file(client: FlaskClient) -> None:
    answer = client.get("/feeds/all.opml")
    assert answer.mimetype == "text/x-opml"
    outlines = list(etree.fromstring(answer.data).iter("outline"))
    assert [outline.get("text").rpartition(": ")[2] for outline in outlines] == [
        *("Releases", "Coverage", "Webcasts", "Podcast")
    ]
    assert outlines[0].get("xmlUrl") == "http://127.0.0.1:8000/feeds/releases.rss"


def test_robots(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    assert "Disallow: /desk/" in answer.text
    assert "Disallow: /clips/export." in answer.text
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in answer.text


@pytest.mark.usefixtures("content")
def test_every_address_of_the_sitemap_answers(client: FlaskClient) -> None:
    files = locations(client, "/sitemap.xml")
    found = [loc for file in files for loc in locations(client, file.removeprefix(SITE))]
    assert len(found) == len(set(found))
    assert "http://127.0.0.1:8000/releases/2026/fellows-begin-work" in found
    assert any("/webcasts/how" in loc for loc in found)
    assert any("/clips/1" in loc for loc in found)
    for loc in found:
        assert client.get(loc.removeprefix("http://127.0.0.1:8000")).status_code == 200, loc


@pytest.mark.usefixtures("content")
def test_the_sitemap_and_the_embargo(client: FlaskClient, clock_at: Callable) -> None:
    clock_at(NOON + timedelta(days=2, seconds=-1))
    before = client.get("/sitemap.xml").text
    for path in ("/sitemaps/releases-1.xml", "/sitemaps/news.xml", "/llms.txt"):
        assert SECRET not in client.get(path).text
    clock_at(NOON + timedelta(days=2))
    for path in ("/sitemaps/releases-1.xml", "/sitemaps/news.xml", "/llms.txt"):
        assert SECRET in client.get(path).text, path
    assert client.get("/sitemap.xml").text != before, "the list says that a file changed"
    clock_at(NOON + timedelta(days=4))
    assert SECRET not in client.get("/sitemaps/news.xml").text, "no news any more"


@pytest.mark.usefixtures("content")
def test_a_large_kind_is_in_several_files(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """By ranges of numbers, so that what is added or taken away moves nothing else into another file."""
    with nothing_kept():
        whole = locations(client, "/sitemaps/releases-1.xml")
    monkeypatch.setattr(sitemap, "PER_FILE", 1)
    files = [loc.removeprefix(SITE) for loc in locations(client, "/sitemap.xml")]
    parts = [file for file in files if "/releases-" in file]
    assert len(parts) == len(whole) > 1
    assert [loc for part in parts for loc in locations(client, part)] == whole
    for path in ("/sitemaps/releases-99.xml", "/sitemaps/pages-2.xml", "/sitemaps/months-2.xml", "/sitemaps/x-1.xml"):
        assert client.get(path).status_code == 404, path
