"""The index as an archive: years and months as addresses, evidence labels as filters, and what is asked for again."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from pressroom.kit import prepared, settings
from pressroom.kit.db import db
from pressroom.releases import actions, archive
from pressroom.releases import public as reads
from pressroom.releases.models import Release
from pressroom.releases.rules import Evidence, PeerReview, RefusedError, ReleaseKind, Subject
from tests.conftest import NOON, nothing_kept
from tests.releases.conftest import draft, public, waiting

SITE = "http://127.0.0.1:8000"
SECOND = timedelta(seconds=1)


@pytest.fixture
def room(staff: Any, noon: Any) -> None:
    """Releases of two years with labels; what is not public is of months and labels of its own."""
    with staff():
        human = {"peer_review": PeerReview.YES, "evidence": Evidence.OBSERVATIONAL, "subject": Subject.PEOPLE}
        for n in range(3):
            public(now=NOON - timedelta(days=n), headline=f"November {n}", **human)
        cells = {"peer_review": PeerReview.PREPRINT, "evidence": Evidence.EXPERIMENT, "subject": Subject.CELLS}
        public(now=datetime(2026, 3, 8, tzinfo=UTC), headline="March", **cells)
        public(now=datetime(2026, 4, 1, 3, 59, 59, tzinfo=UTC), headline="Still March in New York", topics=("Zürich",))
        public(now=datetime(2026, 4, 1, 4, tzinfo=UTC), headline="April in New York", topics=())
        public(now=datetime(2026, 1, 1, 2, tzinfo=UTC), headline="New Year’s Eve", kind=ReleaseKind.AWARD)
        draft(headline="Unfinished", subject=Subject.EMBRYOS)
        waiting(datetime(2027, 2, 2, tzinfo=UTC), headline="Planned", evidence=Evidence.TRIAL)
        waiting(NOON + timedelta(days=20), embargoed=True, headline="Embargoed", peer_review=PeerReview.NO)


def lines(page: Any) -> list[str]:
    """The headlines of a list."""
    found: list[str] = page.xpath("//main//ul[@class='stories dated']//h3/a/text()")
    return found


def rows(page: Any, facet: str) -> dict[str, tuple[str, str]]:
    """Label → count and address of a facet's rows."""
    links = page.xpath(f"//section[@class='facet'][@id='{facet}']//a")
    return {link.findtext("span"): (link.findtext("data"), link.get("href")) for link in links}


def canonical(page: Any) -> str:
    (found,) = page.xpath("//link[@rel='canonical']/@href")
    (shared,) = page.xpath("//meta[@property='og:url']/@content")
    assert found == shared
    return str(found).removeprefix(SITE)


def test_a_year_and_a_month_have_addresses_of_their_own(client: Any, room: None, queries: Any) -> None:
    client.get("/releases/")  # until when its counts hold is asked once in each edition
    with queries(4):
        year = client.get("/releases/2026/")
    assert year.status_code == 200
    assert year.page.xpath("//h1/text()") == ["Releases of 2026"]
    assert year.page.xpath("//main//div[@class='bar']/h2/text()") == ["November 2026", "April 2026", "March 2026"]
    assert rows(year.page, "month") == {
        "November": ("3", "/releases/2026/11/"),
        "April": ("1", "/releases/2026/04/"),
        "March": ("2", "/releases/2026/03/"),
    }
    assert rows(year.page, "year") == {"2026": ("6", "/releases/"), "2025": ("1", "/releases/2025/")}
    with queries(4):
        month = client.get("/releases/2026/03/")
    assert month.status_code == 200
    assert lines(month.page) == ["Still March in New York", "March"]
    assert month.page.xpath("//nav[@aria-label='Breadcrumbs']//a/@href") == ["/", "/releases/", "/releases/2026/"]
    assert month.page.findtext(".//title").startswith("Releases of March 2026 · ")
    assert lines(client.get("/releases/2025/12/").page) == ["New Year’s Eve"]
    for path in ("/releases/2026/", "/releases/2026/03/", "/releases/2026/11/?kind=research"):
        assert canonical(client.get(path).page) == path


