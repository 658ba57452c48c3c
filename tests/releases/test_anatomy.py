"""Funders, languages, related items, boilerplates and contacts in revisions, merging and unsaved text."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from pressroom import publishing
from pressroom.accreditation import rules as accreditation
from pressroom.application import create_app
from pressroom.kit.db import db
from pressroom.releases import actions, backmatter, queries, revisions, rules
from tests import rendered
from tests.conftest import NOON, submit
from tests.releases.conftest import draft, public
from tests.releases.test_desk import send, value

SHOW = "/releases/2026/cats-agree-with-their-owners"


def kept_once() -> None:
    for name in ("One", "Two"):
        backmatter.add_boilerplate(by=None, now=NOON, name=name, body=f"About {name}.", standard=name == "One")
        backmatter.add_contact(by=None, now=NOON, name=name, phone="301-555-0142", standard=name == "One")


@pytest.fixture
def drafted(staff: Any, noon: Any) -> int:
    """A draft with a boilerplate and a contact."""
    with staff():
        kept_once()
        return draft(study_funders="Fund: 1", related=("https://cats.example/ Cats",), language="de").id


@pytest.fixture
def path(drafted: int) -> str:
    return f"/desk/releases/{drafted}"


CHANGED = {
    "study_funders": "Fund: 1, 2\r\nTrust",
    "language": "es",
    "related": "https://dogs.example/ Dogs",
    "boilerplates": ["two", "one", ""],
    "contacts": ["", "two"],
}


def test_a_save_is_compared_and_restored(ada: Any, staff: Any, drafted: int, path: str) -> None:
    assert send(ada, path, **CHANGED, do="save").status_code == 303
    with staff():
        release = queries.by_id(drafted)
        assert (release.boilerplates, release.contacts) == (("two", "one"), ("two",))
        assert release.study_funders == "Fund: 1, 2\nTrust"
        changed = {"study_funders", "language", "related", "boilerplates", "contacts"}
        assert set(queries.last_revision(drafted).changed) == changed
    said = " ".join(ada.get(f"{path}/compare").page.xpath("string(//main)").split())
    for name in ("Funders and grants", "Language", "Related items", "Boilerplates", "Media contacts"):
        assert name in said
    assert submit(ada, f"{path}/revisions/1/restore", {}).status_code == 303
    with staff():
        release = queries.by_id(drafted)
        assert (release.boilerplates, release.contacts, release.language) == (("one",), ("one",), "de")
        assert release.related == ("https://cats.example/ Cats",)
        assert release.study_funders == "Fund: 1"


def test_what_was_removed_meanwhile_is_not_restored(staff: Any, drafted: int) -> None:
    with staff():
        release = queries.by_id(drafted)
        actions.edit(release, by=None, now=NOON, boilerplates=("two",), contacts=())
        for row in (*queries.boilerplates()[:1], *queries.contacts()[:1]):
            verb = backmatter.remove_boilerplate if row in queries.boilerplates() else backmatter.remove_contact
            verb(row, by=None, now=NOON)
        actions.restore(release, queries.revision(drafted, 1), by=None, now=NOON)
        assert (release.boilerplates, release.contacts) == ((), ())


def test_two_editors_are_brought_together(ada: Any, admin: Any, staff: Any, drafted: int, path: str) -> None:
    mine = dict(rendered.fields(rendered.form_of(ada.get(path).page)))
    assert send(admin, path, boilerplates=["two"], contacts=["one"], language="es", do="save").status_code == 303
    answer = ada.post(path, data=mine | {"contacts": ["two", "one"], "language": "fr", "do": "save"})
    assert answer.status_code == 409
    said = " ".join(answer.page.xpath("string(//section[contains(@class, 'meeting')])").split())
    assert "Taken over from themBoilerplates" in said
    assert "Kept of yoursMedia contacts" in said
    assert "Language: both of you changed it" in said
    again = rendered.fields(rendered.form_of(answer.page))
    assert again["boilerplates"] == ["two", ""]
    assert again["contacts"] == ["two", "one", ""]
    assert ada.post(path, data=again | {"take-language": "theirs", "do": "save"}).status_code == 303
    with staff():
        release = queries.by_id(drafted)
        assert (release.boilerplates, release.contacts, release.language) == (("two",), ("two", "one"), "es")


def test_a_form_that_does_not_show_them_changes_nothing(ada: Any, staff: Any, drafted: int, path: str) -> None:
    sent = rendered.fields(rendered.form_of(ada.get(path).page))
    for name in ("boilerplates", "contacts"):
        del sent[name]
    assert ada.post(path, data=sent | {"headline": "Other cats", "do": "save"}).status_code == 303
    with staff():
        release = queries.by_id(drafted)
        assert (release.headline, release.boilerplates, release.contacts) == ("Other cats", ("one",), ("one",))


def test_unsaved_text_has_them(ada: Any, path: str) -> None:
    sent = rendered.fields(rendered.form_of(ada.get(path).page)) | CHANGED
    assert ada.post("/desk/releases/unsaved", data=sent).status_code == 200
    taken = rendered.fields(rendered.form_of(ada.get(f"{path}?unsaved=1").page))
    assert taken["boilerplates"] == ["two", "one", ""]
    assert taken["contacts"] == ["two", ""]
    assert taken["related"] == ["https://dogs.example/ Dogs"]
    assert taken["study_funders"] == ["Fund: 1, 2\r\nTrust"]


def test_bad_input_is_said_at_its_field_and_kept(ada: Any, path: str) -> None:
    answer = send(ada, path, study_funders="Fund: 1\r\nFund two:", boilerplates=["gone", "two"], do="save")
    assert answer.status_code == 422
    assert "Line 2: write the number of a grant" in answer.page.xpath("string(//p[@id='study_funders-error'])")
    answer = send(ada, path, boilerplates=["gone", "two"], language="german", do="save")
    assert "Write the language as a tag" in answer.page.xpath("string(//p[@id='language-error'])")
    answer = send(ada, path, boilerplates=["gone", "two"], do="save")
    assert answer.status_code == 422
    assert "“gone” is not there any more" in answer.page.xpath("string(//p[@id='boilerplates-error'])")
    assert rendered.fields(rendered.form_of(answer.page))["boilerplates"] == ["gone", "two", ""]
    assert value(ada.get(path), "study_funders") == "Fund: 1"


def test_a_revision_of_an_earlier_pressroom_did_not_lack_what_is_empty() -> None:
    old = {"headline": "Cats"}
    new = old | {"study_funders": "", "language": "", "boilerplates": [], "translation_of": ""}
    assert revisions.changed(old, new) == accreditation.changed_fields(old, new) == []
    assert revisions.changed(old, new | {"language": "de"}) == ["language"]


@pytest.mark.parametrize(
    "written",
    [
        "10.5555/ab(c)1",
        "https://doi.org/10.5555/ab(c)1",
        "http://dx.doi.org/10.5555/ab(c)1",
        "doi.org/10.5555/ab(c)1",
        "https://www.doi.org/10.5555%2Fab%28c%291",
        "doi: 10.5555/ab(c)1",
        "DOI:10.5555/ab(c)1 ",
    ],
)
def test_a_doi_is_read_however_it_is_pasted(written: str) -> None:
    assert rules.read_doi(written) == "10.5555/ab(c)1"
    assert rules.doi_problem(rules.read_doi(written)) is None


def test_what_is_no_doi() -> None:
    for written in ("https://journal.example/10.5555/a", "10.55/abc", "10.5555/", "10.5555/a b", "5555/abc"):
        assert rules.doi_problem(rules.read_doi(written)), written


def test_every_form_of_a_release_says_funders_end_and_words(client: Any, staff: Any, noon: Any) -> None:
    with staff():
        public(
            study_doi="10.5555/ab(c)1",
            study_title="Cats",
            study_funders="Fund: F-1, F-2\nTrust",
            body="Forty cats agreed.",
        )
    page = client.get(SHOW)
    study = page.page.xpath("//section[@aria-labelledby='study']")[0]
    assert [" ".join(item.text_content().split()) for item in study.xpath(".//ul[@class='funders']/li")] == [
        "Fund grants F-1, F-2",
        "Trust",
    ]
    assert study.xpath(".//a/@href") == ["https://doi.org/10.5555/ab%28c%291"]
    source, _ = page.page.xpath("//script[@type='application/ld+json']/text()")
    assert json.loads(source)["isBasedOn"]["funding"] == [
        {"@type": "Grant", "identifier": "F-1", "funder": {"@type": "Organization", "name": "Fund"}},
        {"@type": "Grant", "identifier": "F-2", "funder": {"@type": "Organization", "name": "Fund"}},
        {"@type": "Grant", "funder": {"@type": "Organization", "name": "Trust"}},
    ]
    kit = zipfile.ZipFile(BytesIO(client.get(f"{SHOW}/press-kit.zip").data))
    html = kit.read("2026-cats-agree-with-their-owners/release.html").decode()
    plain = client.get(f"{SHOW}.txt").text
    assert "Funding: Fund: F-1, F-2; Trust" in plain
    assert "<li>Fund: F-1, F-2</li>" in html
    (item,) = json.loads(client.get("/feeds/releases.json").data)["items"]
    for form in (page.text, html, plain, item["content_html"]):
        assert "###" in form
        assert re.search(r"\b3 words|\b8 words", form), form[:200]


def test_funders_are_found(client: Any, staff: Any, noon: Any, settle: Any) -> None:
    with staff():
        public(study_funders="Quokka Trust: QT-77")
    settle()
    assert SHOW in client.get("/search?q=quokka").page.xpath("//main//a/@href")


@pytest.mark.sqlite
def test_the_boilerplate_of_the_settings_becomes_the_first_one(instance: Path) -> None:
    app = create_app(instance)
    folder = str(Path(app.root_path) / "migrations")
    old = (
        "INSERT INTO press_release (id, uid, version, slug, kind, headline, subhead, dateline, body, body_html, notes, "
        "notes_html, topics, study_journal, study_title, study_doi, study_method, study_funding, study_conflicts, "
        "embargoed, zone, author_name, created_at, updated_at, review, review_by_name, review_note, withdrawal_reason) "
        "VALUES (7, 'u', 1, 'x', 'award', 'x', '', '', '', '', '', '', '[]', '', '', '', '', 'Fund, grant 1', '', 0, "
        "'UTC', '', :now, :now, 'none', '', '', '')"
    )
    with app.app_context(), publishing.as_staff():
        upgrade(directory=folder, revision="0004")
        with db.engine.begin() as connection:
            connection.execute(text(old), {"now": "2026-11-19 17:00:00"})
            for name, said in (("organisation_boilerplate", "We study “cats”."), ("organisation_short_name", "SoT")):
                connection.execute(
                    text("INSERT INTO setting (name, value) VALUES (:name, :value)"),
                    {"name": name, "value": json.dumps(said)},
                )
        upgrade(directory=folder)
        release, (boilerplate,) = queries.by_id(7), queries.boilerplates()
        assert release.boilerplates == ("sot",)
        assert (boilerplate.name, boilerplate.body_html, boilerplate.standard) == (
            "SoT",
            "<p>We study “cats”.</p>",
            True,
        )
        assert (release.study_funding, release.study_funders, release.language) == ("Fund, grant 1", "", "")
        assert datetime.now(UTC) - boilerplate.updated_at < timedelta(days=1)
        db.session.remove()
        downgrade(directory=folder, revision="0004")
        with db.engine.begin() as connection:
            kept = connection.execute(text("SELECT value FROM setting WHERE name = 'organisation_boilerplate'"))
            assert json.loads(kept.scalar()) == "We study “cats”."
        db.session.remove()
        db.engine.dispose()
