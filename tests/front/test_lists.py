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
    found = locations(client, "/sitemap.xml")
    assert len(found) == len(set(found))
    assert "http://127.0.0.1:8000/releases/2026/fellows-begin-work" in found
    assert any("/webcasts/how" in loc for loc in found)
    assert any("/clips/1" in loc for loc in found)
    for loc in found:
        assert client.get(loc.removeprefix("http://127.0.0.1:8000")).status_code == 200, loc


@pytest.mark.usefixtures("content")
def test_the_sitemap_and_the_embargo(client: FlaskClient, clock_at: Callable) -> None:
    clock_at(NOON + timedelta(days=2, seconds=-1))
    assert SECRET not in client.get("/sitemap.xml").text
    clock_at(NOON + timedelta(days=2))
    assert SECRET in client.get("/sitemap.xml").text


@pytest.mark.usefixtures("content")
def test_a_large_sitemap_is_an_index(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    with nothing_kept():
        whole = locations(client, "/sitemap.xml")
    monkeypatch.setattr(sitemap, "PER_FILE", 5)
    parts = locations(client, "/sitemap.xml")
    assert len(parts) == -(-len(whole) // 5)
    collected = [loc for part in parts for loc in locations(client, part.removeprefix("http://127.0.0.1:8000"))]
    assert collected == whole
    assert client.get("/sitemap.xml?part=99").status_code == 404