def test_what_was_asked_for_by_a_year_in_the_query_still_is(client: Any, room: None) -> None:
    """Browsers keep the 301 that once led from ``/releases/2026/`` to this; a way back would go round in a circle."""
    answer = client.get("/releases/?year=2026")
    assert answer.status_code == 200
    assert lines(answer.page) == lines(client.get("/releases/2026/").page)
    assert canonical(answer.page) == "/releases/2026/"
    assert canonical(client.get("/releases/?utm_source=x").page) == "/releases/"
    assert canonical(client.get("/releases/?topic=cats&year=2026&kind=research").page) == (
        "/releases/2026/?kind=research&topic=cats"
    )
    assert lines(client.get("/releases/2026/?year=2025").page) == lines(answer.page), "the path says it"


def test_a_period_without_releases_is_not_found_and_tells_nothing(client: Any, room: None) -> None:
    """In some there are releases that wait for their time; these answer as any other."""
    for waits, nothing in (("2027/", "1999/"), ("2027/02/", "1999/02/"), ("2026/12/", "2026/05/")):
        hidden, other = client.get(f"/releases/{waits}"), client.get(f"/releases/{nothing}")
        assert hidden.status_code == other.status_code == 404
        assert "No such list of releases" in hidden.text
        assert hidden.page.xpath("//div[@class='empty']//p[1]/text()")[0].startswith("There is no release of ")
        said = [
            re.sub("(February|December|May) ?|2027|2026|1999|/[0-9]{2}/", "", answer.text) for answer in (hidden, other)
        ]
        assert said[0] == said[1], waits
    assert client.get("/releases/2026/03/?page=9").status_code == 404


def test_what_is_no_month_is_not_found(client: Any, room: None) -> None:
    for path in ("2026/13/", "2026/00/", "2026/3/", "2026/003/", "0999/", "2026/03/x", "2026/03/03/"):
        assert client.get(f"/releases/{path}").status_code == 404, path


def test_a_month_is_there_from_the_second_of_its_first_lift(client: Any, staff: Any, noon: Any) -> None:
    lift = datetime(2027, 2, 2, 12, tzinfo=UTC)
    with staff():
        waiting(lift, embargoed=True, evidence=Evidence.TRIAL)
    for later, status in ((lift - NOON - SECOND, 404), (lift - NOON, 200)):
        noon(later)
        for path in ("/releases/2027/", "/releases/2027/02/", "/releases/2027/02/?study-type=trial"):
            assert client.get(path).status_code == status
        assert ("/releases/2027/02/" in client.get("/sitemaps/months-1.xml").text) is (status == 200)
        assert ("Randomised" in client.get("/releases/").text) is (status == 200)


def test_the_address_of_a_release_is_never_that_of_a_month(client: Any, staff: Any, noon: Any) -> None:
    """New ones are refused such an address; one that is there from before keeps it, beside the month."""
    with staff():
        for slug in ("03", "3", "12", "99"):
            with pytest.raises(RefusedError, match="stands for a month"):
                draft(slug=slug)
        assert draft(headline="11").slug == "release-11"
        assert draft(slug="003").slug == "003"
        release = public(slug="a-release", headline="A release of old")
        release.slug = "11"
        db.session.flush()
        number = release.id
    assert "A release of old" in client.get("/releases/2026/11").page.xpath("string(//h1)")
    assert client.get("/releases/2026/11/").page.xpath("//h1/text()") == ["Releases of November 2026"]
    assert client.get("/releases/2026/11.txt").status_code == 200
    assert client.get("/releases/2026/12").status_code == client.get("/releases/2026/no-such").status_code == 404
    with staff() as cast:
        actions.edit(db.session.get(Release, number), by=cast.ada, now=NOON, slug="a-better-one")
    assert client.get("/releases/2026/11").location == "/releases/2026/a-better-one"


