"""The pages while the index is made again: they answer from the database, and say so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pressroom.search import database, indexer

SAID = "search looks through the newest 500"


@pytest.fixture(autouse=True)
def lost(content: None, instance: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index that is gone and too large for a request to make again."""
    monkeypatch.setattr(indexer, "SMALL", 0)
    (instance / "index" / "current").unlink()


@pytest.fixture
def asked(client: FlaskClient) -> None:
    """Somebody was here before, so the worker is asked already."""
    client.get("/search?q=genomes")


def test_site_search_answers_and_says_how(client: FlaskClient, settle: Callable[[], None]) -> None:
    page = client.get("/search?q=genome").page  # type: ignore[attr-defined]
    text = page.text_content()
    assert f"{SAID} of each kind that may match" in text
    assert "3 results" in text
    hits = page.xpath("//ol[@class='hits']//h3/a")
    assert {"Family history goes unasked", "How to read a genetic test"} <= {hit.text_content() for hit in hits}
    assert page.xpath("//ol[@class='hits']//mark")
    for hit in hits:
        assert client.get(hit.get("href")).status_code == 200
    assert page.xpath("//section[@class='facet']//li/a[contains(@href, 'kind=release')]")
    settle()
    text = client.get("/search?q=genome").page.text_content()  # type: ignore[attr-defined]
    assert "3 results" in text
    assert SAID not in text


def test_the_archive_answers_says_how_and_offers_no_file(client: FlaskClient) -> None:
    for path in ("/clips/", "/clips/?q=doctor", "/clips/?q=doctor&outlet=the-harbor-ledger&year=2026"):
        page = client.get(path).page  # type: ignore[attr-defined]
        text = page.text_content()
        assert f"{SAID} clips that may match" in text
        assert "1 clip" in text
        assert page.xpath("//ol[@class='hits']/li")
        assert not page.xpath("//a[contains(@href, '/clips/export')]")
    answer = client.get("/clips/export.csv?q=doctor")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")


def test_what_is_not_there_is_not_found_with_a_sentence(client: FlaskClient) -> None:
    for path in ("/search?q=zebra", "/clips/?q=zebra"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert SAID in answer.text


def test_a_mistyped_address_is_answered_with_what_it_may_have_been(client: FlaskClient) -> None:
    answer = client.get("/releases/2026/family-history-goes")
    assert answer.status_code == 404
    assert "Perhaps one of these" in answer.text
    assert "only the newest 500 of each kind were looked through" in answer.text
    assert "index" not in client.get("/releases/2026/zebra-crossing").page.xpath("string(//main)")  # type: ignore[attr-defined]


def test_nothing_is_suggested(client: FlaskClient) -> None:
    for path in ("/search/suggest?q=gen", "/clips/suggest?q=doc"):
        assert client.get(path).json == {"suggestions": []}


def test_the_database_is_asked_a_bounded_number_of_times(
    client: FlaskClient, asked: None, queries: Callable, staff: Callable
) -> None:
    """However much is found; with a filter once more for each kind."""
    with queries(19):
        client.get("/search?q=genome")
    with queries(11):
        client.get("/clips/?q=doctor")
    with queries(13):
        client.get("/clips/?q=doctor&outlet=the-harbor-ledger")


def test_pages_of_a_long_answer(client: FlaskClient, staff: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.clips.conftest import clip

    with staff():
        for number in range(45):
            clip(headline=f"Seabirds {number}")
    seen = []
    for number in (1, 2, 3):
        page = client.get(f"/clips/?q=seabird&page={number}").page  # type: ignore[attr-defined]
        seen += page.xpath("//ol[@class='hits']//h3/a/@href")
    assert len(seen) == len(set(seen)) == 45
    monkeypatch.setattr(database, "NEWEST", 20)
    assert client.get("/clips/?q=seabird&page=2").status_code == 404
    assert "the newest 20 clips" in client.get("/clips/?q=seabird").text


@pytest.mark.parametrize("query", ["-gene", "%25", "*", '"', "ge*", "a", "(((", "before:0001", "x" * 9000])
def test_odd_questions_are_answered(client: FlaskClient, app: Flask, query: str) -> None:
    for path in ("/search", "/clips/"):
        assert client.get(f"{path}?q={query}").status_code == 200
