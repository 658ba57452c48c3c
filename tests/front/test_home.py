"""``/``: who to call, what is new, what is next."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from pressroom.kit import settings
from tests.conftest import NOON
from tests.front.conftest import SECRET


def test_an_empty_press_room_still_has_a_home(client: FlaskClient) -> None:
    page = client.get("/").page
    assert page.findtext(".//h1").strip() == "Press room"
    assert "Nothing more has been published yet" in page.text_content()


@pytest.mark.usefixtures("content")
class TestWithContent:
    def test_the_newest_release_leads(self, client: FlaskClient) -> None:
        page = client.get("/").page
        lead = page.find_class("lead")[0]
        assert lead.xpath(".//h2/a/text()") == ["Fellows begin work"]
        others = page.xpath("//section[@aria-labelledby='latest']//h3/a/text()")
        assert others == ["Family history goes unasked"]

    def test_coverage_webcast_and_figures(self, client: FlaskClient) -> None:
        page = client.get("/").page
        assert "The question your doctor forgot to ask" in page.text_content()
        assert page.xpath("//section[@aria-labelledby='next']//h3/a/text()") == ["How to read a genetic test"]
        figures = [" ".join(dd.text_content().split()) for dd in page.xpath("//dl[@class='numbers']//dd")]
        assert figures == ["nearly 8,000", "1948"]

    def test_the_webcast_is_on_when_it_is_on(self, client: FlaskClient, clock_at: Callable) -> None:
        clock_at(NOON + timedelta(days=14, minutes=5))
        assert client.get("/").page.findtext(".//h2[@id='next']") == "On now"

    def test_what_is_under_embargo_is_not_there_and_then_it_is(self, client: FlaskClient, clock_at: Callable) -> None:
        clock_at(NOON + timedelta(days=2, seconds=-1))
        assert SECRET not in client.get("/").text
        clock_at(NOON + timedelta(days=2))
        assert SECRET in client.get("/").text

    def test_queries(self, client: FlaskClient, queries: Callable) -> None:
        with queries(8):
            client.get("/")

    def test_nobody_is_asked_who_they_are(self, client: FlaskClient) -> None:
        answer = client.get("/")
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")


def test_the_contact_stands_first(client: FlaskClient, staff: Callable) -> None:
    with staff():
        settings.edit({"contact_phone": "301-555-0142", "contact_email": "press@society.example"})
    page = client.get("/").page
    first = page.xpath("//main//a/@href")[:2]
    assert first == ["tel:+13015550142", "mailto:press@society.example"]


def test_the_organisation_for_machines(client: FlaskClient, staff: Callable) -> None:
    name = "A </script><b> society & “friends”"
    with staff():
        settings.edit({"organisation_name": name, "contact_phone": "301-555-0142"})
    answer = client.get("/")
    block = answer.page.xpath("//script[@type='application/ld+json']/text()")[0]
    data = json.loads(block)
    assert data["name"] == name
    assert data["contactPoint"]["telephone"] == "301-555-0142"


def test_the_sample_says_so(client: FlaskClient, staff) -> None:
    assert not client.get("/").page.find_class("sample")
    with staff():
        settings.edit({"sample": True})
    assert "invented" in client.get("/").page.find_class("sample")[0].text_content()
