"""``/clips/suggest``, did-you-mean and the ways out of an empty result."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from pressroom.clips.rules import Medium
from tests.clips.conftest import clip

Staff = Callable[[], Any]


@pytest.fixture(autouse=True)
def archive(staff: Staff) -> None:
    with staff():
        for day in range(1, 26):
            clip(headline=f"Family history {day}", published_on=date(2024, 5, day))
        clip(headline="¿Quién más?", outlet="Famille Radio", medium=Medium.RADIO, language="es", excerpt="", topics=())


def test_words_outlets_and_topics_with_what_they_find(client: FlaskClient) -> None:
    answer = client.get("/clips/suggest?q=fam")
    assert answer.mimetype == "application/json"
    assert answer.headers["Cache-Control"] == "private, max-age=30"
    rows = answer.json["suggestions"]
    assert rows == [
        {"kind": "word", "text": "family", "count": 25, "href": "/clips/?q=family"},
        {"kind": "word", "text": "famille", "count": 1, "href": "/clips/?q=famille"},
        {"kind": "outlet", "text": "Famille Radio", "count": 1, "href": "/clips/?outlet=famille-radio"},
        {
            "kind": "topic",
            "text": "Family health history",
            "count": 25,
            "href": "/clips/?topic=family-health-history",
        },
    ]
    for row in rows:
        assert f"{row['count']} clip" in client.get(row["href"]).text


def test_the_boxes_name_where_to_ask(client: FlaskClient) -> None:
    page = client.get("/clips/").page  # type: ignore[attr-defined]
    assert page.xpath("//input[@data-suggest]/@data-suggest") == ["/search/suggest", "/clips/suggest"]
    assert not page.xpath("//input[@role]")  # a plain box until the script makes it more


@pytest.mark.parametrize("query", ["", "q=", "q=f", "q=%00", "q=%ff", "q=xyl", "q=" + "a" * 10_000, 'q="((*', "q=🧬"])
def test_nothing_to_suggest_is_an_empty_list(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/clips/suggest?{query}")
    assert (answer.status_code, answer.json) == (200, {"suggestions": []})


def test_did_you_mean_with_its_number(client: FlaskClient) -> None:
    page = client.get("/clips/?q=famly+histroy&year=2024").page  # type: ignore[attr-defined]
    (meant,) = page.find_class("meant")
    assert " ".join(meant.text_content().split()) == "Did you mean family history? 25 results"
    assert meant.xpath("a/@href") == ["/clips/?q=family+history&year=2024"]
    assert "25 clips" in client.get(meant.xpath("a/@href")[0]).text


def test_nothing_was_meant_where_it_finds_no_more(client: FlaskClient) -> None:
    for query in ("q=family", "q=xylophone", "q=famly&lang=es", ""):
        assert not client.get(f"/clips/?{query}").page.find_class("meant")  # type: ignore[attr-defined]


def test_an_empty_result_says_what_to_leave_out(client: FlaskClient) -> None:
    page = client.get("/clips/?q=family&lang=es&year=2024").page  # type: ignore[attr-defined]
    advice = {
        " ".join(row.text_content().split()): row.find("a").get("href")
        for row in page.xpath("//div[@class='empty']//li[starts-with(normalize-space(), 'Without')]")
    }
    assert advice == {"Without the language Spanish: 25 clips": "/clips/?q=family&year=2024"}
    page = client.get("/clips/?q=family&lang=es").page  # type: ignore[attr-defined]
    assert "Without the words family: 1 clip" in " ".join(page.text_content().split())


@pytest.mark.parametrize(
    ("query", "advice"),
    [
        ("q=family+xylophone", {"Without xylophone: 25 clips": "/clips/?q=family"}),
        ('q="history+family"', {"With the words apart, not in a row: 25 clips": "/clips/?q=history+family"}),
        ("q=family+(xylophone+OR+zither)", {}),
        ("q=" + "+".join(f"w{n}" for n in range(9)), {}),
        ("q=xylophone", {}),
    ],
)
def test_words_that_find_nothing_together(client: FlaskClient, query: str, advice: dict[str, str]) -> None:
    page = client.get(f"/clips/?{query}").page  # type: ignore[attr-defined]
    found = {
        " ".join(row.text_content().split()): row.find("a").get("href")
        for row in page.xpath("//div[@class='empty']//li[starts-with(normalize-space(), 'With')]")
    }
    for sentence, href in found.items():
        assert f"{sentence.split()[-2]} clip" in client.get(href).text
    assert advice.items() <= found.items()
    assert advice or not found


def test_how_many_on_a_page(client: FlaskClient) -> None:
    page = client.get("/clips/?q=family&per=50").page  # type: ignore[attr-defined]
    assert len(page.xpath("//ol[@class='hits']/li")) == 25
    sizes = page.xpath("//nav[@aria-label='On a page']/a")
    assert [(link.text, link.get("href")) for link in sizes] == [
        ("20", "/clips/?q=family"),
        ("50", "/clips/?q=family&per=50"),
        ("100", "/clips/?q=family&per=100"),
    ]
    assert sizes[1].get("aria-current") == "true"
    assert page.xpath("//main//form/input[@type='hidden']/@name") == ["per"]
    assert client.get("/clips/?per=7").status_code == 404
    assert "A page holds 20, 50 or 100 clips." in client.get("/clips/?per=7").text


def test_the_year_histogram_keeps_the_rest_of_the_search(client: FlaskClient) -> None:
    page = client.get("/clips/?q=family&per=50&sort=oldest").page  # type: ignore[attr-defined]
    links = page.xpath("//*[local-name()='svg' and @class='years']/a/@href")
    assert links == ["/clips/?q=family&year=2024&sort=oldest&per=50"]
