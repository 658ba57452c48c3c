"""Releases as everybody sees them."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from pressroom.kit import settings
from pressroom.kit.db import db
from pressroom.releases import actions, backmatter
from pressroom.releases.models import Release
from pressroom.releases.rules import Evidence, PeerReview, ReleaseKind, Subject
from tests.conftest import NOON
from tests.releases.conftest import draft, illustrate, public, waiting

SECOND = timedelta(seconds=1)
SHOW = "/releases/2026/cats-agree-with-their-owners"


@pytest.fixture
def room(staff: Any, noon: Any) -> None:
    """Twenty-three releases of two years, a draft, one that waits and one under embargo."""
    with staff():
        for n in range(21):
            public(now=NOON - timedelta(days=n + 1), headline=f"Release {n}", topics=("Cats",) if n % 2 else ())
        public(now=NOON - timedelta(days=500), headline="An old award", kind=ReleaseKind.AWARD, topics=("Zürich",))
        public(now=NOON - timedelta(days=501), headline="An old statement", topics=())
        draft(headline="Unfinished business", topics=("Secret",))
        waiting(NOON + timedelta(days=1), headline="Planned business", kind=ReleaseKind.GRANT, topics=("Plans",))
        waiting(NOON + timedelta(days=2), embargoed=True, headline="Embargoed business", topics=("Embargo",))


def test_the_index_stands_by_years(client: Any, room: None, queries: Any) -> None:
    client.get("/releases/")  # what it counts is counted once in each edition
    with queries(3):
        answer = client.get("/releases/")
    assert answer.status_code == 200
    assert answer.page.xpath("//main//section[contains(@aria-labelledby, 'year-')]//h2/text()") == ["2026"]
    assert len(answer.page.xpath("//main//ul[@class='stories dated']/li")) == 20
    second = client.get("/releases/?page=2")
    assert second.page.xpath("//main//section[contains(@aria-labelledby, 'year-')]//h2/text()") == ["2026", "2025"]
    assert len(second.page.xpath("//main//ul[@class='stories dated']/li")) == 3


def test_filters_are_links_with_counts(client: Any, room: None, queries: Any) -> None:
    client.get("/releases/")
    with queries(6):
        page = client.get("/releases/?topic=cats&year=2026").page
    rows = {
        " ".join(row.text_content().split()): row.get("aria-current")
        for row in page.xpath("//section[@class='facet']//a")
    }
    months = {"November 9": None, "October 1": None}
    assert rows == {"2026 10": "true", **months, "Research 10": None, "Cats 10": "true"}
    assert [chip.get("href") for chip in page.xpath("//a[@class='chip']")] == [
        "/releases/?topic=cats",
        "/releases/2026/",
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=award", 1),
        ("year=2025", 2),
        ("topic=zurich", 1),
        ("kind=award&year=2026", 0),
        ("kind=grant", 0),
        ("year=1850", 0),
        ("unknown=parameter", 20),
    ],
)
def test_what_an_address_asks_for_is_found(client: Any, room: None, query: str, found: int) -> None:
    answer = client.get(f"/releases/?{query}")
    assert answer.status_code == 200
    assert len(answer.page.xpath("//main//ul[@class='stories dated']/li")) == found
    if not found:
        assert "No release fits" in answer.text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("year=abc", "“abc” is no year"),
        ("year=%D9%A2%D9%A0%D9%A2%D9%A6", "is no year"),
        ("year=99999999999999999999", "is no year"),
        ("kind=gossip", "no kind of release called “gossip”"),
        ("topic=dogs", "There is no topic “dogs”"),
        ("topic=%00%27%22%3Cscript%3E", "There is no topic"),
        ("topic=plans", "There is no topic"),
        ("topic=secret", "There is no topic"),
        ("page=99", "There is no page 99 here; the last one is 2."),
    ],
)
def test_an_unknown_filter_is_told(client: Any, room: None, query: str, sentence: str) -> None:
    answer = client.get(f"/releases/?{query}")
    assert answer.status_code == 404
    assert sentence in answer.text
    assert answer.page.xpath("//main//a[@href='/releases/']")


def test_an_empty_press_room_says_so(client: Any, noon: Any) -> None:
    assert "No release has been published yet" in client.get("/releases/").text


def words_of(page: Any) -> str:
    """What stands in the main part of a page, a blank between any two texts."""
    return " ".join(" ".join(page.xpath("//main//text()")).split())


def full_release() -> None:
    """A release with everything, corrected."""
    release = illustrate(
        public(
            notes="Call *us*.",
            peer_review=PeerReview.YES,
            evidence=Evidence.SURVEY,
            subject=Subject.ANIMALS,
            study_journal="Journal of Cats",
            study_title="Cats and owners",
            study_doi="10.5555/cats",
            study_published_on=date(2026, 11, 12),
            study_method="Asked twice",
            study_funding="Sample Foundation, grant 9",
            study_conflicts="One author is a cat.",
            body="Forty cats agreed.\n\n> “Miaow.”\n> — Tom Katz, PhD, cat\n",
        ),
        caption="Four cats",
    )
    settings.edit({"contact_phone": "301-555-0142"})
    backmatter.add_boilerplate(by=None, now=NOON, name="the Society", body="We study cats.")
    actions.edit(release, by=None, now=NOON, boilerplates=("the-society",))
    actions.correct(release, by=None, now=NOON + SECOND, note="41 cats, </script> not 40.")


def test_a_release_shows_all_that_it_has(client: Any, staff: Any, noon: Any, queries: Any) -> None:
    with staff():
        full_release()
    noon(timedelta(days=1))
    with queries(7):
        answer = client.get(SHOW)
    page = answer.page
    text = words_of(page)
    for words in (
        "FOR IMMEDIATE RELEASE",
        "Published Thursday, 19 November 2026, 12:00 EST (UTC−05:00)",
        "Updated 19 November 2026",
        "Correction, 19 November 2026",
        "BETHESDA, Md., 19 November 2026 – Forty cats agreed.",
        "Tom Katz, PhD",
        "Peer reviewed Yes",
        "Evidence Survey",
        "Subject Animals",
        "Journal of Cats",
        "12 November 2026",
        "Sample Foundation, grant 9",
        "One author is a cat.",
        "Notes to editors",
        "301-555-0142",
        "We study cats.",
        "First published.",
        "PNG, 1 kB",
        "CC BY 4.0",
    ):
        assert words in text, words
    assert page.xpath("//main//img/@alt") == ["Four cats on a fence"] * 2
    assert page.xpath("//a[@href='https://doi.org/10.5555/cats']")
    assert "###" in text
    order = [
        text.index(words) for words in ("Correction, 19", "Forty cats agreed", "The study", "Downloads", "History")
    ]
    assert order == sorted(order)


def test_search_engines_get_a_news_article(client: Any, staff: Any, noon: Any) -> None:
    with staff():
        full_release()
    noon(timedelta(days=1))
    source, way = client.get(SHOW).page.xpath("//script[@type='application/ld+json']/text()")
    article = json.loads(source)
    assert article["@type"] == "NewsArticle"
    assert json.loads(way)["itemListElement"][-1]["item"].endswith(SHOW)
    assert article["datePublished"] == "2026-11-19T17:00:00Z"
    assert article["dateModified"] == "2026-11-19T17:00:01Z"
    assert article["correction"][0]["text"] == "41 cats, </script> not 40."
    assert article["url"].endswith(SHOW)
    assert article["image"][0]["creditText"] == "A. Lens"
    assert article["correction"] == [
        {"@type": "CorrectionComment", "text": "41 cats, </script> not 40.", "datePublished": "2026-11-19T17:00:01Z"}
    ]
    assert article["isBasedOn"] == {
        "@type": "ScholarlyArticle",
        "@id": "https://doi.org/10.5555/cats",
        "name": "Cats and owners",
        "sameAs": "https://doi.org/10.5555/cats",
        "identifier": {"@type": "PropertyValue", "propertyID": "DOI", "value": "10.5555/cats"},
        "isPartOf": {"@type": "Periodical", "name": "Journal of Cats"},
        "datePublished": "2026-11-12",
    }
    society = {"@type": "Organization", "name": "Our society"}
    assert article["author"] == article["publisher"] == society, "not who typed it"
    assert article["dateline"] == "BETHESDA, Md."
    assert article["keywords"] == ["Cats", "Surveys"]
    assert article["wordCount"] == 8
    assert article["mainEntityOfPage"] == article["@id"] == article["url"]
    assert all(article.values())


def test_a_shared_link_shows_picture_headline_and_dates(client: Any, staff: Any, noon: Any) -> None:
    with staff():
        full_release()
        public(headline="Bare", slug="bare", topics=(), study_title="", study_doi="", dateline="")
        settings.edit({"organisation_url": "https://cats.example", "organisation_logo": "ab" * 32})
    noon(timedelta(days=1))
    page = client.get(SHOW).page
    said: dict[str, list[str]] = {}
    for tag in page.xpath("//meta[@property or @name]"):
        said.setdefault(tag.get("property") or tag.get("name"), []).append(tag.get("content"))
    assert said["og:type"] == ["article"]
    assert said["og:title"] == ["Cats agree with their owners"]
    assert said["og:description"] == said["description"] == ["Forty cats were asked twice."]
    assert said["og:url"] == [f"http://127.0.0.1:8000{SHOW}"]
    assert said["og:image"][0].startswith("http://127.0.0.1:8000/media/")
    assert said["og:image:alt"] == ["Four cats on a fence", "Cats agree with their owners"], "the picture, the card"
    assert said["og:image"][1].startswith(f"http://127.0.0.1:8000{SHOW}/card-")
    assert said["twitter:card"] == ["summary_large_image"]
    assert said["article:section"] == ["Research"]
    assert said["article:tag"] == ["Cats", "Surveys"]
    assert said["article:published_time"] == ["2026-11-19T17:00:00Z"]
    assert said["article:modified_time"] == ["2026-11-19T17:00:01Z"]
    assert page.xpath("//link[@rel='alternate'][@type='text/plain']/@href") == [f"{SHOW}.txt"]
    bare = client.get("/releases/2026/bare")
    assert bare.page.xpath("//meta[@property='og:image:alt']/@content") == ["Bare"], "the card alone"
    source, _way = bare.page.xpath("//script[@type='application/ld+json']/text()")
    article = json.loads(source)
    assert article["publisher"]["logo"] == "http://127.0.0.1:8000/brand/logo?v=ababababab"
    assert not {"isBasedOn", "correction", "image", "keywords", "dateline", "subjectOf"} & article.keys()


def test_a_plain_release_shows_no_empty_parts(client: Any, cats: int) -> None:
    page = client.get(SHOW).page
    headings = [" ".join(found.split()) for found in page.xpath("//main//h2/text()")]
    assert headings == ["Media contact", "Use this release", "Topics", "History"]
    assert "Updated" not in page.xpath("string(//main)")


@pytest.mark.parametrize(
    "path",
    [
        "/releases/2026/no-such-release",
        "/releases/2025/cats-agree-with-their-owners",
        "/releases/2026/Cats-Agree-With-Their-Owners",
        "/releases/2026/cats%00",
        "/releases/2026/%F0%9F%90%88",
        "/releases/99999999999999999999/cats-agree-with-their-owners",
        "/releases/0/cats-agree-with-their-owners",
        "/releases/2026x/cats",
        "/releases/2026/" + "a" * 3000,
    ],
)
def test_an_unknown_address_is_not_found(client: Any, cats: int, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.page.xpath("//form//input[@type='search']")


@pytest.mark.parametrize("path", ["/releases/", SHOW, "/releases/2026/"])
def test_nobody_posts_here(client: Any, cats: int, path: str) -> None:
    assert client.post(path).status_code in {400, 405}
    assert client.delete(path).status_code in {400, 405}


@pytest.mark.parametrize("embargoed", [False, True])
def test_not_a_second_early_not_a_second_late(client: Any, staff: Any, noon: Any, embargoed: bool) -> None:
    lift = NOON + timedelta(days=5)
    with staff():
        release = waiting(
            lift, embargoed=embargoed, headline="Cats agree with their owners", body="A zyzzogeton.", topics=("Quux",)
        )
        illustrate(release, caption="A zyzzogeton")
        picture = release.pictures[0].asset.address
    noon(timedelta(days=5) - SECOND)
    for path in ("/releases/", "/releases/?topic=quux", "/releases/?year=2026", SHOW, picture):
        answer = client.get(path, buffered=True)
        assert "zyzzogeton" not in answer.text
        assert "Quux" not in answer.text
        assert "Cats agree" not in answer.text
    assert client.get(SHOW).status_code == client.get(picture, buffered=True).status_code == 404
    noon(timedelta(days=5) + SECOND)
    assert "A zyzzogeton." in client.get(SHOW).text
    assert "Cats agree" in client.get("/releases/").text
    assert client.get("/releases/?topic=quux").status_code == 200
    assert client.get(picture, buffered=True).status_code == 200


def test_a_withdrawn_release_says_why(client: Any, staff: Any, noon: Any, cats: int) -> None:
    with staff() as desk:
        release = db.session.get(Release, cats)
        illustrate(release)
        picture = release.pictures[0].asset.address
        actions.withdraw(release, by=desk.ada, now=NOON + SECOND, reason="The cats were dogs.")
    noon(timedelta(hours=1))
    answer = client.get(SHOW)
    assert answer.status_code == 410
    assert "The cats were dogs." in answer.text
    assert "Cats agree with their owners" in answer.text
    assert "Forty cats" not in answer.text
    assert "Cats agree" not in client.get("/releases/").text
    assert client.get(picture).status_code == 404


def test_a_page_for_the_public_asks_for_no_cookie(client: Any, cats: int) -> None:
    for path in ("/releases/", SHOW):
        assert "Set-Cookie" not in client.get(path).headers


def test_the_day_is_that_of_the_organisation(client: Any, staff: Any, noon: Any) -> None:
    with staff():
        release = public(now=datetime(2026, 1, 1, 2, 0, tzinfo=UTC), headline="New year")
        assert release.year == 2025
    text = " ".join(client.get("/releases/2025/new-year").page.xpath("string(//main)").split())
    assert "BETHESDA, Md., 31 December 2025" in text


@pytest.mark.parametrize(("caption", "read"), [("A cat", "A cat. Ada."), ("A cat.", "A cat. Ada."), ("", "Ada.")])
def test_a_caption_ends_before_its_credit_begins(app: Any, caption: str, read: str) -> None:
    with app.test_request_context():
        figure = app.jinja_env.get_template("macros/parts.html").module.figure(
            "/x.png", "", caption=caption, credit="Ada"
        )
    assert " ".join(re.sub("<[^>]+>", "", figure).split()) == read
