"""Pictures and other files of a release: from the library, in order, as public as the release."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from pressroom.kit.db import db
from pressroom.media import actions as media
from pressroom.media.models import Asset
from pressroom.releases import actions, queries
from pressroom.releases.models import Release
from pressroom.releases.rules import RefusedError
from tests.conftest import NOON
from tests.releases.conftest import draft, png, public, waiting

PDF = b"%PDF-1.7\n%%EOF\n"


def asset(name: str, colour: str = "teal") -> Asset:
    if name.endswith(".pdf"):
        return media.store(BytesIO(PDF), by=None, now=NOON, name=name)
    return media.store(png(colour=colour), by=None, now=NOON, name=name, alt=name)


@pytest.fixture
def library(staff: Any, noon: Any) -> dict[str, int]:
    """Files by name."""
    with staff():
        return {name: asset(name).id for name in ("a.png", "b.png", "c.pdf")}


def page(client: FlaskClient, release_id: int) -> Any:
    return client.get(f"/desk/releases/{release_id}/files").page  # type: ignore[attr-defined]


def done(client: FlaskClient, release_id: int, do: str, **more: Any) -> Any:
    found = page(client, release_id)
    fields = {name: found.xpath(f"//main//input[@name='{name}']/@value")[0] for name in ("csrf_token", "version")}
    return client.post(f"/desk/releases/{release_id}/files", data=fields | {"do": do} | more)


def order(staff: Callable, release_id: int) -> list[str]:
    with staff():
        release = queries.by_id(release_id)
        assert release is not None
        db.session.refresh(release)
        return [row.asset.name for row in release.attached]


def test_files_are_chosen_put_in_order_and_taken_away(
    wren: FlaskClient, staff: Callable, drafted: int, library: dict[str, int]
) -> None:
    assert done(wren, drafted, "attach", asset=list(library.values())).status_code == 303
    assert order(staff, drafted) == ["a.png", "b.png", "c.pdf"]
    second = page(wren, drafted).xpath("//button[starts-with(@value, 'first picture')]/@value")[0]
    assert done(wren, drafted, second).status_code == 303
    assert order(staff, drafted) == ["b.png", "a.png", "c.pdf"]
    number = second.rsplit(" ", 1)[1]
    for step, names in (("down", ["a.png", "b.png"]), ("up", ["b.png", "a.png"]), ("remove", ["a.png"])):
        assert done(wren, drafted, f"{step} picture {number}").status_code == 303
        assert order(staff, drafted) == [*names, "c.pdf"]
    with staff():
        revision = queries.last_revision(drafted)
        assert revision is not None
        assert revision.fields["files"] == [library["c.pdf"]]


def test_what_is_there_is_not_attached_twice(wren: FlaskClient, staff: Callable, drafted: int, library: Any) -> None:
    for _ in range(2):
        assert done(wren, drafted, "attach", asset=library["a.png"]).status_code == 303
    assert order(staff, drafted) == ["a.png"]


@pytest.mark.parametrize("do", ["", "up", "up picture 999", "up house 1", "sell picture 1", "first picture -1"])
def test_what_means_nothing_is_400(wren: FlaskClient, drafted: int, library: Any, do: str) -> None:
    assert done(wren, drafted, do).status_code == 400


def test_an_undescribed_file_and_one_whose_right_ended_are_refused(staff: Any, drafted: int, library: Any) -> None:
    with staff() as cast:
        release = db.session.get(Release, drafted)
        first, second = (db.session.get(Asset, library[name]) for name in ("a.png", "b.png"))
        first.alt, second.rights_until = "", date(2026, 11, 18)
        with pytest.raises(RefusedError) as refused:
            actions.attach(release, [first, second], by=cast.ada, now=NOON)
        assert [problem.sentence for problem in refused.value.problems] == [
            "a.png: say first what it shows.",
            "b.png: the right to show it has ended.",
        ]


def test_a_refusal_is_422_on_the_page(wren: FlaskClient, staff: Any, drafted: int, library: Any) -> None:
    with staff():
        db.session.get(Asset, library["a.png"]).alt = ""
    answer = done(wren, drafted, "attach", asset=library["a.png"])
    assert (answer.status_code, "say first what it shows" in answer.text) == (422, True)


def test_somebody_else_was_faster(wren: FlaskClient, staff: Any, drafted: int, library: Any) -> None:
    token = page(wren, drafted).xpath("//main//input[@name='csrf_token']/@value")[0]
    data = {"csrf_token": token, "version": "0", "do": "attach", "asset": library["a.png"]}
    answer = wren.post(f"/desk/releases/{drafted}/files", data=data)
    assert (answer.status_code, "Somebody changed this release" in answer.text) == (409, True)


def test_a_writer_changes_no_files_of_what_is_public(
    wren: FlaskClient, ada: FlaskClient, cats: int, library: Any
) -> None:
    assert not page(wren, cats).xpath("//main//button[@name='do']")
    token = page(wren, cats).xpath("//input[@name='csrf_token']/@value")[0]
    answer = wren.post(f"/desk/releases/{cats}/files", data={"csrf_token": token, "do": "attach"})
    assert answer.status_code == 403
    assert done(ada, cats, "attach", asset=library["c.pdf"]).status_code == 303


def test_nobody_else_and_nowhere_else(client: FlaskClient, wren: FlaskClient) -> None:
    assert "/sign-in" in client.get("/desk/releases/1/files").headers["Location"]
    assert wren.get("/desk/releases/999/files").status_code == 404
    assert wren.delete("/desk/releases/999/files").status_code in {400, 405}


def test_another_file_is_public_with_the_release_to_the_second(client: FlaskClient, staff: Any, noon: Any) -> None:
    lift = NOON + timedelta(days=1)
    with staff() as cast:
        release = waiting(lift, embargoed=True)
        paper = asset("paper.pdf")
        actions.attach(release, [paper], by=cast.ada, now=NOON)
        address = paper.address
    noon(timedelta(days=1, seconds=-1))
    assert client.get(address).status_code == 404
    noon(timedelta(days=1))
    answer = client.get(address)
    assert (answer.status_code, answer.data) == (200, PDF)
    assert answer.headers["Content-Disposition"] == "attachment; filename=paper.pdf"
    release_page = client.get("/releases/2026/cats-agree-with-their-owners").page  # type: ignore[attr-defined]
    assert release_page.xpath("//section[@aria-labelledby='downloads']//li/a/@href") == [address]


def test_what_may_no_longer_be_shown_is_left_out_of_the_page(client: FlaskClient, staff: Any, noon: Any) -> None:
    with staff() as cast:
        release = public()
        gone, there, paper = asset("gone.png"), asset("there.png", "navy"), asset("paper.pdf")
        gone.rights_until = paper.rights_until = date(2026, 11, 19)
        actions.attach(release, [gone, there, paper], by=cast.ada, now=NOON)
        db.session.flush()
        keys = gone.key, paper.key
    for path in ("/", "/releases/2026/cats-agree-with-their-owners", "/feeds/releases.rss"):
        assert keys[0] in client.get(path).text, path
    noon(timedelta(days=1))
    for path in ("/", "/releases/2026/cats-agree-with-their-owners", "/feeds/releases.rss"):
        assert not [key for key in keys if key in client.get(path).text], path
        assert "there.png" in client.get(path).text


def test_the_desk_says_beforehand_that_a_right_ends(ada: FlaskClient, staff: Any, noon: Any) -> None:
    with staff() as cast:
        release, ending = public(), asset("ending.png")
        ending.rights_until = date(2026, 11, 29)
        actions.attach(release, [ending], by=cast.ada, now=NOON)
        db.session.flush()
        release_id = release.id
    assert page(ada, release_id).xpath("//span[text()='Right ends in 10 days']")


def test_a_draft_is_still_made_without_files(staff: Any, noon: Any) -> None:
    with staff():
        assert draft().attached == []
