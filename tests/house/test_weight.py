"""What each public page of the sample weighs, what it asks of the database, and how it shows pictures."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pressroom import publishing, sample, search
from pressroom.kit import clock
from pressroom.kit.db import db
from tests.conftest import NOON, Reader

HEAVIEST = 30_000  # bytes, packed with gzip, without pictures

BUDGETS = {
    "/": 9,
    "/releases/": 5,
    "/releases/2026/": 5,
    "/releases/2026/11/": 5,
    "/clips/": 9,
    "/clips/?q=genetic": 9,
    "/search?q=genetic": 15,
    "/webcasts/": 5,
    "/annual-meeting": 7,
    "/fact-sheet": 5,
    "/logos": 5,
    "/contact": 6,
    "/privacy": 4,
    "/feeds/": 10,
    "/feeds/releases.rss": 8,
    "/releases/feed.rss": 8,
    "/clips/feed.atom?q=genetic": 11,
    "/search/feed.json?q=genetic": 24,
    "/feeds/podcast.rss": 4,
    "/feeds/clips.atom": 6,
    "/feeds/webcasts.json": 6,
    "/sitemap.xml": 9,
    "/sitemaps/pages-1.xml": 6,
    "/sitemaps/news.xml": 3,
    "/opensearch.xml": 2,
    "/llms.txt": 4,
    "/robots.txt": 2,
}
"""Statements for each page, whatever there is to show, and one or two to spare."""

OF_ONE = 13
"""Statements for the page of a release, a clip or a webcast."""


@pytest.fixture
def furnished(app: Flask, clock_at: Callable[..., None]) -> Iterator[FlaskClient]:
    """The sample, indexed."""
    clock_at(NOON)
    with app.app_context(), publishing.as_staff():
        sample.load(now=clock.now())
        db.session.commit()
    with app.app_context():
        search.sweep()
    app.test_client_class = Reader
    yield app.test_client()


@pytest.mark.slow
def test_each_page_is_light_and_asks_little(furnished: FlaskClient, queries: Any) -> None:
    files = addresses(furnished, "/sitemap.xml")
    every = list(dict.fromkeys([*BUDGETS, *files, *(path for file in files for path in addresses(furnished, file))]))
    assert len(every) > 60
    wrong, seen = [], 0
    for path in every:
        try:
            with queries(BUDGETS.get(path, OF_ONE)):
                answer = furnished.get(path)
        except AssertionError as error:
            wrong.append(f"{path}: {str(error).splitlines()[0]}")
            continue
        assert answer.status_code == 200, path
        if (weight := len(gzip.compress(answer.data, 6))) > HEAVIEST:
            wrong.append(f"{path}: {weight:,} bytes")
        if answer.mimetype == "text/html":
            pictures = answer.page.xpath("//main//img")  # type: ignore[attr-defined]
            seen += len(pictures)
            wrong += [f"{path}: {problem}" for picture in pictures if (problem := problem_of(picture))]
            if len([picture for picture in pictures if picture.get("loading") != "lazy"]) > 2:
                wrong.append(f"{path}: more than two pictures that do not wait until they are seen")
    assert not wrong, "\n".join(wrong)
    assert seen >= 5


def addresses(client: FlaskClient, path: str) -> list[str]:
    """What a sitemap, or a list of them, names."""
    return [loc.partition("8000")[2].partition("<")[0] for loc in client.get(path).text.split("<loc>")[1:]]


def problem_of(picture: Any) -> str:
    """What makes the page jump while *picture* comes, or sends too much of it; empty if nothing does."""
    boxed = picture.xpath("ancestor::*[contains(@class, 'asset-view')]")  # a box of its own size
    if not boxed and not (picture.get("width") and picture.get("height")):
        return f"{picture.get('src')} has no size"
    if picture.get("srcset") and not picture.get("sizes"):
        return f"{picture.get('src')} does not say how wide it is shown"
    return ""
