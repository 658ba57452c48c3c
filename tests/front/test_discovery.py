"""What search engines, browsers and services that show links read of the public pages, each by its own rules."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from PIL import Image
from sqlalchemy import select

from pressroom.front import sitemap
from pressroom.kit import cards, settings
from pressroom.kit.db import db
from pressroom.releases import actions
from pressroom.releases import cards as release_cards
from pressroom.releases.models import Release
from tests.conftest import NOON
from tests.front.conftest import SECRET

SITE = "http://127.0.0.1:8000"
RELEASE = "/releases/2026/fellows-begin-work"
WEBCAST = "/webcasts/how-to-read-a-genetic-test"

# schema.org, by what Google’s documentation of structured data demands ------------------------------------

NEEDED: dict[str, tuple[str, ...]] = {
    "NewsArticle": ("headline", "datePublished", "dateModified", "author", "publisher", "url", "description"),
    "Event": ("name", "startDate", "location"),
    "VideoObject": ("name", "thumbnailUrl", "uploadDate"),
    "Organization": ("name",),
    "ContactPoint": ("contactType",),
    "Dataset": ("name", "description", "creator", "distribution"),
    "DataDownload": ("contentUrl", "encodingFormat"),
    "BreadcrumbList": ("itemListElement",),
    "ListItem": ("position", "name", "item"),
    "VirtualLocation": ("url",),
    "Place": ("name", "address"),
    "Person": ("name",),
    "CorrectionComment": ("text", "datePublished"),
}
ADDRESSES = {"url", "item", "contentUrl", "thumbnailUrl", "logo", "embedUrl", "image"}
INSTANTS = {"datePublished", "dateModified", "uploadDate", "startDate", "endDate"}


def things(said: Any) -> Iterator[Mapping[str, Any]]:
    """Each thing with a type in *said*, however deep."""
    if isinstance(said, Mapping):
        if "@type" in said:
            yield said
        for value in said.values():
            yield from things(value)
    elif isinstance(said, list):
        for one in said:
            yield from things(one)


def wrong(said: Mapping[str, Any]) -> list[str]:
    """What of a piece of JSON-LD breaks a rule."""
    found = [] if said.get("@context") == "https://schema.org" else ["no context"]
    for thing in things(said):
        kind = thing["@type"]
        found += [f"{kind} has no {name}" for name in NEEDED.get(kind, ()) if not thing.get(name)]
        found += [f"{kind}.{name} is empty" for name, value in thing.items() if value in ("", [], {}, None)]
        for name, value in thing.items():
            if name in ADDRESSES and isinstance(value, str) and not re.fullmatch(r"https?://[!-~]+", value):
                found.append(f"{kind}.{name} is no address: {value}")
            if name in INSTANTS:
                datetime.fromisoformat(value)
        if kind == "Dataset" and not 50 <= len(thing["description"]) <= 5000:
            found.append("the description of a Dataset has 50 to 5,000 characters")
        if kind == "BreadcrumbList" and [row["position"] for row in thing["itemListElement"]] != list(
            range(1, len(thing["itemListElement"]) + 1)
        ):
            found.append("positions are not 1, 2, 3 …")
    return found


def linked_data(client: FlaskClient, path: str) -> list[dict[str, Any]]:
    page = client.get(path).page  # type: ignore[attr-defined]
    return [json.loads(text) for text in page.xpath("//script[@type='application/ld+json']/text()")]


def test_the_rules_find_what_is_wrong() -> None:
    good = {"@context": "https://schema.org", "@type": "Event", "name": "x", "startDate": "2026-11-19"}
    assert wrong(good) == ["Event has no location"]
    bad: Sequence[dict[str, Any]] = ({"@type": "Person", "name": "x"}, {**good, "url": "/x"}, {**good, "image": ""})
    assert all(len(wrong(one)) > len(wrong(good)) - 1 for one in bad)
    with pytest.raises(ValueError, match="tomorrow"):
        wrong({**good, "startDate": "tomorrow"})


@pytest.mark.usefixtures("content")
def test_each_page_says_what_it_is(client: FlaskClient, staff: Callable) -> None:
    with staff():
        settings.edit({"contact_name": "Ann", "contact_phone": "301-555-0142", "organisation_name": "The Society"})
    kinds = {
        "/": {"Organization"},
        "/contact": {"Organization"},
        "/clips/": {"Dataset"},
        "/clips/?q=doctor": set(),
        RELEASE: {"NewsArticle", "BreadcrumbList"},
        WEBCAST: {"Event", "BreadcrumbList"},
        "/clips/1": {"BreadcrumbList", "WebPage"},
    }
    for path, expected in kinds.items():
        found = linked_data(client, path)
        assert {one["@type"] for one in found} == expected, path
        assert [problem for one in found for problem in wrong(one)] == [], path
    (home,) = linked_data(client, "/")
    assert home["contactPoint"]["telephone"] == "301-555-0142"
    assert linked_data(client, WEBCAST)[0]["image"].startswith(f"{SITE}{WEBCAST}/card-")


@pytest.mark.usefixtures("content")
def test_each_page_has_one_canonical_address_a_picture_and_the_search(client: FlaskClient) -> None:
    seen = set()
    for path in ("/", "/releases/", RELEASE, WEBCAST, "/clips/", "/clips/1", "/contact", "/annual-meeting", "/feeds/"):
        page = client.get(path).page  # type: ignore[attr-defined]
        assert page.xpath("//link[@rel='canonical']/@href") == [SITE + path]
        said: dict[str, list[str]] = {}
        for tag in page.xpath("//head/meta[@property]"):
            said.setdefault(tag.get("property"), []).append(tag.get("content"))
        for name in ("og:title", "og:type", "og:url", "og:site_name", "og:locale", "og:description"):
            assert len(said[name]) == 1, (path, name)
            assert said[name][0]
        assert (said["og:image:width"], said["og:image:height"]) == (["1200"], ["630"]), path
        assert page.xpath("//meta[@name='twitter:card']/@content") == ["summary_large_image"]
        assert page.xpath("//link[@rel='search']/@href") == ["/opensearch.xml"]
        address = said["og:image"][-1].removeprefix(SITE)
        seen.add(address)
        answer = client.get(address)
        assert (answer.status_code, answer.mimetype) == (200, "image/png"), path
        assert Image.open(BytesIO(answer.data)).size == (1200, 630)
        assert len(answer.data) < 100_000
    assert len(seen) == 3, "one of the house, one of the release, one of the webcast"


# Cards ----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("content")
def test_a_card_is_as_public_as_its_release_and_moves_with_its_headline(
    app: Flask, client: FlaskClient, staff: Callable, clock_at: Callable
) -> None:
    with staff() as cast:
        release = db.session.scalars(select(Release).where(Release.headline.contains(SECRET))).one()
        number, path, old = release.id, release.address, release_cards.address(release)
        drawn = cards.draw(release_cards.face(release))
    assert SECRET.encode() in drawn, "the headline stands in the metadata of the picture"
    for asked in (old, f"{path}/card-{'0' * 20}.png"):
        answer = client.get(asked)
        assert answer.status_code == 404
        assert SECRET not in answer.text.replace(path, "")
    clock_at(NOON + timedelta(days=2))
    answer = client.get(old)
    assert (answer.status_code, answer.data) == (200, drawn)
    assert client.get(old, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert answer.headers["Cache-Control"] == "public, no-cache", "seen no more as soon as it is withdrawn"
    with staff() as cast:
        release = db.session.get_one(Release, number)
        actions.edit(release, by=cast.ada, now=NOON + timedelta(days=2), headline="Another headline")
        new = release_cards.address(release)
    answer = client.get(old)
    assert (answer.status_code, answer.location) == (302, new)
    assert old != new
    with staff() as cast:
        release = db.session.get_one(Release, number)
        actions.withdraw(release, by=cast.ada, now=NOON + timedelta(days=2, hours=1), reason="It was wrong.")
    clock_at(NOON + timedelta(days=2, hours=2))
    assert client.get(new).status_code == 410


# Sitemaps and OpenSearch ----------------------------------------------------------------------------------

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.mark.usefixtures("content")
def test_sitemaps_keep_to_their_rules(client: FlaskClient) -> None:
    index = etree.fromstring(client.get("/sitemap.xml").data)
    assert index.tag == f"{MAP}sitemapindex"
    assert sitemap.PER_FILE <= 50_000
    for file in index:
        assert [child.tag for child in file] == [f"{MAP}loc", f"{MAP}lastmod"]
        loc, changed = (child.text or "" for child in file)
        assert DATE.fullmatch(changed), loc
        answer = client.get(loc.removeprefix(SITE))
        root = etree.fromstring(answer.data)
        assert root.tag == f"{MAP}urlset"
        assert 0 < len(root) <= 50_000
        moments = []
        for url in root:
            names = [child.tag.removeprefix(MAP) for child in url]
            assert names in (["loc"], ["loc", "lastmod"])
            assert (url[0].text or "").startswith(f"{SITE}/")
            moments += [child.text or "" for child in url[1:]]
        assert all(map(DATE.fullmatch, moments))
        assert max(moments) == changed, "the list says when the file changed last"


@pytest.mark.usefixtures("content")
def test_news_are_the_releases_of_two_days(client: FlaskClient, clock_at: Callable) -> None:
    (first, second) = etree.fromstring(client.get("/sitemaps/news.xml").data)
    assert first.findtext(f"{MAP}loc") == SITE + RELEASE
    news = first.find(f"{NEWS}news")
    assert news is not None
    assert [child.tag.removeprefix(NEWS) for child in news] == ["publication", "publication_date", "title"]
    assert news.findtext(f"{NEWS}publication/{NEWS}language") == "en"
    assert news.findtext(f"{NEWS}title") == "Fellows begin work"
    assert second.findtext(f"{NEWS}news/{NEWS}publication_date") == "2026-11-19T15:00:00Z"
    clock_at(NOON + timedelta(days=5))
    assert len(etree.fromstring(client.get("/sitemaps/news.xml").data)) == 0
    answer = client.get("/robots.txt").text
    assert [line.partition(": ")[2] for line in answer.splitlines() if line.startswith("Sitemap")] == [
        f"{SITE}/sitemap.xml",
        f"{SITE}/sitemaps/news.xml",
    ]


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("en-US", "en"), ("pt-BR", "pt"), ("zh-Hant", "zh-tw"), ("zh-TW", "zh-tw"), ("zh", "zh-cn"), ("fil", "fil")],
)
def test_news_have_languages_of_their_own(tag: str, expected: str) -> None:
    assert sitemap.news_language(tag) == expected


OPEN = "{http://a9.com/-/spec/opensearch/1.1/}"


@pytest.mark.usefixtures("content")
def test_a_browser_can_search(client: FlaskClient, staff: Callable) -> None:
    with staff():
        settings.edit({"organisation_name": "The Society of " + "long & <odd> names " * 9})
        settings.edit({"organisation_short_name": "A name that is too long for a browser’s list"})
    answer = client.get("/opensearch.xml")
    assert answer.mimetype == "application/opensearchdescription+xml"
    root = etree.fromstring(answer.data)
    assert root.tag == f"{OPEN}OpenSearchDescription"
    assert 0 < len(root.findtext(f"{OPEN}ShortName") or "") <= 16
    assert 0 < len(root.findtext(f"{OPEN}LongName") or "") <= 48
    assert 0 < len(root.findtext(f"{OPEN}Description") or "") <= 1024
    urls = {url.get("type"): url.get("template", "") for url in root.findall(f"{OPEN}Url")}
    for kind in ("text/html", "application/x-suggestions+json"):
        path = urls[kind].replace("{searchTerms}", "geno").replace("{startPage?}", "1").removeprefix(SITE)
        found = client.get(path)
        assert (found.status_code, found.mimetype) == (200, kind)
    assert "/search/feed.atom?q={searchTerms}" in urls["application/atom+xml"]
    typed, words, said, addresses = found.get_json(force=True)
    assert typed == "geno"
    assert len(words) == len(said) == len(addresses) > 0
    assert all(client.get(address.removeprefix(SITE)).status_code == 200 for address in addresses)


@pytest.mark.usefixtures("content")
def test_llms_txt_leads_to_what_is_there(client: FlaskClient, staff: Callable) -> None:
    with staff():
        settings.edit({"organisation_name": "The [Society](x)", "contact_email": "press@example.org"})
    answer = client.get("/llms.txt")
    assert answer.mimetype == "text/plain"
    lines = answer.text.splitlines()
    assert lines[0].startswith("# ")
    assert lines[2].startswith("> ")
    assert "The \\[Society\\]\\(x\\)" in answer.text
    assert "press@example.org" in answer.text
    links = re.findall(r"\]\((http[^)]+)\)", answer.text)
    assert f"{SITE}{RELEASE}.txt" in links
    for link in links:
        assert client.get(link.removeprefix(SITE)).status_code == 200, link
