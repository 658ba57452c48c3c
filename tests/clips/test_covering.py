"""Which clips cover a release: said on the desk, proposed with reasons, and shown as far as both are public."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pressroom.audit.models import AuditEntry
from pressroom.clips import actions, proposals, rules
from pressroom.clips.models import Clip
from pressroom.kit.db import db
from pressroom.releases import actions as releases
from pressroom.releases.models import Release
from tests.clips.conftest import clip
from tests.conftest import NOON, post, submit
from tests.releases.conftest import draft, public, waiting

SHOW = "/releases/2026/cats-agree-with-their-owners"
DAY = date(2026, 11, 19)
SECOND = timedelta(seconds=1)


@pytest.fixture
def cats(staff: Any, clock_at: Callable) -> int:
    """A public release about a study."""
    clock_at(NOON)
    with staff():
        release = public(study_doi="10.5555/CATS(2026)", study_title="Cats")
        db.session.flush()
        return release.id


def told(client: FlaskClient, path: str = SHOW) -> list[str]:
    """The headlines that the page of a release shows as its coverage."""
    page = client.get(path).page  # type: ignore[attr-defined]
    found: list[str] = page.xpath("//section[@aria-labelledby='coverage']//h3/a/text()")
    return found


def test_both_ends_pass_the_gate(client: FlaskClient, staff: Any, cats: int, clock_at: Callable, queries: Any) -> None:
    """Neither a clip nor a release is named by the other before its time, nor after it was withdrawn."""
    lift = NOON + timedelta(days=2)
    with staff() as cast:
        about = db.session.get(Release, cats)
        hidden = waiting(lift, embargoed=True, headline="Quillwort genome", slug="quillwort")
        both = clip(headline="Cats and a fern", published_on=DAY, releases=(about, hidden))
        late = clip(headline="Embargoed coverage", published_on=DAY, releases=(about,), public_from=lift)
        db.session.flush()
        number, late_number, fern = both.id, late.id, hidden.id
    assert told(client) == ["Cats and a fern"]
    clock_at(lift - SECOND)
    for path in (SHOW, f"/clips/{number}", "/clips/export.csv", "/clips/export.jsonl", "/clips/export.ris", "/clips/"):
        text = client.get(path).text
        assert "uillwort" not in text, path
        assert "Embargoed coverage" not in text, path
    links = client.get(f"/clips/{number}").page.xpath("//dt[text()='Covers']/following-sibling::dd/a/@href")  # type: ignore[attr-defined]
    assert links == [SHOW]
    clock_at(lift)
    with queries(12):
        assert told(client) == ["Embargoed coverage", "Cats and a fern"]
    assert told(client, "/releases/2026/quillwort") == ["Cats and a fern"]
    with queries(5):
        assert "Quillwort genome" in client.get(f"/clips/{number}").text
    with staff() as cast:
        actions.withdraw(db.session.get(Clip, late_number), by=cast.ada, now=lift, reason="Not about cats.")
        releases.withdraw(db.session.get(Release, fern), by=cast.ada, now=lift, reason="No fern.")
    assert told(client) == ["Cats and a fern"]
    assert "Quillwort" not in client.get(f"/clips/{number}").text
    assert "Cats and a fern" not in client.get("/releases/2026/quillwort").text


def test_many_stories_cost_no_more_queries(client: FlaskClient, staff: Any, cats: int, queries: Any) -> None:
    with staff():
        about = db.session.get(Release, cats)
        for n in range(12):
            clip(headline=f"Story {n}", published_on=DAY + timedelta(days=n % 2), releases=(about,), language="es")
    with queries(12) as sent:
        page = client.get(SHOW).page  # type: ignore[attr-defined]
    assert sum("clip_release" in sql for sql in sent) == 1
    article = orjson.loads(str(page.xpath("//script[@type='application/ld+json']/text()")[0]))
    assert [story["headline"] for story in article["subjectOf"]] == told(client)[:10]
    section = page.xpath("//section[@aria-labelledby='coverage']")[0]
    assert len(section.xpath(".//li")) == 12
    assert section.findtext(".//summary") == "4 earlier"
    assert section.xpath("(.//li)[1]//a/@lang") == ["es"]


def test_a_release_without_coverage_says_nothing_of_it(client: FlaskClient, cats: int) -> None:
    assert "coverage" not in client.get(SHOW).page.xpath("//main//section/@aria-labelledby")  # type: ignore[attr-defined]


# The clip's form -----------------------------------------------------------------------------------------


def test_the_form_takes_addresses_dois_and_words(ada: FlaskClient, staff: Any, cats: int, app: Flask) -> None:
    with staff() as cast:
        dogs = public(headline="Dogs disagree", slug="dogs")
        releases.edit(dogs, by=cast.ada, now=NOON, slug="dogs-disagree")
        public(headline="Dogs sleep", slug="sleep")
        begun = draft(headline="Budgerigars in flight")
        number = clip().id
        begun_id = begun.id
    path = f"/desk/clips/{number}"
    for typed in (
        "http://127.0.0.1:8000/releases/2026/cats-agree-with-their-owners\nhttps://doi.org/10.5555/cats(2026)",
        "/releases/2026/dogs",  # an address that it left
        "dogs DISAGREE",
        f"budgerigars\n/desk/releases/{cats}",
        "",
    ):
        answer = submit(ada, path, {"covers": typed}, button="Save")
        assert answer.status_code == 303, answer.text
        written = ada.get(path).page.get_element_by_id("covers").text or ""  # type: ignore[attr-defined]
        assert (
            written.split()
            == {
                "http": [SHOW],
                "/rel": ["/releases/2026/dogs-disagree"],
                "dogs": ["/releases/2026/dogs-disagree"],
                "budg": [SHOW, f"/desk/releases/{begun_id}"],
                "": [],
            }[typed[:4]]
        )
        assert submit(ada, path, button="Save").status_code == 303, "what the form writes, it reads"
    with staff():
        lines = db.session.scalars(select(AuditEntry).where(AuditEntry.kind == "clip", AuditEntry.action == "edit"))
        changed = [line.changes for line in lines]
    assert len(changed) == 4, "the same again is no change"
    assert changed[-1]["releases"] == [["Cats agree with their owners", "Budgerigars in flight"], []]


def test_what_the_form_cannot_read_is_told_and_kept(ada: FlaskClient, staff: Any, cats: int) -> None:
    with staff():
        for n in range(7):
            public(headline=f"Dogs number {n}", slug=f"dogs-{n}")
        number = clip().id
    path = f"/desk/clips/{number}"
    for typed, sentence in (
        ("marzipan", "No release fits “marzipan”. Write its address, its DOI, or words of its headline."),
        ("/releases/2026/nothing", "No release fits “/releases/2026/nothing”."),
        ("10.5555/none", "No release fits “10.5555/none”."),
        ("/desk/releases/999999999", "No release fits"),
        ("100%_", "No release fits"),
        ("dogs", "“dogs” fits several releases. Write the address of one: /releases/2026/dogs-6 (Dogs number 6);"),
        ("<script>\x00'\"", "No release fits “&lt;script&gt;"),
        ("x" * 4001, "Shorten this to 4,000 characters."),
        ("\n".join(f"/releases/2026/dogs-{n}" for n in range(7)) + "\nnope", "No release fits “nope”."),
    ):
        answer = submit(ada, path, {"covers": typed, "byline": "Kept as typed"}, button="Save")
        assert answer.status_code == 422, typed
        assert sentence in answer.text.replace("&#39;", "'"), typed
        assert "Kept as typed" in answer.text
    with staff():
        assert not db.session.get(Clip, number).releases


# The desk's page of a release -----------------------------------------------------------------------------


def test_proposals_say_why_and_a_button_confirms(
    ada: FlaskClient, client: FlaskClient, staff: Any, queries: Any, clock_at: Callable
) -> None:
    clock_at(NOON)
    with staff() as cast:
        long_ago = NOON - timedelta(days=380)
        release, day = public(now=long_ago, slug="cats", study_doi="10.5555/CATS(2025)"), long_ago.date()
        db.session.flush()
        cats, show = release.id, release.address
        usual = {"excerpt": "Nothing else.", "published_on": day + timedelta(days=1)}
        clip(**usual | {"headline": "Do owners agree?", "excerpt": "A survey of CATS says so."})
        clip(**usual | {"headline": "By its DOI", "url": "https://paper.example/?doi=10.5555%2Fcats%282025%29"})
        clip(**usual | {"headline": "By its address", "excerpt": f"See https://press.example{show}."})
        clip(**usual | {"headline": "Cats sleep", "excerpt": "Owners watch."})
        clip(headline="Cats agree with owners, too early", published_on=day - timedelta(days=1))
        clip(headline="Cats agree with owners, too late", published_on=day + timedelta(days=366))
        gone = clip(headline="Cats agree with owners, withdrawn", published_on=day)
        actions.withdraw(gone, by=cast.ada, now=NOON, reason="Twice.")
    path = f"/desk/releases/{cats}/coverage"
    ada.get(path)
    with queries(13):
        page = ada.get(path).page  # type: ignore[attr-defined]
    rows = [
        [" ".join(text.split()) for text in row.xpath("./th//text()") if text.strip()]
        for row in page.xpath("//section[@aria-labelledby='proposals']//tbody/tr")
    ]
    assert rows == [
        ["By its DOI", "Names the DOI of the study"],
        ["By its address", "Links to the release", "Has 1 of 3 words of the headline: cats"],
        ["Do owners agree?", "Has 3 of 3 words of the headline: cats, agree, owners"],
    ]
    assert ada.get(f"/desk/releases/{cats}").page.xpath(f"//a[@href='{path}']")  # type: ignore[attr-defined]
    (button,) = page.xpath("//button[@aria-label='Covers it: By its DOI']/@value")
    answer = post(ada, path, {"do": button})
    assert (answer.status_code, answer.location) == (303, path)
    assert told(client, show) == ["By its DOI"]
    page = ada.get(path).page  # type: ignore[attr-defined]
    assert len(page.xpath("//section[@aria-labelledby='proposals']//tbody/tr")) == 2
    assert "That was so already" in _followed(ada, path, button)
    taken = button.replace("cover", "uncover")
    assert "was taken away" in _followed(ada, path, taken)
    assert told(client, show) == []
    with staff():
        acts = select(AuditEntry).where(AuditEntry.action.in_(("cover", "uncover")))
        lines = db.session.scalars(acts.order_by(AuditEntry.id)).all()
        assert [line.action for line in lines] == ["cover", "uncover"]
        assert lines[0].changes == {"releases": [[], ["Cats agree with their owners"]]}


def _followed(client: FlaskClient, path: str, button: str) -> str:
    assert post(client, path, {"do": button}).status_code == 303
    return client.get(path).text


def test_a_clip_s_dates_stay_and_its_open_form_is_told(ada: FlaskClient, staff: Any, cats: int) -> None:
    with staff():
        made = clip()
        db.session.flush()
        number, changed = made.id, made.updated_at
    feed = ada.get("/feeds/clips.atom").data
    opened = ada.get(f"/desk/clips/{number}").page  # type: ignore[attr-defined]
    version = opened.xpath("//input[@name='version']/@value")[0]
    post(ada, f"/desk/releases/{cats}/coverage", {"do": f"cover {number}"})
    assert ada.get("/feeds/clips.atom").data == feed, "nothing is news to subscribers"
    answer = submit(ada, f"/desk/clips/{number}", {"covers": "", "version": version}, button="Save")
    assert answer.status_code == 409
    assert "Cats agree with their owners" in answer.text
    with staff():
        assert db.session.get(Clip, number).updated_at == changed


def test_any_other_clip_is_found_by_words(ada: FlaskClient, staff: Any, cats: int) -> None:
    with staff():
        clip(headline="An essay on fences", published_on=date(1999, 1, 1))
    path = f"/desk/releases/{cats}/coverage"
    page = ada.get(f"{path}?q=fences").page  # type: ignore[attr-defined]
    (button,) = page.xpath("//section[@aria-labelledby='others']//button[@name='do']/@value")
    assert "covers this release" in _followed(ada, path, button)
    again = ada.get(f"{path}?q=fences").page.xpath("//section[@aria-labelledby='others']//tbody")  # type: ignore[attr-defined]
    assert not again[0].xpath(".//button")
    assert again[0].xpath("string(.//td[last()])") == "Covers it"
    assert "No clip has all of these words" in ada.get(f"{path}?q=%00%25_x").text


def test_bad_acts_change_nothing(
    ada: FlaskClient, wren: FlaskClient, client: FlaskClient, staff: Any, cats: int
) -> None:
    path = f"/desk/releases/{cats}/coverage"
    for do, status in (("cover 999", 422), ("cover x", 422), ("cover", 422), ("cover 9" * 40, 422), ("burn 1", 400)):
        answer = post(ada, path, {"do": do})
        assert answer.status_code == status, do
        assert status == 400 or "There is no such clip any more." in answer.text
    assert ada.get("/desk/releases/999/coverage").status_code == 404
    assert ada.delete(path).status_code in {400, 405}
    assert wren.get(path).status_code == 200
    assert client.get(path).status_code == 303
    assert client.post(path, data={"do": "cover 1"}).status_code in {303, 400, 401}
    with staff():
        number = draft(headline="Not dated yet").id
    assert "Proposals come when the release has a time" in ada.get(f"/desk/releases/{number}/coverage").text


# Files ---------------------------------------------------------------------------------------------------


def test_exports_name_what_is_covered_and_imports_take_it(
    client: FlaskClient, app: Flask, staff: Any, cats: int, table_file: Any, clock_at: Callable
) -> None:
    with staff():
        clip(headline="A cat story", releases=(db.session.get(Release, cats),))
    address = f"http://127.0.0.1:8000{SHOW}"
    (row,) = csv.DictReader(io.StringIO(client.get("/clips/export.csv").data.decode("utf-8-sig")))
    assert row["releases"] == address
    assert orjson.loads(client.get("/clips/export.jsonl").data)["releases"] == [address]
    assert f"N1  - About the release: {address}\r\n" in client.get("/clips/export.ris").text
    table = (
        "headline,date,outlet,releases\n"
        f"One,2026-11-20,Paper,{address}; doi:10.5555/cats(2026)\n"
        "Two,2026-11-20,Paper,10.5555/nothing\n"
        "Three,2026-11-20,Paper,none\n"
    )
    file: Path = table_file(table)
    runner = app.test_cli_runner()
    for dry in (["--dry-run"], []):
        result = runner.invoke(args=["import-clips", str(file), *dry])
        assert result.exit_code == 0, result.output
        assert "2 added, 0 already known, 1 refused" in result.output
        assert "line 3: no release has the address or DOI “10.5555/nothing”; correct it, or leave" in result.output
    clock_at(NOON + timedelta(days=3))
    assert sorted(told(client)) == ["A cat story", "One"]
    result = runner.invoke(args=["import-clips", str(file), "--map", "releases="])
    assert "1 added, 2 already known, 0 refused" in result.output


# Rules ---------------------------------------------------------------------------------------------------


def test_telling_words() -> None:
    headline = "Family health history goes unasked in most first clinic visits, study finds"
    words = rules.beginnings(headline)
    assert list(words.values()) == ["family", "health", "history", "unasked", "clinic", "visits"]
    assert rules.enough(words) == 3
    assert rules.enough(rules.beginnings("One two")) == 3, "never by a word or two"
    assert rules.enough(range(11)) == 6
    assert rules.beginnings("基因组 100% %_") == {}
    assert rules.names_of("", "") == ()
    assert rules.names_of("10.1/A b", "/releases/2026/x") == ("10.1/a b", "10.1%2fa%20b", "/releases/2026/x")
    assert rules.read_references(" none ; a|b  a ") == ("a", "b")


def test_a_headline_without_telling_words_proposes_nothing(app: Flask, staff: Any, clock_at: Callable) -> None:
    clock_at(NOON)
    with staff():
        release = public(headline="This is what we do", study_doi="")
        clip(published_on=DAY, headline="Anything")
        db.session.flush()
        assert proposals.of_release(release) == []
