"""What is new is matched as the archive's own pages would list it, when it is public, and once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from pressroom import publishing, search
from pressroom.alerts import actions, matching, subjects
from pressroom.alerts.models import Alert, AlertChange, AlertRun
from pressroom.alerts.rules import AlertError
from pressroom.clips import actions as clips
from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.releases import actions as releases
from pressroom.releases.models import Release
from pressroom.releases.rules import ReleaseKind
from tests.alerts.conftest import alert, finds, wanted
from tests.clips.conftest import clip
from tests.conftest import NOON
from tests.releases.conftest import public, waiting
from tests.webcasts import factories as webcasts

MINUTE = timedelta(minutes=1)

PAGES = (
    "/clips/",
    "/clips/?q=family+history",
    '/clips/?q="family+history"+-genome',
    "/clips/?q=genom*+OR+outlet:herald",
    "/clips/?outlet=the-herald",
    "/clips/?outlet=the-herald&outlet=the-harbor-ledger&lang=en",
    "/clips/?topic=genome-editing&year=2026",
    "/clips/?medium=radio",
    "/clips/?q=by:okafor+after:2026-11-13",
    "/search?q=cats",
    "/search?q=cats&kind=release",
    "/search?kind=clip",
    "/releases/",
    "/releases/?kind=statement",
    "/releases/?topic=surveys",
    "/releases/?kind=research&topic=cats",
)


def match(app: Flask) -> None:
    with app.app_context():
        while matching.work_off(clock.now()) is not None:
            pass


def add() -> None:
    """Some of everything; in a context of staff."""
    clip(headline="A genome of cats", outlet="The Herald", topics=("Genome editing",), language="es")
    clip(headline="Family, and its history", medium="radio")
    clip(headline="The family history of herds", byline="Rita Okafor", published_on=date(2026, 11, 15))
    clip(headline="Nothing of it", byline="Jo Vale", outlet="The Herald", topics=())
    public(headline="Cats agree", now=clock.now())
    public(headline="On dogs", kind=ReleaseKind.STATEMENT, topics=("Dogs",), now=clock.now())


@pytest.mark.sqlite
def test_an_alert_finds_what_its_page_lists(app: Flask, client: FlaskClient, staff: Any, noon: Any) -> None:
    with staff():  # what is there before: names that addresses have, and nobody's news
        clip(headline="Old one of genome", outlet="The Herald", topics=("Genome editing",), medium="radio")
        clip(headline="Old one of the other outlet")
        public(headline="Old cats", topics=("Cats", "Surveys", "Dogs"))
        public(headline="Old statement", kind=ReleaseKind.STATEMENT)
    match(app)
    noon(MINUTE)
    for number, page in enumerate(PAGES):
        alert(app, page, address=f"reader{number}@paper.example")
    noon(2 * MINUTE)
    with staff():
        add()
    match(app)
    found: dict[int, set[str]] = {}
    for row in finds(app):
        found.setdefault(row.alert_id, set()).add(f"{row.kind}{row.item_id}")
    with app.app_context(), publishing.as_staff():
        rows = [
            (row.id, row.scope, subjects.address(row.scope, row.asked)) for row in db.session.scalars(select(Alert))
        ]
    assert len(rows) == len(PAGES)
    for number, scope, page in rows:
        listed = _listed(client, page, scope)
        assert found.get(number, set()) == listed, page
    assert sum(map(bool, found.values())) > 13


def _listed(client: FlaskClient, page: str, scope: str) -> set[str]:
    """What the page lists, without what was there before."""
    hrefs = set(client.get(page).page.xpath("//main//li//a/@href | //main//article//a/@href"))  # type: ignore[attr-defined]
    clips_ = {f"clip{href.rpartition('/')[2]}" for href in hrefs if href.startswith("/clips/") and href[7:].isdigit()}
    releases_ = {href for href in hrefs if href.startswith("/releases/2026/") and href.count("/") == 3}
    numbers = {"/releases/2026/cats-agree": "release3", "/releases/2026/on-dogs": "release4"}
    known = {numbers[href] for href in releases_ if href in numbers}
    return (clips_ - {"clip1", "clip2"}) | known


def test_what_becomes_public_by_time_is_found_then_and_once(app: Flask, staff: Any, noon: Any) -> None:
    alert(app, "/releases/")
    with staff():
        number = waiting(NOON + timedelta(hours=2), embargoed=True).id
    match(app)
    noon(timedelta(hours=2) - timedelta(seconds=1))
    match(app)
    assert finds(app) == []
    noon(timedelta(hours=2))
    match(app)
    [found] = finds(app)
    assert (found.kind, found.item_id, found.due_at) == ("release", number, clock.now())
    with staff():
        releases.edit(db.session.get(Release, number), by=None, now=clock.now(), subhead="Another subhead.")
    match(app)
    assert len(finds(app)) == 1, "an edit is no news"


def test_what_was_there_before_or_is_of_an_archive_is_no_news(app: Flask, staff: Any, noon: Any) -> None:
    with staff():
        old = clip(headline="There before").id
    noon(MINUTE)
    alert(app, "/clips/")
    noon(2 * MINUTE)
    with staff():
        search.enqueue("clip", old, due=clock.now())
        clip(headline="Of 2019", published_on=date(2019, 3, 1))
        withdrawn = clip(headline="Taken back")
        clips.withdraw(withdrawn, by=None, now=clock.now(), reason="Twice.")
        new = clip(headline="New").id
    match(app)
    assert [row.item_id for row in finds(app)] == [new]
    with app.app_context():
        assert db.session.scalars(select(AlertChange)).all() == []
        [run] = db.session.scalars(select(AlertRun)).all()
        assert (run.documents, run.alerts, run.finds) == (2, 1, 1)


def test_nobody_is_found_anything_who_does_not_want_it_now(app: Flask, staff: Any, noon: Any) -> None:
    with staff():
        rows = {
            name: wanted("/clips/", address=f"{name}@paper.example") for name in ("paused", "stopped", "new", "robin")
        }
        actions.pause(rows["paused"], now=NOON)
        actions.stop(rows["stopped"].subscriber, "550 5.1.1", now=NOON)
        rows["new"].confirmed_at = None
        robin = rows["robin"].id
        clip()
    match(app)
    assert [row.alert_id for row in finds(app)] == [robin]


def test_killed_while_it_matches_it_begins_again(
    app: Flask, staff: Any, noon: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between working out and writing down nothing is lost and nothing is found twice."""
    alert(app, "/clips/")
    with staff():
        clip()
        clip()
    with monkeypatch.context() as patch:
        patch.setattr(matching, "_written", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            match(app)
    assert finds(app) == []
    match(app)
    match(app)
    assert len(finds(app)) == 2


def test_the_same_question_of_many_is_asked_once_and_of_no_index(
    app: Flask, staff: Any, noon: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The work grows with the new documents and the different questions, not with the archive or the readers."""
    with staff():
        for number in range(30):
            wanted("/clips/?q=history", address=f"reader{number}@paper.example")
        clip()
    asked, statements = [], []
    answer = matching.answer
    monkeypatch.setattr(matching, "answer", lambda *given: asked.append(given[1:]) or answer(*given))
    with app.app_context():
        engine = db.engine

    def note(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        statements.append(sql)

    event.listen(engine, "before_cursor_execute", note)
    try:
        match(app)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert asked == [("clips", "q=history")]
    assert len(finds(app)) == 30
    assert len(statements) < 25, statements


@pytest.mark.sqlite
def test_what_is_not_understood_is_said(app: Flask, noon: Any) -> None:
    bad = (
        "",
        "/",
        "/desk/",
        "https://evil.example/clips/",
        "//evil.example/search",
        "//[",
        "/clips/1",
        "/clips/?outlet=none",
    )
    more = ("/clips/?year=soon", "/search?kind=nothing", "/releases/?kind=nothing", "/releases/?topic=none")
    with app.app_context():
        for page in (*bad, *more, "/clips/?" + "&".join(f"x{n}=1" for n in range(200))):
            with pytest.raises(AlertError):
                subjects.read(page)
        for page, same in {
            "/clips/?page=3&sort=oldest&q=gene&per=50": "/clips/?q=gene",
            "/search?q=+gene+&page=2": "/search?q=gene",
            "/releases/2026/11/?page=2": "/releases/",
        }.items():
            assert subjects.read(page).address == same


@pytest.mark.usefixtures("posting")
def test_webcasts_are_offered_on_their_page_and_found(app: Flask, client: FlaskClient, staff: Any, noon: Any) -> None:
    [offer] = client.get("/webcasts/").page.xpath("//main//a[contains(.,'Alert me')]/@href")  # type: ignore[attr-defined]
    assert "Webcasts" in client.get(offer).page.xpath("string(//main)")  # type: ignore[attr-defined]
    alert(app, "/webcasts/?page=2")
    with staff():
        announced = webcasts.published(webcasts.webcast()).id
        clip()
    match(app)
    assert [(row.kind, row.item_id) for row in finds(app)] == [("webcast", announced)]
