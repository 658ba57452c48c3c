"""The archive and the page of a clip, for everybody."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from pressroom.clips import actions
from pressroom.clips.rules import Medium
from pressroom.kit import clock
from pressroom.kit.db import db
from tests.clips.conftest import clip

Staff = Callable[[], Any]
SOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.fixture
def archive(staff: Staff) -> None:
    """Five clips of three outlets."""
    with staff():
        clip(headline="The question your doctor forgot", excerpt="A family history stops at the parents.")
        clip(headline="Family history on one page", published_on=date(2024, 5, 1), topics=("Clinical practice",))
        clip(headline="¿Quién más en su familia?", outlet="Radio Puente", medium=Medium.RADIO, language="es", url="")
        clip(headline="Who fears a test?", outlet="The Capital Courier", topics=("Policy",), excerpt="")
        clip(headline="A field trip", outlet="The Capital Courier", published_on=date(2021, 2, 3))


def _headlines(answer: Any) -> list[str]:
    return [link.text_content() for link in answer.page.xpath("//ol[@class='hits']//h3/a")]


def _facet(answer: Any, title: str) -> dict[str, str]:
    rows = answer.page.xpath("//section[@class='facet'][h2=$title]//li/a", title=title)
    return {row.find("span").text: row.find("data").text for row in rows}


def test_the_archive_lists_the_newest_first(client: FlaskClient, archive: None) -> None:
    answer = client.get("/clips/")
    assert answer.status_code == 200
    assert answer.page.xpath("//main//h2")[0 - 1].text_content()  # type: ignore[attr-defined]
    assert "5 clips" in answer.text
    assert _headlines(answer)[-2:] == ["Family history on one page", "A field trip"]


def test_an_empty_archive_says_so(client: FlaskClient) -> None:
    assert "The archive has no clips yet" in client.get("/clips/").text


def test_words_are_found_marked_and_explained(client: FlaskClient, archive: None) -> None:
    answer = client.get("/clips/?q=family+history")
    assert "2 clips" in answer.text
    assert answer.page.xpath("//ol[@class='hits']//mark")  # type: ignore[attr-defined]
    assert "family" in answer.page.get_element_by_id("reading").text_content()  # type: ignore[attr-defined]


def test_facets_are_counted_links_that_narrow(client: FlaskClient, archive: None) -> None:
    answer = client.get("/clips/")
    assert _facet(answer, "Outlet") == {"The Capital Courier": "2", "The Harbor Ledger": "2", "Radio Puente": "1"}
    assert _facet(answer, "Medium")["Radio"] == "1"
    assert _facet(answer, "Language") == {"English": "4", "Spanish": "1"}
    link = answer.page.xpath("//li/a[span='Radio Puente']/@href")[0]  # type: ignore[attr-defined]
    assert link == "/clips/?outlet=radio-puente"
    assert _headlines(client.get(link)) == ["¿Quién más en su familia?"]


def test_a_facet_s_own_choice_does_not_narrow_its_counts(client: FlaskClient, archive: None) -> None:
    answer = client.get("/clips/?outlet=radio-puente")
    assert _facet(answer, "Outlet")["The Capital Courier"] == "2"
    assert _facet(answer, "Medium") == {"Radio": "1"}


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("outlet=the-capital-courier", 2),
        ("outlet=the-capital-courier&outlet=radio-puente", 3),
        ("topic=policy", 1),
        ("medium=radio", 1),
        ("lang=es", 1),
        ("year=2024", 1),
        ("year=2024&year=2021", 2),
        ("topic=policy&lang=es", 0),
        ("q=family&year=2024", 1),
    ],
)
def test_filters_narrow(client: FlaskClient, archive: None, query: str, total: int) -> None:
    answer = client.get(f"/clips/?{query}")
    assert answer.status_code == 200
    assert len(_headlines(answer)) == total


def test_chosen_filters_are_chips_that_remove(client: FlaskClient, archive: None) -> None:
    answer = client.get("/clips/?q=family&outlet=radio-puente&lang=es")
    chips = {chip.get("aria-label"): chip.get("href") for chip in answer.page.xpath("//a[@class='chip']")}  # type: ignore[attr-defined]
    assert chips == {
        "Remove outlet: Radio Puente": "/clips/?q=family&lang=es",
        "Remove language: Spanish": "/clips/?q=family&outlet=radio-puente",
    }
    assert answer.page.xpath("//a[.='Clear all']/@href") == ["/clips/?q=family"]  # type: ignore[attr-defined]


def test_the_search_box_keeps_the_filters(client: FlaskClient, archive: None) -> None:
    page = client.get("/clips/?outlet=radio-puente&lang=es").page  # type: ignore[attr-defined]
    kept = page.xpath("//main//form//input[@type='hidden']")
    assert [(field.get("name"), field.get("value")) for field in kept] == [("outlet", "radio-puente"), ("lang", "es")]


def test_the_order_can_be_chosen(client: FlaskClient, archive: None) -> None:
    assert _headlines(client.get("/clips/?sort=oldest"))[0] == "A field trip"
    tabs = client.get("/clips/?q=family").page.xpath("//nav[@aria-label='Sort']/a")  # type: ignore[attr-defined]
    assert [tab.text for tab in tabs] == ["Best match", "Newest", "Oldest"]
    assert tabs[0].get("aria-current") == "true"


def test_years_are_drawn_and_written(client: FlaskClient, archive: None) -> None:
    page = client.get("/clips/").page  # type: ignore[attr-defined]
    labels = page.xpath("//*[local-name()='svg' and @class='years']/a/@aria-label")
    assert labels[0] == "2021: 1 clip"
    assert len(labels) == 6  # years without a clip are part of the picture


def test_pages_follow_each_other(client: FlaskClient, staff: Staff) -> None:
    with staff():
        for _ in range(25):
            clip()
    first, second = client.get("/clips/"), client.get("/clips/?page=2")
    assert (len(_headlines(first)), len(_headlines(second))) == (20, 5)
    numbers = first.page.xpath("//nav[@class='pager']//li/a/@href")  # type: ignore[attr-defined]
    assert numbers == ["/clips/", "/clips/?page=2"]
    assert not set(_headlines(first)) & set(_headlines(second))
    beyond = client.get("/clips/?page=9")
    assert beyond.status_code == 404
    assert "There is no page 9 here; the last one is 2." in beyond.text


def test_nothing_found_gives_advice(client: FlaskClient, archive: None) -> None:
    answer = client.get("/clips/?q=xylophone&lang=es")
    assert answer.status_code == 200
    assert "No clip matches" in answer.text
    assert "Take all filters away" in answer.text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("outlet=nobody", "There is no outlet “nobody” in the archive."),
        ("topic=nothing", "There is no topic “nothing” in the archive."),
        ("medium=smoke", "There is no medium “smoke”"),
        ("year=soon", "“soon” is no year"),
        ("year=٢٠٢٤", "is no year"),
        ("lang=zz", "is no language"),
        ("sort=worst", "There is no order “worst”"),
        ("outlet=%00%ff<script>", "There is no outlet"),
        ("outlet=" + "x" * 3000, "There is no outlet"),
    ],
)
def test_an_unknown_filter_is_a_sentence(client: FlaskClient, archive: None, query: str, sentence: str) -> None:
    answer = client.get(f"/clips/?{query}")
    assert answer.status_code == 404
    assert sentence in answer.text
    assert len(_headlines(answer)) == 5


@pytest.mark.parametrize(
    "query", ["q=%00", "q=" + "a+" * 500, 'q="((', "page=-1", "page=٣", "page=" + "9" * 400, "q=*"]
)
def test_odd_addresses_never_fail(client: FlaskClient, archive: None, query: str) -> None:
    assert client.get(f"/clips/?{query}").status_code in {200, 404}


def test_the_archive_keeps_its_budget(client: FlaskClient, archive: None, queries: Any) -> None:
    address = "/clips/?q=family&outlet=the-harbor-ledger&topic=family-health-history&lang=en"
    client.get(address)
    with queries(8):
        assert client.get(address).status_code == 200


def test_a_clip_has_a_page(client: FlaskClient, staff: Staff, queries: Any) -> None:
    with staff():
        made = clip(headline="¿Quién más?", language="es", topics=("Family health history", "Policy"))
        address, url = made.address, made.url
    client.get(address)
    with queries(5):
        answer = client.get(address)
    page = answer.page  # type: ignore[attr-defined]
    link = page.xpath("//h1/a")[0]
    assert (link.text, link.get("href"), link.get("rel")) == ("¿Quién más?", url, "external noopener")
    assert page.xpath("//h1/@lang") == ["es"]
    assert page.xpath("//blockquote/@cite") == [url]
    assert page.xpath("//dd/a/@href") == [
        "/clips/?outlet=the-harbor-ledger",
        "/clips/?medium=online",
        "/clips/?lang=es",
        "/clips/?topic=family-health-history",
        "/clips/?topic=policy",
    ]
    assert page.xpath("//main//time/@datetime") == ["2026-11-12", "2026-11-12"]


def test_a_clip_without_an_address_says_so(client: FlaskClient, staff: Staff) -> None:
    with staff():
        address = clip(url="", medium=Medium.RADIO).address
    answer = client.get(address)
    assert not answer.page.xpath("//h1/a")  # type: ignore[attr-defined]
    assert "no page on the web" in answer.text


def test_only_a_short_excerpt_is_public(client: FlaskClient, staff: Staff) -> None:
    with staff():
        address = clip(excerpt=" ".join(["word"] * 60 + ["zanzibar"] * 5)).address
    for path in (address, "/clips/", "/clips/?q=zanzibar", "/feeds/clips.rss", "/feeds/clips.json"):
        answer = client.get(path)
        shown = answer.text.replace('value="zanzibar"', "") if "q=" in path else answer.text
        assert "zanzibar zanzibar" not in shown, path
    assert "No clip matches" in client.get("/clips/?q=zanzibar").text


@pytest.mark.parametrize("path", ["/clips/999", "/clips/0", "/clips/99999999999999999999", "/clips/x", "/clips/-1"])
def test_an_unknown_clip_is_a_404(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/clips/", "/clips/1"])
def test_nothing_is_posted_here(client: FlaskClient, path: str) -> None:
    assert client.post(path).status_code in {400, 405}


def test_a_withdrawn_clip_says_why(client: FlaskClient, staff: Staff) -> None:
    with staff():
        made = clip(headline="A story that was none")
        address = made.address
        db.session.commit()
        actions.withdraw(made, by=None, now=clock.now(), reason="The outlet took it back.")
    answer = client.get(address)
    assert answer.status_code == 410
    assert "The outlet took it back." in answer.text
    assert "story that was none" not in client.get("/clips/?q=story").page.xpath("string(//main)")  # type: ignore[attr-defined]


def test_a_clip_to_come_is_nowhere_until_its_instant(client: FlaskClient, staff: Staff) -> None:
    word = "quokkaberg"
    with clock.at(SOON - timedelta(days=1)), staff():
        made = clip(
            headline=f"{word} headline",
            outlet=f"{word} Outlet",
            byline=f"{word} by",
            excerpt=f"{word} excerpt",
            topics=(f"{word} topic",),
            url=f"https://{word}.example/",
            public_from=SOON,
        )
        address = made.address
    pages = ["/clips/", f"/clips/?q={word}", f"/clips/?outlet={word}-outlet", f"/clips/?topic={word}-topic", address]
    pages += ["/feeds/clips.rss", "/feeds/clips.atom", "/feeds/clips.json", f"/search?q={word}"]
    with clock.at(SOON - timedelta(seconds=1)):
        for path in pages:
            text = client.get(path).text
            for planted in (" headline", " Outlet", " by", " excerpt", " topic", ".example"):
                assert word + planted not in text, path
        assert client.get(address).status_code == 404
    with clock.at(SOON + timedelta(seconds=1)):
        for path in pages:
            assert f"{word} headline" in re.sub(r"</?mark>", "", client.get(path).text), path
