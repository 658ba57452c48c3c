"""“Fetch headline and date from the address”, on the clip form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pressroom.accounts.models import User
from pressroom.clips.rules import ClipExistsError
from pressroom.kit import fetch
from pressroom.kit.db import db
from tests.clips.conftest import clip
from tests.conftest import NOON, submit
from tests.kit.site import Site, fetcher, page

NEW = "/desk/clips/new"
FETCH = "Fetch headline and date from the address"
STORY = b"""<html lang="en"><title>Genes in the harbour</title>
<meta property="og:site_name" content="The Harbor Ledger">
<meta property="article:published_time" content="2026-11-12T08:00:00Z"><meta name="author" content="Rita Okafor">
<link rel="canonical" href="http://ledger.example/genes">"""
HTML = "Content-Type: text/html"


@pytest.fixture
def site(app: Flask) -> Iterator[Site]:
    with Site({"/genes?from=feed": page(STORY, HTML)}) as opened:
        app.extensions["fetcher"] = fetcher(opened)
        yield opened


def values(answer: Any) -> dict[str, str]:
    """What stands in the form now."""
    form = answer.page.xpath("//main//form[@method='post']")[0]
    return {
        name: form.fields[name] or "" for name in ("headline", "outlet", "published_on", "byline", "url", "language")
    }


def test_what_is_empty_is_filled_and_what_was_typed_stays(wren: FlaskClient, site: Site, clock_at: Any) -> None:
    clock_at(NOON)
    url = f"http://ledger.example:{site.port}/genes?from=feed"
    answer = submit(wren, NEW, {"url": url, "headline": "As I typed it", "topics": "Policy"}, button=FETCH)
    assert answer.status_code == 200
    assert values(answer) == {
        "headline": "As I typed it",
        "outlet": "The Harbor Ledger",
        "published_on": "2026-11-12",
        "byline": "Rita Okafor",
        "url": url,
        "language": "en",
    }
    assert "Filled in from the page: Outlet, Date published, By-line, Language" in answer.text
    assert "calls itself" in answer.text
    assert 'value="Policy"' in answer.text
    assert len(site.asked) == 1
    assert "Pressroom/" in site.asked[0]
    saved = submit(wren, NEW, {**values(answer), "medium": "online"}, button="Add to the archive")
    assert saved.status_code == 303
    again = submit(wren, saved.location, {"byline": ""}, button=FETCH)
    assert "Filled in from the page: By-line" in again.text
    assert "in the archive already" not in again.text


def test_a_clip_that_is_there_is_named(wren: FlaskClient, site: Site, staff: Callable[[], Any]) -> None:
    with staff():
        number = clip(headline="Known", url="https://ledger.example/genes").id
    answer = submit(wren, NEW, {"url": f"http://ledger.example:{site.port}/genes?from=feed"}, button=FETCH)
    assert "in the archive already" in answer.text
    assert answer.page.xpath(f"//main//a[@href='/desk/clips/{number}']")  # type: ignore[attr-defined]


def test_what_cannot_be_read_is_said_and_what_was_typed_stays(wren: FlaskClient, site: Site, app: Flask) -> None:
    site.answers |= {
        "/wall": page(b"", status="403 No"), "/gone": page(b"", status="410 Gone"), "/bad": page(b"", status="502 Bad"),
        "/file": page(b"%PDF", "Content-Type: application/pdf"), "/empty": page(b"", HTML),
        "/inside": page(b"", "Location: http://10.0.0.1/", status="302 Found"),
    }  # fmt: skip
    at = f"http://ledger.example:{site.port}"
    for url, status, says in (
        ("", 422, "Write the address of the story"),
        ("ledger", 422, "no web address"),
        (f"{at}/wall", 422, "lets no program read this page (403)"),
        (f"{at}/gone", 422, "no page at this address (410)"),
        (f"{at}/bad", 422, "answered with an error (502)"),
        (f"{at}/file", 422, "There is a file at this address"),
        (f"{at}/inside", 422, "private network"),
        ("http://127.0.0.2/", 422, "private network"),
        (f"{at}/empty", 200, "The page says nothing"),
    ):
        answer = submit(wren, NEW, {"url": url, "headline": "As I typed it"}, button=FETCH)
        assert (answer.status_code, says in answer.text) == (status, True), (url, answer.status_code)
        assert values(answer)["headline"] == "As I typed it"
    app.config["FETCHING"] = False
    assert FETCH not in wren.get(NEW).text
    with app.app_context(), pytest.raises(fetch.FetchError, match="is off"):
        fetch.get(at)


def test_no_transaction_is_held_and_one_person_has_a_limit(
    wren: FlaskClient, ada: FlaskClient, site: Site, app: Flask, staff: Callable[[], Any], clock_at: Any
) -> None:
    clock_at(NOON)
    app.config["FETCH_LIMIT"] = "2 per hour"

    def write_meanwhile(connection: Any) -> None:
        with app.app_context(), db.engine.begin() as other:  # waits for ever while the request holds the lock
            other.execute(db.update(User).values(name=User.name))
        connection.sendall(page(STORY, HTML))

    site.answers["/slow"] = write_meanwhile
    url = {"url": f"http://ledger.example:{site.port}/slow"}
    for _ in range(2):
        assert submit(wren, NEW, url, button=FETCH).status_code == 200
    refused = submit(wren, NEW, url, button=FETCH)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "3600"
    assert "Wait 60 minutes" in refused.text
    assert values(refused)["url"] == url["url"]
    assert len(site.asked) == 2
    assert submit(ada, NEW, url, button=FETCH).status_code == 200


def test_the_address_that_a_page_calls_its_own_is_known_after_saving(
    wren: FlaskClient, site: Site, staff: Callable[[], Any], clock_at: Any
) -> None:
    clock_at(NOON)
    url = f"http://ledger.example:{site.port}/genes?from=feed"
    answer = submit(wren, NEW, {"url": url}, button=FETCH)
    form = answer.page.xpath("//main//form[@method='post']")[0]  # type: ignore[attr-defined]
    assert form.fields["known_as"] == "http://ledger.example/genes"
    assert wren.post(NEW, data=dict(form.fields)).status_code == 303
    with staff(), pytest.raises(ClipExistsError):
        clip(url="https://m.ledger.example/genes/amp?utm_source=x", headline="The same, found elsewhere")
