"""Addresses are promises: the golden list. What retires redirects or answers 410; nothing here is edited away."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import RequestRedirect

PROMISED = tuple(
    """
    / /releases/ /releases/2026/a-slug /releases/2026/a-slug.pdf /releases/2026/a-slug/press-kit.zip
    /clips/ /clips/1 /clips/suggest
    /clips/export.csv /clips/export.ris /clips/export.jsonl /webcasts/ /webcasts/a-slug /fact-sheet /annual-meeting
    /logos /reporting-science /communicating-science /contact /privacy /search /search/suggest /feeds/
    /feeds/releases.rss /feeds/releases.atom /feeds/releases.json /feeds/clips.rss /feeds/clips.atom /feeds/clips.json
    /feeds/webcasts.rss /feeds/webcasts.atom /feeds/webcasts.json /sitemap.xml /robots.txt /healthz /readyz
    /sign-in /sign-out /accreditation/ /accreditation/received /embargo/ /releases/2026/a-slug.ics
    /desk/ /desk/releases/new /desk/clips/new /desk/clips/import /desk/webcasts/new
    /desk/pages/logos /desk/fact-sheet /desk/media/ /desk/accreditation/
    """.split()  # noqa: SIM905 - a list of addresses reads best as one
)

NEEDS_CONTENT = ("slug", "/1", ".zip", ".pdf", "/sign-out", ".ics")
PUBLIC_WITHOUT_CONTENT = [
    path for path in PROMISED if not path.startswith("/desk") and not path.endswith(NEEDS_CONTENT)
]


@pytest.mark.parametrize("path", PROMISED)
def test_the_address_is_served(app: Flask, path: str) -> None:
    adapter = app.url_map.bind("")
    try:
        adapter.match(path, method="GET")
    except RequestRedirect as redirect:
        raise AssertionError(f"{path} redirects to {redirect.new_url}") from None


@pytest.mark.parametrize("path", PUBLIC_WITHOUT_CONTENT)
def test_it_answers_in_an_empty_press_room(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "path", [path for path in PROMISED if path.endswith(("slug", "/1", ".ics", ".pdf")) and "desk" not in path]
)
def test_what_is_not_there_is_a_helpful_404(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.page.xpath("//main//form[@action='/search']")  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", [path for path in PROMISED if path.startswith("/desk")])
def test_the_desk_asks_a_stranger_to_sign_in(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in?next=")
