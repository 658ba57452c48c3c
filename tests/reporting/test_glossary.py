"""The glossary: its pages, its links in releases and nowhere else, search, and the desk."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pressroom.kit.db import db
from pressroom.reporting import actions
from pressroom.reporting.models import Term
from tests.conftest import NOON, post
from tests.releases.conftest import public


@pytest.fixture
def noon(clock_at: Any) -> Any:
    clock_at(NOON)
    return clock_at


def term(name: str = "Genome", **fields: Any) -> Term:
    given = {"definition": "All the DNA of a *cell*.", "forms": ("genomes",)} | fields
    return actions.add_term(by=None, now=NOON, term=name, **given)


def test_terms_have_pages_that_machines_read(client: FlaskClient, staff: Any, noon: Any, settle: Any) -> None:
    with staff():
        term(source="A textbook", see_also=("exome", "nothing-like-it"))
        term("Exome", forms=(), definition="The part that is translated.")
    settle()
    page = client.get("/glossary/").page  # type: ignore[attr-defined]
    assert page.xpath("//main//dt/a/@href") == ["/glossary/exome", "/glossary/genome"]
    said = json.loads(page.xpath("string(//script[@type='application/ld+json'])"))
    assert said["@type"] == "DefinedTermSet"
    assert [one["name"] for one in said["hasDefinedTerm"]] == ["Exome", "Genome"]
    page = client.get("/glossary/genome").page  # type: ignore[attr-defined]
    said = json.loads(page.xpath("string(//script[@type='application/ld+json'])"))
    assert (said["@type"], said["description"], said["alternateName"]) == (
        "DefinedTerm",
        "All the DNA of a cell.",
        ["genomes"],
    )
    assert page.xpath("//main//section[@aria-labelledby='also']//a/@href") == ["/glossary/exome"]
    assert "Source: A textbook" in page.xpath("string(//main)")
    assert client.get("/glossary/nothing").status_code == 404
    assert "/glossary/genome" in client.get("/sitemaps/pages-1.xml").text
    found = client.get("/search?q=genomes&kind=term").page  # type: ignore[attr-defined]
    assert "/glossary/genome" in found.xpath("//main//a/@href")


def test_releases_lead_to_it_on_their_page_and_nowhere_else(client: FlaskClient, staff: Any, noon: Any) -> None:
    with staff():
        address = public(body="The genome of a cat is a genome.").address
        public(headline="Gatos", body="El genome.", language="es")
    assert 'class="term"' not in client.get(address).text
    with staff():
        number = term().id
    links = client.get(address).page.xpath("//a[@class='term']")  # type: ignore[attr-defined]
    assert [(one.get("href"), one.text) for one in links] == [("/glossary/genome", "genome")]
    for path in (f"{address}.txt", "/feeds/releases.rss", "/feeds/releases.json", f"{address}.ninjs.json"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "glossary" not in answer.text, path
    assert 'class="term"' not in client.get("/releases/2026/gatos").text, "the glossary is in the language of the house"
    with staff():
        actions.edit_term(db.session.get(Term, number), by=None, now=NOON, forms=(), term="Exome")
    assert 'class="term"' not in client.get(address).text, "a change of the glossary is on the page at once"
    with staff():
        actions.edit_term(db.session.get(Term, number), by=None, now=NOON, term="Genome")
    assert 'class="term"' in client.get(address).text
    with staff():
        actions.remove_term(db.session.get(Term, number), by=None, now=NOON)
    assert 'class="term"' not in client.get(address).text


def test_a_page_of_a_release_asks_for_the_terms_once(client: FlaskClient, staff: Any, noon: Any, queries: Any) -> None:
    with staff():
        address = public(body="The genome.").address
        term()
    client.get(address)
    with queries(20) as sent:
        assert 'class="term"' in client.get(address).text
    assert not any("glossary_term" in sql for sql in sent)


SENT = {"term": "Allele", "forms": "alleles\nAllelic form", "definition": "One of the forms.", "see_also": "Genome"}


def test_the_desk_keeps_it(ada: FlaskClient, client: FlaskClient, app: Flask, staff: Any, noon: Any) -> None:
    answer = post(ada, "/desk/glossary/new", SENT)
    assert answer.status_code == 303
    with staff():
        row = db.session.scalars(select(Term)).one()
        assert (row.slug, row.forms, row.see_also) == ("allele", ("alleles", "Allelic form"), ("genome",))
    assert client.get("/glossary/allele").status_code == 200
    page = answer.location
    assert ada.get(page).page.xpath("string(//textarea[@name='forms'])").strip() == "alleles\nAllelic form"  # type: ignore[attr-defined]
    assert post(ada, page, SENT | {"definition": "Changed.", "version": "1"}).status_code == 303
    answer = post(ada, page, SENT | {"definition": "Mine.", "version": "1"})
    assert answer.status_code == 409
    assert "Theirs says: Changed." in answer.text
    assert answer.page.xpath("string(//textarea[@name='definition'])").strip() == "Mine."
    for changes, said in (
        ({"term": " "}, "Write the term"),
        ({"definition": ""}, "what it means"),
        ({"forms": "\n".join(map(str, range(21)))}, "at most 20"),
    ):
        refused = post(ada, "/desk/glossary/new", SENT | changes)
        assert refused.status_code == 422
        assert said in refused.page.xpath("string(//*[@role='alert'])")
    assert post(ada, f"{page}/remove", form=page).status_code == 303
    assert client.get("/glossary/allele").status_code == 404
    assert ada.get(page).status_code == 404


def test_of_two_who_add_the_same_at_once_the_second_keeps_the_words(
    app: Flask, ada: FlaskClient, noon: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(actions, "_free", lambda *_: "genome")  # as both find it before either has saved
    first = {"term": "Genome", "definition": "All the DNA of a cell."}
    assert post(ada, "/desk/glossary/new", first).status_code == 303
    second = post(ada, "/desk/glossary/new", first | {"definition": "What a cell inherits."})
    assert second.status_code == 409
    assert "saved at the same moment" in second.text
    assert second.page.xpath("string(//textarea)").strip() == "What a cell inherits."
    assert "two saves met at glossary_desk.add" in caplog.text
    assert "inherits" not in caplog.text
    monkeypatch.setattr(actions, "_free", lambda *_: None)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert post(ada, "/desk/glossary/new", first).status_code == 500, "a fault of ours is no meeting"
