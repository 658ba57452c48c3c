"""``/search``: over all kinds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from pressroom.front import found
from pressroom.kit import clock
from pressroom.sample import load
from tests.conftest import NOON
from tests.front.conftest import SECRET


@pytest.fixture(autouse=True)
def filled(request: pytest.FixtureRequest) -> None:
    """The small press room, unless the test asks for the sample."""
    if "sample" not in request.fixturenames:
        request.getfixturevalue("content")


@pytest.fixture
def sample(staff: Callable, settle: Callable) -> None:
    """The whole sample as of now, for the pages are as old as this run of the tests."""
    with staff():
        load(now=clock.now())
    settle()


def titles(page) -> list[str]:
    return [" ".join(heading.text_content().split()) for heading in page.xpath("//ol[@class='hits']//h3")]


def test_without_a_question_it_explains_itself(client: FlaskClient) -> None:
    page = client.get("/search").page
    assert page.xpath("//input[@id='q']/@value") == [""]
    assert "finds the phrase" in page.text_content()


def test_all_kinds_are_found_and_lead_to_their_pages(client: FlaskClient) -> None:
    page = client.get("/search?q=genomes").page
    assert set(titles(page)) >= {"Family history goes unasked", "Fellows begin work", "How to read a genetic test"}
    for href in page.xpath("//ol[@class='hits']//h3/a/@href"):
        assert client.get(href).status_code == 200, href


def test_matches_are_marked(client: FlaskClient) -> None:
    assert client.get("/search?q=doctor").page.xpath("//ol[@class='hits']//mark")


def test_kinds_are_counted_links(client: FlaskClient) -> None:
    page = client.get("/search?q=history").page
    links = {
        a.xpath("string(span)"): (a.get("href"), a.xpath("string(data)"))
        for a in page.xpath("//section[@class='facet']//li/a")
    }
    href, count = links["Clips"]
    assert count == "1"
    found = client.get(href).page
    assert titles(found) == ["The question your doctor forgot to ask"]
    assert found.find_class("chip")[0].get("href") == "/search?q=history"


def test_nothing_found_says_what_to_try(client: FlaskClient) -> None:
    page = client.get("/search?q=xylophone").page
    assert page.findtext(".//main//h2") == "Nothing was found"
    assert page.xpath("//main//a[@href='/releases/']")


def test_did_you_mean_keeps_kind_and_order(client: FlaskClient) -> None:
    page = client.get("/search?q=genmes&sort=newest").page
    (meant,) = page.find_class("meant")
    href = meant.find("a").get("href")
    assert href == "/search?q=genomes&sort=newest"
    assert f"{meant.findtext('span').split()[0]} result" in client.get(href).page.xpath(
        "string(//div[@class='bar']/h2)"
    )


def test_each_kind_has_snippet_and_order(client: FlaskClient) -> None:
    for kind in ("release", "webcast"):
        page = client.get(f"/search?q=genomes&kind={kind}&sort=newest").page
        assert len(page.xpath("//p[@class='snippet']")) >= 1, kind
        assert page.xpath("//nav[@class='tabs']/a[@aria-current]/text()") == ["Newest"]
        assert len(page.xpath("//section[@class='facet'][1]//li")) > 1  # the choice does not hide the other kinds


def test_words_are_completed_with_what_they_find(client: FlaskClient) -> None:
    answer = client.get("/search/suggest?q=genom")
    assert answer.headers["Cache-Control"] == "private, max-age=30"
    for row in answer.json["suggestions"]:
        assert f"{row['count']} result" in client.get(row["href"]).text
    assert answer.json["suggestions"][0]["kind"] == "word"


def test_embargo(client: FlaskClient, clock_at: Callable) -> None:
    clock_at(NOON + timedelta(days=2, seconds=-1))
    assert titles(client.get(f"/search?q={SECRET}").page) == []
    clock_at(NOON + timedelta(days=2))
    assert titles(client.get(f"/search?q={SECRET}").page) == [f"The {SECRET} genome"]


@pytest.mark.parametrize(
    "odd",
    [
        "q=%00",
        "q=%22",
        "q=((((",
        "q=*",
        "q=" + "a" * 5000,
        "q=a&kind=nonsense&sort=nonsense&page=x",
        "q=genomes&page=99999999999999999999",
        "page=-1",
        "q=%ff%fe",
        "q=AND+OR+NOT",
        "q=<script>alert(1)</script>",
    ],
)
def test_odd_addresses_are_answered(client: FlaskClient, odd: str) -> None:
    answer = client.get(f"/search?{odd}")
    assert answer.status_code == (404 if "page=" in odd and "q=" in odd else 200)
    assert "<script>alert" not in answer.text


def test_an_unknown_order_or_kind_is_a_sentence(client: FlaskClient) -> None:
    answer = client.get("/search?q=genomes&sort=worst&kind=person")
    assert answer.status_code == 404
    assert "There is no order “worst”; there are relevance, newest, oldest." in answer.text
    assert "There is no kind “person”." in answer.text
    assert titles(answer.page)


def test_what_was_asked_stays_in_the_box(client: FlaskClient) -> None:
    assert client.get('/search?q="family history"').page.xpath("//input[@id='q']/@value") == ['"family history"']


def test_orders(client: FlaskClient) -> None:
    page = client.get("/search?q=genomes&sort=oldest").page
    assert page.xpath("//nav[@class='tabs']/a[@aria-current]/text()") == ["Oldest"]


def test_it_cannot_be_posted_to(client: FlaskClient) -> None:
    assert client.post("/search").status_code in {400, 405}


def test_a_mistyped_address_gets_suggestions(client: FlaskClient) -> None:
    page = client.get("/releases/2026/family-history-goes-unaskd").page
    near = page.xpath("//section[@aria-labelledby='near']//h3/a/@href")
    assert near[0] == "/releases/2026/family-history-goes-unasked"


def test_suggestions_say_nothing_of_what_is_to_come(client: FlaskClient) -> None:
    assert SECRET not in client.get(f"/releases/2026/{SECRET}-genome-family").text.split("<main")[1]


BUDGETS = {
    "": 2,
    "q=xylophone": 3,
    "q=genetic": 16,
    "q=genetic&page=2": 19,
    "q=genetic&sort=oldest": 6,
    "q=%22family+history%22": 16,
    "q=people": 24,
    "q=meeting&kind=release": 6,
    "q=meeting&kind=clip": 6,
    "q=meeting&kind=webcast": 5,
    "q=meeting&kind=page": 6,
    "q=meeting&kind=meeting": 8,
}
"""Statements for each question, which go with the kinds among its hits and not with their number; one is to spare."""


@pytest.mark.usefixtures("sample")
def test_search_keeps_its_budget(client: FlaskClient, queries: Any) -> None:
    for question, budget in BUDGETS.items():
        client.get(f"/search?{question}")
        with queries(budget):
            answer = client.get(f"/search?{question}")
        assert answer.status_code == 200, question
        assert bool(titles(answer.page)) == (question not in {"", "q=xylophone"}), question


@pytest.mark.usefixtures("sample")
def test_the_sample_has_every_kind(client: FlaskClient) -> None:
    page = client.get("/search?q=people").page
    assert set(page.xpath("//section[@class='facet']//li/a/span/text()")) >= set(found.KINDS.values())
