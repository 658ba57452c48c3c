"""What is under embargo is read at the address at which it will be public, by those who may; by nobody else."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from pressroom import publishing
from pressroom.accreditation import actions, ledger, reading
from pressroom.accreditation.models import Journalist
from pressroom.embargo_audit import papers
from pressroom.kit.db import db
from pressroom.releases import actions as releases
from pressroom.releases import backmatter, queries
from pressroom.releases.models import Release
from tests.accreditation.conftest import (
    HEADLINE,
    LIFT,
    PATH,
    SECRET,
    accept,
    client_of,
    entries,
    picture_of,
    robin,
)
from tests.conftest import NOON, nothing_kept
from tests.releases.conftest import draft, illustrate, public, waiting

LINE = "EMBARGOED UNTIL Tuesday, 24 November 2026, 12:00 EST (UTC−05:00)"
FORMS = (PATH, f"{PATH}.txt", f"{PATH}.ics", f"{PATH}.pdf", f"{PATH}/press-kit.zip")

OWN = {"Date", "Content-Length", "X-Request-ID"}
"""What two answers to the same may differ in."""


def test_the_page_says_when_it_lifts_first_and_last_and_under_the_picture(reader: FlaskClient) -> None:
    answer = reader.get(PATH)
    assert answer.status_code == 200
    main = answer.page.xpath("//main")[0]
    said = " ".join(main.text_content().split())
    assert said.startswith(f"{LINE} Research")
    assert SECRET in said
    prose = main.xpath(".//div[@id='text']")[0].text_content().split("###")
    assert LINE in prose[1]
    assert LINE in main.xpath("string(.//figcaption)")
    assert "Tokyo" in said
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.page.xpath("//meta[@name='robots'][contains(@content, 'noindex')]")
    assert not answer.page.xpath("//link[@rel='canonical']")


def test_text_calendar_and_files_too(reader: FlaskClient, app: Flask, embargoed: int) -> None:
    plain = reader.get(f"{PATH}.txt")
    assert plain.text.startswith(LINE)
    assert plain.text.rstrip().endswith(LINE)
    assert SECRET in plain.text
    lift = reader.get(f"{PATH}.ics")
    assert lift.mimetype == "text/calendar"
    assert "BEGIN:VEVENT" in lift.text
    picture = reader.get(picture_of(app, embargoed))
    assert picture.data.startswith(b"\x89PNG")
    paper = reader.get(f"{PATH}.pdf")
    words = papers.words(paper.data)
    assert SECRET in words
    assert words.count(LINE) >= 3
    kit = reader.get(f"{PATH}/press-kit.zip")
    with zipfile.ZipFile(BytesIO(kit.data)) as packed:
        [said] = [packed.read(name).decode() for name in packed.namelist() if name.endswith("/release.txt")]
    assert said == plain.text
    for answer in (plain, lift, picture, paper, kit):
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert "ETag" not in answer.headers


def test_for_everybody_else_it_is_the_404_of_any_address(
    reader: FlaskClient, client: FlaskClient, app: Flask, embargoed: int
) -> None:
    nowhere = app.test_client()
    for path in (*FORMS, picture_of(app, embargoed)):
        other = path.replace("cats", "dogs") if "cats" in path else "/media/987654/none.png"
        hidden, nothing = client.get(path), nowhere.get(other)
        assert hidden.status_code == nothing.status_code == 404
        assert hidden.data.replace(path.encode(), b"") == nothing.data.replace(other.encode(), b"")
        kept = [(name, value) for name, value in hidden.headers if name not in OWN]
        assert kept == [(name, value) for name, value in nothing.headers if name not in OWN]
        assert reader.get(path).status_code == 200


@pytest.mark.parametrize("why", ["expired", "suspended", "ended", "not agreed", "new version", "signed out", "no such"])
def test_who_may_not_read_sees_what_the_public_sees(
    app: Flask, client: FlaskClient, staff: Any, embargoed: int, noon: Callable, why: str
) -> None:
    with staff():
        journalist = robin()
        if why != "not agreed":
            accept(journalist)
        excluded = client_of(app, journalist)
        number = journalist.id
    if why != "not agreed":
        assert excluded.get(PATH).status_code == 200
    before = len(entries(app))
    with staff():
        journalist = db.session.get_one(Journalist, number)
        match why:
            case "expired":
                journalist.valid_until = NOON
            case "suspended":
                actions.suspend(journalist, by=None, now=NOON, reason="A breach.")
            case "ended":
                actions.end(journalist, by=None, now=NOON)
            case "new version":
                actions.write_agreement("Nothing at all.", by=None, now=NOON)
            case "signed out":
                actions.end_sessions(number, now=NOON)
    if why == "no such":
        excluded.set_cookie(reading.COOKIE, "x" * 43)
    for path in (*FORMS, picture_of(app, embargoed), "/", "/releases/", "/feeds/releases.rss", f"/search?q={SECRET}"):
        with nothing_kept():  # what is kept is not asked for with a cookie, and says so in its headers
            mine, theirs = excluded.get(path), client.get(path)
        assert (mine.status_code, mine.data) == (theirs.status_code, theirs.data), path
        undated = [[pair for pair in each.headers if pair[0] not in OWN] for each in (mine, theirs)]
        assert undated[0] == undated[1]
    assert HEADLINE not in excluded.get("/embargo/", follow_redirects=True).text
    assert len(entries(app)) == before


def test_it_turns_public_at_the_instant(reader: FlaskClient, client: FlaskClient, noon: Callable) -> None:
    noon(LIFT - timedelta(microseconds=1))
    assert LINE in reader.get(PATH).text
    assert client.get(PATH).status_code == 404
    noon(LIFT)
    for path in FORMS:
        mine, theirs = reader.get(path), client.get(path)
        assert mine.status_code == theirs.status_code == 200
        assert mine.data == theirs.data
        assert "no-store" not in mine.headers.get("Cache-Control", "")
    assert "FOR IMMEDIATE RELEASE" in reader.get(PATH).text


def test_nothing_else_of_the_desk_comes_in(app: Flask, reader: FlaskClient, staff: Any) -> None:
    with staff():
        draft(headline="A draft of dogs", body="dogs")
        waiting(LIFT, headline="A plan of birds", body="birds")
        public(headline="News of fish", body="fish")
    page = reader.get("/embargo/").text + reader.get(PATH).text
    assert "dogs" not in page
    assert "birds" not in page
    for path in ("/releases/2026/a-plan-of-birds", "/releases/2026/a-draft-of-dogs", "/releases/2026/A-plan"):
        assert reader.get(path).status_code == 404
    assert reader.get("/releases/2026/news-of-fish").status_code == 200
    assert (
        HEADLINE
        not in reader.get("/").text + reader.get("/releases/").text + reader.get("/sitemaps/releases-1.xml").text
    )


def test_the_copy_knows_the_parts_and_no_session(app: Flask, embargoed: int) -> None:
    with app.app_context():
        copy = reading.release_at(2026, "cats-agree-with-their-owners", NOON)
        assert copy is not None
        assert [picture.asset.credit for picture in copy.release.pictures] == ["A. Lens"]
        assert copy.release not in db.session
        assert not db.session.new
        assert publishing.current_viewer() is publishing.Viewer.PUBLIC


def test_the_embargo_page_lists_the_soonest_first(reader: FlaskClient, staff: Any) -> None:
    with staff():
        waiting(LIFT - timedelta(days=1), embargoed=True, headline="Sooner", body="x")
    answer = reader.get("/embargo/")
    titles = answer.page.xpath("//main//section[@class='ledger']//h2/a/text()")
    assert titles == ["Sooner", HEADLINE]
    assert LINE in answer.text
    assert "Berlin" in answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_many_releases_cost_no_more_queries_than_one(reader: FlaskClient, staff: Any, queries: Callable) -> None:
    with staff():
        for n in range(6):
            illustrate(waiting(LIFT, embargoed=True, headline=f"Number {n}", body="x"))
    with queries(20):
        assert reader.get("/embargo/").text.count("Plain text") == 7
    with queries(23):
        assert reader.get(PATH).status_code == 200


# The ledger ----------------------------------------------------------------------------------------------


def test_each_opening_is_an_entry(app: Flask, reader: FlaskClient, embargoed: int) -> None:
    picture = picture_of(app, embargoed)
    for path in (*FORMS, picture):
        reader.get(path, headers={"User-Agent": "Mozilla/5.0 (test)"})
    rows = entries(app)
    assert [row.what.value for row in rows] == ["page", "text", "calendar", "pdf", "kit", "file"]
    assert [row.number for row in rows] == [1, 2, 3, 4, 5, 6]
    assert {row.journalist_name for row in rows} == {"Robin Vale"}
    assert {(row.release_id, row.headline, row.version) for row in rows} == {(embargoed, HEADLINE, 3)}
    assert rows[0].address == "127.0.0.1"
    assert rows[0].agent == "Mozilla/5.0 (test)"
    assert rows[5].detail == picture.rsplit("/", 1)[1]
    with app.app_context(), publishing.as_staff():
        verdict = ledger.check()
    assert (verdict.count, verdict.fault) == (6, "")


def test_what_cannot_be_written_down_is_not_shown(
    app: Flask, reader: FlaskClient, embargoed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        ledger.chain, "hold", lambda connection, _: connection.execute(text("SELECT no_such FROM nowhere"))
    )
    for path in (*FORMS, picture_of(app, embargoed)):
        answer = reader.get(path)
        assert answer.status_code == 503
        assert SECRET not in answer.text
        assert HEADLINE not in answer.text
    assert entries(app) == []


def test_opening_changes_no_edition_and_nothing_of_the_release(app: Flask, reader: FlaskClient, embargoed: int) -> None:
    def state() -> tuple[Any, ...]:
        with app.app_context(), publishing.as_staff():
            edition = db.session.scalar(text("SELECT n FROM edition"))
            return edition, db.session.get_one(Release, embargoed).version

    before = state()
    reader.get(PATH)
    assert state() == before


def test_a_change_is_told_to_whoever_read_the_older_version(reader: FlaskClient, staff: Any, embargoed: int) -> None:
    reader.get(PATH)
    assert "Changed since you read it" not in reader.get("/embargo/").text
    with staff() as cast:
        release = db.session.get_one(Release, embargoed)
        releases.edit(release, by=cast.ada, now=NOON + timedelta(hours=1), body="Other words.")
    page = reader.get("/embargo/").page
    assert page.xpath("string(//section[@aria-labelledby='changed']//li/a)") == HEADLINE
    assert "text" in page.xpath("string(//section[@aria-labelledby='changed'])")
    assert "Changed since you read it" in reader.get(PATH).text
    assert "Changed since you read it" not in reader.get(PATH).text, "they hold the new version now"
    assert "Changed since you read it" not in reader.get("/embargo/").text


def test_a_correction_after_the_lift_reaches_who_read_it_under_embargo(
    reader: FlaskClient, staff: Any, embargoed: int, noon: Callable
) -> None:
    reader.get(PATH)
    noon(LIFT + timedelta(hours=1))
    assert "Changed since" not in reader.get("/embargo/").text
    with staff() as cast:
        release = db.session.get_one(Release, embargoed)
        releases.correct(release, by=cast.ada, now=LIFT + timedelta(hours=1), note="Wrong.", body="Right words.")
    assert "Changed since you read it" in reader.get("/embargo/").text
    noon(LIFT + timedelta(days=40))
    assert "Changed since you read it" not in reader.get("/embargo/").text


def test_what_was_taken_back_is_told_without_a_link(reader: FlaskClient, staff: Any, embargoed: int) -> None:
    reader.get(PATH)
    with staff() as cast:
        releases.hold(db.session.get_one(Release, embargoed), by=cast.ada, now=NOON + timedelta(hours=1))
    said = reader.get("/embargo/").page.xpath("//section[@aria-labelledby='changed']//li")[0]
    assert "taken back" in said.text_content()
    assert not said.xpath(".//a")
    assert reader.get(PATH).status_code == 404


def test_nothing_stands_for_a_picture_that_no_browser_shows_yet(
    app: Flask, reader: FlaskClient, embargoed: int
) -> None:
    with app.app_context(), publishing.as_staff():
        release = db.session.get(Release, embargoed)
        assert release is not None
        release.pictures[0].asset.media_type, release.pictures[0].asset.renditions = "image/tiff", []
        db.session.commit()
    page = reader.get(PATH).page  # type: ignore[attr-defined]
    assert not page.xpath("//main//figure")
    assert not page.xpath("//main//img[not(@src) or @src='']")


def test_what_is_kept_once_comes_with_the_release_and_to_nobody_else(
    reader: FlaskClient, client: FlaskClient, staff: Callable, embargoed: int
) -> None:
    """Contacts, boilerplates and quotations; of related things only what everybody may see."""
    with staff():
        backmatter.add_boilerplate(by=None, now=NOON, name="the Quokka Trust", body="They count quokkas.")
        backmatter.add_contact(by=None, now=NOON, name="Quentin Quokka", phone="301-555-0142")
        hidden, shown = draft(headline="Hushed dogs"), public(headline="Open dogs")
        releases.edit(
            queries.by_id(embargoed),
            by=None,
            now=NOON,
            body="Cats.\n\n> “Miaow.”\n> — Tom Katz, PhD, head of cats",
            boilerplates=("the-quokka-trust",),
            contacts=("quentin-quokka",),
            related=(f"release {hidden.id}", f"release {shown.id}"),
        )
    page, plain = reader.get(PATH), reader.get(f"{PATH}.txt").text
    kit = zipfile.ZipFile(BytesIO(reader.get(f"{PATH}/press-kit.zip").data))
    names = [name.partition("/")[2] for name in kit.namelist()]
    html = kit.read(next(name for name in kit.namelist() if name.endswith("release.html"))).decode()
    for said in (page.text, plain, html):
        assert "They count quokkas." in said and "Quentin Quokka" in said
        assert "Open dogs" in said and "Hushed dogs" not in said
    assert {"contacts/quentin-quokka.vcf", "quotations.txt"} <= set(names)
    assert page.page.xpath("string(//*[@id='quotation-1'])").endswith(f"head of cats{LINE}")
    for path in (PATH, "/contact/quentin-quokka.vcf"):
        assert client.get(path).status_code == 404
