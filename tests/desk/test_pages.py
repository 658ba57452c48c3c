"""The board, the audit, the parts, the preview, and the navigation of the desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pressroom import accounts, audit
from pressroom.accounts import Permission
from pressroom.clips import actions as clips
from pressroom.clips.models import Outlet
from pressroom.desk.navigation import ROOMS
from pressroom.kit import dates
from pressroom.kit.db import db
from pressroom.pages import actions as pages
from pressroom.publishing.cache import once_for_staff
from pressroom.publishing.cache.editions import editions_of
from pressroom.releases import actions as releases
from pressroom.releases.models import Release
from pressroom.releases.rules import ReleaseKind
from pressroom.reporting import actions as experts
from pressroom.reporting.rules import SOON
from tests.conftest import NOON, post, signed_in
from tests.releases.conftest import draft


def hrefs(client: FlaskClient) -> list[str]:
    return client.get("/desk/").page.xpath("//nav[@aria-label='Desk']//a/@href")


def test_every_room_of_the_navigation_is_there(admin: FlaskClient) -> None:
    assert hrefs(admin) == [room.href for room in ROOMS]
    for href in hrefs(admin):
        answer = admin.get(href)
        assert answer.status_code == 200, href
        assert answer.page.xpath("//nav[@aria-label='Desk']//a[@aria-current]/@href") == [href]


def test_each_role_sees_what_it_may_use(ada: FlaskClient, wren: FlaskClient) -> None:
    assert "/desk/people/" not in hrefs(ada)
    assert "/desk/settings" in hrefs(ada)
    assert hrefs(wren) == ["/desk/", "/desk/releases/", "/desk/clips/", "/desk/webcasts/", "/desk/media/"]
    for client in (ada, wren):
        for href in hrefs(client):
            assert client.get(href).status_code == 200, href


@pytest.fixture
def busy(staff: Callable, clock_at: Callable) -> None:
    """One release in each column, and a clip."""
    clock_at(NOON)
    with staff() as cast:
        by = cast.ada

        def written(headline: str):
            return releases.create(by=by, now=NOON, kind=ReleaseKind.RESEARCH, headline=headline, body="Text.")

        written("A draft")
        at, zone = NOON + timedelta(days=4, hours=22), "America/New_York"
        releases.schedule(written("A plan"), by=by, now=NOON, at=at, zone=zone)
        releases.schedule(written("A secret"), by=by, now=NOON, at=at, embargoed=True, zone=zone)
        releases.publish(written("News"), by=by, now=NOON)
        clips.add(by=by, now=NOON, headline="A clip", outlet="The Ledger", published_on=date(2026, 11, 17))


@pytest.mark.usefixtures("busy")
class TestBoard:
    def test_each_column_holds_its_own(self, ada: FlaskClient) -> None:
        page = ada.get("/desk/").page
        columns = {
            section.get("aria-labelledby"): section.xpath(".//h3/a/text()")
            for section in page.xpath("//div[@class='board']/section")
        }
        assert columns == {
            "embargoed": ["A secret"],
            "scheduled": ["A plan"],
            "drafts": ["A draft"],
            "out": ["News"],
        }

    def test_the_countdown_needs_no_script(self, ada: FlaskClient) -> None:
        clock = ada.get("/desk/").page.xpath("//time[@data-countdown]")[0]
        assert clock.text == "4 days 22 hours"
        assert clock.get("datetime") == "2026-11-24T15:00:00Z"

    def test_one_primary_action(self, ada: FlaskClient, wren: FlaskClient) -> None:
        for client in (ada, wren):
            filled = client.get("/desk/").page.xpath("//main//*[@class='button']")
            assert [each.get("href") for each in filled] == ["/desk/releases/new"]

    def test_clips_are_there_and_every_link_answers(self, ada: FlaskClient) -> None:
        page = ada.get("/desk/").page
        assert "A clip" in page.text_content()
        for href in page.xpath("//main//a/@href"):
            assert ada.get(href).status_code == 200, href

    def test_what_others_save_is_there_at_once(self, ada: FlaskClient, staff: Callable) -> None:
        assert "A draft" in ada.get("/desk/").text
        with staff() as cast:
            release = db.session.scalars(select(Release).where(Release.headline == "A draft")).one()
            releases.edit(release, by=cast.wren, now=NOON, headline="A better draft")
            outlet = db.session.scalars(select(Outlet)).one()
            outlet.name = "The Daily Ledger"
        page = ada.get("/desk/").text
        assert "A better draft" in page
        assert "The Daily Ledger" in page
        assert "A draft" not in page

    def test_what_time_changes_is_there_at_its_instant(self, app: Flask, clock_at: Callable) -> None:
        lift = NOON + timedelta(days=4, hours=22)
        for moment, column in ((lift - timedelta(microseconds=1), "scheduled"), (lift, "out"), (NOON, "scheduled")):
            clock_at(moment)
            page = signed_in(app, "ada").get("/desk/").page
            assert page.xpath(f"//section[@aria-labelledby='{column}']//h3/a[.='A plan']"), moment

    def test_each_sees_the_parts_for_their_role(self, ada: FlaskClient, wren: FlaskClient, staff: Callable) -> None:
        with staff() as cast:
            pages.add_fact(by=cast.ada, now=NOON, label="Members", value="8,000")
            release = db.session.scalars(select(Release).where(Release.headline == "A draft")).one()
            releases.submit(release, by=cast.wren, now=NOON)
            address = f"/desk/releases/{release.id}"
        for client, facts, end in ((ada, 1, "/review"), (wren, 0, ""), (ada, 1, "/review")):
            page = client.get("/desk/").page
            assert len(page.xpath("//section[@aria-labelledby='facts']")) == facts
            assert page.xpath("//section[@aria-labelledby='review']//a/@href")[0] == address + end


def test_what_is_kept_for_staff_is_of_nobody_in_particular(
    app: Flask, admin: FlaskClient, staff: Callable, clock_at: Callable
) -> None:
    clock_at(NOON)
    with staff():
        draft()
    for _ in range(2):
        for href in hrefs(admin):
            admin.get(href)
    kept = [answer for work in editions_of(app).answers.values() for _, answer in work.values()]
    said = [text for answer in kept for text in strings(answer)]
    assert any("Drafts" in text for text in said), "the board is among them"
    assert not [text for text in said if "csrf_token" in text or "<form" in text.replace('<form class="search', "")]

    @once_for_staff
    def publishes() -> bool:
        return accounts.may(Permission.PUBLISH)

    for name, may in (("ada", True), ("wren", False), ("ada", True)):
        with app.test_request_context("/desk/", headers={"Cookie": cookie(signed_in(app, name))}):
            app.preprocess_request()
            assert publishes() is may, name


def strings(answer: object) -> list[str]:
    """The texts in *answer*."""
    if isinstance(answer, str):
        return [str(answer)]
    parts = answer.values() if isinstance(answer, dict) else answer if isinstance(answer, tuple | list) else ()
    return [text for part in parts for text in strings(part)]


def cookie(client: FlaskClient) -> str:
    found = client.get_cookie("desk")
    assert found is not None
    return f"desk={found.value}"


def test_what_is_to_be_done_stands_on_the_board_from_its_day_on(
    app: Flask, staff: Callable, clock_at: Callable
) -> None:
    """Neither the end of a day nor thirty days before the end of a consent are instants of anything public."""
    clock_at(NOON)
    with staff() as cast:
        row = experts.add_expert(by=None, now=NOON, name="Nora Quill", title="Professor", institution="Fenwick")
        until = date(2027, 3, 31)  # thirty days before its end it is no midnight: the clocks go forward
        experts.record_consent(row, by=None, now=NOON, given_on=date(2026, 11, 19), until=until, document="Form")
        soon = row.withdrawn_at - SOON
        today = date(2026, 11, 19)
        pages.add_fact(by=cast.ada, now=NOON, label="Members", value="8,000", as_of=today, review_by=today)
    midnight = dates.end(today, "America/New_York")
    for moment, part in ((midnight, "facts"), (soon, "consents")):
        for instant, there in ((moment - timedelta(microseconds=1), 0), (moment, 1)):
            clock_at(instant)
            page = signed_in(app, "ada").get("/desk/").page
            assert len(page.xpath(f"//section[@aria-labelledby='{part}']")) == there, instant


def test_the_board_is_for_staff_and_kept_nowhere(client: FlaskClient, ada: FlaskClient) -> None:
    assert client.get("/desk/").status_code == 303
    assert "no-store" in ada.get("/desk/").headers["Cache-Control"]
    assert ada.post("/desk/").status_code in {400, 405}


def test_the_audit_in_pages(ada: FlaskClient, wren: FlaskClient, staff: Callable) -> None:
    with staff() as cast:
        for n in range(60):
            audit.record(cast.ada, "edit", "widget", n, f"Widget {n}", changes={"size": [n, n + 1]})
    page = ada.get("/desk/audit?kind=widget").page
    assert "60 acts" in page.find_class("bar")[0].text_content()
    assert page.xpath("//nav[@class='pager']//a[@rel='next']")
    second = ada.get(page.xpath("//a[@rel='next']/@href")[0]).page
    assert len(second.xpath("//tbody/tr")) == 10
    assert "size 0 1" in " ".join(second.xpath("//tbody/tr[last()]")[0].text_content().split())
    for odd in ("page=x", "page=-3", "kind=", "page=99999999999999999999999"):
        assert ada.get(f"/desk/audit?{odd}").status_code == 200
    assert wren.get("/desk/audit").status_code == 403


def test_the_parts_are_all_shown(ada: FlaskClient, client: FlaskClient) -> None:
    page = ada.get("/desk/patterns").page
    for part in ("errors", "notice", "chip", "badge", "pager", "contact", "facet", "years", "asset", "hits", "empty"):
        assert page.find_class(part), part
    assert client.get("/desk/patterns").status_code == 303


def test_the_preview_is_safe_and_keeps_nothing(ada: FlaskClient, app: Flask) -> None:
    answer = post(ada, "/desk/preview", {"text": "# One\n\n**two** <script>three</script>"}, form="/desk/settings")
    assert answer.status_code == 200
    assert "<strong>two</strong>" in answer.json["html"]
    assert "<script" not in answer.json["html"]
    assert answer.json["words"] >= 2


def test_the_preview_refuses_too_much_and_strangers(ada: FlaskClient, client: FlaskClient) -> None:
    assert post(ada, "/desk/preview", {"text": "x" * 200_001}, form="/desk/settings").status_code == 422
    assert client.post("/desk/preview", data={"text": "x"}).status_code in {400, 401}
    assert ada.get("/desk/preview").status_code == 405