def test_evidence_labels_are_filters_with_disjunctive_counts(client: Any, room: None, queries: Any) -> None:
    client.get("/releases/")
    with queries(4):
        page = client.get("/releases/?peer-review=yes").page
    assert lines(page) == ["November 0", "November 1", "November 2"]
    assert rows(page, "peer-review") == {
        "Peer-reviewed": ("3", "/releases/"),
        "Preprint, not peer-reviewed": ("1", "/releases/?peer-review=preprint"),
    }
    assert rows(page, "study-type") == {
        "Observational study": ("3", "/releases/?peer-review=yes&study-type=observational")
    }
    assert rows(page, "subject") == {"In people": ("3", "/releases/?peer-review=yes&subject=people")}
    assert rows(page, "kind") == {"Research": ("3", "/releases/?kind=research&peer-review=yes")}
    assert rows(page, "year") == {"2026": ("3", "/releases/2026/?peer-review=yes")}
    both = client.get("/releases/2026/03/?peer-review=preprint&subject=cells&study-type=experiment")
    assert lines(both.page) == ["March"]
    chips = both.page.xpath("//a[@class='chip']")
    assert [(chip.get("aria-label"), chip.get("href")) for chip in chips][:3] == [
        ("Remove year: 2026", "/releases/?peer-review=preprint&study-type=experiment&subject=cells"),
        ("Remove month: March", "/releases/2026/?peer-review=preprint&study-type=experiment&subject=cells"),
        ("Remove peer review: Preprint, not peer-reviewed", "/releases/2026/03/?study-type=experiment&subject=cells"),
    ]
    assert client.get("/releases/?peer-review=preprint&subject=people").status_code == 200


def test_a_label_that_there_is_not_is_told(client: Any, room: None) -> None:
    for query, sentence in (
        ("peer-review=maybe", "“maybe” says nothing about peer review."),
        ("study-type=anecdote", "There is no type of study called “anecdote”."),
        ("subject=%3Cscript%3E", "There is no subject called “&lt;script&gt;”."),
        ("year=0850", "“0850” is no year."),
    ):
        answer = client.get(f"/releases/?{query}")
        assert answer.status_code == 404
        assert sentence in answer.text


def test_every_count_is_what_the_link_shows(client: Any, room: None) -> None:
    """For each row of each facet, with nothing chosen and with each single choice."""
    start = client.get("/releases/").page
    asked = ["/releases/", *start.xpath("//section[@class='facet']//a/@href")]
    for address in asked:
        for link in client.get(address).page.xpath("//section[@class='facet']//a[not(@aria-current)]"):
            assert len(lines(client.get(link.get("href")).page)) == int(link.findtext("data")), link.get("href")


def test_labels_kind_and_topics_of_a_release_lead_to_more_of_their_kind(client: Any, room: None) -> None:
    page = client.get("/releases/2026/november-0").page
    assert page.xpath("//dl[@class='labels']//a/@href") == [
        "/releases/?peer-review=yes",
        "/releases/?study-type=observational",
        "/releases/?subject=people",
        "/reporting-science",
    ]
    assert page.xpath("//p[@class='release-line']/a/@href") == ["/releases/?kind=research"]
    assert page.xpath("//section[@aria-labelledby='topics']//a/@href") == [
        "/releases/?topic=cats",
        "/releases/?topic=surveys",
    ]
    crumbs = page.xpath("//nav[@aria-label='Breadcrumbs']//a/@href")
    assert crumbs == ["/", "/releases/", "/releases/2026/", "/releases/2026/11/"]
    for href in page.xpath("//main//a[starts-with(@href, '/releases/')]/@href"):
        if not href.endswith((".zip", ".txt", ".pdf", ".ninjs.json", ".newsml.xml")):
            assert "November 0" in lines(client.get(href).page), href


