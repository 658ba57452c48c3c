"""Addresses are promises: the golden list. What retires redirects or answers 410; nothing here is edited away."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import RequestRedirect

PROMISED = tuple(
    """
    /
    /.well-known/change-password
    /.well-known/security.txt
    /accreditation/
    /accreditation/received
    /alerts/
    /alerts/asked
    /alerts/confirm/x
    /alerts/ended
    /alerts/new
    /alerts/of/x
    /alerts/stop/x
    /annual-meeting
    /annual-meeting/2026/feed.atom
    /annual-meeting/2026/abstracts
    /annual-meeting/2026/abstracts/a-slug
    /annual-meeting/2026/registration
    /annual-meeting/2026/registration/received
    /annual-meeting/2026/schedule
    /annual-meeting/2026/schedule.ics
    /annual-meeting/2026/sessions/1
    /annual-meeting/2026/sessions/1.ics
    /annual-meeting/calendar.ics
    /annual-meeting/feed.atom
    /annual-meeting/feed.json
    /annual-meeting/feed.rss
    /annual-meeting/registration/x
    /annual-meeting/registration/x/badge
    /annual-meeting/registration/x/badge.pdf
    /clips/
    /clips/1
    /clips/export.csv
    /clips/export.jsonl
    /clips/export.ris
    /clips/feed.atom
    /clips/feed.json
    /clips/feed.rss
    /clips/suggest
    /communicating-science
    /communicating-science/check
    /contact
    /contact.vcf
    /contact/a-slug.vcf
    /desk/
    /desk/account
    /desk/account/passkeys
    /desk/account/passkeys/new
    /desk/account/second-factor
    /desk/accreditation/
    /desk/alerts/
    /desk/boilerplates/
    /desk/boilerplates/new
    /desk/clips/1/snapshot
    /desk/clips/1/snapshot.txt
    /desk/clips/addresses
    /desk/clips/import
    /desk/clips/import/all
    /desk/clips/links/
    /desk/clips/links/1
    /desk/clips/links/export.csv
    /desk/clips/new
    /desk/clips/queue
    /desk/clips/queue/decided
    /desk/clips/rules
    /desk/clips/rules/new
    /desk/clips/outlets
    /desk/clips/outlets/1
    /desk/clips/outlets/alike
    /desk/clips/people
    /desk/clips/sources
    /desk/clips/sources/import
    /desk/clips/sources/list.opml
    /desk/clips/sources/new
    /desk/clips/work
    /desk/contacts/
    /desk/contacts/new
    /desk/enquiries/
    /desk/enquiries/statistics
    /desk/enquiries/statistics.csv
    /desk/experts/
    /desk/experts/new
    /desk/fact-sheet
    /desk/logos/
    /desk/navigation
    /desk/glossary/
    /desk/glossary/new
    /desk/mail/
    /desk/media/
    /desk/meetings/1/abstracts
    /desk/meetings/1/imports
    /desk/meetings/1/registrations
    /desk/meetings/1/registrations/badges
    /desk/meetings/1/registrations/list.csv
    /desk/meetings/1/schedule
    /desk/meetings/bindings/1
    /desk/pages/logos
    /desk/releases/import
    /desk/settings/hub
    /desk/releases/new
    /desk/rota/
    /desk/webcasts/new
    /enquiries/new
    /enquiries/of/x
    /embargo/
    /embargo/calendar/x.ics
    /embargo/forgotten
    /embargo/mailings/x
    /experts/
    /experts/a-slug
    /fact-sheet
    /fact-sheet.csv
    /fact-sheet.json
    /fact-sheet.pdf
    /fact-sheet/changes
    /fact-sheet/a-slug
    /fact-sheet/a-key/embed
    /feeds/
    /feeds/all.opml
    /feeds/calendar.ics
    /feeds/clips.atom
    /feeds/clips.json
    /feeds/clips.rss
    /feeds/clips/1.atom
    /feeds/podcast.rss
    /feeds/releases.atom
    /feeds/releases.json
    /feeds/releases.rss
    /feeds/releases/2026-11.atom
    /feeds/webcasts.atom
    /feeds/webcasts.json
    /feeds/webcasts.rss
    /feeds/webcasts/2026-11.atom
    /glossary/
    /glossary/a-slug
    /healthz
    /hub
    /llms.txt
    /logos
    /logos/1/x
    /logos/all.zip
    /logos/preview/1
    /logos/terms
    /metrics
    /opensearch.xml
    /pages/a-slug
    /privacy
    /readyz
    /releases/
    /releases/2026/
    /releases/2026/11/
    /releases/2026/11/feed.rss
    /releases/2026/a-slug
    /releases/2026/a-slug.ics
    /releases/2026/a-slug.newsml.xml
    /releases/2026/a-slug.ninjs.json
    /releases/2026/a-slug.pdf
    /releases/2026/a-slug/card-x.png
    /releases/2026/a-slug/press-kit.zip
    /releases/2026/feed.rss
    /releases/feed.atom
    /releases/feed.json
    /releases/feed.rss
    /reporting-science
    /robots.txt
    /search
    /search/feed.atom
    /search/feed.json
    /search/feed.rss
    /search/suggest
    /search/suggestions.json
    /sign-in
    /sign-in/code
    /sign-out
    /sitemap.xml
    /sitemaps/clips-1.xml
    /sitemaps/months-1.xml
    /sitemaps/news.xml
    /sitemaps/pages-1.xml
    /sitemaps/releases-1.xml
    /sitemaps/webcasts-1.xml
    /statements/
    /webcasts/
    /webcasts/a-slug
    /webcasts/a-slug.ics
    /webcasts/a-slug.txt
    /webcasts/a-slug/card-x.png
    /webcasts/a-slug/chapters.json
    /webcasts/a-slug/chapters.vtt
    /webcasts/a-slug/embed
    /webcasts/calendar.ics
    /webcasts/feed.atom
    /webcasts/feed.json
    /webcasts/feed.rss
    """.split()  # noqa: SIM905 - a list of addresses reads best as one
)

NEEDS_CONTENT = (
    "/alerts/new",
    "/security.txt",
    "/metrics",
    "/2026/",
    "/11/",
    "slug",
    "/1",
    ".zip",
    "s-1.xml",
    "/hub",
    "a-slug.newsml.xml",
    "a-slug.ninjs.json",
    "card-x.png",
    "a-slug.ics",
    "a-slug.txt",
    "a-slug/chapters.json",
    "a-slug/chapters.vtt",
    "a-slug/embed",
    ".pdf",
    "/sign-out",
    "slug.ics",
    "x.ics",
    "a-slug.vcf",
    "/x",
    "/sign-in/code",
    "/change-password",
    "/2026/feed.atom",
    "/2026/feed.rss",
    "/2026/abstracts",
    "/2026/registration",
    "/2026/registration/received",
    "/2026/schedule",
    "/schedule.ics",
    "/1.ics",
    "/badge",
    "/11/feed.rss",
    "/2026-11.atom",
    "/1.atom",
    "/search/feed.atom",
    "/search/feed.json",
    "/search/feed.rss",
    "/embed",
)
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
    "path",
    [
        path
        for path in PROMISED
        if path.endswith(("slug", "/1", "slug.ics", "x.ics", ".pdf", "a-slug.vcf", "/x", "/2026/", "/11/"))
        and "desk" not in path
        and path != "/fact-sheet.pdf"
    ],
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
