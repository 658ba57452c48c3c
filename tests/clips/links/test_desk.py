"""The report of links, and what people say of one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from pressroom import publishing
from pressroom.clips import actions as clips
from pressroom.clips.gathering import pending
from pressroom.clips.links import actions, queries
from pressroom.clips.links.models import ClipLink
from pressroom.clips.links.rules import LinkError, LinkState
from pressroom.clips.models import Clip
from pressroom.kit import clock
from pressroom.kit.db import db
from tests.clips.links.conftest import World
from tests.conftest import NOON, submit
from tests.kit.site import page

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
COPY = "https://web.archive.org/web/20261113081500/https://ledger.example/story"
LIST = "/desk/clips/links/"


@pytest.fixture
def gone(world: World, clock_at) -> tuple[World, int]:  # type: ignore[no-untyped-def]
    """One story that is gone, and one that is there."""
    number = world.clip("/gone", headline="Gone with the tide")
    world.clip(host="b.example")
    for days in range(3):
        world.look(NOON + days * DAY + days * MINUTE)
    clock_at(NOON + 3 * DAY)
    return world, number


def test_the_report(gone: tuple[World, int], wren: FlaskClient) -> None:
    world, number = gone
    found = wren.get(LIST)
    assert "Gone with the tide" in found.text
    assert "Clinics skip" not in found.text
    assert "2 links" in found.text
    assert "All that fail (1)" in found.text
    assert "Dead, without a copy (1)" in found.text
    assert "1 story is gone and has no copy" in found.text
    assert "Clinics skip" in wren.get(f"{LIST}?show=live").text
    assert "No link is so" in wren.get(f"{LIST}?show=paywalled").text
    assert "Gone with the tide" in wren.get(f"{LIST}?show=nonsense").text
    table = wren.get(f"{LIST}export.csv")
    assert table.headers["Cache-Control"] == "private, no-store"
    lines = table.data.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("clip,state,last failure,address,headline")
    assert len(lines) == 2
    assert f"{number},Gone," in lines[1]
    shown = wren.get(f"{LIST}{number}")
    assert "3 in a row" in shown.text
    assert "nothing at this address (404)" in shown.text
    edit = wren.get(f"/desk/clips/{number}")
    assert "What was found at its address" in edit.text
    world.app.config["LINK_CHECKS"] = False
    assert "Links are not looked at" in wren.get(LIST).text


def test_what_is_withdrawn_is_in_no_list_and_is_looked_at_when_it_is_back(
    gone: tuple[World, int], wren: FlaskClient
) -> None:
    world, number = gone
    now = clock.now()
    with world.app.app_context(), publishing.as_staff():
        row = db.session.get_one(Clip, number)
        clips.withdraw(row, by=None, now=now, reason="Ours by mistake.")
        db.session.commit()
        counts = queries.counts(now)
        assert (counts.all, counts.failing, counts.bare, counts.copies) == (1, 0, 0, 0)
        assert not queries.report("", 1, counts.failing).items
        assert len(list(queries.lines("bare"))) == 1, "its head"
        clips.reinstate(row, by=None, now=now)
        db.session.commit()
        counts = queries.counts(now)
        assert (counts.all, counts.failing, counts.bare, counts.copies) == (2, 1, 1, 0)
        assert db.session.get_one(ClipLink, number).due_at == now
    assert "Gone with the tide" in wren.get(LIST).text


def test_buttons(gone: tuple[World, int], wren: FlaskClient) -> None:
    world, number = gone
    assert submit(wren, LIST, button="Check now", form="//main//table//form").status_code == 303
    assert world.link(number).due_at == NOON + 3 * DAY
    said = submit(wren, f"{LIST}{number}", button="This is live", form="//main//section[1]//form")
    assert said.status_code == 303
    link = world.link(number)
    assert (link.cleared_state, link.failures) == (LinkState.GONE, 0)
    assert link.cleared_by_name
    assert "looked: the story is there" in wren.get(f"{LIST}{number}").text
    submit(wren, f"{LIST}{number}", button="Take back that it is live", form="//main//section[1]//form")
    assert world.link(number).cleared_state is None


def test_a_copy_is_named_by_hand(gone: tuple[World, int], wren: FlaskClient) -> None:
    world, number = gone
    form = "//main//form[.//input[@name='url']]"

    def send(url: str, day: str = "") -> object:
        return submit(wren, f"{LIST}{number}", {"url": url, "day": day}, button="Choose this copy", form=form)

    for url, day, says in (
        ("", "", "Write the address of the copy"),
        ("javascript:alert(1)", "2026-11-13", "no web address"),
        ("https://perma.example/AB", "", "its address does not say it"),
        ("https://perma.example/AB", "the other day", ""),
        ("https://perma.example/AB", "2027-11-13", "still to come"),
        (world.url("/gone"), "2026-11-13", "the address of the clip itself"),
        ("https://perma.example/" + "a" * 2000, "2026-11-13", "Shorten this"),
    ):
        refused = send(url, day)
        assert refused.status_code == 422, url  # type: ignore[attr-defined]
        assert says in refused.text  # type: ignore[attr-defined]
    assert send(COPY).status_code == 303  # type: ignore[attr-defined]
    link = world.link(number)
    assert (link.copy_url, link.copy_at, link.copy_source) == (COPY, datetime(2026, 11, 13, 8, 15, tzinfo=UTC), "hand")
    assert world.row(number).copy_url == COPY, "it had failed three times"
    assert "the archive’s copy" in wren.get(f"{LIST}{number}").text
    assert "Gone with" in wren.get(f"{LIST}?show=copy").text
    submit(wren, f"{LIST}{number}", button="Take this copy away", form="//main//form[.//button[@value='forget']]")
    assert world.row(number).copy_url == ""
    assert "took the copy away" in wren.get(f"{LIST}{number}").text, "nothing is forgotten"


def test_what_is_not_there(world: World, wren: FlaskClient, client: FlaskClient) -> None:
    paper = world.clip(url="", headline="On paper")
    fresh = world.clip()
    assert wren.get(f"{LIST}99").status_code == 404
    assert "has no address" in wren.get(f"{LIST}{paper}").text
    assert "not taken this link up yet" in wren.get(f"{LIST}{fresh}").text
    assert "No link fails" in wren.get(LIST).text
    world.look(NOON)
    token = wren.get(f"{LIST}{fresh}").page.xpath("//input[@name='csrf_token']/@value")[0]  # type: ignore[attr-defined]
    assert wren.post(f"{LIST}{fresh}", data={"csrf_token": token, "do": "burn"}).status_code == 400
    assert wren.post(f"{LIST}{paper}", data={"csrf_token": token, "do": "check"}).status_code == 404
    refused = wren.post(f"{LIST}{fresh}", data={"csrf_token": token, "do": "clear"})
    assert refused.status_code == 422
    assert "nothing to put right" in refused.text
    assert client.get(LIST).status_code == 303


def test_commands(world: World) -> None:
    number = world.clip("/gone", headline="Gone with the tide")
    run = world.app.test_cli_runner().invoke
    with clock.at(NOON):
        assert run(args=["links", "check"]).output == "1 new links, 1 looked at, 0 more are due.\n"
        again = run(args=["links", "check", "--clip", str(number)])
        assert "0 looked at, 1 more are due" in again.output, "its host was asked just now"
        assert run(args=["links", "check", "--clip", "77"]).exit_code == 1
        said = run(args=["links", "report"]).output
        assert "1  Gone" in said
        table = run(args=["links", "report", "--csv"]).output.splitlines()
        assert len(table) == 2
        assert world.url("/gone") in run(args=["links", "report", "--state", "gone"]).output
        world.app.config["FETCHING"] = False
        off = run(args=["links", "check"])
        assert off.exit_code == 1
        assert "is off" in off.output


def test_what_is_due_stands_with_the_other_work_of_the_desk(gone: tuple[World, int]) -> None:
    world, number = gone
    with world.app.test_request_context(), publishing.as_staff():
        links, copies = pending.named("links"), pending.named("copies")
        assert links is not None
        assert copies is not None
        assert links.rows(NOON + 3 * DAY, 9) == []
        assert links.try_now(number, None, NOON + 3 * DAY) is not None  # type: ignore[arg-type]
        [row] = links.rows(NOON + 3 * DAY, 9)
        assert (row.title, row.state, row.attempts) == ("Gone with the tide", "Failed", 3)
        [row] = copies.rows(NOON + 3 * DAY, 9)
        assert row.state == "Due"
        assert copies.try_now(number, None, NOON) is not None  # type: ignore[arg-type]
        assert links.try_now(99, None, NOON) is copies.try_now(99, None, NOON) is None  # type: ignore[arg-type]


def test_only_what_fails_is_cleared(world: World) -> None:
    number = world.clip()
    world.look(NOON)
    with world.app.app_context(), publishing.as_staff():
        link = db.session.get_one(ClipLink, number)
        with pytest.raises(LinkError):
            actions.clear(link, by=None, now=NOON)
        actions.unclear(link, by=None, now=NOON)
        actions.forget_copy(link, by=None, now=NOON)
        assert len(queries.history(number)) == 1


def test_the_form_of_a_clip_does_not_clash_with_the_worker(world: World, wren: FlaskClient, clock_at) -> None:  # type: ignore[no-untyped-def]
    world.site.answers["/story"] = page(status="404 Not Found")
    number = world.clip()
    for days in range(2):
        world.look(NOON + days * DAY + days * MINUTE)
    clock_at(NOON + 3 * DAY)
    opened = wren.get(f"/desk/clips/{number}").page.xpath("//form[@class='split gap-6']")[0]  # type: ignore[attr-defined]
    fields = dict(opened.form_values())
    world.look(NOON + 2 * DAY + 3 * MINUTE)
    assert wren.post(f"/desk/clips/{number}", data=fields | {"headline": "Put right"}).status_code == 303
    assert world.row(number).headline == "Put right"