def test_the_sitemap_has_years_and_months(client: Any, room: None) -> None:
    text = client.get("/sitemaps/months-1.xml").text
    for path in ("2026/", "2026/03/", "2026/04/", "2026/11/", "2025/", "2025/12/"):
        assert f"<loc>{SITE}/releases/{path}</loc><lastmod>" in text
    assert "/releases/2027/" not in text
    assert "/releases/2026/12/" not in text


def test_a_release_stays_in_its_year_when_the_zone_changes(client: Any, app: Any, staff: Any, room: None) -> None:
    """Its address keeps the year; the month is then the one at that end of it."""
    with staff():
        settings.edit({"time_zone": "UTC"})
    assert lines(client.get("/releases/2025/12/").page) == ["New Year’s Eve"]
    assert lines(client.get("/releases/2026/04/").page) == ["April in New York", "Still March in New York"]
    with app.app_context():
        found = {(release.year, archive.month_of(release)) for release in reads.latest(20)}
        assert found == archive.facets(archive.Filters()).months
        for year, month in found:
            assert archive.page(archive.Filters(year, month)).total
    assert client.get("/releases/2026/01/").status_code == 404


@pytest.mark.parametrize("path", ["", ".txt", ".ics"])
def test_whoever_has_it_already_is_told_so(client: Any, staff: Any, noon: Any, cats: int, path: str) -> None:
    address = f"/releases/2026/cats-agree-with-their-owners{path}"
    first = client.get(address)
    assert first.headers["Cache-Control"] == "public, no-cache"
    for headers, status in (({"If-None-Match": first.headers["ETag"]}, 304), ({"If-None-Match": '"other"'}, 200)):
        again = client.get(address, headers=headers)
        assert (again.status_code, again.headers["ETag"]) == (status, first.headers["ETag"])
        assert bool(again.data) is (status == 200)
    assert client.head(address).headers["ETag"] == first.headers["ETag"]
    known = {"If-None-Match": first.headers["ETag"]}
    with staff() as cast:
        actions.correct(db.session.get(Release, cats), by=cast.ada, now=NOON + SECOND, note="Dogs.", headline="Dogs")
    noon(SECOND)
    assert client.get(address, headers=known).status_code == 200
    with staff() as cast:
        actions.withdraw(db.session.get(Release, cats), by=cast.ada, now=NOON + 2 * SECOND, reason="No cats.")
    noon(2 * SECOND)
    assert client.get(address, headers=known).status_code == (404 if path == ".ics" else 410)


def test_lists_are_answered_conditionally_too(client: Any, room: None, noon: Any) -> None:
    for path in ("/releases/", "/releases/2026/", "/releases/2026/11/"):
        known = {"If-None-Match": client.get(path).headers["ETag"]}
        assert client.get(path, headers=known).status_code == 304
        assert client.get(path.replace("2026", "1999"), headers=known).status_code in {304, 404}
    noon(timedelta(days=20))
    assert client.get("/releases/2026/", headers=known).status_code == 200, "an embargo was lifted meanwhile"


def test_what_counts_all_releases_is_asked_once_in_an_edition(app: Flask, client: FlaskClient, cats: int) -> None:
    """Whatever is chosen: each list and each feed counts what was read once."""
    sent: list[str] = []
    paths = (
        "/releases/",
        "/releases/2026/",
        "/releases/2026/feed.json",
        "/releases/?kind=research",
        "/releases/?topic=cats",
    )
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda _c, _cursor, sql, *_: sent.append(sql))
    prepared.connections_of(app).listeners.append(sent.append)
    with nothing_kept():
        for path in paths:
            client.get(path)
    everything = [
        sql
        for sql in sent
        if "press_release.evidence, press_release.subject FROM press_release" in " ".join(sql.split())
    ]
    assert len(everything) == 1
    assert not [sql for sql in sent if "count(" in sql or "DISTINCT" in sql]
